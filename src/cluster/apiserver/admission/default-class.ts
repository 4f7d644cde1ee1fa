import type { KubeObject } from "#machinery/object.ts";
import { forbidden } from "#machinery/status.ts";
import type { Ingress, IngressClass, PersistentVolumeClaim, StorageClass } from "#machinery/types.ts";
import { definePlugin } from "./plugin.ts";

/** Gives a claim that names no storage class the one that is marked as default. */
export const defaultStorageClass = definePlugin<PersistentVolumeClaim>({
  name: "DefaultStorageClass",
  operations: ["CREATE"],
  resources: ["persistentvolumeclaims"],

  mutate(request) {
    const { object: claim, api } = request;
    const isNamed =
      claim.spec.storageClassName !== undefined || claim.metadata.annotations?.["volume.beta.kubernetes.io/storage-class"] !== undefined;
    if (isNamed) return;
    const marks = ["storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"];
    const found = defaults(api.list<StorageClass>("storageclasses.storage.k8s.io"), marks)[0];
    if (found) request.object = { ...claim, spec: { ...claim.spec, storageClassName: found.metadata.name ?? "" } };
  },
});

/** Gives an ingress that names no class the one that is marked as default. */
export const defaultIngressClass = definePlugin<Ingress>({
  name: "DefaultIngressClass",
  operations: ["CREATE"],
  resources: ["ingresses.networking.k8s.io"],

  mutate(request) {
    const { object: ingress, api, resource } = request;
    const isNamed = ingress.spec?.ingressClassName !== undefined || ingress.metadata.annotations?.["kubernetes.io/ingress.class"] !== undefined;
    if (isNamed) return;
    const found = defaults(api.list<IngressClass>("ingressclasses.networking.k8s.io"), ["ingressclass.kubernetes.io/is-default-class"]);
    if (found.length > 1)
      throw forbidden(resource.on, ingress.metadata.name ?? "", `${found.length} default IngressClasses were found, only 1 allowed`);
    if (found[0]) request.object = { ...ingress, spec: { ...ingress.spec, ingressClassName: found[0].metadata.name ?? "" } };
  },
});

/** Those that are marked, the newest first. */
function defaults<T extends KubeObject>(all: readonly T[], marks: readonly string[]): readonly T[] {
  const marked = all.filter(({ metadata }) => marks.some((mark) => metadata.annotations?.[mark] === "true"));
  const age = ({ metadata }: T) => metadata.creationTimestamp ?? "";
  return marked.toSorted((a, b) => (age(a) > age(b) ? -1 : age(a) < age(b) ? 1 : (a.metadata.name ?? "") < (b.metadata.name ?? "") ? -1 : 1));
}
