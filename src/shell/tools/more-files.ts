import { FileError } from "../file-system.ts";
import { modeOf } from "./mode.ts";
import { allOf, defineTool, inputs } from "./tool.ts";

/** A size as `truncate` and `shuf` take it: `10`, `1K`, `2MB`. */
function sizeOf(text: string): number | undefined {
  const [, digits, unit = "", base] = /^(\d+)([KMGT]?)(B|iB)?$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  return Number(digits) * (base === "B" ? 1000 : 1024) ** ("KMGT".indexOf(unit || "_") + 1);
}

export const truncate = defineTool({
  name: "truncate",
  usage: "OPTION... FILE...",
  summary: "Shrink or extend the size of each FILE to the specified size.",
  options: ["c,no-create", "o,io-blocks", "r,reference=", "s,size="],

  async run({ options, process, fail }) {
    const { fs } = process.machine;
    const given = options.get("size");
    const reference = options.get("reference");
    if (given === undefined && reference === undefined) return fail("you must specify either '--size' or '--reference'");
    const [, sign = "", text = ""] = /^([-+<>/%]?)(.*)$/.exec(given ?? "") ?? [];
    const wanted = reference === undefined ? sizeOf(text) : fs.stat(fs.resolve(process.cwd, reference))?.sizeBytes;
    if (wanted === undefined)
      return fail(reference === undefined ? `Invalid number: ‘${given}’` : `cannot stat '${reference}': No such file or directory`);
    for (const name of options.operands) {
      const path = fs.resolve(process.cwd, name);
      const before = fs.stat(path)?.sizeBytes;
      if (before === undefined && options.has("no-create")) continue;
      const now = before ?? 0;
      const size =
        sign === "+"
          ? now + wanted
          : sign === "-"
            ? Math.max(0, now - wanted)
            : sign === "<"
              ? Math.min(now, wanted)
              : sign === ">"
                ? Math.max(now, wanted)
                : wanted;
      try {
        const content = new Uint8Array(size);
        if (before !== undefined) content.set(fs.read(path).subarray(0, size));
        fs.write(path, content, { mode: 0o666 & ~process.umask, owner: process.user.name });
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        return fail(`cannot open '${name}' for writing: ${error.reason}`);
      }
    }
    return 0;
  },
});

export const sync = defineTool({
  name: "sync",
  usage: "[OPTION] [FILE]...",
  summary: "Write what is cached to the disk.",
  plain: true,
  run: () => 0,
});

export const install = defineTool({
  name: "install",
  usage: "[OPTION]... SOURCE... DEST",
  summary: "Copy files and set their attributes.",
  options: [
    "b",
    "c",
    "C,compare",
    "d,directory",
    "D",
    "g,group=",
    "m,mode=",
    "o,owner=",
    "p",
    "s,strip",
    "S,suffix=",
    "t,target-directory=",
    "T",
    "v,verbose",
    "Z",
  ],

  async run({ options, process, fail, out }) {
    const { fs } = process.machine;
    const path = (name: string) => fs.resolve(process.cwd, name);
    const mode = modeOf(options.get("mode") ?? "755", 0, false);
    if (mode === undefined) return fail(`invalid mode '${options.get("mode")}'`);
    const settle = (at: string) => {
      fs.chmod(at, mode);
      const [owner, group] = [options.get("owner"), options.get("group")];
      if (owner !== undefined || group !== undefined) fs.chown(at, owner ?? fs.stat(at)?.owner ?? "root", group);
    };
    const operands = [...options.operands];
    if (options.has("directory")) {
      for (const name of operands) {
        fs.mkdir(path(name), { recursive: true });
        settle(path(name));
        if (options.has("verbose")) await out.line(`install: creating directory '${name}'`);
      }
      return 0;
    }
    const target = options.get("target-directory") ?? operands.pop();
    if (target === undefined || operands.length === 0)
      return fail(target === undefined ? "missing file operand" : `missing destination file operand after '${target}'`);
    const isDirectory = fs.stat(path(target))?.kind === "directory";
    if (operands.length > 1 && !isDirectory) return fail(`target '${target}' is not a directory`);
    for (const name of operands) {
      const to = isDirectory || options.has("target-directory") ? `${path(target)}/${name.replace(/.*\//, "")}` : path(target);
      if (!fs.stat(path(name))) return fail(`cannot stat '${name}': No such file or directory`);
      if (options.has("D")) fs.mkdir(to.replace(/\/[^/]*$/, "") || "/", { recursive: true });
      fs.write(to, (await process.read(name)).slice(), { owner: process.user.name });
      settle(to);
      if (options.has("verbose")) await out.line(`'${name}' -> '${target}'`);
    }
    return 0;
  },
});

export const shuf = defineTool({
  name: "shuf",
  usage: "[OPTION]... [FILE]",
  summary: "Write a random permutation of the input lines.",
  options: ["e,echo", "i,input-range=", "n,head-count=", "o,output=", "r,repeat", "z,zero-terminated", "random-source="],

  async run(call) {
    const { options, process, out, fail } = call;
    const { random } = process.machine;
    const end = options.has("zero-terminated") ? "\0" : "\n";
    const range = options.get("input-range");
    let lines: string[];
    if (range !== undefined) {
      const [, from, to] = /^(\d+)-(\d+)$/.exec(range) ?? [];
      if (from === undefined || to === undefined || Number(to) < Number(from)) return fail(`invalid input range: ‘${range}’`);
      if (Number(to) - Number(from) > 1_000_000) return fail("memory exhausted");
      lines = Array.from({ length: Number(to) - Number(from) + 1 }, (_, i) => String(Number(from) + i));
    } else if (options.has("echo")) lines = [...options.operands];
    else {
      let text = "";
      for await (const { source } of inputs(call, options.operands.slice(0, 1), () => {})) text += new TextDecoder().decode(await allOf(source));
      lines = text === "" ? [] : text.replace(new RegExp(`${end}$`), "").split(end);
    }
    const count = options.get("head-count") === undefined ? Number.POSITIVE_INFINITY : Number(options.get("head-count"));
    const made: string[] = [];
    if (options.has("repeat")) {
      if (count === Number.POSITIVE_INFINITY) return fail("--repeat without --head-count would never end here");
      while (lines.length > 0 && made.length < count) made.push(random.pick(lines));
    } else {
      while (lines.length > 0 && made.length < count) {
        const at = random.between(0, lines.length - 1);
        made.push(lines[at] ?? "");
        lines[at] = lines.at(-1) ?? "";
        lines.pop();
      }
    }
    const text = made.map((line) => line + end).join("");
    const output = options.get("output");
    if (output === undefined) await out.text(text);
    else process.machine.fs.write(process.machine.fs.resolve(process.cwd, output), text, { owner: process.user.name });
    return 0;
  },
});
