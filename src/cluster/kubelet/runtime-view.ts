import type { Clock } from "#base/clock.ts";
import type { Random } from "#base/random.ts";
import type { Source } from "#base/streams.ts";
import type { Tasks } from "#base/tasks.ts";
import { digestOf } from "#cluster/images/digest.ts";
import { parseReference } from "#cluster/images/reference.ts";
import type { Registry } from "#cluster/images/registry.ts";
import type { Api, RemoteCommand } from "#machinery/client.ts";
import type { ContainerRuntime, RuntimeContainer, RuntimeImage, RuntimeSandbox } from "#machinery/container-runtime.ts";
import type { ExecOptions, LogOptions } from "#machinery/kubelet.ts";
import type { Pod } from "#machinery/types.ts";
import type { ContainerConfig } from "./container-config.ts";
import type { Records } from "./container-host.ts";
import { execIn } from "./exec.ts";
import { readLog } from "./logs.ts";
import type { ContainerRecord, PodRecord } from "./record.ts";
import type { Runtime } from "./runtime.ts";

interface Surroundings {
  runtime: Runtime;
  records: Records;
  registry: Registry;
  api: Api;
  clock: Clock;
  random: Random;
  tasks: Tasks;
  address: string;
}

/** How often a container that was told to end is looked at. */
const glance = 100;

