import { FileError } from "../file-system.ts";
import { each, fsOf, misused, pathOf } from "./file-call.ts";
import { changedMode, modeOf } from "./mode.ts";
import { defineTool, type ToolCall } from "./tool.ts";
import { walk } from "./walk.ts";

export const chmod = defineTool({
  name: "chmod",
  usage: "[OPTION]... MODE[,MODE]... FILE...",
  summary: "Change the mode of each FILE to MODE.",
  options: ["c,changes", "f,quiet", "silent", "v,verbose", "no-preserve-root", "preserve-root", "reference=", "R,recursive"],
  plain: true,

  async run(call) {
    const { fail } = call;
    // A mode such as -x looks like an option.
    const flags = call.args.filter((arg) => /^-[Rcfv]+$/.test(arg) || /^--(recursive|verbose|changes|quiet|silent)$/.test(arg));
    const [mode, ...names] = call.args.filter((arg) => !flags.includes(arg) && arg !== "--");
    if (mode === undefined) return misused(call, "missing operand");
    if (names.length === 0) return misused(call, `missing operand after ‘${mode}’`);
    if (modeOf(mode, 0, false) === undefined) return misused(call, `invalid mode: ‘${mode}’`);
    const recursive = flags.some((flag) => /^-[a-z]*R/.test(flag) || flag === "--recursive");
    const verbose = flags.some((flag) => /^-[a-zR]*v/.test(flag) || flag === "--verbose");
    return each(
      names,
      call,
      async (name) => {
        const stat = fsOf(call).stat(pathOf(call, name));
        if (!stat) return fail(`cannot access '${name}': No such file or directory`);
        if (call.process.user.uid !== 0 && stat.owner !== call.process.user.name) throw new FileError("EPERM", name);
        for (const entry of recursive ? walk(call.process, name) : [{ path: name, stat, depth: 0 }]) {
          if (entry.stat.kind === "link") continue;
          const bits = changedMode(mode, entry.stat.mode, entry.stat.kind === "directory", call.process.umask);
          fsOf(call).chmod(pathOf(call, entry.path), bits);
          if (verbose) await call.out.line(`mode of '${entry.path}' changed from ${octal(entry.stat.mode)} to ${octal(bits)}`);
        }
        return undefined;
      },
      (name, reason) => `changing permissions of '${name}': ${reason}`,
    );
  },
});

const octal = (mode: number): string => (mode & 0o7777).toString(8).padStart(4, "0");

async function changeOwner(call: ToolCall, ownerOf: (text: string) => { owner?: string; group?: string }): Promise<number> {
  const { options, fail } = call;
  const [who, ...names] = options.operands;
  if (who === undefined) return misused(call, "missing operand");
  if (names.length === 0) return misused(call, `missing operand after ‘${who}’`);
  const { owner, group } = ownerOf(who);
  const { accounts } = call.process.machine;
  const isNumber = (name: string) => /^\d+$/.test(name);
  const user = owner !== undefined && isNumber(owner) ? (accounts.userOf(Number(owner))?.name ?? owner) : owner;
  const toGroup = group !== undefined && isNumber(group) ? accounts.nameOf(Number(group)) : group;
  if (user !== undefined && !isNumber(user) && !accounts.user(user)) return fail(`invalid user: ‘${who}’`);
  if (toGroup !== undefined && !isNumber(toGroup) && !accounts.group(toGroup)) return fail(`invalid group: ‘${who}’`);
  return each(
    names,
    call,
    (name) => {
      if (call.process.user.uid !== 0) throw new FileError("EPERM", name);
      const stat = fsOf(call).stat(pathOf(call, name));
      if (!stat) return fail(`cannot access '${name}': No such file or directory`);
      for (const entry of options.has("recursive") ? walk(call.process, name) : [{ path: name, stat, depth: 0 }])
        if (entry.stat.kind !== "link") fsOf(call).chown(pathOf(call, entry.path), user ?? entry.stat.owner, toGroup ?? entry.stat.group);
      return undefined;
    },
    (name, reason) => `changing ownership of '${name}': ${reason}`,
  );
}

const ownerOptions = [
  "c,changes",
  "f,quiet",
  "silent",
  "v,verbose",
  "dereference",
  "h,no-dereference",
  "from=",
  "no-preserve-root",
  "preserve-root",
  "reference=",
  "R,recursive",
  "H",
  "L",
  "P",
];

export const chown = defineTool({
  name: "chown",
  usage: "[OPTION]... [OWNER][:[GROUP]] FILE...",
  summary: "Change the owner and/or group of each FILE to OWNER and/or GROUP.",
  options: ownerOptions,

  run: (call) =>
    changeOwner(call, (text) => {
      const [owner, group] = text.split(/[:.]/);
      return { ...(owner && { owner }), ...(group ? { group } : group === "" && owner ? { group: owner } : {}) };
    }),
});

export const chgrp = defineTool({
  name: "chgrp",
  usage: "[OPTION]... GROUP FILE...",
  summary: "Change the group of each FILE to GROUP.",
  options: ownerOptions,
  run: (call) => changeOwner(call, (group) => ({ group })),
});
