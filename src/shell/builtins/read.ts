import { joined } from "#base/streams.ts";
import { separatorsOf } from "../interpreter/expansion/words.ts";
import type { Shell } from "../interpreter/shell.ts";
import { untilTrapped } from "../interpreter/until-trapped.ts";
import type { SignalName } from "../process.ts";
import { signals } from "../process.ts";
import { parseOptions, UsageError } from "../tools/options.ts";
import { defineBuiltin } from "./builtin.ts";

const spec = ["a=", "d=", "e", "i=", "n=", "N=", "p=", "r", "s", "t=", "u="];
const usage = "read [-ers] [-a array] [-d delim] [-i text] [-n nchars] [-N nchars] [-p prompt] [-t timeout] [-u fd] [name ...]";

interface Wanted {
  delimiter: number | undefined;
  characters: number | undefined;
  raw: boolean;
}

export const read = defineBuiltin({
  name: "read",
  usage,

  async run({ args, shell, fail, err }) {
    try {
      return await reading(args, shell, fail);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      await fail(error.message.replace(/^invalid option -- '(.)'$/, "-$1: invalid option"));
      await err.line(`read: usage: ${usage}`);
      return 2;
    }
  },
});

async function reading(args: readonly string[], shell: Shell, fail: (text: string, code?: number) => Promise<number>): Promise<number> {
  const options = parseOptions(args, spec, true);
  const descriptor = Number(options.get("u") ?? 0);
  const file = shell.files.get(descriptor);
  if (!file) return fail(`${descriptor}: invalid file descriptor: Bad file descriptor`);
  const timeout = options.get("t");
  const seconds = timeout === undefined ? undefined : Number(timeout);
  if (seconds !== undefined && (Number.isNaN(seconds) || seconds < 0)) return fail(`${timeout}: invalid timeout specification`);
  const invalid = options.operands.find((name) => !/^[A-Za-z_]\w*(\[.*\])?$/.test(name));
  if (invalid) return fail(`\`${invalid}': not a valid identifier`);

  const exact = options.get("N");
  const some = options.get("n");
  const delimiter = options.get("d");
  const wanted: Wanted = {
    delimiter: exact !== undefined ? undefined : delimiter === undefined ? 10 : delimiter === "" ? 0 : delimiter.charCodeAt(0),
    characters: exact !== undefined ? Number(exact) : some !== undefined ? Number(some) : undefined,
    raw: options.has("r"),
  };
  if (options.has("p") && file.tty) await shell.write(2, options.get("p") ?? "");
  const modes = file.tty?.modes;
  if (file.tty && modes && (options.has("s") || wanted.characters !== undefined || wanted.delimiter !== 10))
    file.tty.modes = { ...modes, echo: modes.echo && !options.has("s"), canonical: wanted.characters === undefined && wanted.delimiter === 10 };
  let taken: Taken | SignalName;
  try {
    taken = await untilTrapped(shell, (signal) => take(shell, descriptor, wanted, signal, seconds));
  } finally {
    if (file.tty && modes) file.tty.modes = modes;
  }
  if (typeof taken === "string") return 128 + signals[taken];

  store(shell, taken, options.get("a"), options.operands, exact !== undefined);
  return taken.status;
}

interface Taken {
  /** Characters, with whether a backslash stood before them. */
  characters: { text: string; escaped: boolean }[];
  status: number;
}

