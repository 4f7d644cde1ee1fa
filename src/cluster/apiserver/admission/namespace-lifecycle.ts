import { forbidden, notFound, StatusError } from "#machinery/status.ts";
import type { Namespace } from "#machinery/types.ts";
import { definePlugin } from "./plugin.ts";

/** Namespaces that cannot be deleted. */
const immortal: readonly string[] = ["default", "kube-system", "kube-public"];

/** Nothing is created in a namespace that is not there or is going, and some namespaces never go. */
export const namespaceLifecycle = definePlugin({
  name: "NamespaceLifecycle",
  operations: ["CREATE", "DELETE"],

  mutate({ operation, resource, namespace, name, object, api }) {
    if (operation !== "CREATE" || !resource.namespaced) return;
    const found = api.get<Namespace>("namespaces", namespace);
    if (!found) throw notFound({ group: "", resource: "namespaces" }, namespace);
    if (found.status.phase !== "Terminating") return;

    const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
    const refusal = forbidden(resource.on, name || object.metadata.generateName || "", why);
    const causes = [{ reason: "NamespaceTerminating", message: `namespace ${namespace} is being terminated`, field: "metadata.namespace" }];
    throw new StatusError(403, "Forbidden", refusal.message, { ...refusal.status.details, causes });
  },

  validate({ operation, resource, name }) {
    if (operation === "DELETE" && resource.name === "namespaces" && immortal.includes(name))
      throw forbidden(resource.on, name, "this namespace may not be deleted");
  },
});
