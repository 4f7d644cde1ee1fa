import { addTo, append, denied, freeNumber, groupFile, rewrite } from "./account-files.ts";
import { defineTool, type Tool } from "./tool.ts";

const groupTool = (name: "groupadd" | "addgroup"): Tool =>
  defineTool({
    name,
    usage: "[options] GROUP",
    summary: "Create a new group.",
    options: ["f,force", "g,gid=", "o,non-unique", "r,S,system", "K,key=", "q,quiet"],

    async run(call) {
      const { options, process, fail } = call;
      const { accounts, fs } = process.machine;
      const operands = options.operands;
      const wanted = operands.at(-1);
      if (wanted === undefined) return fail("missing group name", 2);
      const no = denied(call);
      if (no) return no;
      if (name === "addgroup" && operands.length === 2) {
        const [user = ""] = operands;
        if (!accounts.user(user)) return fail(`unknown user ${user}`);
        if (!accounts.group(wanted)) return fail(`unknown group ${wanted}`);
        addTo(fs, user, [wanted]);
        return 0;
      }
      if (accounts.group(wanted)) {
        if (options.has("force") || (name === "addgroup" && options.has("system"))) return 0;
        return name === "groupadd" ? fail(`group '${wanted}' already exists`, 9) : fail(`group '${wanted}' in use`);
      }
      const gid = options.has("gid") ? Number(options.get("gid")) : freeNumber(process.machine, options.has("system"));
      if (accounts.groups().some((one) => one.gid === gid) && !options.has("non-unique"))
        return name === "groupadd" ? fail(`GID '${gid}' already exists`, 4) : fail(`gid '${gid}' in use`);
      append(fs, groupFile, `${wanted}:x:${gid}:`);
      return 0;
    },
  });

export const groupadd = groupTool("groupadd");
export const addgroup = groupTool("addgroup");

const groupRemoveTool = (name: "groupdel" | "delgroup"): Tool =>
  defineTool({
    name,
    usage: "[options] GROUP",
    summary: "Delete a group.",
    options: ["f,force", "q,quiet", "only-if-empty"],

    async run(call) {
      const { options, process, fail } = call;
      const [wanted] = options.operands;
      const { accounts, fs } = process.machine;
      if (wanted === undefined) return fail("missing group name", 2);
      const no = denied(call);
      if (no) return no;
      const known = accounts.group(wanted);
      if (!known) return name === "groupdel" ? fail(`group '${wanted}' does not exist`, 6) : fail(`unknown group ${wanted}`);
      const member = accounts.users().find(({ gid }) => gid === known.gid);
      if (member) return fail(`cannot remove the primary group of user '${member.name}'`, 8);
      rewrite(fs, groupFile, (fields) => (fields[0] === wanted ? undefined : fields));
      return 0;
    },
  });

export const groupdel = groupRemoveTool("groupdel");
export const delgroup = groupRemoveTool("delgroup");
