import { schemaById, schemaOf } from "#machinery/schema.ts";
import { applyStrategicPatch } from "#machinery/strategic-patch.ts";
import type { Container, EnvVar, EphemeralContainer, Node, Pod } from "#machinery/types.ts";
import { parseYaml, YamlError } from "#machinery/yaml.ts";
import { bool, string, strings } from "../../cli/flags.ts";
import type { Thing } from "../api/server.ts";
import { twoWayPatch } from "../apply/strategic-diff.ts";
import { attachTo } from "../attach.ts";
import { type Asked, defineCommand } from "../command.ts";
import { CommandError, isNotFound, ServerError } from "../errors.ts";
import { containersOf, podPath } from "../pods-of.ts";
import { textOfFile } from "../resources/files.ts";
import { find } from "../resources/find.ts";
import { waitUntil } from "../waiting.ts";
import { copiedSpec, type Kept, profiled, profiledNode, profileOf } from "./profiles.ts";

const flags = {
  "arguments-only": bool({ help: "What stands behind -- are arguments, not the command." }),
  attach: bool({ help: "Wait for the container to run, and attach to it. True with -i." }),
  container: string({ short: "c", help: "The name of the debug container.", completes: "container" }),
  "copy-to": string({ help: "Make a copy of the pod with this name." }),
  custom: string({ help: "A file with parts of a container's spec that change the profile's.", completes: "file" }),
  env: strings({ help: "Environment variables of the container, as NAME=value." }),
  filename: strings({ short: "f", help: "Files with the objects to debug.", completes: "file" }),
  image: string({ help: "The image of the debug container." }),
  "image-pull-policy": string({
    help: "When to pull the image; the server's choice where it is left out.",
    completes: ["Always", "IfNotPresent", "Never"],
  }),
  "keep-annotations": bool({ help: "Keep the pod's annotations in the copy." }),
  "keep-init-containers": bool({ default: true, help: "Keep the pod's init containers in the copy." }),
  "keep-labels": bool({ help: "Keep the pod's labels in the copy." }),
  "keep-liveness": bool({ help: "Keep liveness probes in the copy." }),
  "keep-readiness": bool({ help: "Keep readiness probes in the copy." }),
  "keep-startup": bool({ help: "Keep startup probes in the copy." }),
  profile: string({
    default: "general",
    help: "What the container may do: general, baseline, restricted, netadmin or sysadmin.",
    completes: ["general", "baseline", "restricted", "netadmin", "sysadmin"],
  }),
  quiet: bool({ short: "q", help: "Print only what the container prints." }),
  replace: bool({ help: "Delete the pod that was copied." }),
  "same-node": bool({ help: "Put the copy on the pod's node." }),
  "set-image": strings({ help: "Other images in the copy, as container=image; * is all containers." }),
  "share-processes": bool({ default: true, help: "Let the copy's containers see each other's processes." }),
  stdin: bool({ short: "i", help: "Keep the container's standard input open." }),
  target: string({ help: "The container whose processes the debug container sees." }),
  tty: bool({ short: "t", help: "Give the container a terminal." }),
} as const;

type Ask = Asked<typeof flags>;

/** The pod and container that were made for debugging. */
interface Made {
  pod: Pod;
  container: string;
}

export const debug = defineCommand({
  name: "debug",
  group: "Troubleshooting and Debugging Commands:",
  usage: "(POD | TYPE[[.VERSION].GROUP]/NAME) [ -- COMMAND [args...] ]",
  summary: "Create debugging sessions for troubleshooting workloads and nodes",
  description: `Debug cluster resources using interactive debugging containers.

  *  A pod gets another container, beside those that run in it already.
  *  With --copy-to, a copy of the pod is made and changed instead.
  *  A node gets a pod that sees the node's namespaces, and its files under /host.`,
  examples: `# A shell beside a pod's containers
kubectl debug web -it --image=busybox

# A copy of a pod with another image in its containers
kubectl debug web --copy-to=web-debug --set-image=*=busybox

# A shell on a node
kubectl debug node/minikube -it --image=busybox`,
  flags,
  completes: "pods",

  async run(context) {
    const { flags: f, args, beforeDashes, kube, out, process } = context;
    const names = args.slice(0, beforeDashes);
    const command = args.slice(beforeDashes ?? args.length);
    profileOf(f.profile);
    const custom = f.custom ? customOf(context) : undefined;
    check(context, names, command, custom);
    const targets = names.map((name) => (name.includes("/") ? name : `pods/${name}`));
    const files = f.filename.length > 0 ? { files: { filename: f.filename, kustomize: "", recursive: false }, latest: true } : {};
    const found = await find(kube, process, { args: targets, ...files });
    for await (const entry of found.targets()) {
      if ("error" in entry) throw entry.error;
      const { object, resource } = entry;
      if (!object) continue;
      const maker = new Debugger(context, command, custom);
      let made: Made | undefined;
      if (object.kind === "Node") made = await maker.node(object as unknown as Node);
      else if (object.kind !== "Pod") {
        const gvk = `${resource.group ? `${resource.group}/${resource.version}` : `/${resource.version}`}, Kind=${resource.kind}`;
        throw new CommandError(`${JSON.stringify(gvk)} not supported by debug`);
      } else if (f["copy-to"]) made = await maker.copy(object as unknown as Pod);
      else made = await maker.ephemeral(object as unknown as Pod);
      await out.flush();
      const attaches = context.changed("attach") ? f.attach : f.attach || f.stdin;
      if (attaches && made.container) await maker.attach(made);
    }
  },
});

