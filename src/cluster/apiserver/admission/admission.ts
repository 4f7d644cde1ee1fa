import type { Resource } from "../registry.ts";
import type { AdmissionPlugin, AdmissionRequest, Operation } from "./plugin.ts";

interface Concerned {
  readonly mutating: readonly AdmissionPlugin[];
  readonly validating: readonly AdmissionPlugin[];
}

/** The plugins in their order, and which of them concern what. */
export class Admission {
  readonly #plugins: readonly AdmissionPlugin[];
  readonly #concerned = new WeakMap<Resource, Map<string, Concerned>>();

  constructor(plugins: readonly AdmissionPlugin[]) {
    this.#plugins = plugins;
  }

  async mutate(request: AdmissionRequest): Promise<void> {
    for (const plugin of this.#of(request).mutating) {
      const done = plugin.mutate?.(request);
      if (done) await done;
    }
  }

  async validate(request: AdmissionRequest): Promise<void> {
    for (const plugin of this.#of(request).validating) {
      const done = plugin.validate?.(request);
      if (done) await done;
    }
  }

  #of({ operation, resource, subresource }: AdmissionRequest): Concerned {
    const key = subresource ? `${operation} ${subresource}` : operation;
    const known = this.#concerned.get(resource) ?? new Map<string, Concerned>();
    let found = known.get(key);
    if (!found) {
      const name = subresource ? `${resource.name}/${subresource}` : resource.name;
      const plugins = this.#plugins.filter((plugin) => concerns(plugin, operation, name, subresource));
      found = { mutating: plugins.filter((plugin) => plugin.mutate), validating: plugins.filter((plugin) => plugin.validate) };
      this.#concerned.set(resource, known.set(key, found));
    }
    return found;
  }
}

function concerns(plugin: AdmissionPlugin, operation: Operation, name: string, subresource: string): boolean {
  return plugin.operations.includes(operation) && (plugin.resources ? plugin.resources.includes(name) : !subresource || plugin.subresources === true);
}
