import type { Machine as Node } from "#machinery/machines.ts";
import type { Process, Program } from "#shell/process.ts";
import { strftime } from "#shell/strftime.ts";
import { program, type ToolCall } from "#shell/tools/tool.ts";
import { type CommandHost, nodeOf } from "../host.ts";
import { ago, journalOf } from "../journalctl/journal.ts";
import { shortLine } from "../journalctl/journalctl.ts";
import { allUnits, type Unit, unitName, unitNamed } from "./units.ts";

interface Scene {
  host: CommandHost;
  node: Node;
  process: Process;
  call: ToolCall;
}

const linesOfStatus = 10;

/** `systemctl`: the services of a node, of which kubelet and containerd really start and stop. */
export const systemctl = (host: CommandHost): Program =>
  program({
    name: "systemctl",
    usage: "[OPTIONS...] COMMAND ...",
    summary: "Query or send control commands to the system manager.",
    options: [
      "now",
      "no-pager",
      "q,quiet",
      "l,full",
      "a,all",
      "t,type=",
      "state=",
      "n,lines=",
      "o,output=",
      "no-legend",
      "plain",
      "p,property=",
      "value",
      "failed",
      "system",
      "f,force",
      "no-block",
      "r,recursive",
      "no-ask-password",
    ],
    async run(call) {
      const { options, process, out } = call;
      const node = nodeOf(host, process);
      const say = async (text: string) => {
        await call.err.line(text);
        return 1;
      };
      if (!node) return say("System has not been booted with systemd as init system (PID 1). Can't operate.\nFailed to connect to bus: Host is down");
      const [verb = "list-units", ...names] = options.operands;
      const scene: Scene = { host, node, process, call };
      const verbs: Readonly<Record<string, () => Promise<number>>> = {
        status: () => (names.length === 0 ? overview(scene) : inTurn(names, (name) => status(scene, name))),
        start: () => changes(scene, names, "start"),
        stop: () => changes(scene, names, "stop"),
        restart: () => changes(scene, names, "restart"),
        "try-restart": () => changes(scene, names, "restart"),
        reload: () => inTurn(names, (name) => reload(scene, name)),
        "reload-or-restart": () => changes(scene, names, "restart"),
        enable: () => inTurn(names, (name) => enable(scene, name, true)),
        disable: () => inTurn(names, (name) => enable(scene, name, false)),
        "is-active": () =>
          tell(
            scene,
            names,
            (unit) => unit?.active ?? "inactive",
            (word) => (word === "active" ? 0 : 3),
          ),
        "is-failed": () =>
          tell(
            scene,
            names,
            (unit) => unit?.active ?? "inactive",
            (word) => (word === "failed" ? 0 : 1),
          ),
        "is-enabled": () =>
          tell(
            scene,
            names,
            (unit) => unit?.enabled ?? "not-found",
            (word) => (/^(enabled|static)$/.test(word) ? 0 : word === "not-found" ? 4 : 1),
          ),
        "is-system-running": async () => {
          await out.line("running");
          return 0;
        },
        "daemon-reload": async () => 0,
        "daemon-reexec": async () => 0,
        "reset-failed": async () => 0,
        cat: () => inTurn(names, (name) => cat(scene, name)),
        show: () => inTurn(names.length > 0 ? names : ["systemd-journald"], (name) => show(scene, name)),
        "list-units": () => list(scene, names),
        "list-unit-files": () => listFiles(scene, names),
        reboot: () => power(scene, true),
        poweroff: () => power(scene, false),
        halt: () => power(scene, false),
      };
      const run = verbs[verb];
      if (run) return run();
      return /^(edit|mask|unmask|kill|isolate|set-property|list-timers|list-sockets|list-dependencies|list-jobs|link|preset|get-default|set-default)$/.test(
        verb,
      )
        ? say(`Not simulated by Podyard: systemctl ${verb}`)
        : say(`Unknown command verb ${verb}.`);
    },
  });

/** `service NAME VERB`: the old way to say the same. */
export const service = (host: CommandHost): Program =>
  program({
    name: "service",
    usage: "< option > | --status-all | [ service_name [ command | --full-restart ] ]",
    summary: "Run a System V init script",
    plain: true,
    async run({ process, args, out, err }) {
      const [name, verb] = args;
      const node = nodeOf(host, process);
      if (name === "--status-all" && node) {
        for (const unit of allUnits(node, process.machine.fs))
          await out.line(` [ ${unit.active === "active" ? "+" : "-"} ]  ${unit.name.replace(".service", "")}`);
        return 0;
      }
      if (name === undefined || verb === undefined) {
        await err.line("Usage: service < option > | --status-all | [ service_name [ command | --full-restart ] ]");
        return 1;
      }
      if (node && !unitNamed(node, process.machine.fs, name) && verb !== "status") {
        await err.line(`${name}: unrecognized service`);
        return 1;
      }
      return process.run(["systemctl", verb === "--full-restart" || verb === "force-reload" ? "restart" : verb, name]);
    },
  });

