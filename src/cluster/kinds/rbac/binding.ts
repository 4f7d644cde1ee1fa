import type { ClusterRoleBinding, RbacSubject, RoleBinding } from "#machinery/types.ts";
import { columnsOf } from "../shared/columns.ts";

type Binding = RoleBinding | ClusterRoleBinding;

const group = "rbac.authorization.k8s.io";

export const bindingColumns = (kind: string) =>
  columnsOf<Binding>(kind, [
    { name: "Role", type: "string", cell: ({ roleRef }) => `${roleRef.kind}/${roleRef.name}` },
    { name: "Users", type: "string", priority: 1, cell: (binding) => named(binding, "User").join(", ") },
    { name: "Groups", type: "string", priority: 1, cell: (binding) => named(binding, "Group").join(", ") },
    { name: "ServiceAccounts", type: "string", priority: 1, cell: (binding) => named(binding, "ServiceAccount").join(", ") },
  ]);

const named = ({ subjects }: Binding, kind: string) =>
  (subjects ?? [])
    .filter((subject) => subject.kind === kind)
    .map((subject) => (kind === "ServiceAccount" && subject.namespace ? `${subject.namespace}/${subject.name}` : subject.name));

export function defaultBinding(binding: Binding): void {
  binding.roleRef.apiGroup ||= group;
  for (const subject of binding.subjects ?? []) defaultSubject(subject);
}

function defaultSubject(subject: RbacSubject): void {
  if (subject.kind === "User" || subject.kind === "Group") subject.apiGroup ||= group;
}
