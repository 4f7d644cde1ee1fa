import type { Program } from "#shell/process.ts";
import { strftime } from "#shell/strftime.ts";
import { dateOf } from "#shell/tools/date-text.ts";
import { program } from "#shell/tools/tool.ts";
import { type CommandHost, nodeOf } from "../host.ts";
import { unitName } from "../systemctl/units.ts";
import { type Entry, journalOf } from "./journal.ts";

/** How often a followed journal is read anew. */
const glance = 1000;
const priorities = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"];

/** A line as `journalctl` shows it by default. */
export const shortLine = (hostname: string, { at, identifier, pid, message }: Entry): string =>
  `${strftime("%b %d %H:%M:%S", at)} ${hostname} ${identifier}[${pid}]: ${message}`;

/** `journalctl`: what the services of a node have said. */
export const journalctl = (host: CommandHost): Program =>
  program({
    name: "journalctl",
    usage: "[OPTIONS...] [MATCHES...]",
    summary: "Query the journal.",
    options: [
      "u,unit=",
      "f,follow",
      "n,lines?",
      "r,reverse",
      "x,catalog",
      "e,pager-end",
      "no-pager",
      "no-hostname",
      "q,quiet",
      "o,output=",
      "S,since=",
      "U,until=",
      "p,priority=",
      "g,grep=",
      "k,dmesg",
      "b,boot?",
      "D,directory=",
      "t,identifier=",
      "a,all",
      "l,full",
      "no-full",
      "disk-usage",
      "list-boots",
      "vacuum-time=",
      "vacuum-size=",
      "utc",
    ],
    async run(call) {
      const { options, process, out, fail } = call;
      const node = nodeOf(host, process);
      if (!node) return fail("No journal files were found.");
      const { clock, fs, hostname } = process.machine;
      if (options.has("disk-usage")) {
        await out.line("Archived and active journals take up 16.0M in the file system.");
        return 0;
      }
      if (options.has("dmesg") || options.has("list-boots") || options.has("vacuum-time") || options.has("vacuum-size"))
        return fail("Not simulated by Podyard: the journal of the kernel and of earlier boots, and its upkeep");
      const operands = [...options.operands];
      // `-n 20`: its number may stand apart.
      let lines = options.get("lines");
      if (lines === "" && /^(\d+|all)$/.test(operands[0] ?? "")) lines = operands.shift();
      const units = new Set([...options.all("unit"), ...operands.flatMap((text) => /^_SYSTEMD_UNIT=(.*)$/.exec(text)?.[1] ?? [])].map(unitName));
      const now = clock.now();
      const [since, until] = [momentOf(options.get("since"), now), momentOf(options.get("until"), now)];
      if (Number.isNaN(since) || Number.isNaN(until))
        return fail(`Failed to parse timestamp: ${Number.isNaN(since) ? options.get("since") : options.get("until")}`);
      const level = options.get("priority");
      const most = level === undefined ? 7 : /^\d$/.test(level) ? Number(level) : priorities.indexOf(level);
      if (most < 0) return fail(`Unknown log level ${level}`);
      const pattern = options.get("grep");
      const grep = pattern === undefined ? undefined : new RegExp(pattern, /[A-Z]/.test(pattern) ? "u" : "iu");

      const wanted = (entry: Entry) =>
        (units.size === 0 || units.has(entry.unit)) &&
        (options.get("identifier") === undefined || options.all("identifier").includes(entry.identifier)) &&
        (since === undefined || entry.at >= since) &&
        (until === undefined || entry.at <= until) &&
        entry.priority <= most &&
        (grep === undefined || grep.test(entry.message));
      const read = async () => (await journalOf(host, node, fs, clock.now())).filter((entry) => entry.at <= clock.now() && wanted(entry));
      const write = writer(options.get("output") ?? "short", options.has("no-hostname") ? "" : hostname);
      if (typeof write === "string") return fail(write);

      const all = await read();
      const follow = options.has("follow");
      const count =
        lines === undefined ? (follow ? 10 : options.has("pager-end") ? 1000 : undefined) : lines === "all" ? undefined : Number(lines || 10);
      const shown = count === undefined ? all : count === 0 ? [] : all.slice(-count);
      if (options.has("reverse")) shown.reverse();
      if (shown.length === 0 && !follow && !options.has("quiet")) await out.line("-- No entries --");
      for (const entry of shown) await out.line(write(entry));
      if (!follow) return 0;

      const told = new Set(all.map(keyOf));
      while (!process.signal.aborted) {
        await out.flush();
        await process.sleep(glance);
        for (const entry of await read()) {
          if (told.has(keyOf(entry))) continue;
          told.add(keyOf(entry));
          await out.line(write(entry));
        }
      }
      return 0;
    },
  });

const keyOf = ({ at, message }: Entry) => `${at} ${message}`;

function momentOf(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  const relative = /^-?\s*(\d+)\s*(s|sec|seconds?|m|min|minutes?|h|hours?|d|days?)(?:\s+ago)?$/.exec(text);
  if (relative) {
    const unit = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[relative[2]?.[0] ?? "s"] ?? 1000;
    return now - Number(relative[1]) * unit;
  }
  return dateOf(text, now) ?? Number.NaN;
}

function writer(output: string, hostname: string): ((entry: Entry) => string) | string {
  switch (output) {
    case "short":
    case "short-full":
      return (entry) => (hostname ? shortLine(hostname, entry) : shortLine("", entry).replace("  ", " "));
    case "short-iso":
      return (entry) => `${strftime("%Y-%m-%dT%H:%M:%S+0000", entry.at)} ${hostname} ${entry.identifier}[${entry.pid}]: ${entry.message}`;
    case "cat":
      return (entry) => entry.message;
    case "json":
      return (entry) => JSON.stringify(fieldsOf(entry, hostname));
    case "json-pretty":
      return (entry) => JSON.stringify(fieldsOf(entry, hostname), undefined, 8);
    default:
      return `Unknown output '${output}'.`;
  }
}

const fieldsOf = ({ at, unit, identifier, pid, message, priority }: Entry, hostname: string) => ({
  MESSAGE: message,
  PRIORITY: String(priority),
  SYSLOG_IDENTIFIER: identifier,
  _HOSTNAME: hostname,
  _PID: String(pid),
  _SYSTEMD_UNIT: unit,
  __REALTIME_TIMESTAMP: String(Math.round(at * 1000)),
});
