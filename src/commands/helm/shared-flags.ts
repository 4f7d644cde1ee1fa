import { count, each, length, many, named, pairs, text, toggle, wait } from "./flags.ts";

const seconds = 1000;

/** What every command has. */
export const globalFlags = {
  "burst-limit": count({ default: 100, help: "how many requests may be sent at once" }),
  color: text({ default: "auto", help: "use colored output (never, auto, always)" }),
  colour: text({ default: "auto", help: "use colored output (never, auto, always)" }),
  "content-cache": text({ default: "<home>/.cache/helm/content", help: "the directory that keeps content (e.g. charts) once it was loaded" }),
  debug: toggle({ help: "enable verbose output" }),
  "kube-apiserver": text({ help: "the address and the port of the Kubernetes API server" }),
  "kube-as-group": each({ help: "a group to act as a member of; may be given several times" }),
  "kube-as-user": text({ help: "the user to act as" }),
  "kube-ca-file": text({ help: "the file of the authority that signed the API server's certificate" }),
  "kube-context": text({ help: "the context of the kubeconfig to use", completes: "context" }),
  "kube-insecure-skip-tls-verify": toggle({ help: "accept any certificate of the API server" }),
  "kube-tls-server-name": text({ help: "the name that the API server's certificate must be for" }),
  "kube-token": text({ help: "the bearer token to show to the API server" }),
  kubeconfig: text({ help: "the kubeconfig file to use", completes: "file" }),
  namespace: text({ short: "n", help: "the namespace to work in", completes: "namespace" }),
  qps: named("float32", { help: "how many requests a second may be sent, bursts aside" }),
  "registry-config": text({ default: "<home>/.config/helm/registry/config.json", help: "the file of registries and who one is to them" }),
  "repository-cache": text({ default: "<home>/.cache/helm/repository", help: "the directory of what repositories offer" }),
  "repository-config": text({ default: "<home>/.config/helm/repositories.yaml", help: "the file of repositories and their addresses" }),
} as const;

/** How something is loaded over the network. */
export const downloadFlags = {
  "ca-file": text({ help: "verify certificates of HTTPS-enabled servers using this CA bundle" }),
  "cert-file": text({ help: "identify HTTPS client using this SSL certificate file" }),
  "insecure-skip-tls-verify": toggle({ help: "skip tls certificate checks for the chart download" }),
  "key-file": text({ help: "identify HTTPS client using this SSL key file" }),
  password: text({ help: "the password for the chart repository" }),
  "plain-http": toggle({ help: "use insecure HTTP connections for the chart download" }),
  username: text({ help: "the user name for the chart repository" }),
} as const;

export const keyring = { keyring: text({ default: "<home>/.gnupg/pubring.gpg", help: "where the public keys lie" }) } as const;

/** Where a chart is looked for. */
export const chartFlags = {
  ...downloadFlags,
  ...keyring,
  "pass-credentials": toggle({ help: "pass credentials to all domains" }),
  repo: text({ help: "the address of the repository to look in" }),
  verify: toggle({ help: "verify the package before using it" }),
  version: text({ help: "which version of the chart: one, or a range of them; the latest unless said" }),
} as const;

export const develFlag = { devel: toggle({ help: "take versions before a release too, as '>0.0.0-0' would; --version comes first" }) } as const;

/** Values from the command line. */
export const valueFlags = {
  set: each({ help: "set values (key1=val1,key2=val2)" }),
  "set-file": each({ help: "set values to what files hold (key1=path1,key2=path2)" }),
  "set-json": each({ help: "set JSON values (key1=jsonval1,key2=jsonval2, or a whole object)" }),
  "set-literal": each({ help: "set a value to the text as it stands" }),
  "set-string": each({ help: "set values, all of them text (key1=val1,key2=val2)" }),
  values: many({ short: "f", help: "take values from a YAML file or an address", completes: "file" }),
} as const;

export const waitFlags = {
  timeout: length({ default: 300 * seconds, help: "how long any single operation may take (like Jobs for hooks)" }),
  wait: wait(),
} as const;

export const applyFlags = {
  "force-conflicts": toggle({ help: "let server-side apply take fields over from others" }),
  "force-replace": toggle({ help: "update by replacing" }),
  force: toggle({ help: "deprecated", hidden: true, deprecated: "use --force-replace instead" }),
  "no-hooks": toggle({ help: "do not run hooks" }),
  ...waitFlags,
  "wait-for-jobs": toggle({ help: "with --wait, wait for all Jobs to complete too" }),
} as const;

export const rollbackOnFailure = {
  "rollback-on-failure": toggle({ help: "undo what was done when it fails; --wait is 'watcher' then, unless said" }),
  atomic: toggle({ help: "deprecated", hidden: true, deprecated: "use --rollback-on-failure instead" }),
} as const;

export const postRenderFlags = {
  "post-renderer": named("postRendererString", { help: "the plugin that everything rendered goes through" }),
  "post-renderer-args": named("postRendererArgsSlice", { defaultText: "[]", help: "an argument for the post-renderer; may be given several times" }),
} as const;

/** What install, upgrade and template share. */
export const renderFlags = {
  ...chartFlags,
  ...develFlag,
  ...valueFlags,
  ...applyFlags,
  ...rollbackOnFailure,
  ...postRenderFlags,
  "create-namespace": toggle({ help: "create the release namespace if it is not there" }),
  "dependency-update": toggle({ help: "load dependencies that are missing before" }),
  description: text({ help: "what this revision is described by" }),
  "disable-openapi-validation": toggle({ help: "do not validate what was rendered against the Kubernetes OpenAPI schema" }),
  "enable-dns": toggle({ help: "let templates look names up" }),
  labels: pairs({ short: "l", help: "labels for the record of the release, as key=value pairs" }),
  "skip-crds": toggle({ help: "install no CRDs; otherwise those that are missing are" }),
  "skip-schema-validation": toggle({ help: "do not validate values against the chart's JSON schema" }),
  "take-ownership": toggle({ help: "take over resources that are there, whoever they belong to" }),
} as const;

/** `--dry-run`, with or without a value. */
export const dryRunFlag = {
  "dry-run": text({
    default: "none",
    bare: "unset",
    help: "only simulate: 'client' asks no cluster, 'server' lets the server try it, 'none' does it.",
  }),
} as const;
