import { bytesOf, joined, type Source } from "#base/streams.ts";
import { FileError } from "../file-system.ts";
import { sizeOf } from "./size.ts";
import { defineTool, inputs, type ToolCall } from "./tool.ts";

/** How often a followed file is looked at when nothing tells that it grew. */
const pollMilliseconds = 1000;

export const tail = defineTool({
  name: "tail",
  usage: "[OPTION]... [FILE]...",
  summary: "Print the last 10 lines of each FILE to standard output.",
  options: [
    "c,bytes=",
    "f,follow?",
    "F",
    "n,lines=",
    "max-unchanged-stats=",
    "pid=",
    "q,quiet",
    "silent",
    "retry",
    "s,sleep-interval=",
    "v,verbose",
    "z,zero-terminated",
  ],
  numeric: "n",
  unreadable: (name, reason) => `cannot open '${name}' for reading: ${reason}`,

  async run(call) {
    const { options, out, fail } = call;
    const bytes = options.has("bytes");
    const text = options.get("bytes") ?? options.get("lines") ?? "10";
    const count = sizeOf(text.replace(/^[-+]/, ""));
    if (count === undefined) return fail(`invalid number of ${bytes ? "bytes" : "lines"}: ‘${text}’`);
    const titled = options.has("verbose") || (options.operands.length > 1 && !options.has("quiet") && !options.has("silent"));
    const followed: Followed[] = [];
    let code = 0;
    let first = true;
    for await (const { name, source } of inputs(call, options.operands, () => {
      code = 1;
    })) {
      if (titled) await out.text(`${first ? "" : "\n"}==> ${name === "-" ? "standard input" : name} <==\n`);
      await out.flush();
      first = false;
      const sizeBytes = await lastOf(call, source, count, bytes, text.startsWith("+"));
      if (name !== "-") followed.push({ name, sizeBytes });
    }
    if (!options.has("follow") && !options.has("F")) return code;
    if (options.has("F")) for (const name of options.operands) if (!followed.some((one) => one.name === name)) followed.push({ name, sizeBytes: 0 });
    if (followed.length === 0) return options.operands.length > 0 ? fail("no files remaining") : code;
    await follow(call, followed, titled);
    return code;
  },
});

interface Followed {
  name: string;
  sizeBytes: number;
}

/** Prints the end of a source; gives how many bytes it had. */
async function lastOf({ process }: ToolCall, source: Source, count: number, bytes: boolean, fromStart: boolean): Promise<number> {
  if (fromStart) return fromOn(process.stdout, source, count, bytes);
  let kept: Uint8Array[] = [];
  let total = 0;
  let lines = 0;
  for (let chunk = await source.read(); chunk; chunk = await source.read()) {
    total += chunk.length;
    kept.push(chunk.slice());
    for (const byte of chunk) if (byte === 10) lines++;
    // Only now and then: what surely is no longer needed is dropped.
    if (kept.length > 64 && (bytes ? total > 4 * count : lines > 4 * count)) {
      const end = ending(joined(kept), count, bytes);
      kept = [end.slice()];
      lines = count;
    }
  }
  if (kept.length > 0) await process.stdout.write(ending(joined(kept), count, bytes));
  return total;
}

function ending(all: Uint8Array, count: number, bytes: boolean): Uint8Array {
  if (bytes) return all.subarray(Math.max(0, all.length - count));
  if (count === 0) return all.subarray(all.length);
  let at = all.length - 1;
  let left = count;
  if (all[at] === 10) at--;
  for (; at >= 0; at--) if (all[at] === 10 && --left === 0) break;
  return all.subarray(at + 1);
}

async function fromOn(out: { write(bytes: Uint8Array): Promise<void> }, source: Source, count: number, bytes: boolean): Promise<number> {
  let skip = Math.max(0, count - 1);
  let total = 0;
  for (let chunk = await source.read(); chunk; chunk = await source.read()) {
    total += chunk.length;
    let start = 0;
    while (skip > 0 && start < chunk.length) {
      if (bytes) {
        const step = Math.min(skip, chunk.length - start);
        start += step;
        skip -= step;
        continue;
      }
      const end = chunk.indexOf(10, start);
      start = end < 0 ? chunk.length : end + 1;
      if (end >= 0) skip--;
    }
    if (start < chunk.length) await out.write(chunk.subarray(start));
  }
  return total;
}

/** Prints what files grow by, for ever. */
async function follow(call: ToolCall, files: Followed[], titled: boolean): Promise<void> {
  const { process, fail, options } = call;
  const { fs } = process.machine;
  const interval = Number(options.get("sleep-interval") ?? 0) * 1000 || pollMilliseconds;
  let shown = files.at(-1)?.name;
  for (;;) {
    await process.sleep(interval);
    for (const file of files) {
      const path = fs.resolve(process.cwd, file.name);
      const sizeBytes = fs.stat(path)?.sizeBytes;
      if (sizeBytes === undefined || sizeBytes === file.sizeBytes) {
        if (sizeBytes === undefined) file.sizeBytes = 0;
        continue;
      }
      if (sizeBytes < file.sizeBytes) {
        await fail(`${file.name}: file truncated`);
        file.sizeBytes = 0;
      }
      let content: Uint8Array;
      try {
        content = fs.read(path);
      } catch (error) {
        if (error instanceof FileError) continue;
        throw error;
      }
      if (titled && shown !== file.name) await process.stdout.write(bytesOf(`\n==> ${file.name} <==\n`));
      shown = file.name;
      await process.stdout.write(content.subarray(file.sizeBytes));
      file.sizeBytes = content.length;
    }
  }
}
