import type { Api } from "#machinery/client.ts";
import { controllerOf, type KubeObject } from "#machinery/object.ts";

/**
 * What nobody controls, by resource and namespace. Workload controllers adopt what their selector matches; since nearly everything has its
 * controller already, they look here and not through all that lives.
 */
export class Orphans {
  readonly #api: Api;
  readonly #resources = new Map<string, Map<string, Map<string, KubeObject>>>();
  readonly #ends: (() => void)[] = [];

  constructor(api: Api) {
    this.#api = api;
  }

  of<T extends KubeObject>(resource: string, namespace = ""): readonly T[] {
    const found = this.#followed(resource).get(namespace);
    return found ? ([...found.values()] as T[]) : none;
  }

  stop(): void {
    for (const end of this.#ends) end();
  }

  #followed(resource: string): Map<string, Map<string, KubeObject>> {
    let spaces = this.#resources.get(resource);
    if (spaces) return spaces;
    spaces = new Map();
    this.#resources.set(resource, spaces);
    for (const object of this.#api.list(resource)) if (!controllerOf(object)) put(spaces, object);
    this.#ends.push(
      this.#api.watch(resource, ({ type, object, old }) => {
        const among = spaces.get(object.metadata.namespace ?? "");
        if (type !== "DELETED" && !controllerOf(object)) put(spaces, object);
        else if (among && (!old || !controllerOf(old))) among.delete(object.metadata.name);
      }),
    );
    return spaces;
  }
}

const none: readonly never[] = [];

function put(spaces: Map<string, Map<string, KubeObject>>, object: KubeObject): void {
  const namespace = object.metadata.namespace ?? "";
  const among = spaces.get(namespace) ?? new Map<string, KubeObject>();
  spaces.set(namespace, among.set(object.metadata.name, object));
}
