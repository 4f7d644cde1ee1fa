import { joined } from "#base/streams.ts";
import { FileError } from "../file-system.ts";
import type { OpenFile } from "../open-file.ts";
import type { Process } from "../process.ts";
import { sizeOf } from "./size.ts";
import { defineTool, type ToolCall } from "./tool.ts";

const known = ["if", "of", "bs", "ibs", "obs", "count", "skip", "seek", "conv", "iflag", "oflag", "status"];
const conversions: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  ucase: (bytes) => bytes.map((byte) => (byte >= 97 && byte <= 122 ? byte - 32 : byte)),
  lcase: (bytes) => bytes.map((byte) => (byte >= 65 && byte <= 90 ? byte + 32 : byte)),
  swab: (bytes) => bytes.map((byte, i) => bytes[i ^ 1] ?? byte),
};
/** What does not change what is copied, only how a disk is asked for it. */
const withoutEffect = [
  "sync",
  "fsync",
  "fdatasync",
  "direct",
  "dsync",
  "nonblock",
  "noatime",
  "nocache",
  "noerror",
  "excl",
  "nocreat",
  "fullblock",
  "append",
];
/** How long copying takes, in milliseconds: it is told in the end. */
const beforeFirstByte = 0.15;
const bytesPerMillisecond = 1_500_000;

interface Copied {
  full: number;
  partial: number;
  bytes: number;
}

export const dd = defineTool({
  name: "dd",
  usage: "[OPERAND]...",
  summary: "Copy a file, converting and formatting according to the operands.",
  plain: true,

  async run(call) {
    const { args, process, fail } = call;
    const given = new Map<string, string>();
    for (const arg of args) {
      const at = arg.indexOf("=");
      const name = arg.slice(0, Math.max(at, 0));
      if (!known.includes(name)) return fail(`unrecognized operand ‘${arg}’`);
      given.set(name, arg.slice(at + 1));
    }
    const numbers: Record<string, number | undefined> = {};
    for (const name of ["bs", "ibs", "obs", "count", "skip", "seek"]) {
      const text = given.get(name);
      const number = text === undefined ? undefined : sizeOf(text);
      if (text !== undefined && (number === undefined || (number === 0 && name.endsWith("bs")))) return fail(`invalid number: ‘${text}’`);
      numbers[name] = number;
    }
    const words = ["conv", "iflag", "oflag"].flatMap((name) => given.get(name)?.split(",") ?? []);
    const wrong = words.find((word) => !(word in conversions) && word !== "notrunc" && !withoutEffect.includes(word));
    if (wrong !== undefined) return fail(`invalid conversion: ‘${wrong}’`);

    const begun = process.machine.clock.now();
    const blockBytes = numbers.bs ?? numbers.ibs ?? 512;
    const seekBytes = (numbers.seek ?? 0) * (numbers.bs ?? numbers.obs ?? 512);
    const convert = words.flatMap((word) => conversions[word] ?? []);
    const input = open(process, given.get("if"), "read");
    if (input instanceof FileError) return fail(`failed to open '${given.get("if")}': ${input.reason}`);
    const output = target(process, given.get("of"), { seekBytes, keep: words.includes("notrunc"), append: words.includes("append") });
    if (output instanceof FileError) {
      input?.release();
      return fail(`failed to open '${given.get("of")}': ${output.reason}`);
    }

    const read = input ? () => process.readFrom(input) : () => process.stdin.read();
    const blocks = blocksOf(read, blockBytes, input !== undefined || words.includes("fullblock"));
    const counts = [record(), record()] as const;
    let code = 0;
    try {
      for (let skip = numbers.skip ?? 0; skip > 0; skip--) await blocks.next();
      for (let left = numbers.count ?? Number.POSITIVE_INFINITY; left > 0; left--) {
        const { value: block } = await blocks.next();
        if (!block) break;
        note(counts[0], block, blockBytes);
        const converted = convert.reduce((bytes, one) => one(bytes), block);
        await output.write(converted);
        note(counts[1], converted, blockBytes);
      }
      output.done();
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      code = await fail(`error writing '${given.get("of") ?? "standard output"}': ${error.reason}`);
    } finally {
      input?.release();
      output.release();
    }
    await process.sleep(beforeFirstByte + counts[1].bytes / bytesPerMillisecond);
    if (given.get("status") !== "none") await report(call, counts, (process.machine.clock.now() - begun) / 1000, given.get("status") === "noxfer");
    return code;
  },
});

const record = (): Copied => ({ full: 0, partial: 0, bytes: 0 });

function note(copied: Copied, block: Uint8Array, blockBytes: number): void {
  if (block.length === blockBytes) copied.full++;
  else copied.partial++;
  copied.bytes += block.length;
}

