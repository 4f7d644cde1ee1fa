import { defineKind } from "#cluster/apiserver/kind.ts";
import type { Binding } from "#machinery/types.ts";

/** The old way to give a pod its node: the same as the pod's own `binding`. */
export const bindingKind = defineKind<Binding>({
  group: "",
  version: "v1",
  kind: "Binding",
  plural: "bindings",
  scope: "Namespaced",
  verbs: ["create"],
  docs: "https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/binding-v1/",

  async answer(binding, { api }) {
    const { name, namespace = "" } = binding.metadata;
    return (await api.createSub("pods", name, namespace, "binding", binding)) as Binding;
  },
});
