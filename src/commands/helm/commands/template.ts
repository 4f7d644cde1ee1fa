import { textOf } from "#base/streams.ts";
import { Configuration, dryRunOf, nameProblem } from "../actions/configuration.ts";
import { built, checkLabels } from "../actions/install.ts";
import { BadManifests, crdText, manifestText, type Rendered, renderRelease, settleDependencies } from "../actions/render-release.ts";
import { defaultCapabilities, kubeVersionOf } from "../chart/capabilities.ts";
import { type Chart, crdsOf } from "../chart/chart.ts";
import { givenValues } from "../chart/given-values.ts";
import { namePattern } from "../chart/glob.ts";
import { type Asked, atLeast, type Context, defineCommand } from "../command.ts";
import { HelmError } from "../errors.ts";
import { each, many, text, toggle } from "../flags.ts";
import { existing, owned } from "../kube/ownership.ts";
import { splitManifests } from "../release/manifests.ts";
import { checkRender, exclusive, newlyInstallable } from "./applying.ts";
import { installFlags } from "./install.ts";
import { nameAndChart } from "./naming.ts";

const gone = "this flag has no effect for 'helm template' and will be removed in Helm 5";

const flags = {
  ...installFlags,
  "api-versions": many({ short: "a", help: "API versions that the cluster is taken to have" }),
  "dry-run": text({ default: "client", bare: "unset", help: "'client' asks no cluster, 'server' lets templates look things up." }),
  "hide-notes": toggle({ help: "do not print the notes", hidden: true, deprecated: gone }),
  "include-crds": toggle({ help: "print CRDs too" }),
  "is-upgrade": toggle({ help: "set .Release.IsUpgrade instead of .Release.IsInstall" }),
  "kube-version": text({ help: "the version of Kubernetes that the cluster is taken to be of" }),
  "output-dir": text({ help: "write what was rendered into files below this directory" }),
  "release-name": toggle({ help: "put the release's name into the paths below --output-dir" }),
  "render-subchart-notes": toggle({ help: "print the notes of subcharts too", hidden: true, deprecated: gone }),
  "show-only": each({ short: "s", help: "show only what these templates made" }),
  "skip-tests": toggle({ help: "leave tests out" }),
  validate: toggle({ help: "deprecated", hidden: true, deprecated: "use '--dry-run=server' instead" }),
};

