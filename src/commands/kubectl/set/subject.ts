import type { RbacSubject } from "#machinery/types.ts";
import type { Thing } from "../api/server.ts";
import { defineCommand } from "../command.ts";
import { type SubjectNames, subjectFlags } from "../create/role-binding.ts";
import { CommandError } from "../errors.ts";
import { sortedJson } from "../print/json.ts";
import { applySetting, type Changing, checkSetFlags, setFlags, setTargets } from "./setting.ts";

const group = "rbac.authorization.k8s.io";

export const subject = defineCommand({
  name: "subject",
  usage:
    "(-f FILENAME | TYPE NAME) [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]",
  summary: "Update the user, group, or service account in a role binding or cluster role binding",
  examples: "# One more account for a binding\nkubectl set subject rolebinding readers --serviceaccount=default:robot",
  flags: { ...setFlags, ...subjectFlags },
  completes: "resources",

  async run(context) {
    const { flags, args, kube } = context;
    const dryRun = kube.dryRun(flags["dry-run"]);
    const targets = await setTargets(context, args);
    checkSetFlags(flags, dryRun);
    const names = flags as unknown as SubjectNames;
    if (names.user.length + names.group.length + names.serviceaccount.length === 0)
      throw new CommandError("you must specify at least one value of user, group or serviceaccount");
    for (const account of names.serviceaccount) {
      const [namespace = "", name = "", more] = account.split(":");
      if (more !== undefined || name === "") throw new CommandError("serviceaccount must be <namespace>:<name>");
      if (namespace === "" && targets.some(({ resource }) => resource.kind === "ClusterRoleBinding"))
        throw new CommandError("serviceaccount must be <namespace>:<name>, namespace must be specified");
    }
    const wanted = subjects(names, kube.namespace);
    const change = ({ object }: Changing): Thing => {
      if (object.kind !== "RoleBinding" && object.kind !== "ClusterRoleBinding")
        throw new CommandError("setting subjects is only supported for RoleBinding/ClusterRoleBinding");
      const before = (object["subjects"] as RbacSubject[] | undefined) ?? [];
      const added = wanted.filter((subject) => !before.some((other) => sortedJson(other) === sortedJson(subject)));
      return added.length > 0 ? { ...object, subjects: [...before, ...added] } : object;
    };
    await applySetting(context, targets, { done: "subjects updated", failure: "failed to patch subjects to rolebinding: ", change }, dryRun);
  },
});

function subjects({ user, group: groups, serviceaccount }: SubjectNames, own: string): RbacSubject[] {
  const unique = (names: readonly string[]) => [...new Set(names)].sort();
  return [
    ...unique(user).map((name): RbacSubject => ({ kind: "User", apiGroup: group, name })),
    ...unique(groups).map((name): RbacSubject => ({ kind: "Group", apiGroup: group, name })),
    ...unique(serviceaccount).map((account): RbacSubject => {
      const [namespace = "", name = ""] = account.split(":");
      return { kind: "ServiceAccount", name, namespace: namespace || own };
    }),
  ];
}
