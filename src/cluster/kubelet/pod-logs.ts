import { bytesOf } from "#base/streams.ts";
import { formatTime } from "#machinery/time.ts";
import { Layer, type LayerNode } from "#shell/file-layer.ts";
import type { FileSystem } from "#shell/file-system.ts";
import { MemoryFileSystem } from "#shell/memory-file-system.ts";
import type { ContainerRecord, PodRecord } from "./record.ts";
import type { Runtime } from "./runtime.ts";

type Files = ReadonlyMap<string, { text: () => string } | { link: string }>;

/** Files that are there because of what runs: told anew whenever somebody looks. */
class Shown extends Layer {
  readonly #files: () => Files;
  readonly #now: () => number;

  constructor(files: () => Files, now: () => number) {
    super({});
    this.#files = files;
    this.#now = now;
  }

  override node(path: string): LayerNode | undefined {
    const file = this.#files().get(path);
    const root = {
      owner: "root",
      group: "root",
      modifiedAt: this.#now(),
      target: undefined,
      content: () => new Uint8Array(0),
      sizeBytes: () => 4096,
    };
    if (!file) return path === "/" || this.names(path).length > 0 ? { ...root, kind: "directory", mode: 0o755 } : undefined;
    if ("link" in file) return { ...root, kind: "link", mode: 0o777, target: file.link };
    const bytes = bytesOf(file.text());
    return { ...root, kind: "file", mode: 0o640, content: () => bytes, sizeBytes: () => bytes.length };
  }

  override names(directory: string): readonly string[] {
    const start = directory === "/" ? "/" : `${directory}/`;
    const names = new Set<string>();
    for (const path of this.#files().keys()) if (path.startsWith(start)) names.add(path.slice(start.length).split("/")[0] ?? "");
    return [...names];
  }
}

/** What lies in /var/log/pods and /var/log/containers of a node: the logs of its containers, as the runtime writes them. */
export function podLogs(runtime: Runtime, now: () => number): Readonly<Record<"/var/log/pods" | "/var/log/containers", FileSystem>> {
  const pairs = () => runtime.records().flatMap((record) => record.containers.map((container) => [record, container] as const));
  const folder = ({ namespace, name, uid }: PodRecord) => `${namespace}_${name}_${uid}`;
  const pods = () =>
    new Map(
      pairs().map(([record, container]) => [
        `/${folder(record)}/${container.name}/${container.attempt}.log`,
        { text: () => criText(runtime.log(record.uid, container.id).text) },
      ]),
    );
  const links = () =>
    new Map(
      pairs().map(([record, { name, id, attempt }]: readonly [PodRecord, ContainerRecord]) => [
        `/${record.name}_${record.namespace}_${name}-${id}.log`,
        { link: `/var/log/pods/${folder(record)}/${name}/${attempt}.log` },
      ]),
    );
  const shown = (files: () => Files) => new MemoryFileSystem({ layers: [new Shown(files, now)], now, readOnly: true });
  return { "/var/log/pods": shown(pods), "/var/log/containers": shown(links) };
}

/** Lines as the runtime keeps them: when, by which stream, whether the line is whole, and what it says. */
function criText(stored: string): string {
  let text = "";
  for (const line of stored.split("\n")) {
    const [, at, letter, rest] = /^(\d+(?:\.\d+)?) ([oeOE]) (.*)$/s.exec(line) ?? [];
    if (at === undefined || letter === undefined) continue;
    const time = `${formatTime(Number(at)).slice(0, -1)}.${String(Math.floor(Number(at) % 1000)).padStart(3, "0")}000000Z`;
    text += `${time} ${letter.toLowerCase() === "e" ? "stderr" : "stdout"} ${letter === letter.toLowerCase() ? "F" : "P"} ${rest}\n`;
  }
  return text;
}