const found = ({ node, process }: Scene, name: string) => unitNamed(node, process.machine.fs, name);

async function inTurn(names: readonly string[], work: (name: string) => Promise<number>): Promise<number> {
  let code = 0;
  for (const name of names) code = (await work(name)) || code;
  return code;
}

async function say({ call }: Scene, text: string, code: number): Promise<number> {
  await call.out.flush();
  await call.err.line(text);
  return code;
}

// --- looking

async function status(scene: Scene, name: string): Promise<number> {
  const { call, host, node, process } = scene;
  const unit = found(scene, name);
  if (!unit) return say(scene, `Unit ${unitName(name)} could not be found.`, 4);
  const now = process.machine.clock.now();
  const since = `${strftime("%a %Y-%m-%d %H:%M:%S UTC", unit.since)}; ${ago(now - unit.since)}`;
  const mark = unit.active === "active" || unit.active === "activating" ? "●" : "○";
  const lines = [
    `${mark} ${unit.name} - ${unit.description}`,
    `     Loaded: loaded (${unit.path}; ${unit.enabled}${unit.enabled === "static" ? "" : "; preset: enabled"})`,
  ];
  const [first] = unit.dropIns;
  if (first !== undefined) {
    const folder = first.slice(0, first.lastIndexOf("/"));
    const files = unit.dropIns.map((path) => path.slice(path.lastIndexOf("/") + 1));
    lines.push(`    Drop-In: ${folder}`, `             └─${files.join(", ")}`);
  }
  if (unit.active === "activating") lines.push(`     Active: activating (auto-restart) (Result: exit-code) since ${since}`);
  else if (unit.active === "active") lines.push(`     Active: active (${unit.sub}) since ${since}`);
  else lines.push(`     Active: inactive (dead)${unit.service ? ` since ${since}` : ""}`);
  if (unit.docs) lines.push(`       Docs: ${unit.docs}`);
  const short = unit.name.replace(/\.service$/, "");
  if (unit.active === "activating")
    lines.push(
      `    Process: ${unit.pid} ExecStart=${unit.command} (code=exited, status=1/FAILURE)`,
      `   Main PID: ${unit.pid} (code=exited, status=1/FAILURE)`,
      "        CPU: 62ms",
    );
  else if (unit.active === "active")
    lines.push(
      `   Main PID: ${unit.pid} (${short})`,
      `      Tasks: ${unit.service ? 12 : 1} (limit: 2339)`,
      `     Memory: ${unit.service === "kubelet" ? "41.8M" : unit.service ? "58.2M" : "3.1M"}`,
      `        CPU: ${cpuTime(now - unit.since)}`,
      `     CGroup: /system.slice/${unit.name}`,
      `             └─${unit.pid} ${unit.command}`,
    );
  else if (unit.service)
    lines.push(
      `    Process: ${unit.pid} ExecStart=${unit.command} (code=exited, status=0/SUCCESS)`,
      `   Main PID: ${unit.pid} (code=exited, status=0/SUCCESS)`,
      "        CPU: 1.284s",
    );
  for (const line of lines) await call.out.line(line);
  const shown = Number(call.options.get("lines") ?? linesOfStatus);
  const journal = (await journalOf(host, node, process.machine.fs, now)).filter((entry) => entry.unit === unit.name && entry.at <= now);
  if (journal.length > 0 && shown > 0) {
    await call.out.line("");
    for (const entry of journal.slice(-shown)) await call.out.line(shortLine(process.machine.hostname, entry));
  }
  return unit.active === "active" ? 0 : 3;
}

/** How much a service has computed, a hundredth of the time. */
function cpuTime(milliseconds: number): string {
  const spent = milliseconds / 100;
  const minutes = Math.floor(spent / 60_000);
  return minutes > 0 ? `${minutes}min ${((spent % 60_000) / 1000).toFixed(3)}s` : `${(spent / 1000).toFixed(3)}s`;
}

