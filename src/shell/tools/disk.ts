import { formatted } from "../builtins/printf.ts";
import { FileError, type FileStat } from "../file-system.ts";
import { strftime } from "../strftime.ts";
import { modeText } from "./ls.ts";
import { humanSize } from "./size.ts";
import { defineTool, type ToolCall } from "./tool.ts";

const totalKilobytes = 20 * 1024 * 1024;

export const df = defineTool({
  name: "df",
  usage: "[OPTION]... [FILE]...",
  summary: "Show information about the file system on which each FILE resides, or all file systems by default.",
  options: [
    "a,all",
    "B,block-size=",
    "h,human-readable",
    "H,si",
    "i,inodes",
    "k",
    "l,local",
    "P,portability",
    "t,type=",
    "T,print-type",
    "x,exclude-type=",
  ],

  async run({ options, process, out }) {
    const { fs } = process.machine;
    const human = options.has("human-readable") || options.has("si");
    const used = 4 * 1024 * 1024;
    const size = (kilobytes: number) => (human ? humanSize(kilobytes * 1024) : String(kilobytes));
    const mounts = [["overlay", "/"] as const, ...fs.mounts().map(([path]) => ["tmpfs", path] as const)];
    const wanted = options.operands.map((name) => fs.resolve(process.cwd, name));
    const shown =
      wanted.length === 0
        ? mounts
        : wanted.map((path) => mounts.findLast(([, at]) => path === at || at === "/" || path.startsWith(`${at}/`)) ?? (["overlay", "/"] as const));
    const rows = [
      [
        "Filesystem",
        ...(options.has("print-type") ? ["Type"] : []),
        human ? "Size" : "1K-blocks",
        "Used",
        human ? "Avail" : "Available",
        "Use%",
        "Mounted on",
      ],
    ];
    for (const [name, path] of shown)
      rows.push([
        name,
        ...(options.has("print-type") ? [name] : []),
        size(totalKilobytes),
        size(used),
        size(totalKilobytes - used),
        `${Math.ceil((100 * used) / totalKilobytes)}%`,
        path,
      ]);
    const left = options.has("print-type") ? 2 : 1;
    const widths = rows[0]?.map((_, i) => Math.max(i === 0 ? 14 : 0, ...rows.map((row) => row[i]?.length ?? 0))) ?? [];
    for (const row of rows)
      await out.line(
        row.map((cell, i) => (i === row.length - 1 ? cell : i < left ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(" "),
      );
    return 0;
  },
});

export const du = defineTool({
  name: "du",
  usage: "[OPTION]... [FILE]...",
  summary: "Summarize device usage of the set of FILEs, recursively for directories.",
  options: [
    "a,all",
    "apparent-size",
    "B,block-size=",
    "b,bytes",
    "c,total",
    "d,max-depth=",
    "h,human-readable",
    "k",
    "m",
    "s,summarize",
    "S,separate-dirs",
    "x,one-file-system",
  ],

  async run(call) {
    const { options, process, out, fail } = call;
    const { fs } = process.machine;
    const most = options.has("summarize") ? 0 : Number(options.get("max-depth") ?? Number.POSITIVE_INFINITY);
    const size = (stat: FileStat) =>
      options.has("bytes") || options.has("apparent-size")
        ? stat.sizeBytes
        : stat.kind === "file"
          ? Math.ceil(stat.sizeBytes / 4096) * 4096
          : stat.kind === "directory"
            ? 4096
            : 0;
    const shown = (bytes: number) =>
      options.has("human-readable")
        ? humanSize(bytes)
        : String(options.has("bytes") ? bytes : Math.ceil(bytes / (options.has("m") ? 1024 ** 2 : 1024)));
    let code = 0;
    let total = 0;
    const measure = async (name: string, depth: number): Promise<number> => {
      const path = fs.resolve(process.cwd, name);
      const stat = fs.stat(path, { follow: false });
      if (!stat) throw new FileError("ENOENT", name);
      let sum = size(stat);
      if (stat.kind === "directory")
        for (const child of fs.list(path)) sum += await measure(name.endsWith("/") ? name + child : `${name}/${child}`, depth + 1);
      if (depth <= most && (stat.kind === "directory" || options.has("all") || depth === 0)) await out.line(`${shown(sum)}\t${name}`);
      return sum;
    };
    for (const name of options.operands.length > 0 ? options.operands : ["."]) {
      try {
        total += await measure(name, 0);
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        code = await fail(`cannot access '${name}': ${error.reason}`);
      }
    }
    if (options.has("total")) await out.line(`${shown(total)}\ttotal`);
    return code;
  },
});

const kinds: Record<FileStat["kind"], string> = {
  file: "regular file",
  directory: "directory",
  link: "symbolic link",
  device: "character special file",
};

export const stat = defineTool({
  name: "stat",
  usage: "[OPTION]... FILE...",
  summary: "Display file or file system status.",
  options: ["L,dereference", "f,file-system", "c,format=", "printf=", "t,terse"],

  async run(call) {
    const { options, process, out, fail } = call;
    const { fs, accounts } = process.machine;
    let code = 0;
    for (const name of options.operands) {
      const path = fs.resolve(process.cwd, name);
      const found = fs.stat(path, { follow: options.has("dereference") });
      if (!found) {
        code = await fail(`cannot statx '${name}': No such file or directory`);
        continue;
      }
      const time = strftime("%F %T.%N %z", found.modifiedAt);
      const uid = String(accounts.user(found.owner)?.uid ?? found.owner);
      const kind = found.kind === "file" && found.sizeBytes === 0 ? "regular empty file" : kinds[found.kind];
      const mode = (found.mode & 0o7777).toString(8);
      const values: Record<string, string> = {
        n: name,
        N: found.kind === "link" ? `'${name}' -> '${fs.readlink(path)}'` : `'${name}'`,
        s: String(found.sizeBytes),
        a: mode,
        A: modeText(found),
        f: found.mode.toString(16),
        F: kind,
        U: found.owner,
        G: found.group,
        u: uid,
        g: uid,
        h: String(found.links ?? 1),
        i: "1",
        b: String(Math.ceil(found.sizeBytes / 512)),
        B: "512",
        o: "4096",
        d: "1",
        D: "1",
        m: "/",
        y: time,
        Y: String(Math.floor(found.modifiedAt / 1000)),
        x: time,
        X: String(Math.floor(found.modifiedAt / 1000)),
        z: time,
        Z: String(Math.floor(found.modifiedAt / 1000)),
        w: "-",
        W: "0",
        t: "0",
        T: "0",
      };
      const format = options.get("format") ?? options.get("printf");
      if (format !== undefined) {
        const filled = format.replace(/%([-0-9]*)([a-zA-Z%])/g, (whole, width: string, letter: string) =>
          letter === "%" ? "%" : values[letter] === undefined ? whole : formatted(`%${width}s`, [values[letter]], 0).text,
        );
        await out.text(options.has("printf") ? formatted(filled.replaceAll("%", "%%"), [], 0).text : `${filled}\n`);
        continue;
      }
      const owner = (text: string) => `(${uid.padStart(5)}/${text.padStart(8)})`;
      await out.text(
        `  File: ${values["N"]?.replace(/^'(.*)'$/, "$1")}\n  Size: ${String(found.sizeBytes).padEnd(15)}\tBlocks: ${(values["b"] ?? "").padEnd(10)} IO Block: 4096   ${kind}\nDevice: 0,1\tInode: 1           Links: 1\nAccess: (${mode.padStart(4, "0")}/${modeText(found)})  Uid: ${owner(found.owner)}   Gid: ${owner(found.group)}\nAccess: ${time}\nModify: ${time}\nChange: ${time}\n Birth: -\n`,
      );
    }
    return code;
  },
});

export const tree = defineTool({
  name: "tree",
  usage: "[-adf] [-L level] [directory ...]",
  summary: "List contents of directories in a tree-like format.",
  options: ["a", "d", "f", "L=", "i", "p", "s", "h", "D", "F", "r", "t", "I=", "P=", "noreport", "n", "C", "dirsfirst", "charset="],

  async run(call) {
    const { options, process, out } = call;
    const { fs } = process.machine;
    const most = Number(options.get("L") ?? Number.POSITIVE_INFINITY);
    const glob = (text: string | undefined) =>
      text === undefined
        ? undefined
        : new RegExp(
            `^(?:${text
              .split("|")
              .map((part) =>
                part
                  .replace(/[.+^${}()\\]/g, "\\$&")
                  .replaceAll("*", ".*")
                  .replaceAll("?", "."),
              )
              .join("|")})$`,
          );
    const [without, only] = [glob(options.get("I")), glob(options.get("P"))];
    let directories = 0;
    let files = 0;
    const show = async (path: string, named: string, indent: string, depth: number): Promise<void> => {
      if (depth > most) return;
      const children = fs.list(path).flatMap((name) => {
        const found = fs.stat(`${path === "/" ? "" : path}/${name}`, { follow: false });
        const isDirectory = found?.kind === "directory";
        if (
          !found ||
          (!options.has("a") && name.startsWith(".")) ||
          (options.has("d") && !isDirectory) ||
          without?.test(name) ||
          (!isDirectory && only && !only.test(name))
        )
          return [];
        return [{ name, found }];
      });
      if (options.has("r")) children.reverse();
      if (options.has("dirsfirst")) children.sort((a, b) => Number(b.found.kind === "directory") - Number(a.found.kind === "directory"));
      for (const [i, { name, found }] of children.entries()) {
        const last = i === children.length - 1;
        const child = `${path === "/" ? "" : path}/${name}`;
        const details = [
          options.has("p") ? modeText(found) : "",
          options.has("h") ? humanSize(found.sizeBytes).padStart(4) : options.has("s") ? String(found.sizeBytes).padStart(11) : "",
        ]
          .filter(Boolean)
          .join(" ");
        const link = found.kind === "link" ? ` -> ${fs.readlink(child)}` : "";
        await out.line(
          `${options.has("i") ? "" : `${indent}${last ? "└── " : "├── "}`}${details ? `[${details}]  ` : ""}${options.has("f") ? `${named}/${name}` : name}${options.has("F") && found.kind === "directory" ? "/" : ""}${link}`,
        );
        if (found.kind === "directory") {
          directories++;
          await show(child, `${named}/${name}`, `${indent}${last ? "    " : "│   "}`, depth + 1);
        } else files++;
      }
    };
    let code = 0;
    for (const name of options.operands.length > 0 ? options.operands : ["."]) {
      const path = fs.resolve(process.cwd, name);
      if (fs.stat(path)?.kind !== "directory") {
        await out.line(`${name}  [error opening dir]`);
        code = 2;
        continue;
      }
      await out.line(name);
      await show(path, name, "", 1);
    }
    if (!options.has("noreport"))
      await out.text(
        `\n${directories} director${directories === 1 ? "y" : "ies"}${options.has("d") ? "" : `, ${files} file${files === 1 ? "" : "s"}`}\n`,
      );
    return code;
  },
});

export const free = defineTool({
  name: "free",
  usage: "[options]",
  summary: "Display amount of free and used memory in the system.",
  options: ["b,bytes", "k,kibi", "m,mebi", "g,gibi", "h,human", "t,total", "w,wide", "s,seconds=", "c,count="],

  async run({ options, out }: ToolCall) {
    const kilobytes = { total: 4_024_104, used: 1_214_308, free: 1_436_780, shared: 3_112, cache: 1_373_016, available: 2_620_452 };
    const shown = (value: number) =>
      options.has("human")
        ? `${humanSize(value * 1024)}i`
        : String(
            Math.floor(options.has("mebi") ? value / 1024 : options.has("gibi") ? value / 1024 ** 2 : options.has("bytes") ? value * 1024 : value),
          );
    const row = (name: string, values: readonly string[]) =>
      `${name.padEnd(7)}${values.map((value) => value.padStart(12)).join("")}`.replace(/^(.{7}) /, "$1 ");
    await out.line(`        ${["total", "used", "free", "shared", "buff/cache", "available"].map((name) => name.padStart(11)).join(" ")}`);
    await out.line(row("Mem:", Object.values(kilobytes).map(shown)));
    await out.line(row("Swap:", [0, 0, 0].map(shown)));
    return 0;
  },
});
