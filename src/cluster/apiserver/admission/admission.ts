import type { AdmissionPlugin, AdmissionRequest, Operation } from "./plugin.ts";

/** The plugins in their order, and which of them concern what. */
export class Admission {
  readonly #plugins: readonly AdmissionPlugin[];
  readonly #concerned = new Map<string, { mutating: readonly AdmissionPlugin[]; validating: readonly AdmissionPlugin[] }>();

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

  #of({ operation, resource, subresource }: AdmissionRequest) {
    const name = subresource ? `${resource.name}/${subresource}` : resource.name;
    const key = `${operation} ${name}`;
    let found = this.#concerned.get(key);
    if (!found) {
      const plugins = this.#plugins.filter((plugin) => concerns(plugin, operation, name, subresource));
      found = { mutating: plugins.filter((plugin) => plugin.mutate), validating: plugins.filter((plugin) => plugin.validate) };
      this.#concerned.set(key, found);
    }
    return found;
  }
}

function concerns(plugin: AdmissionPlugin, operation: Operation, name: string, subresource: string): boolean {
  return plugin.operations.includes(operation) && (plugin.resources ? plugin.resources.includes(name) : !subresource || plugin.subresources === true);
}
