import { md5, sha1 } from "@noble/hashes/legacy.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { bytesOf, joined, textOf } from "#base/streams.ts";
import { FileError } from "../file-system.ts";
import { allOf, defineTool, inputs, type Tool, type ToolCall } from "./tool.ts";

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

async function check(call: ToolCall, digest: (bytes: Uint8Array) => Uint8Array): Promise<number> {
  const { options, process, out, fail, err, name: tool } = call;
  let bad = 0;
  let unread = 0;
  for await (const { source } of inputs(call, options.operands, () => unread++))
    for (const line of textOf(await allOf(source)).split("\n")) {
      const [, wanted, name] = /^([0-9a-f]+) [ *](.+)$/.exec(line) ?? [];
      if (wanted === undefined || name === undefined) continue;
      try {
        const same = hex(digest(await process.read(name))) === wanted;
        if (!same) bad++;
        if (!options.has("status") && !(options.has("quiet") && same)) await out.line(`${name}: ${same ? "OK" : "FAILED"}`);
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        unread++;
        await fail(`${name}: ${error.reason}`);
        await out.line(`${name}: FAILED open or read`);
      }
    }
  await out.flush();
  if (unread > 0) await err.line(`${tool}: WARNING: ${unread} listed file${unread === 1 ? "" : "s"} could not be read`);
  if (bad > 0) await err.line(`${tool}: WARNING: ${bad} computed checksum${bad === 1 ? "" : "s"} did NOT match`);
  return bad + unread > 0 ? 1 : 0;
}

const sum = (name: string, digest: (bytes: Uint8Array) => Uint8Array): Tool =>
  defineTool({
    name,
    usage: "[OPTION]... [FILE]...",
    summary: "Print or check checksums.",
    options: ["b,binary", "c,check", "t,text", "z,zero", "quiet", "status", "strict", "w,warn", "ignore-missing", "tag"],

    async run(call) {
      if (call.options.has("check")) return check(call, digest);
      let code = 0;
      for await (const { name: file, source } of inputs(call, call.options.operands, () => {
        code = 1;
      })) {
        const bytes = await allOf(source);
        const rest = call.process.spend(bytes.length / 100);
        if (rest) await rest;
        await call.out.line(`${hex(digest(bytes))} ${call.options.has("binary") ? "*" : " "}${file}`);
      }
      return code;
    },
  });

export const md5sum = sum("md5sum", md5);
export const sha1sum = sum("sha1sum", sha1);
export const sha256sum = sum("sha256sum", sha256);
export const sha512sum = sum("sha512sum", sha512);

const named: Readonly<Record<string, string>> = {
  "0": "\\0",
  "7": "\\a",
  "8": "\\b",
  "9": "\\t",
  "10": "\\n",
  "11": "\\v",
  "12": "\\f",
  "13": "\\r",
};

export const od = defineTool({
  name: "od",
  usage: "[OPTION]... [FILE]...",
  summary: "Write an unambiguous representation of FILE to standard output.",
  options: [
    "A,address-radix=",
    "j,skip-bytes=",
    "N,read-bytes=",
    "t,format=",
    "v,output-duplicates",
    "w,width?",
    "a",
    "b",
    "c",
    "d",
    "o",
    "x",
    "i",
    "l",
    "s",
    "f",
  ],

  async run(call) {
    const { options, out } = call;
    const chunks: Uint8Array[] = [];
    let code = 0;
    for await (const { source } of inputs(call, options.operands, () => {
      code = 1;
    }))
      chunks.push((await allOf(source)).slice());
    const skip = Number(options.get("skip-bytes") ?? 0);
    const bytes = joined(chunks.length > 0 ? chunks : [bytesOf("")]).subarray(
      skip,
      options.has("read-bytes") ? skip + Number(options.get("read-bytes")) : undefined,
    );
    const format =
      options.get("format") ?? (options.has("c") ? "c" : options.has("b") ? "o1" : options.has("x") ? "x2" : options.has("d") ? "u2" : "o2");
    const radix = options.get("address-radix") ?? "o";
    const address = (at: number) =>
      radix === "n" ? "" : at.toString(radix === "d" ? 10 : radix === "x" ? 16 : 8).padStart(radix === "x" ? 6 : 7, "0");
    const across = Number(options.get("width") || 16);
    let before = "";
    let starred = false;
    for (let at = 0; at < bytes.length; at += across) {
      const row = rowOf(bytes.subarray(at, at + across), format);
      if (row === before && !options.has("output-duplicates") && at + across < bytes.length) {
        if (!starred) await out.line("*");
        starred = true;
        continue;
      }
      starred = false;
      before = row;
      await out.line(address(at + skip) + row);
    }
    if (radix !== "n") await out.line(address(bytes.length + skip));
    return code;
  },
});

function rowOf(bytes: Uint8Array, format: string): string {
  if (format.startsWith("c"))
    return [...bytes]
      .map((byte) => (named[String(byte)] ?? (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : byte.toString(8).padStart(3, "0"))).padStart(4))
      .join("");
  const [, kind = "o", size = "2"] = /^([duoxa])([1248]?)/.exec(format) ?? [];
  const length = Number(size || 2);
  const digits = { o: [0, 3, 6, 0, 11], x: [0, 2, 4, 0, 8], u: [0, 3, 5, 0, 10], d: [0, 4, 6, 0, 11], a: [0, 3, 3, 0, 3] }[kind]?.[length] ?? 6;
  let row = "";
  for (let at = 0; at < bytes.length; at += length) {
    let value = 0;
    for (let i = 0; i < length; i++) value += (bytes[at + i] ?? 0) * 256 ** i;
    if (kind === "d" && value >= 256 ** length / 2) value -= 256 ** length;
    const text =
      kind === "x"
        ? value.toString(16).padStart(digits, "0")
        : kind === "o"
          ? value.toString(8).padStart(digits, "0")
          : String(value).padStart(digits);
    row += ` ${text}`;
  }
  return row;
}

export const strings = defineTool({
  name: "strings",
  usage: "[option(s)] [file(s)]",
  summary: "Display printable strings in FILE(s).",
  options: ["a", "n,bytes=", "t,radix="],
  numeric: "n",

  async run(call) {
    const least = Number(call.options.get("bytes") ?? 4);
    let code = 0;
    for await (const { source } of inputs(call, call.options.operands, () => {
      code = 1;
    }))
      for (const [text] of textOf((await allOf(source)).map((byte) => (byte >= 32 && byte < 127 ? byte : byte === 9 ? 9 : 10))).matchAll(/[^\n]+/g))
        if (text.length >= least) await call.out.line(text);
    return code;
  },
});
