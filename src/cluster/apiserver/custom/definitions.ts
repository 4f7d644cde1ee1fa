import type { Clock, Timer } from "#base/clock.ts";
import type { Tasks } from "#base/tasks.ts";
import type { Api } from "#machinery/client.ts";
import { equal } from "#machinery/field-comparison.ts";
import { StatusError } from "#machinery/status.ts";
import { formatTime } from "#machinery/time.ts";
import type { CustomResourceDefinition, CustomResourceDefinitionCondition } from "#machinery/types.ts";
import type { Registry, Resource } from "../registry.ts";
import { customKind } from "./custom-kind.ts";
import { namingOf } from "./names.ts";

const resource = "customresourcedefinitions.apiextensions.k8s.io";
const cleanup = "customresourcecleanup.apiextensions.k8s.io";
/** How long after it was asked for a deletion begins, and how long it takes at least: clients see it happen. */
const deletionDelay = 15;

interface Options {
  registry: Registry;
  api: Api;
  clock: Clock;
  tasks: Tasks;
}

/** Serves what CustomResourceDefinitions define, from the moment when their names are accepted until they are gone. */
export class Definitions {
  readonly #options: Options;
  readonly #served = new Map<string, { definition: CustomResourceDefinition; resources: readonly Resource[] }>();
  readonly #waiting = new Set<string>();
  readonly #timers = new Map<string, Timer>();

  constructor(options: Options) {
    this.#options = options;
    const { api, registry } = options;
    // A server that serves no definitions has nothing to do here.
    if (!registry.named(resource)) return;
    for (const definition of api.list<CustomResourceDefinition>(resource)) {
      this.#serve(definition);
      this.#lookAt(definition);
    }
    api.watch<CustomResourceDefinition>(resource, ({ type, object, old }) => {
      if (type === "DELETED") this.#forget(object);
      else if (object.spec !== old?.spec || object.status !== old.status || object.metadata.deletionTimestamp !== old.metadata.deletionTimestamp) {
        this.#serve(object);
        this.#lookAt(object);
      }
    });
  }