function customOf({ flags: f, process }: Ask): Partial<Container> {
  try {
    return (parseYaml(textOfFile(process, f.custom)).value ?? {}) as Partial<Container>;
  } catch (error) {
    if (error instanceof YamlError) throw new CommandError(`${f.custom} does not contain a valid container spec: ${error.message}`);
    if (error instanceof CommandError) throw new CommandError(`must pass a container spec json file for custom profile: ${error.message}`);
    throw error;
  }
}

const looksLikeImage = (image: string): boolean => /^[A-Za-z0-9]([\w.:/-]*[\w])?(@[\w+.:-]+)?$/.test(image) && !/\/\/|::/.test(image);

function check(context: Ask, names: readonly string[], command: readonly string[], custom: Partial<Container> | undefined): void {
  const { flags: f, out } = context;
  if (f.attach && context.changed("attach") && !f.image && !f.container)
    throw new CommandError("you must specify --container or create a new container using --image in order to attach.");
  if (f["copy-to"]) {
    if (!f.image && f["set-image"].length === 0 && command.length === 0)
      throw new CommandError("you must specify --image, --set-image or command arguments.");
    if (command.length > 0 && !f.container && !f.image)
      throw new CommandError("you must specify an existing container or a new image when specifying args.");
  } else {
    if (f.replace) throw new CommandError("--replace may only be used with --copy-to.");
    if (f["same-node"]) throw new CommandError("--same-node may only be used with --copy-to.");
    if (f["set-image"].length > 0) throw new CommandError("--set-image may only be used with --copy-to.");
    if (!f.image) throw new CommandError("you must specify --image when not using --copy-to.");
  }
  if (f.image && !looksLikeImage(f.image)) throw new CommandError(`invalid image name ${JSON.stringify(f.image)}: invalid reference format`);
  if (names.length === 0 && f.filename.length === 0) throw new CommandError("NAME or filename is required for debug");
  if (!["Always", "IfNotPresent", "Never", ""].includes(f["image-pull-policy"]))
    throw new CommandError(`invalid image pull policy: ${f["image-pull-policy"]}`);
  for (const [name, image] of imagesOf(f["set-image"]))
    if (!looksLikeImage(image))
      throw new CommandError(`invalid image name ${JSON.stringify(image)} for container ${JSON.stringify(name)}: invalid reference format`);
  if (f.target) {
    if (f["copy-to"]) throw new CommandError("--target is incompatible with --copy-to. Use --share-processes instead.");
    if (!f.quiet)
      out.line(
        `Targeting container ${JSON.stringify(f.target)}. If you don't see processes from this container it may be because the container runtime doesn't support this feature.`,
      );
  }
  if (f.tty && !f.stdin) throw new CommandError("-i/--stdin is required for containers with -t/--tty=true");
  if (custom && (custom.name || custom.command?.length || custom.image || custom.lifecycle || custom.volumeDevices?.length))
    throw new CommandError("name, command, image, lifecycle and volume devices are not modifiable via custom profile");
  if (f.profile === "legacy")
    out.error(
      '--profile=legacy is deprecated and planned to be removed in v1.39. It is recommended to specify other profile, for example "--profile=general".',
    );
}