/** Reads characters up to the delimiter, and gives back what follows it. */
async function take(shell: Shell, descriptor: number, wanted: Wanted, signal: AbortSignal, seconds: number | undefined): Promise<Taken> {
  const file = shell.files.get(descriptor);
  const { clock } = shell.process.machine;
  const late = new AbortController();
  const ended = () => late.abort(signal.reason);
  signal.addEventListener("abort", ended, { once: true });
  const timer = seconds === undefined ? undefined : clock.at(clock.now() + seconds * 1000, () => late.abort(timedOut));
  const bytes: number[] = [];
  let status = 1;
  try {
    done: for (;;) {
      const chunk = await shell.process.readFrom(file, late.signal);
      if (!chunk) break;
      for (let i = 0; i < chunk.length; i++) {
        const byte = chunk[i] ?? 0;
        const escaped = !wanted.raw && bytes.at(-1) === 92 && trailing(bytes) % 2 === 1;
        const enough = byte === wanted.delimiter && !escaped;
        if (!enough) bytes.push(byte);
        if (enough || (wanted.characters !== undefined && countOf(bytes, wanted.raw) >= wanted.characters)) {
          file?.unread(chunk.subarray(i + 1));
          status = 0;
          break done;
        }
      }
    }
  } catch (error) {
    if (error !== timedOut) throw error;
    status = 142;
  } finally {
    timer?.cancel();
    signal.removeEventListener("abort", ended);
  }
  const text = new TextDecoder().decode(joined([Uint8Array.from(bytes.filter((byte) => byte !== 0))]));
  return { characters: wanted.raw ? [...text].map((one) => ({ text: one, escaped: false })) : unescaped(text), status };
}

const timedOut = new Error("timed out");

function trailing(bytes: readonly number[]): number {
  let count = 0;
  for (let i = bytes.length - 1; i >= 0 && bytes[i] === 92; i--) count++;
  return count;
}

function countOf(bytes: readonly number[], raw: boolean): number {
  let count = 0;
  let escaped = false;
  for (const byte of bytes) {
    if ((byte & 0xc0) === 0x80) continue;
    if (!raw && byte === 92 && !escaped) {
      escaped = true;
      continue;
    }
    escaped = false;
    count++;
  }
  return count;
}

function unescaped(text: string): { text: string; escaped: boolean }[] {
  const characters: { text: string; escaped: boolean }[] = [];
  const all = [...text];
  for (let i = 0; i < all.length; i++) {
    if (all[i] !== "\\") characters.push({ text: all[i] ?? "", escaped: false });
    else if (all[++i] !== "\n" && i < all.length) characters.push({ text: all[i] ?? "", escaped: true });
  }
  return characters;
}

function store(shell: Shell, taken: Taken, array: string | undefined, names: readonly string[], whole: boolean): void {
  if (whole || (array === undefined && names.length === 0)) {
    shell.vars.set(names[0] ?? "REPLY", taken.characters.map((one) => one.text).join(""));
    for (const name of names.slice(1)) shell.vars.set(name, "");
    return;
  }
  const fields = split(taken.characters, separatorsOf(shell), array === undefined ? names.length : Number.POSITIVE_INFINITY);
  if (array !== undefined) {
    shell.vars.setList(array, fields);
    return;
  }
  for (const [i, name] of names.entries()) shell.vars.set(name, fields[i] ?? "");
}

/** Splits at separators into so many fields; the last keeps the rest as it is. */
function split(characters: readonly { text: string; escaped: boolean }[], separators: string, most: number): string[] {
  const isSeparator = (i: number) => !characters[i]?.escaped && separators.includes(characters[i]?.text ?? " ") && i < characters.length;
  const isSpace = (i: number) => isSeparator(i) && " \t\n".includes(characters[i]?.text ?? "");
  const fields: string[] = [];
  let at = 0;
  while (isSpace(at)) at++;
  while (at < characters.length) {
    if (fields.length === most - 1) {
      let end = characters.length;
      while (end > at && isSpace(end - 1)) end--;
      // One separator at the very end belongs to the field before it.
      if (end > at && isSeparator(end - 1) && !characters.slice(at, end - 1).some((_, i) => isSeparator(at + i))) end--;
      fields.push(textOf(characters.slice(at, end)));
      return fields;
    }
    const start = at;
    while (at < characters.length && !isSeparator(at)) at++;
    fields.push(textOf(characters.slice(start, at)));
    while (isSpace(at)) at++;
    if (isSeparator(at) && !isSpace(at)) {
      at++;
      while (isSpace(at)) at++;
    } else if (at === start) at++;
  }
  return fields;
}

const textOf = (characters: readonly { text: string }[]): string => characters.map((one) => one.text).join("");