  #serve(definition: CustomResourceDefinition): void {
    const { name = "" } = definition.metadata;
    const before = this.#served.get(name);
    const { registry } = this.#options;
    const isEstablished = conditionOf(definition, "Established")?.status === "True";
    if (
      before &&
      isEstablished &&
      before.definition.spec === definition.spec &&
      equal(before.definition.status.acceptedNames, definition.status.acceptedNames)
    )
      return;
    for (const each of before?.resources ?? []) registry.remove(each);
    this.#served.delete(name);
    if (!isEstablished) return;
    const versions = definition.spec.versions.filter(({ served }) => served);
    const storage = versions.find((version) => version.storage) ?? versions[0];
    if (!storage) return;
    const kinds = [storage, ...versions.filter((version) => version !== storage)].map((version) => customKind(definition, version, storage.name));
    this.#served.set(name, { definition, resources: kinds.map((kind) => registry.add(kind)) });
  }

  #forget({ metadata: { name = "" }, spec: { group } }: CustomResourceDefinition): void {
    for (const each of this.#served.get(name)?.resources ?? []) this.#options.registry.remove(each);
    this.#served.delete(name);
    this.#timers.get(name)?.cancel();
    this.#timers.delete(name);
    // Its names are free for those that wait for them.
    for (const other of this.#ofGroup(group)) this.#lookAt(other);
  }

  #ofGroup(group: string): readonly CustomResourceDefinition[] {
    return this.#options.api.list<CustomResourceDefinition>(resource).filter(({ spec }) => spec.group === group);
  }

  #lookAt({ metadata: { name = "", deletionTimestamp } }: CustomResourceDefinition): void {
    const { clock, tasks } = this.#options;
    if (deletionTimestamp) {
      if (this.#timers.has(name)) return;
      this.#timers.set(
        name,
        clock.at(clock.now() + deletionDelay, () => this.#empty(name)),
      );
      return;
    }
    if (this.#waiting.has(name)) return;
    this.#waiting.add(name);
    tasks.detach(async () => {
      // After the write that led here is answered.
      await Promise.resolve();
      this.#waiting.delete(name);
      await settled(() => this.#nameIt(name));
    });
  }

  async #nameIt(name: string): Promise<void> {
    const { api } = this.#options;
    const definition = api.get<CustomResourceDefinition>(resource, name);
    if (!definition || definition.metadata.deletionTimestamp) return;
    const others = this.#ofGroup(definition.spec.group).filter((other) => other.metadata.name !== name);
    const { accepted, namesAccepted, established } = namingOf(definition, others);
    await this.#update(definition, accepted, [namesAccepted, established]);
  }

  async #update(
    definition: CustomResourceDefinition,
    acceptedNames: CustomResourceDefinition["status"]["acceptedNames"],
    wanted: readonly Omit<CustomResourceDefinitionCondition, "lastTransitionTime">[],
  ): Promise<CustomResourceDefinition> {
    const { api, clock } = this.#options;
    const conditions = [...(definition.status.conditions ?? [])];
    for (const condition of wanted) {
      const at = conditions.findIndex(({ type }) => type === condition.type);
      const before = conditions[at];
      const isSame = before && before.status === condition.status && before.reason === condition.reason && before.message === condition.message;
      if (isSame) continue;
      const lastTransitionTime = before?.status === condition.status ? (before.lastTransitionTime ?? "") : formatTime(clock.now());
      const next = { ...condition, lastTransitionTime };
      if (before) conditions[at] = next;
      else conditions.push(next);
    }
    const status = { ...definition.status, conditions, ...(acceptedNames ? { acceptedNames } : {}) };
    return await api.updateStatus<CustomResourceDefinition>(resource, { ...definition, status });
  }

  /** Deletes what a definition that goes has stored, and lets it go. */
  async #empty(name: string): Promise<void> {
    const { clock } = this.#options;
    await settled(async () => {
      const definition = this.#options.api.get<CustomResourceDefinition>(resource, name);
      if (!definition?.metadata.finalizers?.includes(cleanup)) return;
      await this.#update(definition, undefined, [
        { type: "Terminating", status: "True", reason: "InstanceDeletionInProgress", message: "CustomResource deletion is in progress" },
      ]);
    });
    this.#timers.set(
      name,
      clock.at(clock.now() + deletionDelay, () => this.#release(name)),
    );
  }

  async #release(name: string): Promise<void> {
    const { api, clock } = this.#options;
    const left = await this.#deleteAll(name);
    if (left > 0) {
      // Finalizers hold some of them: again when they may have gone.
      this.#timers.set(
        name,
        clock.at(clock.now() + 5000, () => this.#release(name)),
      );
      return;
    }
    this.#timers.delete(name);
    await settled(async () => {
      const definition = api.get<CustomResourceDefinition>(resource, name);
      if (!definition?.metadata.finalizers?.includes(cleanup)) return;
      const emptied = await this.#update(definition, undefined, [
        { type: "Terminating", status: "False", reason: "InstanceDeletionCompleted", message: "removed all instances" },
      ]);
      const finalizers = emptied.metadata.finalizers?.filter((each) => each !== cleanup) ?? [];
      await api.update<CustomResourceDefinition>(resource, { ...emptied, metadata: { ...emptied.metadata, finalizers } });
    });
  }

  async #deleteAll(name: string): Promise<number> {
    const { api } = this.#options;
    const of = this.#served.get(name)?.resources[0];
    if (!of) return 0;
    for (const { metadata } of api.list(of.name)) await settled(() => api.delete(of.name, metadata.name ?? "", metadata.namespace));
    return api.list(of.name).length;
  }
}

const conditionOf = ({ status }: CustomResourceDefinition, wanted: string) => status.conditions?.find(({ type }) => type === wanted);

/** Somebody else may write at the same time: then their write leads here again. */
async function settled(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
  }
}
