import { schemaById, schemaOf } from "#machinery/schema.ts";
import { applyStrategicPatch } from "#machinery/strategic-patch.ts";
import type { Container, EnvVar, EphemeralContainer, Node, Pod } from "#machinery/types.ts";
import type { Thing } from "../api/server.ts";
import { twoWayPatch } from "../apply/strategic-diff.ts";
import { attachFromStart } from "../attach.ts";
import { CommandError, isNotFound, ServerError } from "../errors.ts";
import { containersOf, podPath } from "../pods-of.ts";
import { waitUntil } from "../waiting.ts";
import type { Ask } from "./options.ts";
import { copiedSpec, type Kept, profiled, profiledNode, profileOf } from "./profiles.ts";

/** The pod and container that were made for debugging. */
export interface Made {
  pod: Pod;
  container: string;
}

const letters = "bcdfghjklmnpqrstvwxz2456789";

/** Makes debug containers. */
export class Debugger {
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
    const images = f["set-image"];
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
      const copy = shares === undefined ? bare : { ...bare, shareProcessNamespace: shares };
      return { pod: await this.#created({ ...whole, spec: copy }, pod), container: "" };
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
    const { flags: f, kube, out } = this.#context;
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
    const over = Boolean(statusOf(ready)?.terminated);
    await attachFromStart(this.#context, ready as unknown as Pod, over, { container, stdin: f.stdin, tty: f.tty, quiet: f.quiet });
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
    const env = [...f.env].map(([name, value]): EnvVar => ({ name, value }));
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
