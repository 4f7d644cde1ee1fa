import type { ContainerEngine, EngineContainer, EngineImage } from "#machinery/container-engine.ts";
import type { Process } from "#shell/process.ts";
import { type Options, parseOptions } from "#shell/tools/options.ts";
import { Output } from "../cli/output.ts";
import { TabWriter } from "../cli/tab-writer.ts";
import { takes } from "../go-template/functions.ts";
import { Templates } from "../go-template/templates.ts";
import type { TemplateFunction } from "../go-template/values.ts";
import type { CommandHost } from "../host.ts";
import { structJson } from "../kubectl/print/json.ts";

/** What docker says when something cannot be done, and its exit code. */
export class Refusal extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The daemon's own words. */
export const daemon = (message: string, exitCode = 1): Refusal => new Refusal(`Error response from daemon: ${message}`, exitCode);

/** One run of docker. */
export class Scene {
  readonly process: Process;
  readonly host: CommandHost;
  readonly out: Output;
  /** As it was called: docker, podman, nerdctl. */
  readonly name: string;

  constructor(process: Process, host: CommandHost, name: string) {
    this.process = process;
    this.host = host;
    this.out = new Output(process.stdout, process.stderr);
    this.name = name;
  }

  get engine(): ContainerEngine {
    return this.host.engine();
  }

  get now(): number {
    return this.process.machine.clock.now();
  }

  path(name: string): string {
    return this.process.machine.fs.resolve(this.process.cwd, name);
  }

  /** The node that `DOCKER_HOST` leads to, where it leads to one. */
  get node(): string | undefined {
    const address = /^tcp:\/\/([^:]+)/.exec(this.process.env.get("DOCKER_HOST") ?? "")?.[1];
    return this.host.machines.nodes().find((node) => node.address === address)?.name;
  }

  options(args: readonly string[], spec: readonly string[], inOrder = false): Options {
    return parseOptions(args, spec, inOrder);
  }

  /** The container that a name, or the beginning of an id, means. */
  container(name: string): EngineContainer {
    const all = this.engine.containers();
    const found =
      all.find((one) => one.name === name.replace(/^\//, "")) ?? (/^[0-9a-f]+$/.test(name) ? all.find(({ id }) => id.startsWith(name)) : undefined);
    if (!found) throw daemon(`No such container: ${name}`);
    return found;
  }

  image(name: string): EngineImage {
    const found = this.engine.image(name);
    if (!found) throw daemon(`No such image: ${tagged(name)}`);
    return found;
  }

  table(rows: readonly (readonly string[])[]): void {
    const writer = new TabWriter({ least: 10, padding: 3 });
    for (const row of rows) writer.write(`${row.join("\t")}\n`);
    this.out.print(writer.take());
  }
}

export const tagged = (name: string): string => (/[:@][^/]*$/.test(name) ? name : `${name}:latest`);

/** As people know an image: without what goes without saying. */
export const familiar = (name: string): string => name.replace(/^docker\.io\/library\//, "").replace(/^docker\.io\//, "");

/** A repository and a tag: `nginx`, `1.27`. */
export function parts(name: string): { repository: string; tag: string } {
  const short = familiar(name);
  const at = short.lastIndexOf(":");
  return at > short.lastIndexOf("/") ? { repository: short.slice(0, at), tag: short.slice(at + 1) } : { repository: short, tag: "latest" };
}

export const shortId = (id: string): string => id.replace(/^sha256:/, "").slice(0, 12);

/** How long ago, as docker says it. */
export function ago(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const [minutes, hours] = [Math.floor(seconds / 60), Math.floor(seconds / 3600)];
  if (seconds < 1) return "Less than a second";
  if (seconds === 1) return "1 second";
  if (seconds < 60) return `${seconds} seconds`;
  if (minutes === 1) return "About a minute";
  if (minutes < 60) return `${minutes} minutes`;
  if (Math.round(seconds / 3600) === 1) return "About an hour";
  if (hours < 48) return `${hours} hours`;
  if (hours < 24 * 14) return `${Math.floor(hours / 24)} days`;
  if (hours < 24 * 60) return `${Math.floor(hours / 24 / 7)} weeks`;
  return hours < 24 * 730 ? `${Math.floor(hours / 24 / 30)} months` : `${Math.floor(hours / 24 / 365)} years`;
}

/** Rows by a Go template; `json`, and `table` before one, as docker knows them. */
export function formatted(scene: Scene, format: string, rows: readonly Readonly<Record<string, unknown>>[]): void {
  if (format === "json" || format === "{{json .}}") {
    for (const row of rows) scene.out.line(structJson(row));
    return;
  }
  const isTable = format.startsWith("table ");
  const text = (isTable ? format.slice(6) : format).replaceAll("\\t", "\t").replaceAll("\\n", "\n");
  const template = new Templates({ functions: dockerFunctions }).add("format", text);
  const lines = rows.map((row) => template.execute("format", row as never));
  if (!isTable) {
    for (const line of lines) scene.out.line(line);
    return;
  }
  const heads = text.replace(/\{\{\s*\.(\w+)\s*\}\}/g, (_, name: string) => headings[name] ?? name.toUpperCase());
  scene.table([heads.split("\t"), ...lines.map((line) => line.split("\t"))]);
}

const headings: Readonly<Record<string, string>> = {
  ID: "CONTAINER ID",
  CreatedAt: "CREATED AT",
  CreatedSince: "CREATED",
  RunningFor: "CREATED",
  Names: "NAMES",
};

/** What docker's templates know beyond Go's own. */
const dockerFunctions: Readonly<Record<string, TemplateFunction>> = {
  json: takes(1, 1, (value) => JSON.stringify(value)),
  upper: takes(1, 1, (text) => String(text).toUpperCase()),
  lower: takes(1, 1, (text) => String(text).toLowerCase()),
  join: takes(2, 2, (list, separator) => (list as unknown[]).join(String(separator))),
  split: takes(2, 2, (text, separator) => String(text).split(String(separator))),
};

/** One value by a Go template. */
export const templated = (format: string, value: object): string =>
  new Templates({ functions: dockerFunctions }).add("format", format).execute("format", value as never);
