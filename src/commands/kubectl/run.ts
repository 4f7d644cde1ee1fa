import type { EnvVar, Pod } from "#machinery/types.ts";
import { bool, duration, int, string, strings } from "../cli/flags.ts";
import { pathOf } from "./api/discovery.ts";
import type { Thing } from "./api/server.ts";
import { attachFromStart } from "./attach.ts";
import { type Asked, defineCommand } from "./command.ts";
import { withLastApplied } from "./create/creation.ts";
import { CommandError, Exit, usageError } from "./errors.ts";
import { overridden } from "./overrides.ts";
import { podPath } from "./pods-of.ts";
import { outputFlags, type Printer, printerFor } from "./print/formats.ts";
import { type DryRun, doneText } from "./print/name.ts";
import { dryRunFlag, fieldManagerFlag, fileFlags } from "./resources/flags.ts";
import type { Target } from "./resources/target.ts";
import { waitUntil } from "./waiting.ts";

const flags = {
  ...outputFlags,
  ...fileFlags("to delete, with --rm."),
  annotations: strings({ commas: false, help: "Annotations of the pod, as key=value. May be given several times." }),
  attach: bool({ help: "Wait for the pod to run, and attach to it. True with -i." }),
  cascade: string({
    default: "background",
    bare: "background",
    help: 'With --rm, what becomes of objects that it owns: "background", "foreground" or "orphan".',
  }),
  command: bool({ help: "What stands behind -- is the container's command, instead of its arguments." }),
  "detach-keys": string({ default: "ctrl-p,ctrl-q", help: "The keys that leave the container and let it run." }),
  "dry-run": dryRunFlag,
  env: strings({ commas: false, help: "Environment variables of the container, as NAME=value. May be given several times." }),
  expose: bool({ help: "Make a ClusterIP service for the pod too. Needs --port." }),
  "field-manager": fieldManagerFlag("kubectl-run"),
  force: bool({ help: "With --rm, remove the pod from the API at once." }),
  "grace-period": int({ default: -1, help: "With --rm, how many seconds to give for an orderly end." }),
  image: string({ required: true, help: "The image to run." }),
  "image-pull-policy": string({
    help: "When to pull the image: Always, IfNotPresent or Never; the server's choice where it is left out.",
    completes: ["Always", "IfNotPresent", "Never"],
  }),
  labels: string({ short: "l", help: "Labels of the pod, as key=value,..." }),
  "leave-stdin-open": bool({ help: "Keep standard input open after the first to attach has left." }),
  "override-type": string({
    default: "merge",
    help: "How --overrides changes the pod: json, merge or strategic.",
    completes: ["json", "merge", "strategic"],
  }),
  overrides: string({ help: "JSON that changes the pod before it is created." }),
  "pod-running-timeout": duration({ default: 60_000, help: "How long to wait for the pod to run." }),
  port: string({ help: "The port that the container listens on." }),
  privileged: bool({ help: "Run the container with all rights on its node." }),
  quiet: bool({ short: "q", help: "Print nothing but what is asked for." }),
  restart: string({
    default: "Always",
    help: "When to start the container again: Always, OnFailure or Never.",
    completes: ["Always", "OnFailure", "Never"],
  }),
  rm: bool({ help: "Delete the pod when it ends. Only with --attach, -i or -t." }),
  "save-config": bool({ help: "Note the configuration in the object's annotation, for a later kubectl apply." }),
  stdin: bool({ short: "i", help: "Keep the container's standard input open, and pass this one's to it." }),
  timeout: duration({ help: "With --rm, how long to wait for the pod's end." }),
  tty: bool({ short: "t", help: "Give the container a terminal." }),
  wait: bool({ help: "With --rm, wait until the pod is gone." }),
} as const;

type Ask = Asked<typeof flags>;