async function overview(scene: Scene): Promise<number> {
  const { call, node, process } = scene;
  const units = allUnits(node, process.machine.fs);
  const since = node.onSince() ?? 0;
  const failed = units.filter(({ active }) => active === "failed").length;
  const lines = [
    `● ${process.machine.hostname}`,
    `    State: ${failed > 0 ? "degraded" : "running"}`,
    `    Units: ${units.length} loaded (incl. loaded aliases)`,
    "     Jobs: 0 queued",
    `   Failed: ${failed} units`,
    `    Since: ${strftime("%a %Y-%m-%d %H:%M:%S UTC", since)}; ${ago(process.machine.clock.now() - since)}`,
    "  systemd: 252.39-1~deb12u1",
    "   CGroup: /",
  ];
  for (const line of lines) await call.out.line(line);
  return 0;
}

async function tell(
  scene: Scene,
  names: readonly string[],
  word: (unit: Unit | undefined) => string,
  codeOf: (word: string) => number,
): Promise<number> {
  const { call } = scene;
  let code = names.length === 0 ? 1 : 0;
  for (const name of names) {
    const said = word(found(scene, name));
    code = codeOf(said) || code;
    if (said === "not-found") await call.err.line(`Failed to get unit file state for ${unitName(name)}: No such file or directory`);
    else if (!call.options.has("quiet")) await call.out.line(said);
  }
  return code;
}

async function cat(scene: Scene, name: string): Promise<number> {
  const { call, process } = scene;
  const { fs } = process.machine;
  const unit = found(scene, name);
  const paths = [unit?.path ?? "", ...(unit?.dropIns ?? [])].filter((path) => fs.stat(path));
  if (paths.length === 0) return say(scene, `No files found for ${unitName(name)}.`, 1);
  for (const [i, path] of paths.entries()) await call.out.text(`${i > 0 ? "\n" : ""}# ${path}\n${fs.readText(path)}`);
  return 0;
}

async function show(scene: Scene, name: string): Promise<number> {
  const { call } = scene;
  const unit = found(scene, name);
  const properties: Record<string, string> = {
    Id: unitName(name),
    Names: unitName(name),
    Description: unit?.description ?? unitName(name),
    LoadState: unit?.load ?? "not-found",
    ActiveState: unit?.active ?? "inactive",
    SubState: unit?.sub ?? "dead",
    UnitFileState: unit?.enabled ?? "",
    FragmentPath: unit?.path ?? "",
    DropInPaths: unit?.dropIns.join(" ") ?? "",
    MainPID: String(unit?.active === "active" ? unit.pid : 0),
    ActiveEnterTimestamp: unit ? strftime("%a %Y-%m-%d %H:%M:%S UTC", unit.since) : "",
    Result: unit?.problem === undefined ? "success" : "exit-code",
    ExecStart: unit ? `{ path=${unit.command.split(" ")[0]} ; argv[]=${unit.command} ; ignore_errors=no }` : "",
  };
  const wanted = call.options.all("property").flatMap((text) => text.split(","));
  for (const [key, value] of Object.entries(properties))
    if (wanted.length === 0 || wanted.includes(key)) await call.out.line(call.options.has("value") ? value : `${key}=${value}`);
  return 0;
}

const matches = (patterns: readonly string[]) => (unit: Unit) =>
  patterns.length === 0 ||
  patterns.some((pattern) =>
    new RegExp(
      `^${unitName(pattern)
        .replace(/[.+^$()|{}]/g, "\\$&")
        .replaceAll("*", ".*")
        .replaceAll("?", ".")}$`,
    ).test(unit.name),
  );

async function list(scene: Scene, patterns: readonly string[]): Promise<number> {
  const { call, node, process } = scene;
  const type = call.options.get("type");
  const states = call.options.get("state")?.split(",") ?? (call.options.has("failed") ? ["failed"] : undefined);
  const units = allUnits(node, process.machine.fs)
    .filter(matches(patterns))
    .filter(({ active, sub }) => (states ? states.includes(active) || states.includes(sub) : active !== "inactive" || call.options.has("all")))
    .filter(() => type === undefined || type.split(",").includes("service"));
  const width = Math.max(4, ...units.map(({ name }) => name.length));
  if (!call.options.has("no-legend")) await call.out.line(`  ${"UNIT".padEnd(width)} LOAD   ACTIVE     SUB          DESCRIPTION`.replace(/ +$/, ""));
  for (const { name, load, active, sub, description } of units)
    await call.out.line(
      `${active === "failed" || active === "activating" ? "●" : " "} ${name.padEnd(width)} ${load} ${active.padEnd(10)} ${sub.padEnd(12)} ${description}`,
    );
  if (!call.options.has("no-legend"))
    await call.out.text(`
LOAD   = Reflects whether the unit definition was properly loaded.
ACTIVE = The high-level unit activation state, i.e. generalization of SUB.
SUB    = The low-level unit activation state, values depend on unit type.
${units.length} loaded units listed.${call.options.has("all") ? "" : " Pass --all to see loaded but inactive units, too."}
To show all installed unit files use 'systemctl list-unit-files'.
`);
  return 0;
}

