import type { KubeObject } from "#machinery/object.ts";
import { notFound } from "#machinery/status.ts";
import { admissionRequest, type Core, strategyContext, type Target, type WriteOptions } from "../core.ts";
import type { SubresourceContext } from "../kind.ts";
import { update } from "./update.ts";

/** Acts on an object through one of its subresources: binds it, evicts it. Gives what the subresource answers. */
export async function createSubresource(core: Core, target: Target, sent: KubeObject, options: WriteOptions): Promise<KubeObject> {
  const { resource, namespace, name, subresource } = target;
  const act = resource.subresource(subresource)?.create;
  if (!act) throw notFound(resource.on, name);
  const request = admissionRequest(core, "CREATE", target, sent, undefined, options);
  await core.admission.mutate(request);
  await core.admission.validate(request);
  const entry = resource.collection.get(namespace, name);
  return await act(entry && resource.read(entry.value), request.object, subresourceContext(core, target, options));
}

export const subresourceContext = (core: Core, target: Target, options: WriteOptions): SubresourceContext => ({
  ...strategyContext(core, target.subresource, options),
  name: target.name,
  namespace: target.namespace,
  kubelets: core.kubelets,
  tokens: core.tokens,
  // What the server does on somebody's behalf is nobody's field.
  write: async (object) => (await update(core, target, () => object, { ...options, manager: "" })).object,
});