export const run = defineCommand({
  name: "run",
  connectsFirst: true,
  group: "Basic Commands (Beginner):",
  usage:
    'NAME --image=image [--env="key=value"] [--port=port] [--dry-run=server|client] [--overrides=inline-json] [--command] -- [COMMAND] [args...]',
  summary: "Run a particular image on the cluster",
  examples: `# A pod that runs nginx
kubectl run web --image=nginx

# A shell, deleted when one leaves it
kubectl run -it --rm shell --image=busybox --restart=Never -- sh

# Only show what would be made
kubectl run web --image=nginx --dry-run=client -o yaml`,
  flags,

  async run(context) {
    const { flags: f, args, beforeDashes, kube, out, process, changed } = context;
    if (args.length === 0 || beforeDashes === 0) throw usageError(context, "NAME is required for run");
    const [name = "", ...words] = args;
    if (f["pod-running-timeout"] <= 0) throw new CommandError("--pod-running-timeout must be higher than zero");
    const image = f.image;
    if (image === "") throw new CommandError("--image is required");
    if (
      !/^[a-z0-9]+(?:(?:\.|_{1,2}|-+|:\d+(?=\/)|\/)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*(?::[\w][\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?$/.test(
        image,
      )
    )
      throw new CommandError(`Invalid image name ${JSON.stringify(image)}: invalid reference format`);
    const isAttached = changed("attach") ? f.attach : f.stdin || f.tty;
    if (f.tty && !f.stdin) throw usageError(context, "-i/--stdin is required for containers with -t/--tty=true");
    if (f.expose && f.port === "") throw usageError(context, "--port must be set when exposing a service");
    if (!["Always", "OnFailure", "Never"].includes(f.restart)) throw usageError(context, `invalid restart policy: ${f.restart}`);
    const dryRun = kube.dryRun(f["dry-run"]);
    if (!isAttached && f.rm) throw usageError(context, "--rm should only be used for attached containers");
    if (isAttached && dryRun !== "none")
      throw usageError(context, "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)");
    if (f["image-pull-policy"] && !["Always", "IfNotPresent", "Never"].includes(f["image-pull-policy"]))
      throw usageError(context, `invalid image pull policy: ${f["image-pull-policy"]}`);

    const print = printerFor(process, f, [], true);
    const pod = await send(context, podOf(context, name, words), "pods", dryRun);
    if (f.expose) {
      const service = await send(context, serviceOf(name, f, pod), "services", dryRun);
      show(context, print, service, dryRun);
      // The real one sets the pod apart from the service by a line of its own.
      if (f.output === "yaml" && print) out.print("---\n");
    }
    if (!isAttached) {
      show(context, print, pod, dryRun);
      return undefined;
    }
    await out.flush();
    try {
      return await attended(context, pod as unknown as Pod);
    } finally {
      if (f.rm) await remove(context, pod);
    }
  },
});

function show({ out }: Ask, print: Printer | undefined, object: Thing, dryRun: DryRun): void {
  out.print(print ? print(object) : doneText(object, "created", dryRun));
}

function podOf({ flags: f, kube }: Ask, name: string, words: readonly string[]): Thing {
  const labels = f.labels ? pairs(f.labels) : { run: name };
  const annotations = Object.fromEntries(
    f.annotations.map((text) => {
      const equals = text.indexOf("=");
      if (equals <= 0) throw new CommandError(`${text} could not be parsed into a key and value`);
      return [text.slice(0, equals), text.slice(equals + 1)];
    }),
  );
  const env = f.env.map((text): EnvVar => {
    const equals = text.indexOf("=");
    if (equals <= 0) throw new CommandError(`invalid env: ${text}`);
    return { name: text.slice(0, equals), value: text.slice(equals + 1) };
  });
  const container = {
    name,
    image: f.image,
    ...(words.length > 0 ? (f.command ? { command: words } : { args: words }) : {}),
    ...(f.port ? { ports: [{ containerPort: wholeNumber(f.port) }] } : {}),
    ...(env.length > 0 ? { env } : {}),
    resources: {},
    ...(f["image-pull-policy"] ? { imagePullPolicy: f["image-pull-policy"] } : {}),
    ...(f.privileged ? { securityContext: { privileged: true } } : {}),
    ...(f.stdin ? { stdin: true, ...(f["leave-stdin-open"] ? {} : { stdinOnce: true }) } : {}),
    ...(f.tty ? { tty: true } : {}),
  };
  const metadata = {
    name,
    ...(kube.namespaceIsExplicit ? { namespace: kube.namespace } : {}),
    labels,
    ...(f.annotations.length > 0 ? { annotations } : {}),
  };
  const pod = {
    kind: "Pod",
    apiVersion: "v1",
    metadata,
    spec: { containers: [container], restartPolicy: f.restart, dnsPolicy: "ClusterFirst" },
    status: {},
  } as unknown as Thing;
  return f.overrides ? overridden(pod, f.overrides, f["override-type"]) : pod;
}

const serviceOf = (name: string, f: Ask["flags"], pod: Thing): Thing =>
  ({
    kind: "Service",
    apiVersion: "v1",
    metadata: { name, ...(pod.metadata.namespace && f["dry-run"] === "client" ? { namespace: pod.metadata.namespace } : {}) },
    spec: {
      ports: [{ protocol: "TCP", port: wholeNumber(f.port), targetPort: wholeNumber(f.port) }],
      selector: f.labels ? pairs(f.labels) : { run: name },
    },
    status: { loadBalancer: {} },
  }) as unknown as Thing;

function wholeNumber(text: string): number {
  if (!/^[-+]?\d+$/.test(text)) throw new CommandError(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}

function pairs(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split(",").map((pair) => {
      const parts = pair.split("=");
      if (parts.length !== 2 || !parts[0]) throw new CommandError(`unexpected label spec: ${pair}`);
      return parts as [string, string];
    }),
  );
}

async function send({ flags: f, kube }: Ask, object: Thing, plural: string, dryRun: DryRun): Promise<Thing> {
  const made = f["save-config"] ? withLastApplied(object) : object;
  if (dryRun === "client") return made;
  const query = { fieldManager: f["field-manager"] || undefined, dryRun: dryRun === "server" ? "All" : undefined };
  return kube.server.send("POST", pathOf({ group: "", version: "v1", plural, namespaced: true }, kube.namespace), { body: made, query });
}

const resource = {
  group: "",
  version: "v1",
  kind: "Pod",
  plural: "pods",
  singular: "pod",
  shortNames: [],
  categories: [],
  namespaced: true,
  verbs: [],
  subresources: [],
};
const targetOf = ({ metadata }: Thing | Pod): Target => ({ resource, namespace: metadata.namespace ?? "", name: metadata.name ?? "" });

const isOver = (pod: Pod): boolean => pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
const isReady = (pod: Pod): boolean =>
  pod.status?.phase === "Running" && (pod.status.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false);

/** Waits for the pod, attaches to it or, where it has ended already, prints its log; gives its exit code. */
async function attended(context: Ask, pod: Pod): Promise<number> {
  const { flags: f, kube } = context;
  const target = targetOf(pod);
  const running = (await waitUntil(kube, target, f["pod-running-timeout"], (now) => {
    if (now === undefined) throw new CommandError(`pods ${JSON.stringify(target.name)} not found`);
    return isOver(now as unknown as Pod) || isReady(now as unknown as Pod);
  })) as unknown as Pod;
  const container = running.spec.containers[0]?.name ?? "";
  await attachFromStart(context, running, isOver(running), { container, stdin: f.stdin, tty: f.tty, quiet: f.quiet });
  if (f["leave-stdin-open"] || f.restart === "Always") return 0;

  const ended = (await waitUntil(
    kube,
    target,
    f["pod-running-timeout"],
    (now) => now === undefined || (f.restart === "OnFailure" ? (now as unknown as Pod).status?.phase === "Succeeded" : isOver(now as unknown as Pod)),
  )) as unknown as Pod | undefined;
  if (ended?.status?.phase !== "Failed") return 0;
  const terminated = ended.status.containerStatuses?.[0]?.state?.terminated;
  if (!terminated?.exitCode) throw new CommandError(`pod ${target.namespace}/${target.name} failed with unknown exit code`);
  throw new Exit(
    terminated.exitCode,
    `pod ${target.namespace}/${target.name} terminated (${terminated.reason ?? ""})${terminated.message ? `\n${terminated.message}` : ""}`,
  );
}

async function remove({ flags: f, kube, out }: Ask, pod: Thing): Promise<void> {
  const target = targetOf(pod);
  const grace = f.force && f["grace-period"] < 0 ? 0 : f["grace-period"];
  const body = { kind: "DeleteOptions", apiVersion: "v1", ...(grace >= 0 ? { gracePeriodSeconds: grace } : {}), propagationPolicy: "Background" };
  await kube.server.send("DELETE", podPath(target.namespace, target.name), { body });
  if (!f.quiet) out.line(`pod ${JSON.stringify(target.name)} deleted from ${target.namespace} namespace`);
}
