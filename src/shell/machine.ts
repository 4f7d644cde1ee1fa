import type { Clock } from "#base/clock.ts";
import type { Random } from "#base/random.ts";
import type { Tasks } from "#base/tasks.ts";
import { Accounts } from "./accounts.ts";
import { binary } from "./executable.ts";
import { Layer, type LayerFile } from "./file-layer.ts";
import type { FileChanges } from "./file-system.ts";
import { MemoryFileSystem } from "./memory-file-system.ts";
import type { Machine, Net, ProcessInfo, Program } from "./process.ts";
import { ProcessTable } from "./process-table.ts";
import { accountFiles, systemFiles, usersOf } from "./system-files.ts";
import { toolsOf } from "./tools/index.ts";

export interface MachineOptions {
  hostname: string;
  tasks: Tasks;
  clock: Clock;
  random: Random;
  net: Net;
  /** Whose files and tools it has; `none` has neither shell nor tools. `full` is a learner's own machine: a Debian with all tools there are. */
  base?: "full" | "debian" | "alpine" | "busybox" | "none";
  /** Tools beyond those of its base: `curl`, `jq`. */
  tools?: readonly string[];
  /** Further programs by name (found in `/usr/local/bin`) or absolute path. Machines that are given the same map share its files. */
  programs?: ReadonlyMap<string, Program>;
  /** Files of an image, shared between machines. */
  layers?: readonly Layer[];
  /** Further files of this machine alone. */
  files?: Readonly<Record<string, LayerFile>>;
  /** What was changed on it before, as its file system's `changes` gave it. */
  changes?: FileChanges;
  readOnly?: boolean;
  /** How much its disk takes, beyond the files that it began with. */
  diskBytes?: number;
  /** A container: ends with its first process. */
  contained?: boolean;
  users?: Readonly<Record<string, { uid: number; home: string; shell?: string }>>;
  /** Processes that run on it beside those that are started here: of them there is nothing but what a list says. */
  others?: () => readonly ProcessInfo[];
  /** How many processes it may have. */
  processes?: number;
  /** How long a process and its children may compute without waiting for anything, in simulated time; then they are ended. */
  cpuLimitMilliseconds?: number;
}

/** Directories that Debian merged. */
const debianLinks = { "/bin": "/usr/bin", "/sbin": "/usr/sbin" };

const programLayers = new WeakMap<ReadonlyMap<string, Program>, Layer>();

/** A machine: files, programs, processes, a place in the network. */
export function machine(options: MachineOptions): Machine {
  const { hostname, tasks, clock, random, net, base = "full" } = options;
  const system = base === "alpine" || base === "busybox" ? base : "debian";
  const tools = toolsOf(base, options.tools ?? []);
  const own = options.programs ?? new Map<string, Program>();
  const layers = [
    systemFiles(system, base === "none"),
    layerOf(tools, system === "debian" ? "/usr/bin" : "/bin"),
    layerOf(own, "/usr/local/bin"),
    ...(options.layers ?? []),
    new Layer({
      "/etc/hostname": `${hostname}\n`,
      ...(options.users && accountFiles(usersOf(system, options.users))),
      ...homesOf(options),
      ...options.files,
    }),
  ].map((layer, i) => (i > 0 && base !== "none" && system === "debian" ? layer.under(debianLinks) : layer));
  const fs = new MemoryFileSystem({
    layers,
    now: () => clock.now(),
    ...(options.changes && { changes: options.changes }),
    ...(options.readOnly && { readOnly: true }),
    ...(options.diskBytes !== undefined && { limitBytes: options.diskBytes }),
  });
  const programs = both(tools, own);
  const made: { -readonly [K in keyof Machine]?: Machine[K] } = { hostname, tasks, clock, random, net, fs, programs, system };
  made.accounts = new Accounts(fs);
  const whole = made as Machine;
  const contained = options.contained ?? false;
  const table = new ProcessTable(whole, {
    contained,
    most: options.processes ?? 400,
    firstPid: contained ? 1 : 2000 + random.between(0, 3000),
    cpuLimitMilliseconds: options.cpuLimitMilliseconds ?? Number.POSITIVE_INFINITY,
    ...(options.others ? { others: options.others } : {}),
  });
  made.processes = table;
  return whole;
}

/** Homes belong to their users, and so do the directories in them that files imply. */
function homesOf({ users = {}, files = {} }: MachineOptions): Record<string, LayerFile> {
  const homes: Record<string, LayerFile> = {};
  for (const [owner, { home, uid }] of Object.entries(users)) {
    if (uid === 0 || home === "/") continue;
    homes[home] = { directory: true, owner };
    for (const path of Object.keys(files))
      if (path.startsWith(`${home}/`))
        for (let at = path.indexOf("/", home.length + 1); at > 0; at = path.indexOf("/", at + 1))
          homes[path.slice(0, at)] = { directory: true, owner };
  }
  return homes;
}

const merged = new WeakMap<ReadonlyMap<string, Program>, WeakMap<ReadonlyMap<string, Program>, ReadonlyMap<string, Program>>>();

function both(tools: ReadonlyMap<string, Program>, own: ReadonlyMap<string, Program>): ReadonlyMap<string, Program> {
  if (own.size === 0) return tools;
  const known = merged.get(tools) ?? new WeakMap();
  merged.set(tools, known);
  const all = known.get(own) ?? new Map([...tools, ...own]);
  known.set(own, all);
  return all;
}

function layerOf(programs: ReadonlyMap<string, Program>, directory: string): Layer {
  const known = programLayers.get(programs);
  if (known) return known;
  const files = [...programs.keys()].map((name) => [name.startsWith("/") ? name : `${directory}/${name}`, { content: binary(name), mode: 0o755 }]);
  const layer = new Layer(Object.fromEntries(files));
  programLayers.set(programs, layer);
  return layer;
}