async function listFiles(scene: Scene, patterns: readonly string[]): Promise<number> {
  const { call, node, process } = scene;
  const units = allUnits(node, process.machine.fs).filter(matches(patterns));
  const width = Math.max(9, ...units.map(({ name }) => name.length));
  await call.out.line(`${"UNIT FILE".padEnd(width)} STATE    PRESET`);
  for (const { name, enabled } of units) await call.out.line(`${name.padEnd(width)} ${enabled.padEnd(8)} ${enabled === "static" ? "-" : "enabled"}`);
  await call.out.line(`\n${units.length} unit files listed.`);
  return 0;
}

// --- acting

/** Only root may; others are told as polkit tells them. */
async function refused(scene: Scene, what: string): Promise<number | undefined> {
  if (scene.process.user.uid === 0) return undefined;
  return say(scene, `Failed to ${what}: Interactive authentication required.\nSee system logs and 'systemctl status' for details.`, 1);
}

async function changes(scene: Scene, names: readonly string[], verb: "start" | "stop" | "restart"): Promise<number> {
  if (names.length === 0) return say(scene, "Too few arguments.", 1);
  return inTurn(names, (name) => change(scene, name, verb));
}

async function change(scene: Scene, name: string, verb: "start" | "stop" | "restart"): Promise<number> {
  const { node } = scene;
  const unit = found(scene, name);
  const full = unitName(name);
  const barred = await refused(scene, `${verb} ${full}`);
  if (barred !== undefined) return barred;
  if (!unit) return say(scene, `Failed to ${verb} ${full}: Unit ${full} not found.`, 5);
  if (!unit.service) {
    // What goes on all the time may be started again: nothing of it is to be seen.
    if (unit.active === "active" && verb !== "stop") return 0;
    return say(scene, `Not simulated by Podyard: to ${verb} ${full}`, 1);
  }
  if (verb !== "start") await node.stopService(unit.service);
  if (verb !== "stop") await begun(scene, unit.service);
  return 0;
}

/** systemd does not wait until a service does its work. */
async function begun({ node, process }: Scene, service: NonNullable<Unit["service"]>): Promise<void> {
  const { tasks } = process.machine;
  tasks.detach(() => node.startService(service));
  await process.sleep(60);
}

async function reload(scene: Scene, name: string): Promise<number> {
  const unit = found(scene, name);
  const full = unitName(name);
  if (!unit) return say(scene, `Failed to reload ${full}: Unit ${full} not found.`, 5);
  if (unit.service) return say(scene, `Failed to reload ${full}: Job type reload is not applicable for unit ${full}.`, 1);
  return 0;
}

async function enable(scene: Scene, name: string, on: boolean): Promise<number> {
  const { node, call, process } = scene;
  const full = unitName(name);
  const verb = on ? "enable" : "disable";
  const barred = await refused(scene, `${verb} unit`);
  if (barred !== undefined) return barred;
  const unit = found(scene, name);
  if (!unit) return say(scene, `Failed to ${verb} unit: Unit file ${full} does not exist.`, 1);
  const link = `/etc/systemd/system/multi-user.target.wants/${full}`;
  const { fs } = process.machine;
  const isOn = unit.enabled === "enabled";
  if (unit.service) node.enableService(unit.service, on);
  if (on && !isOn) {
    fs.mkdir(link.slice(0, link.lastIndexOf("/")), { recursive: true });
    if (!fs.stat(link, { follow: false })) fs.symlink(unit.path, link);
    await call.err.line(`Created symlink ${link} → ${unit.path}.`);
  }
  if (!on && isOn) {
    if (fs.stat(link, { follow: false })) fs.remove(link);
    await call.err.line(`Removed "${link}".`);
  }
  if (call.options.has("now")) return change(scene, name, on ? "start" : "stop");
  return 0;
}

async function power(scene: Scene, again: boolean): Promise<number> {
  const { node, process } = scene;
  const barred = await refused(scene, again ? "reboot system via logind" : "power off system via logind");
  if (barred !== undefined) return barred;
  process.machine.tasks.detach(async () => {
    await node.switchOff();
    if (again) await node.switchOn();
  });
  return 0;
}