function imagesOf(pairs: readonly string[]): Map<string, string> {
  return new Map(
    pairs.map((pair) => {
      const equals = pair.indexOf("=");
      if (equals < 0) throw new CommandError(`${pair} must be formatted as key=value`);
      return [pair.slice(0, equals), pair.slice(equals + 1)];
    }),
  );
}

const letters = "bcdfghjklmnpqrstvwxz2456789";

/** Makes debug containers. */
class Debugger {
  readonly #context: Ask;
  readonly #command: readonly string[];
  readonly #custom: Partial<Container> | undefined;

  constructor(context: Ask, command: readonly string[], custom: Partial<Container> | undefined) {
    this.#context = context;
    this.#command = command;
    this.#custom = custom;
  }

  async ephemeral(pod: Pod): Promise<Made> {
    const { flags: f, kube } = this.#context;
    const name = this.#name(pod);
    const fresh = { ...this.#basics(name), ...(f.target ? { targetContainerName: f.target } : {}) };
    const before = pod.spec.ephemeralContainers ?? [];
    const known = before.find((container) => container.name === name);
    // A name that is taken leads to the container that has it, which the server does not let change.
    const container = this.#customized(profiled(profileOf(f.profile), known ?? fresh, "ephemeral")) as EphemeralContainer;
    const ephemeralContainers = known ? before.map((other) => (other === known ? container : other)) : [...before, container];
    const changed = { ...pod, spec: { ...pod.spec, ephemeralContainers } };
    const schema = schemaOf({ group: "", version: "v1", kind: "Pod" });
    const body = schema ? twoWayPatch(schema, pod, changed) : {};
    const path = podPath(pod.metadata.namespace, pod.metadata.name, "ephemeralcontainers");
    return { pod: await kube.server.send<Pod>("PATCH", path, { body, contentType: "application/strategic-merge-patch+json" }), container: name };
  }

  async copy(pod: Pod): Promise<Made> {
    const { flags: f, kube } = this.#context;
    const kept: Kept = {
      labels: f["keep-labels"],
      annotations: f["keep-annotations"],
      liveness: f["keep-liveness"],
      readiness: f["keep-readiness"],
      startup: f["keep-startup"],
      initContainers: f["keep-init-containers"],
    };
    const images = imagesOf(f["set-image"]);
    const { labels, annotations, namespace } = pod.metadata;
    const shares = this.#context.changed("share-processes") ? f["share-processes"] : undefined;
    const { nodeName, ...spec } = pod.spec;
    const renamed = spec.containers.map((container) => {
      const image = images.get(container.name) ?? images.get("*");
      return image ? { ...container, image } : container;
    });
    const start = { ...spec, containers: renamed, ...(f["same-node"] && nodeName ? { nodeName } : {}) };
    const whole = { metadata: { name: f["copy-to"], namespace, labels, annotations }, spec: start };
    const existing = renamed.find(({ name }) => name === f.container);
    if (!existing && !f.image) {
      if (images.size === 0) throw new CommandError("you must specify image when creating new container");
      const { ephemeralContainers: _, ...bare } = start;
      return { pod: await this.#created({ ...whole, spec: bare }, pod), container: "" };
    }
    const name = existing?.name ?? this.#name(pod);
    const base: Container = existing ?? { name, terminationMessagePolicy: "File" };
    const changed = { ...base, ...this.#overrides(base) };
    const debugged = this.#customized(profiled(profileOf(f.profile), changed, "copy"));
    const containers = existing ? renamed.map((container) => (container === existing ? debugged : container)) : [...renamed, debugged];
    const metadata = {
      name: f["copy-to"],
      namespace,
      ...(kept.labels && labels ? { labels } : {}),
      ...(kept.annotations && annotations ? { annotations } : {}),
    };
    const made = await this.#created({ metadata, spec: copiedSpec({ ...start, containers }, kept, shares) }, pod);
    if (f.replace)
      await kube.server.send("DELETE", podPath(namespace, pod.metadata.name), {
        body: { kind: "DeleteOptions", apiVersion: "v1", gracePeriodSeconds: 0 },
      });
    return { pod: made, container: name };
  }

  async node({ metadata: { name: node } }: Node): Promise<Made> {
    const { flags: f, kube, out } = this.#context;
    const container = f.container || "debugger";
    const name = `node-debugger-${node}-${this.#suffix()}`;
    if (!f.quiet) out.line(`Creating debugging pod ${name} with container ${container} on node ${node}.`);
    const profile = profileOf(f.profile);
    const spec = profiledNode(profile, {
      containers: [this.#customized(profiled(profile, this.#basics(container), "node"))],
      nodeName: node ?? "",
      restartPolicy: "Never",
      tolerations: [{ operator: "Exists" }],
    });
    const metadata = { name, labels: { "app.kubernetes.io/managed-by": "kubectl-debug" } };
    const body = { kind: "Pod", apiVersion: "v1", metadata, spec, status: {} };
    return { pod: await kube.server.send<Pod>("POST", podPath(kube.namespace), { body }), container };
  }

  /** Waits for the container, then joins it; of one that has ended, prints the log. */
  async attach({ pod, container }: Made): Promise<void> {
    const { flags: f, kube, out, process } = this.#context;
    const { namespace = "", name = "" } = pod.metadata;
    const target = { resource: await kube.resource("pods"), namespace, name };
    const statusOf = (now: Thing | Pod | undefined) => {
      const { containerStatuses = [], initContainerStatuses = [], ephemeralContainerStatuses = [] } = (now as Pod | undefined)?.status ?? {};
      return [...containerStatuses, ...initContainerStatuses, ...ephemeralContainerStatuses].find((status) => status.name === container)?.state;
    };
    let warned = "";
    const ready = await waitUntil(kube, target, 0, async (now) => {
      if (!now) throw new CommandError('pods "" not found');
      const state = statusOf(now);
      const message = state?.waiting?.message ?? "";
      if (message && message !== warned && !f.quiet) out.error(`Warning: container ${container}: ${message}`);
      warned = message;
      await out.flush();
      return Boolean(state?.running || state?.terminated);
    });
    if (!ready) return;
    if (statusOf(ready)?.terminated) {
      const source = await kube.server.stream("GET", podPath(namespace, name, "log"), { query: { container } });
      for (let chunk = await source.read(); chunk; chunk = await source.read()) await process.stdout.write(chunk);
      return;
    }
    await attachTo(this.#context, ready as unknown as Pod, { container, stdin: f.stdin, tty: f.tty, quiet: f.quiet });
  }

  async #created({ metadata, spec }: Pick<Pod, "metadata" | "spec">, original: Pod): Promise<Pod> {
    const { kube } = this.#context;
    try {
      return await kube.server.send<Pod>("POST", podPath(original.metadata.namespace), {
        body: { kind: "Pod", apiVersion: "v1", metadata, spec, status: {} },
      });
    } catch (error) {
      if (error instanceof ServerError && isNotFound(error)) throw new CommandError(error.message);
      throw error;
    }
  }

  #basics(name: string): Container {
    const { flags: f } = this.#context;
    return { name, image: f.image, terminationMessagePolicy: "File", resources: {}, ...this.#overrides(undefined) };
  }

  #overrides(existing: Container | undefined): Partial<Container> {
    const { flags: f } = this.#context;
    const env = f.env.map((pair): EnvVar => ({ name: pair.slice(0, pair.indexOf("=")), value: pair.slice(pair.indexOf("=") + 1) }));
    const words =
      this.#command.length > 0
        ? f["arguments-only"]
          ? { args: [...this.#command] }
          : { command: [...this.#command], ...(existing?.args ? { args: [] } : {}) }
        : {};
    return {
      ...words,
      ...(env.length > 0 ? { env } : {}),
      ...(f.image ? { image: f.image } : {}),
      ...(f["image-pull-policy"] ? { imagePullPolicy: f["image-pull-policy"] as "Always" } : {}),
      ...(f.stdin || existing?.stdin ? { stdin: f.stdin } : {}),
      ...(f.tty || existing?.tty ? { tty: f.tty } : {}),
    };
  }

  #customized(container: Container): Container {
    return this.#custom ? (applyStrategicPatch(schemaById("api.core.v1.Container"), container, this.#custom) as Container) : container;
  }

  #name(pod: Pod): string {
    const { flags: f, out } = this.#context;
    if (f.container) return f.container;
    const taken = new Set(containersOf(pod).map(({ name }) => name));
    let name: string;
    do name = `debugger-${this.#suffix()}`;
    while (taken.has(name));
    if (!f.quiet) out.line(`Defaulting debug container name to ${name}.`);
    return name;
  }

  #suffix(): string {
    const { random } = this.#context.process.machine;
    return Array.from({ length: 5 }, () => letters[random.between(0, letters.length - 1)]).join("");
  }
}