function open(process: Process, path: string | undefined, how: "read" | "write" | "append" | "read-write"): OpenFile | FileError | undefined {
  if (path === undefined) return undefined;
  try {
    return process.open(path, how);
  } catch (error) {
    if (error instanceof FileError) return error;
    throw error;
  }
}

/** What is read, in blocks: as much as one read gives, or filled up. */
async function* blocksOf(read: () => Promise<Uint8Array | undefined>, size: number, fill: boolean): AsyncGenerator<Uint8Array, undefined> {
  let held: Uint8Array[] = [];
  let bytes = 0;
  for (let chunk = await read(); chunk; chunk = await read()) {
    let rest = chunk;
    while (bytes + rest.length >= size) {
      const end = size - bytes;
      yield joined([...held, rest.subarray(0, end)]);
      rest = rest.subarray(end);
      held = [];
      bytes = 0;
    }
    if (rest.length === 0) continue;
    if (fill) {
      held.push(rest.slice());
      bytes += rest.length;
    } else yield rest.slice();
  }
  if (bytes > 0) yield joined(held);
  return undefined;
}

interface Target {
  write(bytes: Uint8Array): Promise<void>;
  done(): void;
  release(): void;
}

interface Placed {
  /** Where in the file the first byte goes. */
  readonly seekBytes: number;
  /** What the file has beyond stays. */
  readonly keep: boolean;
  readonly append: boolean;
}

function target(process: Process, path: string | undefined, { seekBytes, keep, append }: Placed): Target | FileError {
  if (path === undefined) return { write: (bytes) => process.stdout.write(bytes), done() {}, release() {} };
  const { fs } = process.machine;
  const at = fs.resolve(process.cwd, path);
  const isPlaced = (seekBytes > 0 || keep) && !append && !at.startsWith("/dev/");
  const file = open(process, path, append ? "append" : isPlaced ? "read-write" : "write");
  if (file instanceof FileError || !file) return file ?? new FileError("ENOENT", path);
  if (!isPlaced) return { write: (bytes) => process.writeTo(file, bytes), done() {}, release: () => file.release() };

  const chunks: Uint8Array[] = [];
  return {
    async write(bytes) {
      chunks.push(bytes);
    },
    done() {
      const before = fs.read(at);
      const written = joined(chunks);
      const end = seekBytes + written.length;
      const content = new Uint8Array(keep ? Math.max(before.length, end) : end);
      content.set(before.subarray(0, keep ? before.length : Math.min(before.length, seekBytes)));
      content.set(written, seekBytes);
      fs.write(at, content);
    },
    release: () => file.release(),
  };
}

/** Tells what was copied, in GNU's words or in busybox'. */
async function report({ process, err }: ToolCall, [read, written]: readonly [Copied, Copied], seconds: number, short: boolean): Promise<void> {
  await err.line(`${read.full}+${read.partial} records in\n${written.full}+${written.partial} records out`);
  if (short) return;
  const { bytes } = written;
  const rate = seconds > 0 ? bytes / seconds : bytes;
  if (process.machine.system !== "debian") {
    await err.line(`${bytes} bytes (${busyboxSize(bytes)}B) copied, ${seconds.toFixed(6)} seconds, ${busyboxSize(rate)}B/s`);
    return;
  }
  const sizes = bytes < 1000 ? "" : bytes < 1024 ? ` (${decimalSize(bytes)}B)` : ` (${decimalSize(bytes)}B, ${binarySize(bytes)})`;
  await err.line(`${bytes} byte${bytes === 1 ? "" : "s"}${sizes} copied, ${Number(seconds.toPrecision(6))} s, ${decimalSize(rate)}B/s`);
}

function scaled(value: number, step: number): { value: number; unit: number } {
  let unit = 0;
  let rest = value;
  while (rest >= step && unit < 5) {
    rest /= step;
    unit++;
  }
  return { value: rest, unit };
}

const digits = (value: number) => (value < 9.95 ? value.toFixed(1) : Math.round(value).toFixed(0));

function decimalSize(bytes: number): string {
  const { value, unit } = scaled(bytes, 1000);
  return `${digits(value)} ${["", "k", "M", "G", "T", "P"][unit]}`;
}

function binarySize(bytes: number): string {
  const { value, unit } = scaled(bytes, 1024);
  return `${digits(value)} ${["", "Ki", "Mi", "Gi", "Ti", "Pi"][unit]}B`;
}

function busyboxSize(bytes: number): string {
  const { value, unit } = scaled(bytes, 1024);
  return unit === 0 ? String(Math.round(value)) : `${value.toFixed(1)}${"KMGTP"[unit - 1]}`;
}
