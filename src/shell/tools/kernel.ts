import { isFixed, loadModule, modulesOf, settingName, settingNames, settingOf, settingPath, unloadModule } from "../kernel-settings.ts";
import { defineTool, type ToolCall } from "./tool.ts";

const directories = ["/run/sysctl.d", "/etc/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d", "/lib/sysctl.d"];

interface Wanted {
  name: string;
  value: string;
  /** A leading `-`: no matter if it cannot be set. */
  forgiving: boolean;
}

/** The settings in a file. */
function* settingsIn(text: string): Iterable<Wanted> {
  for (const line of text.split("\n")) {
    const [, dash, name, value] = /^\s*(-)?\s*([^#;=\s][^=\s]*)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) yield { name: settingName(name), value, forgiving: dash !== undefined };
  }
}

async function set({ process, options, out, fail }: ToolCall, { name, value, forgiving }: Wanted): Promise<number> {
  const { machine, user } = process;
  if (settingOf(machine.fs, machine.hostname, name) === undefined)
    return forgiving || options.has("ignore") ? 0 : fail(`cannot stat ${settingPath(name)}: No such file or directory`);
  if (user.uid !== 0) return fail(`permission denied on key "${name}"`);
  if (isFixed(name)) return fail(`setting key "${name}", ignoring: Permission denied`);
  machine.fs.write(settingPath(name), `${value}\n`);
  if (!options.has("quiet")) await out.line(options.has("values") ? value : `${name} = ${value}`);
  return 0;
}

/** Every file of settings, in the order in which it counts: the first directory with a name decides what that name says. */
function configured({ process }: ToolCall): string[] {
  const { fs } = process.machine;
  const found = new Map<string, string>();
  for (const directory of directories) {
    if (fs.stat(directory)?.kind !== "directory") continue;
    for (const name of fs.list(directory)) if (name.endsWith(".conf") && !found.has(name)) found.set(name, `${directory}/${name}`);
  }
  const files = [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
  return [...files, ...(fs.stat("/etc/sysctl.conf") ? ["/etc/sysctl.conf"] : [])];
}

export const sysctl = defineTool({
  name: "sysctl",
  usage: "[options] [variable[=value] ...]",
  summary: "Read and set what the kernel goes by.",
  options: ["a,all", "A", "X", "e,ignore", "n,values", "N,names", "p,load?", "f", "q,quiet", "w,write", "system", "b,binary", "r,pattern="],

  async run(call) {
    const { options, process, out, fail } = call;
    const { fs, hostname } = process.machine;
    let status = 0;
    const load = async (path: string) => {
      for (const wanted of settingsIn(fs.readText(path))) status = (await set(call, wanted)) || status;
    };
    if (options.has("system")) {
      for (const path of configured(call)) {
        await out.line(`* Applying ${path} ...`);
        await load(path);
      }
      return status;
    }
    if (options.has("load") || options.has("f")) {
      const named = options.get("load");
      const paths = [...(named ? [named] : []), ...options.operands];
      for (const path of paths.length > 0 ? paths : ["/etc/sysctl.conf"]) {
        const at = fs.resolve(process.cwd, path);
        if (fs.stat(at)?.kind !== "file") status = await fail(`cannot open "${path}": No such file or directory`);
        else await load(at);
      }
      return status;
    }
    const pattern = options.get("pattern");
    const all = options.has("all") || options.has("A") || options.has("X") || pattern !== undefined;
    const names = all ? settingNames().filter((name) => pattern === undefined || new RegExp(pattern).test(name)) : options.operands;
    if (names.length === 0) return fail("no variables specified\nTry `sysctl --help' for more information.");
    for (const text of names) {
      const [given = "", value] = text.includes("=") ? [text.slice(0, text.indexOf("=")).trim(), text.slice(text.indexOf("=") + 1).trim()] : [text];
      const name = settingName(given);
      if (value !== undefined) {
        status = (await set(call, { name, value, forgiving: false })) || status;
        continue;
      }
      const found = settingOf(fs, hostname, name);
      if (found === undefined) {
        if (!options.has("ignore")) status = await fail(`cannot stat ${settingPath(name)}: No such file or directory`, 1);
        continue;
      }
      await out.line(options.has("names") ? name : options.has("values") ? found : `${name} = ${found}`);
    }
    return status;
  },
});

export const lsmod = defineTool({
  name: "lsmod",
  usage: "",
  summary: "Show the kernel's modules that are loaded.",

  async run({ process, out }) {
    await out.line("Module                  Size  Used by");
    for (const module of modulesOf(process.machine.fs)) await out.line(`${module.padEnd(19)} ${"16384".padStart(8)}  0`);
    return 0;
  },
});

export const modprobe = defineTool({
  name: "modprobe",
  usage: "[options] [-r] modulename",
  summary: "Load or remove modules of the kernel.",
  options: ["a,all", "r,remove", "v,verbose", "q,quiet", "f,force", "n,dry-run"],

  async run({ options, process, fail }) {
    const { fs } = process.machine;
    if (options.operands.length === 0) return fail("ERROR: missing parameters. See -h.");
    if (process.user.uid !== 0) return fail(`ERROR: could not insert '${options.operands[0]}': Operation not permitted`);
    let status = 0;
    // Without -a what follows the first name are its parameters.
    for (const name of options.has("all") || options.has("remove") ? options.operands : options.operands.slice(0, 1))
      if (options.has("remove")) unloadModule(fs, name);
      else if (!loadModule(fs, name)) status = await fail(`FATAL: Module ${name} not found in directory /lib/modules/6.12.48`);
    return status;
  },
});

/** A machine of a cluster has no swap: there is nothing to show and nothing to turn off. */
const swap = (name: string, summary: string) =>
  defineTool({
    name,
    usage: "[options] [<special>...]",
    summary,
    options: ["a,all", "s,summary", "show?", "noheadings", "raw", "bytes", "v,verbose", "e,ifexists", "p,priority="],

    async run({ options, process, fail }) {
      const [special] = options.operands;
      if (special !== undefined)
        return fail(`${special}: ${name} failed: ${process.machine.fs.stat(special) ? "Invalid argument" : "No such file or directory"}`, 255);
      return name === "swapoff" && !options.has("all") ? fail("bad usage\nTry 'swapoff --help' for more information.") : 0;
    },
  });

export const swapoff = swap("swapoff", "Turn off what memory is put on disks.");
export const swapon = swap("swapon", "Turn on, or show, what memory is put on disks.");
