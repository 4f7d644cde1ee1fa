import type { Node, Pod } from "#machinery/types.ts";
import { defineCommand } from "../command.ts";
import { CommandError } from "../errors.ts";
import { find } from "../resources/find.ts";
import { Debugger, type Made } from "./debugger.ts";
import { check, customOf, flags } from "./options.ts";
import { profileOf } from "./profiles.ts";

export const debug = defineCommand({
  name: "debug",
  group: "Troubleshooting and Debugging Commands:",
  usage: "(POD | TYPE[[.VERSION].GROUP]/NAME) [ -- COMMAND [args...] ]",
  summary: "Create debugging sessions for troubleshooting workloads and nodes",
  description: `Debug cluster resources using interactive debugging containers.

  *  A pod gets another container, beside those that run in it already.
  *  With --copy-to, a copy of the pod is made and changed instead.
  *  A node gets a pod that sees the node's namespaces, and its files under /host.`,
  examples: `# A shell beside a pod's containers
kubectl debug web -it --image=busybox

# A copy of a pod with another image in its containers
kubectl debug web --copy-to=web-debug --set-image=*=busybox

# A shell on a node
kubectl debug node/minikube -it --image=busybox`,
  flags,
  completes: "pods",

  async run(context) {
    const { flags: f, args, beforeDashes, kube, out, process } = context;
    const names = args.slice(0, beforeDashes);
    const command = args.slice(beforeDashes ?? args.length);
    profileOf(f.profile);
    const custom = f.custom ? customOf(context) : undefined;
    check(context, names, command, custom);
    const targets = names.map((name) => (name.includes("/") ? name : `pods/${name}`));
    const files = f.filename.length > 0 ? { files: { filename: f.filename, kustomize: "", recursive: false }, latest: true } : {};
    const found = await find(kube, process, { args: targets, ...files });
    for await (const entry of found.targets()) {
      if ("error" in entry) throw entry.error;
      const { object, resource } = entry;
      if (!object) continue;
      const maker = new Debugger(context, command, custom);
      let made: Made | undefined;
      if (object.kind === "Node") made = await maker.node(object as unknown as Node);
      else if (object.kind !== "Pod") {
        const gvk = `${resource.group ? `${resource.group}/${resource.version}` : `/${resource.version}`}, Kind=${resource.kind}`;
        throw new CommandError(`${JSON.stringify(gvk)} not supported by debug`);
      } else if (f["copy-to"]) made = await maker.copy(object as unknown as Pod);
      else made = await maker.ephemeral(object as unknown as Pod);
      await out.flush();
      const attaches = context.changed("attach") ? f.attach : f.attach || f.stdin;
      if (attaches && made.container) await maker.attach(made);
    }
  },
});
