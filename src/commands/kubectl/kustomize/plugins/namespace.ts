import type { Thing } from "../../api/server.ts";
import { CommandError } from "../../errors.ts";
import { struct } from "../decode.ts";
import { type FieldSpec, updatedAtAll } from "../field-specs.ts";
import { type Item, idOf, isSameId, placeOf, renamed } from "../resource.ts";
import { fieldSpec } from "../shapes.ts";
import { definePlugin, type Metadata, metadata } from "./plugin.ts";

const modes = ["defaultOnly", "none", "allServiceAccounts"];

interface Config extends Metadata {
  fieldSpecs?: FieldSpec[];
  unsetOnly?: boolean;
  setRoleBindingSubjects?: string;
}

export const namespaceTransformer = definePlugin<Config>({
  kind: "NamespaceTransformer",
  shape: struct("NamespaceTransformerPlugin", { ...metadata, fieldSpecs: [fieldSpec], unsetOnly: "bool", setRoleBindingSubjects: "string" }),

  transformer({ metadata: { namespace } = {}, fieldSpecs = [], unsetOnly = false, setRoleBindingSubjects: mode }) {
    if (mode && !modes.includes(mode))
      throw new CommandError(
        `invalid value ${JSON.stringify(mode)} for setRoleBindingSubjects: must be one of "defaultOnly", "none" or "allServiceAccounts"`,
      );
    const set = (value: unknown) => (unsetOnly && value ? value : namespace);
    return (items) => {
      if (!namespace) return items;
      const result = [...items];
      items.forEach((item, i) => {
        const moved = renamed(item, placed(item.object, fieldSpecs, set, mode || "defaultOnly"));
        result[i] = moved;
        const id = idOf(moved.object);
        const same = result.filter((other) => isSameId(idOf(other.object), id));
        if (same.length > 1) throw new CommandError(`namespace transformation produces ID conflict: [${same.map(shown).join(" ")}]`);
      });
      return result;
    };
  },
});

function placed(object: Thing, specs: readonly FieldSpec[], set: (value: unknown) => unknown, mode: string): Thing {
  const isBinding = object.kind === "RoleBinding" || object.kind === "ClusterRoleBinding";
  const own = specs.filter(
    ({ path, kind }) =>
      path !== "metadata/namespace" &&
      !(path === "metadata/name" && object.apiVersion !== "v1") &&
      !(isBinding && path === "subjects/namespace" && (kind === "RoleBinding" || kind === "ClusterRoleBinding")),
  );
  let result = object;
  if (placeOf(idOf(object)) !== undefined)
    result = { ...result, metadata: { ...result.metadata, namespace: set(result.metadata.namespace) as string } };
  if (isBinding && mode !== "none")
    result = updatedAtAll(result, [{ path: "subjects" }], (subjects) =>
      Array.isArray(subjects) ? subjects.map((subject) => follow(subject, set, mode)) : subjects,
    );
  return updatedAtAll(result, own, set, "");
}

/** Subjects that are named follow their accounts later; the default account is in no file. */
function follow(subject: unknown, set: (value: unknown) => unknown, mode: string): unknown {
  const { kind, name, namespace } = subject as { kind?: string; name?: string; namespace?: string };
  const follows = mode === "allServiceAccounts" ? kind === "ServiceAccount" : name === "default";
  return follows ? { ...(subject as object), namespace: set(namespace) } : subject;
}

/** As kustomize writes an object in a message: with its notes of what it was called. */
function shown({ object, past }: Item): string {
  const notes = {
    "internal.config.kubernetes.io/previousKinds": past.map(({ kind }) => kind).join(","),
    "internal.config.kubernetes.io/previousNames": past.map(({ name }) => name).join(","),
    "internal.config.kubernetes.io/previousNamespaces": past.map((id) => placeOf(id) ?? "_non_namespaceable_").join(","),
  };
  const { annotations, labels, name, namespace } = object.metadata;
  const about = { annotations: { ...annotations, ...notes }, ...(labels ? { labels } : {}), name, namespace };
  return JSON.stringify({ ...object, metadata: about });
}
