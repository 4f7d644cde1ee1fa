import type { RbacSubject } from "#machinery/types.ts";
import { string, strings, type Values } from "../../cli/flags.ts";
import { defineCommand } from "../command.ts";
import { CommandError } from "../errors.ts";
import { create, creationFlags, metadataOf, oneName } from "./creation.ts";

const rbac = "rbac.authorization.k8s.io";

export const subjectFlags = {
  group: strings({ commas: false, help: "Groups to bind. May be given several times." }),
  serviceaccount: strings({ commas: false, help: "Service accounts to bind, as NAMESPACE:NAME. May be given several times." }),
  user: strings({ commas: false, help: "Users to bind. May be given several times." }),
} as const;

/** What these flags give; a command's own --user stands before the global one, which is no list. */
export type SubjectNames = Values<typeof subjectFlags>;

/** The subjects that the flags name. */
export function subjectsOf(given: object): RbacSubject[] {
  const flags = given as SubjectNames;
  return [
    ...flags.user.map((name): RbacSubject => ({ kind: "User", apiGroup: rbac, name })),
    ...flags.group.map((name): RbacSubject => ({ kind: "Group", apiGroup: rbac, name })),
    ...flags.serviceaccount.map((text): RbacSubject => {
      const [namespace = "", name = "", more] = text.split(":");
      if (!namespace || !name || more !== undefined) throw new CommandError("serviceaccount must be <namespace>:<name>");
      return { kind: "ServiceAccount", name, namespace };
    }),
  ];
}

export const rolebinding = defineCommand({
  name: "rolebinding",
  usage:
    "NAME --clusterrole=NAME|--role=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]",
  summary: "Create a role binding for a particular role or cluster role",
  flags: {
    ...creationFlags,
    ...subjectFlags,
    clusterrole: string({ help: "The cluster role to bind." }),
    role: string({ help: "The role to bind." }),
  },
  async run(context) {
    const { flags } = context;
    const name = oneName(context);
    if ((flags.clusterrole === "") === (flags.role === "")) throw new CommandError("exactly one of clusterrole or role must be specified");
    const roleRef = { apiGroup: rbac, kind: flags.role ? "Role" : "ClusterRole", name: flags.role || flags.clusterrole };
    const subjects = subjectsOf(flags);
    await create(
      context,
      { kind: "RoleBinding", apiVersion: `${rbac}/v1`, metadata: metadataOf(context, name), ...(subjects.length > 0 ? { subjects } : {}), roleRef },
      { plural: "rolebindings", failure: "failed to create rolebinding: " },
    );
  },
});

export const clusterrolebinding = defineCommand({
  name: "clusterrolebinding",
  usage:
    "NAME --clusterrole=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]",
  summary: "Create a cluster role binding for a particular cluster role",
  flags: { ...creationFlags, ...subjectFlags, clusterrole: string({ required: true, help: "The cluster role to bind." }) },
  async run(context) {
    const { flags } = context;
    const name = oneName(context);
    const roleRef = { apiGroup: rbac, kind: "ClusterRole", name: flags.clusterrole };
    const subjects = subjectsOf(flags);
    await create(
      context,
      {
        kind: "ClusterRoleBinding",
        apiVersion: `${rbac}/v1`,
        metadata: metadataOf(context, name, false),
        ...(subjects.length > 0 ? { subjects } : {}),
        roleRef,
      },
      { plural: "clusterrolebindings", namespaced: false, failure: "failed to create clusterrolebinding: " },
    );
  },
});