/** A node's runtime as its tools see it: what `crictl` and `ctr` ask over the socket of containerd. */
export class RuntimeView implements ContainerRuntime {
  readonly #around: Surroundings;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  sandboxes(): RuntimeSandbox[] {
    return this.#around.runtime.records().flatMap((record) => this.#sandboxOf(record) ?? []);
  }

  containers(): RuntimeContainer[] {
    return this.#around.runtime.records().flatMap((record) => {
      const sandbox = this.#sandboxOf(record);
      return sandbox ? record.containers.flatMap((container) => this.#containerOf(record, container, sandbox) ?? []) : [];
    });
  }

  images(): RuntimeImage[] {
    const known = new Map<string, { -readonly [K in keyof RuntimeImage]: RuntimeImage[K] }>();
    for (const name of this.#around.runtime.images()) {
      const image = this.#imageOf(name);
      if (!image) continue;
      const same = known.get(image.id);
      if (same) {
        same.tags = [...same.tags, ...image.tags];
        same.digests = [...new Set([...same.digests, ...image.digests])];
      } else known.set(image.id, { ...image });
    }
    return [...known.values()];
  }

  async pull(name: string): Promise<RuntimeImage> {
    const { runtime, registry, clock, address } = this.#around;
    const reference = parseReference(name);
    if ("problem" in reference)
      throw new Error(`rpc error: code = InvalidArgument desc = failed to parse image reference "${name}": ${reference.problem}`);
    const found = registry.find(reference);
    await clock.sleep(found && runtime.present(name) === undefined ? found.milliseconds : 300);
    if (!found) throw new Error(registry.refusal(reference, address.replace(/\.\d+$/, ".1")));
    runtime.keep([name]);
    const image = this.#imageOf(reference.name);
    if (!image) throw new Error(`image ${name} is gone`);
    return image;
  }

  removeImage(name: string): void {
    this.#around.runtime.drop(name);
  }

  logs(id: string, options: LogOptions): Source {
    const { record, container } = this.#found(id);
    return readLog(this.#around.runtime.log(record.uid, container.id), options, container.state !== "running", this.#around.tasks);
  }

  exec(id: string, options: ExecOptions): RemoteCommand {
    const { record, container } = this.#found(id);
    const live = this.#around.runtime.get(record.uid, container.id);
    if (!live || container.state !== "running") throw new Error(`rpc error: code = Unknown desc = container is in ${stateName(container)} state`);
    return execIn(live, options, this.#around.tasks);
  }

  async stop(id: string, timeoutSeconds: number): Promise<void> {
    const { record, container } = this.#found(id);
    const { runtime, clock } = this.#around;
    const live = runtime.get(record.uid, container.id);
    if (!live) return;
    if (timeoutSeconds > 0) live.signal("TERM");
    const deadline = clock.now() + timeoutSeconds * 1000;
    while (!live.ended && clock.now() < deadline) await clock.sleep(Math.min(glance, deadline - clock.now()));
    if (!live.ended) live.kill();
    while (!live.ended && clock.now() < deadline + 1000) await clock.sleep(glance);
  }

  remove(id: string): void {
    const { record, container } = this.#found(id);
    if (container.state === "running")
      throw new Error(
        `rpc error: code = Unknown desc = failed to set removing state for container "${id}": container is still running, to stop first`,
      );
    record.containers.splice(record.containers.indexOf(container), 1);
    this.#around.runtime.remove(record.uid, container.id);
    this.#around.records.put(this.#around.runtime.keys.pod(record.uid), record);
  }

  stopSandbox(id: string): void {
    const record = this.#around.runtime.records().find(({ sandbox }) => sandbox?.id === id);
    if (!record) throw new Error(`rpc error: code = NotFound desc = an error occurred when try to find sandbox "${id}": not found`);
    for (const container of record.containers) this.#around.runtime.get(record.uid, container.id)?.kill();
  }

  #found(id: string): { record: PodRecord; container: ContainerRecord } {
    for (const record of this.#around.runtime.records()) {
      const container = record.containers.find((one) => one.id === id);
      if (container) return { record, container };
    }
    throw new Error(`rpc error: code = NotFound desc = an error occurred when try to find container "${id}": not found`);
  }

  #sandboxOf({ uid, name, namespace, sandbox }: PodRecord): RuntimeSandbox | undefined {
    if (!sandbox) return undefined;
    const pod = this.#around.api.get<Pod>("pods", name, namespace);
    const { id, attempt, createdAt, ready, ip } = sandbox;
    return {
      id,
      uid,
      name,
      namespace,
      attempt,
      createdAt,
      ready,
      address: ip,
      labels: {
        ...pod?.metadata.labels,
        "io.kubernetes.pod.name": name,
        "io.kubernetes.pod.namespace": namespace,
        "io.kubernetes.pod.uid": uid,
      },
      annotations: pod?.metadata.annotations ?? {},
      hostNetwork: pod?.spec.hostNetwork ?? false,
    };
  }

  #containerOf(record: PodRecord, container: ContainerRecord, sandbox: RuntimeSandbox): RuntimeContainer | undefined {
    const { records, runtime } = this.#around;
    const config = records.get<ContainerConfig>(runtime.keys.config(container));
    if (!config) return undefined;
    const { id, name, attempt, state, createdAt, startedAt, finishedAt, exitCode, reason, message } = container;
    return {
      id,
      name,
      attempt,
      sandbox,
      state,
      createdAt,
      startedAt,
      finishedAt,
      exitCode,
      reason,
      message,
      image: config.image,
      imageId: this.#imageOf(config.image)?.id ?? "",
      args: config.args,
      env: config.env,
      cwd: config.cwd,
      user: config.user,
      mounts: config.mounts.map(({ volume, path, readOnly }) => ({ volume, path, readOnly: readOnly ?? false })),
      logPath: `/var/log/pods/${record.namespace}_${record.name}_${record.uid}/${name}/${attempt}.log`,
    };
  }

  #imageOf(name: string): RuntimeImage | undefined {
    const reference = parseReference(name);
    const found = "problem" in reference ? undefined : this.#around.runtime.imageNamed(name);
    if (!found || "problem" in reference) return undefined;
    return {
      id: `sha256:${digestOf(`config ${found.id}`)}`,
      tags: reference.digest ? [] : [reference.name],
      digests: [found.id],
      sizeBytes: found.sizeBytes,
      user: found.image.user ?? "",
    };
  }
}

const stateName = ({ state }: ContainerRecord) => `CONTAINER_${state.toUpperCase()}`;