export const template = defineCommand({
  name: "template",
  usage: "[NAME] [CHART] [flags]",
  summary: "locally render templates",
  description: `Render a chart's templates and print the result.

No cluster is asked unless --dry-run=server; what it would offer can be said with --kube-version and --api-versions.`,
  flags,
  async run(invocation) {
    const { flags: given, changed, out, log } = invocation;
    const args = atLeast(invocation, 1);
    checkRender(changed, given);
    exclusive(changed, "validate", "dry-run");
    const kubeVersion = given["kube-version"] ? kubeVersionOf(given["kube-version"]) : undefined;
    if (given["kube-version"] && !kubeVersion)
      throw new HelmError(`invalid kube version '${given["kube-version"]}': could not parse ${JSON.stringify(given["kube-version"])} as version`);
    const isOnline = given.validate || dryRunOf(invocation, given["dry-run"], true) === "server";
    // The name counts even where only the chart is said.
    const { name, chart: reference } = nameAndChart(invocation, args, given, "release-name");
    const values = await givenValues(invocation.process, given);
    const chart = await newlyInstallable(invocation, reference, given);
    const configuration = new Configuration(invocation);
    if (isOnline) await configuration.resources.checkReachable();
    const wrong = nameProblem(name);
    if (wrong) {
      const error = `release name ${JSON.stringify(name)}: ${wrong}`;
      log.error("release name check failed", { error });
      throw new HelmError(`release name check failed: ${error}`);
    }
    settleDependencies(invocation, chart, values);
    if (isOnline && !given["skip-crds"] && crdsOf(chart).length > 0)
      log.warn("This chart or one of its subcharts contains CRDs. Rendering may fail or contain inaccuracies.");
    const offered = isOnline ? await configuration.capabilities() : defaultCapabilities;
    const capabilities = isOnline
      ? offered
      : { kubeVersion: kubeVersion ?? offered.kubeVersion, apiVersions: [...offered.apiVersions, ...given["api-versions"]] };
    checkLabels(given.labels);
    let rendered: Rendered;
    try {
      rendered = await renderRelease(invocation, {
        chart,
        values,
        release: { name, namespace: invocation.namespace, revision: 1, isUpgrade: given["is-upgrade"] },
        capabilities,
        online: isOnline,
        skipSchema: given["skip-schema-validation"],
        subNotes: false,
        enableDns: given["enable-dns"],
      });
    } catch (problem) {
      if (!(problem instanceof HelmError)) throw problem;
      if (!isRenderProblem(problem)) throw problem;
      if (!invocation.settings.debug) throw new HelmError(`${problem.message}\n\nUse --debug flag to render out invalid YAML`);
      out.line(problem instanceof BadManifests ? problem.text.trim() : "");
      throw problem;
    }
    if (isOnline) {
      const release = { name, namespace: invocation.namespace };
      const wanted = owned(await built(configuration, manifestText(rendered.manifests), "release manifest"), release);
      if (!given["is-upgrade"]) await existing(configuration.resources, wanted, release, given["take-ownership"]);
    }
    show(invocation, name, chart, rendered);
  },
});

/** Whether a problem came up in rendering: then helm offers to show what there is. */
const isRenderProblem = ({ message }: HelmError): boolean => !message.startsWith("values don't meet the specifications");

function show(invocation: Asked<typeof flags>, name: string, chart: Chart, { manifests, hooks }: Rendered): void {
  const { flags: given, out } = invocation;
  const shownHooks = given["no-hooks"] ? [] : hooks.filter(({ events }) => !given["skip-tests"] || !events.includes("test"));
  const crds = given["include-crds"] ? crdText(chart) : "";
  if (given["output-dir"]) {
    const directory = given["output-dir"] + (given["release-name"] ? `/${name}` : "");
    const written = new Set<string>();
    if (given["include-crds"])
      for (const { filename, bytes } of crdsOf(chart)) write(invocation, given["output-dir"], filename, textOf(bytes), written);
    for (const manifest of manifests) write(invocation, directory, manifest.name, manifest.content, written);
    for (const hook of shownHooks) write(invocation, directory, hook.path, hook.manifest, written);
    out.line();
    return;
  }
  const all = `${(crds + manifestText(manifests)).trim()}\n${shownHooks.map(({ path, manifest }) => `---\n# Source: ${path}\n${manifest}\n`).join("")}`;
  if (given["show-only"].length === 0) {
    out.print(all);
    return;
  }
  const documents = splitManifests(all).map((document) => ({ document, path: /# Source: [^/]+\/(.+)/.exec(document)?.[1] }));
  const chosen: string[] = [];
  for (const wanted of given["show-only"]) {
    const pattern = namePattern(wanted);
    const found = documents.filter(({ path }) => path !== undefined && pattern?.test(path));
    if (found.length === 0) throw new HelmError(`could not find template ${wanted} in chart`);
    chosen.push(...found.map(({ document }) => document));
  }
  out.print(chosen.map((document) => `---\n${document}\n`).join(""));
}

function write({ process, out }: Context, directory: string, name: string, content: string, written: Set<string>): void {
  const { fs } = process.machine;
  const shown = `${directory}/${name}`;
  const path = fs.resolve(process.cwd, shown);
  fs.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  fs.write(path, `---\n# Source: ${name}\n${content}\n`, { append: written.has(path) });
  written.add(path);
  out.line(`wrote ${shown}`);
}
