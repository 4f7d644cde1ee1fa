import { machineOf } from "../process-table.ts";
import { defineTool } from "./tool.ts";

export const chroot = defineTool({
  name: "chroot",
  usage: "[OPTION] NEWROOT [COMMAND [ARG]...]",
  summary: "Run COMMAND with root directory set to NEWROOT.",
  options: ["groups=", "userspec=", "skip-chdir"],
  inOrder: true,
  misused: 125,

  async run({ options, process, fail }) {
    const [directory, ...command] = options.operands;
    if (directory === undefined) return fail("missing operand", 125);
    const { fs } = process.machine;
    const path = fs.resolve(process.cwd, directory);
    if (fs.stat(path)?.kind !== "directory")
      return fail(`cannot change root directory to '${directory}': ${fs.stat(path) ? "Not a directory" : "No such file or directory"}`, 125);
    if (process.user.uid !== 0) return fail(`cannot change root directory to '${directory}': Operation not permitted`, 125);
    const shown = fs.mounts().findLast(([at, mount]) => at === path && mount.path === "/");
    const root = path === "/" ? process.machine : shown && machineOf(shown[1].fs);
    if (!root) return fail(`Not simulated by Podyard: a root other than a machine's whole disk ('${directory}')`, 125);
    const words = command.length > 0 ? command : [process.env.get("SHELL") ?? "/bin/sh", "-i"];
    const user = root.accounts.process(options.get("userspec") ?? "root");
    return await process.run(words, { root, user, cwd: "/" });
  },
});
