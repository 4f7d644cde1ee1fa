import { gunzipSync, gzipSync } from "fflate";
import { bytesOf, joined, textOf } from "#base/streams.ts";
import { FileError } from "../file-system.ts";
import { allOf, defineTool, sourceOfFile, type ToolCall } from "./tool.ts";
import { walk } from "./walk.ts";

const blockBytes = 512;
const mostBytes = 32 * 1024 * 1024;

/** A file in a tar archive. */
export interface Entry {
  name: string;
  mode: number;
  owner: string;
  modifiedAt: number;
  kind: "file" | "directory" | "link";
  target: string;
  content: Uint8Array;
}

export class BadArchive extends Error {}

/** The bytes of a gzip. Throws a `BadArchive`. */
export function unpacked(bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes);
  } catch {
    throw new BadArchive("not in gzip format");
  }
}

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** The blocks of one entry of a tar file. */
export function blocksOf(entry: Entry): Uint8Array[] {
  const header = new Uint8Array(blockBytes);
  const put = (text: string, at: number, length: number) => header.set(bytesOf(text).subarray(0, length), at);
  const octal = (value: number, at: number, length: number) => put(`${value.toString(8).padStart(length - 1, "0")}\0`, at, length);
  const name = entry.kind === "directory" ? `${entry.name}/` : entry.name;
  const cut = name.length > 100 ? name.lastIndexOf("/", 154) : -1;
  put(cut > 0 ? name.slice(cut + 1) : name, 0, 100);
  if (cut > 0) put(name.slice(0, cut), 345, 155);
  octal(entry.mode & 0o7777, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(entry.content.length, 124, 12);
  octal(Math.floor(entry.modifiedAt / 1000), 136, 12);
  put("        ", 148, 8);
  put(entry.kind === "directory" ? "5" : entry.kind === "link" ? "2" : "0", 156, 1);
  put(entry.target, 157, 100);
  put("ustar\x0000", 257, 8);
  put(entry.owner, 265, 32);
  put(entry.owner, 297, 32);
  put(
    `${header
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, "0")}\0 `,
    148,
    8,
  );
  const padding = (blockBytes - (entry.content.length % blockBytes)) % blockBytes;
  return [header, entry.content, new Uint8Array(padding)];
}

/** What is in a tar archive. Throws a `BadArchive`. */
export function* entriesOf(bytes: Uint8Array): Generator<Entry> {
  let longName: string | undefined;
  for (let at = 0; at + blockBytes <= bytes.length; ) {
    const header = bytes.subarray(at, at + blockBytes);
    if (header.every((byte) => byte === 0)) return;
    const text = (from: number, length: number) => textOf(header.subarray(from, from + length)).replace(/\0[\s\S]*$/, "");
    const octal = (from: number, length: number) => Number.parseInt(text(from, length).trim() || "0", 8);
    if (text(257, 5) !== "ustar" && Number.isNaN(octal(148, 8))) throw new BadArchive("This does not look like a tar archive");
    const size = octal(124, 12);
    if (Number.isNaN(size)) throw new BadArchive("This does not look like a tar archive");
    const content = bytes.subarray(at + blockBytes, at + blockBytes + size);
    at += blockBytes + Math.ceil(size / blockBytes) * blockBytes;
    const type = text(156, 1);
    if (type === "L") {
      longName = textOf(content).replace(/\0+$/, "");
      continue;
    }
    if (type === "x" || type === "g") {
      longName = /\d+ path=([^\n]*)\n/.exec(textOf(content))?.[1] ?? longName;
      continue;
    }
    const name = longName ?? (text(345, 155) ? `${text(345, 155)}/${text(0, 100)}` : text(0, 100));
    longName = undefined;
    yield {
      name: name.replace(/\/+$/, ""),
      mode: octal(100, 8),
      owner: text(265, 32) || "root",
      modifiedAt: octal(136, 12) * 1000,
      kind: type === "5" || name.endsWith("/") ? "directory" : type === "2" ? "link" : "file",
      target: text(157, 100),
      content,
    };
  }
}

const options = [
  "c,create",
  "x,extract",
  "get",
  "t,list",
  "r,append",
  "f,file=",
  "z,gzip",
  "gunzip",
  "j,bzip2",
  "J,xz",
  "a,auto-compress",
  "v,verbose",
  "C,directory=",
  "O,to-stdout",
  "k,keep-old-files",
  "p,preserve-permissions",
  "m,touch",
  "h,dereference",
  "strip-components=",
  "exclude=",
  "T,files-from=",
  "no-same-owner",
  "same-owner",
  "o",
  "P,absolute-names",
  "w",
  "overwrite",
  "wildcards",
  "numeric-owner",
  "owner=",
  "group=",
  "S",
  "warning=",
];

export const tar = defineTool({
  name: "tar",
  usage: "[OPTION...] [FILE]...",
  summary: "Save many files together into a single archive, and restore individual files from the archive.",
  options,
  misused: 2,
  // The letters of `tar xzf file` stand without a dash.
  bundled: true,

  async run(call) {
    const { options: given, fail } = call;
    const unable = (["bzip2", "xz", "append"] as const).find((name) => given.has(name));
    if (unable) return fail(`--${unable} is not simulated by Podyard`, 2);
    try {
      if (given.has("create")) return await create(call);
      if (given.has("extract") || given.has("get") || given.has("list")) return await extract(call);
    } catch (error) {
      if (!(error instanceof BadArchive)) throw error;
      await fail(error.message);
      return fail("Exiting with failure status due to previous errors", 2);
    }
    await fail("You must specify one of the '-Acdtrux', '--delete' or '--test-label' options");
    await call.err.line("Try 'tar --help' or 'tar --usage' for more information.");
    return 2;
  },
});

async function create(call: ToolCall): Promise<number> {
  const { options: given, process, fail } = call;
  const { fs } = process.machine;
  const directory = fs.resolve(process.cwd, given.get("directory") ?? ".");
  const names = [...given.operands];
  const list = given.get("files-from");
  if (list !== undefined)
    names.push(
      ...textOf(await process.read(list))
        .split("\n")
        .filter(Boolean),
    );
  if (names.length === 0 && list === undefined) {
    await fail("Cowardly refusing to create an empty archive");
    await call.err.line("Try 'tar --help' or 'tar --usage' for more information.");
    return 2;
  }
  const without = given.all("exclude").map(
    (text) =>
      new RegExp(
        `(^|/)${text
          .replace(/^\.?\//, "")
          .replace(/[.+^${}()|\\]/g, "\\$&")
          .replaceAll("*", ".*")
          .replaceAll("?", ".")}(/|$)`,
      ),
  );
  const blocks: Uint8Array[] = [];
  let size = 0;
  let code = 0;
  for (const name of names) {
    try {
      const within = Object.assign(Object.create(process), { cwd: directory }) as typeof process;
      for (const { path, stat } of walk(within, name)) {
        if (without.some((one) => one.test(path)) || stat.kind === "device") continue;
        const full = fs.resolve(directory, path);
        const kind = stat.kind === "link" ? "link" : stat.kind;
        const entry: Entry = {
          name: path.replace(/^\/+/, ""),
          mode: stat.mode,
          owner: stat.owner,
          modifiedAt: stat.modifiedAt,
          kind,
          target: kind === "link" ? fs.readlink(full) : "",
          content: kind === "file" ? fs.read(full) : new Uint8Array(0),
        };
        if (given.has("verbose"))
          await (given.get("file") === "-" || !given.has("file") ? call.err : call.out).line(kind === "directory" ? `${entry.name}/` : entry.name);
        for (const block of blocksOf(entry)) {
          blocks.push(block);
          size += block.length;
        }
        if (size > mostBytes) throw new BadArchive("the archive grows beyond what this machine holds");
      }
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      code = await fail(`${name}: Cannot stat: ${error.reason}`, 2);
    }
  }
  blocks.push(new Uint8Array(blockBytes * 2));
  const whole = joined(blocks);
  const file = given.get("file");
  const packed = given.has("gzip") || (given.has("auto-compress") && /\.t?gz$/.test(file ?? "")) ? gzipSync(whole) : whole;
  if (file === undefined || file === "-") await process.stdout.write(packed);
  else {
    const target = process.open(file, "write");
    await process.writeTo(target, packed);
    target.release();
  }
  return code === 0 ? 0 : call.fail("Exiting with failure status due to previous errors", code);
}

async function extract(call: ToolCall): Promise<number> {
  const { options: given, process, out, fail } = call;
  const { fs } = process.machine;
  const file = given.get("file");
  let bytes: Uint8Array;
  try {
    bytes = await allOf(file === undefined || file === "-" ? call.in : sourceOfFile(process, file));
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    if (given.has("gzip")) {
      await call.err.line(`tar (child): ${file}: Cannot open: ${error.reason}\ntar (child): Error is not recoverable: exiting now`);
      await fail("Child returned status 2");
    } else await fail(`${file}: Cannot open: ${error.reason}`);
    return fail("Error is not recoverable: exiting now", 2);
  }
  if (isGzip(bytes)) bytes = unpacked(bytes);
  else if (given.has("gzip")) throw new BadArchive("Child returned status 1");
  const directory = fs.resolve(process.cwd, given.get("directory") ?? ".");
  if (fs.stat(directory)?.kind !== "directory") {
    await fail(`${given.get("directory")}: Cannot open: No such file or directory`);
    return fail("Error is not recoverable: exiting now", 2);
  }
  const wanted = given.operands.map((name) => name.replace(/^\.\//, "").replace(/\/+$/, ""));
  const strip = Number(given.get("strip-components") ?? 0);
  const seen = new Set<string>();
  for (const entry of entriesOf(bytes)) {
    const own = entry.name.replace(/^\.\//, "");
    const match = wanted.find((name) => own === name || own.startsWith(`${name}/`));
    if (wanted.length > 0 && match === undefined) continue;
    if (match !== undefined) seen.add(match);
    const shown = entry.kind === "directory" ? `${entry.name}/` : entry.name;
    if (given.has("list")) {
      await out.line(shown);
      continue;
    }
    if (given.has("verbose")) await out.line(shown);
    if (given.has("to-stdout")) {
      await out.bytes(entry.content);
      continue;
    }
    // Whatever a name says, it stays below the directory.
    const parts = entry.name
      .split("/")
      .filter((part) => part !== "" && part !== "." && part !== "..")
      .slice(strip);
    if (parts.length === 0) continue;
    const path = fs.resolve(directory, parts.join("/"));
    fs.mkdir(entry.kind === "directory" ? path : fs.resolve(path, ".."), { recursive: true });
    if (entry.kind === "file") fs.write(path, entry.content, { mode: entry.mode, owner: process.user.name });
    else if (entry.kind === "link") {
      if (fs.stat(path, { follow: false })) fs.remove(path);
      fs.symlink(entry.target, path);
    }
    if (entry.kind !== "link" && !given.has("touch")) fs.touch(path, entry.modifiedAt);
  }
  const missing = wanted.filter((name) => !seen.has(name));
  for (const name of missing) await fail(`${name}: Not found in archive`);
  return missing.length > 0 ? fail("Exiting with failure status due to previous errors", 2) : 0;
}

const gzipOptions = [
  "c,stdout",
  "d,decompress",
  "f,force",
  "k,keep",
  "l,list",
  "n,no-name",
  "N,name",
  "q,quiet",
  "r,recursive",
  "t,test",
  "v,verbose",
  "1,fast",
  "2",
  "3",
  "4",
  "5",
  "6",
  "7",
  "8",
  "9,best",
  "S,suffix=",
];

async function zip(call: ToolCall): Promise<number> {
  const { options: given, process, fail, name: tool } = call;
  const { fs } = process.machine;
  const decompress = given.has("decompress") || tool !== "gzip";
  const toOutput = given.has("stdout") || tool === "zcat";
  const turned = (bytes: Uint8Array) => (decompress ? unpacked(bytes) : gzipSync(bytes));
  let code = 0;
  for (const name of given.operands.length > 0 ? given.operands : ["-"]) {
    try {
      const source =
        decompress && name !== "-" && !fs.stat(fs.resolve(process.cwd, name)) && !name.startsWith("/dev/") && !name.endsWith(".gz")
          ? `${name}.gz`
          : name;
      const bytes = name === "-" ? await allOf(call.in) : await process.read(source);
      if (name !== "-" && !toOutput && decompress && !/\.(gz|tgz)$/.test(source)) {
        code = await fail(`${source}: unknown suffix -- ignored`, 2);
        continue;
      }
      if (name !== "-" && !toOutput && !decompress && source.endsWith(".gz")) {
        code = await fail(`${source} already has .gz suffix -- unchanged`, 2);
        continue;
      }
      const result = turned(bytes);
      if (name === "-" || toOutput) {
        await process.stdout.write(result);
        continue;
      }
      if (given.has("test")) continue;
      const path = fs.resolve(process.cwd, source);
      const target = decompress ? path.replace(/\.tgz$/, ".tar").replace(/\.gz$/, "") : `${path}.gz`;
      const stat = fs.stat(path);
      if (fs.stat(target) && !given.has("force")) {
        code = await fail(`${target} already exists;\tnot overwritten`, 2);
        continue;
      }
      fs.write(target, result, { mode: stat?.mode ?? 0o644, owner: stat?.owner ?? process.user.name });
      if (!given.has("keep")) fs.remove(path);
    } catch (error) {
      if (error instanceof FileError) code = await fail(`${name}: ${error.reason}`);
      else if (error instanceof BadArchive) code = await fail(`${name === "-" ? "stdin" : name}: ${error.message}`);
      else throw error;
    }
  }
  return code;
}

const usage = "[OPTION]... [FILE]...";
export const gzip = defineTool({ name: "gzip", usage, summary: "Compress or uncompress FILEs.", options: gzipOptions, run: zip });
export const gunzip = defineTool({ name: "gunzip", usage, summary: "Uncompress FILEs.", options: gzipOptions, run: zip });
export const zcat = defineTool({ name: "zcat", usage, summary: "Uncompress FILEs to standard output.", options: gzipOptions, run: zip });
