import type { Api } from "#machinery/client.ts";
import type { KubeObject } from "#machinery/object.ts";

/** All objects of a resource by name, read again when one changed; nothing where it is not served. */
export class Configurations<T extends KubeObject> {
  readonly #of = new WeakMap<Api, { all: readonly T[] | undefined }>();
  readonly #resource: string;
  readonly #kind: string;

  constructor(resource: string, kind: string) {
    this.#resource = resource;
    this.#kind = kind;
  }

  all(api: Api): readonly T[] {
    let known = this.#of.get(api);
    if (!known) {
      const fresh: { all: readonly T[] | undefined } = { all: undefined };
      known = fresh;
      this.#of.set(api, fresh);
      if (api.resourceOf("admissionregistration.k8s.io/v1", this.#kind)) api.watch(this.#resource, () => (fresh.all = undefined));
      else fresh.all = [];
    }
    known.all ??= api.list<T>(this.#resource);
    return known.all;
  }
}
