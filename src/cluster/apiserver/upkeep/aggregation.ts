import type { APIService } from "#machinery/types.ts";
import type { Kind } from "../kind.ts";
import type { Registry, Resource } from "../registry.ts";

/** Serves kinds for the servers behind APIServices, as long as those can be reached. */
export class Aggregation {
  readonly #registry: Registry;
  readonly #kinds: readonly Kind[];
  readonly #served = new Map<string, readonly Resource[]>();

  constructor(registry: Registry, kinds: readonly Kind[]) {
    this.#registry = registry;
    this.#kinds = kinds;
  }

  /** The kinds that an APIService stands for. */
  kindsOf({ spec }: APIService): readonly Kind[] {
    return this.#kinds.filter(({ group, version }) => group === spec?.group && version === spec?.version);
  }

  follow(service: APIService): void {
    const { name = "" } = service.metadata;
    const isAvailable = service.status?.conditions?.some(({ type, status }) => type === "Available" && status === "True") ?? false;
    if (!isAvailable || !service.spec?.service) this.leave(service);
    else if (!this.#served.has(name)) {
      const kinds = this.kindsOf(service);
      if (kinds.length > 0)
        this.#served.set(
          name,
          kinds.map((kind) => this.#registry.add(kind)),
        );
    }
  }

  leave({ metadata: { name = "" } }: APIService): void {
    for (const resource of this.#served.get(name) ?? []) this.#registry.remove(resource);
    this.#served.delete(name);
  }
}
