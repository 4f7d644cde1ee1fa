import type { Source } from "#base/streams.ts";
import { sizeOf } from "./size.ts";
import { defineTool, inputs, type ToolCall } from "./tool.ts";

export const head = defineTool({
  name: "head",
  usage: "[OPTION]... [FILE]...",
  summary: "Print the first 10 lines of each FILE to standard output.",
  options: ["c,bytes=", "n,lines=", "q,quiet", "silent", "v,verbose", "z,zero-terminated"],
  numeric: "n",
  unreadable: (name, reason) => `cannot open '${name}' for reading: ${reason}`,

  async run(call) {
    const { options, out, fail } = call;
    const bytes = options.has("bytes");
    const text = options.get("bytes") ?? options.get("lines") ?? "10";
    const count = sizeOf(text.replace(/^[-+]/, ""));
    if (count === undefined) return fail(`invalid number of ${bytes ? "bytes" : "lines"}: ‘${text}’`);
    const allBut = text.startsWith("-");
    const titled = options.has("verbose") || (options.operands.length > 1 && !options.has("quiet") && !options.has("silent"));
    let code = 0;
    let first = true;
    for await (const { name, source } of inputs(call, options.operands, () => {
      code = 1;
    })) {
      if (titled) await out.text(`${first ? "" : "\n"}==> ${name === "-" ? "standard input" : name} <==\n`);
      await out.flush();
      first = false;
      if (allBut) await allButLast(call, source, count, bytes);
      else await firstOf(call, source, count, bytes ? undefined : options.has("zero-terminated") ? 0 : 10);
    }
    return code;
  },
});

/** Copies so many bytes, or as many as end in so many separators, and reads no further. */
async function firstOf({ process }: ToolCall, source: Source, count: number, separator: number | undefined): Promise<void> {
  let left = count;
  while (left > 0) {
    const chunk = await source.read();
    if (!chunk) return;
    let end = chunk.length;
    if (separator === undefined) {
      end = Math.min(end, left);
      left -= end;
    } else {
      let at = -1;
      while (left > 0) {
        at = chunk.indexOf(separator, at + 1);
        if (at < 0) break;
        left--;
      }
      if (left === 0) end = at + 1;
    }
    if (end < chunk.length && source === process.stdin) process.files.get(0)?.unread(chunk.subarray(end));
    await process.stdout.write(chunk.subarray(0, end));
  }
}

async function allButLast({ process }: ToolCall, source: Source, count: number, bytes: boolean): Promise<void> {
  let held: Uint8Array[] = [];
  for (let chunk = await source.read(); chunk; chunk = await source.read()) {
    const pieces = bytes ? [chunk.slice()] : lineChunks(chunk.slice());
    held.push(...pieces);
    if (bytes) {
      const all = concatenated(held);
      const keep = Math.max(0, all.length - count);
      if (keep > 0) await process.stdout.write(all.subarray(0, keep));
      held = [all.subarray(keep)];
    }
  }
  if (bytes) return;
  const lines = lineChunks(concatenated(held));
  const kept = lines.slice(0, Math.max(0, lines.length - count));
  if (kept.length > 0) await process.stdout.write(concatenated(kept));
}

function lineChunks(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  let start = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, start)) {
    lines.push(bytes.subarray(start, at + 1));
    start = at + 1;
  }
  if (start < bytes.length) lines.push(bytes.subarray(start));
  return lines;
}

function concatenated(chunks: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
