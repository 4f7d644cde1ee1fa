import { bytesOf } from "#base/streams.ts";
import { FileError } from "../file-system.ts";
import { basenameOf, dirnameOf } from "../paths.ts";
import { each, fsOf, misused, pathOf } from "./file-call.ts";
import { modeOf } from "./mode.ts";
import { defineTool, type ToolCall } from "./tool.ts";

export const mkdir = defineTool({
  name: "mkdir",
  usage: "[OPTION]... DIRECTORY...",
  summary: "Create the DIRECTORY(ies), if they do not already exist.",
  options: ["m,mode=", "p,parents", "v,verbose", "Z"],

  async run(call) {
    const { options, process, out, fail } = call;
    if (options.operands.length === 0) return misused(call, "missing operand");
    const mode = options.get("mode");
    const bits = mode === undefined ? 0o777 & ~process.umask : modeOf(mode, 0o777, true);
    if (bits === undefined) return fail(`invalid mode ‘${mode}’`);
    const make = async (name: string) => {
      const path = pathOf(call, name);
      fsOf(call).mkdir(path, { mode: bits });
      if (options.has("verbose")) await out.line(`mkdir: created directory '${name}'`);
    };
    return each(
      options.operands,
      call,
      async (name) => {
        if (!options.has("parents")) {
          await make(name);
          return undefined;
        }
        const parts = name.replace(/\/+$/, "").split("/");
        for (let i = 1; i <= parts.length; i++) {
          const part = parts.slice(0, i).join("/");
          const stat = part === "" ? undefined : fsOf(call).stat(pathOf(call, part));
          if (stat && stat.kind !== "directory")
            return fail(`cannot create directory ‘${name}’: ${i === parts.length ? "File exists" : "Not a directory"}`);
          if (part !== "" && !stat) await make(part);
        }
        return undefined;
      },
      (name, reason) => `cannot create directory ‘${name}’: ${reason}`,
    );
  },
});

export const rmdir = defineTool({
  name: "rmdir",
  usage: "[OPTION]... DIRECTORY...",
  summary: "Remove the DIRECTORY(ies), if they are empty.",
  options: ["ignore-fail-on-non-empty", "p,parents", "v,verbose"],

  async run(call) {
    const { options } = call;
    if (options.operands.length === 0) return misused(call, "missing operand");
    const names = options.operands.flatMap((name) =>
      options.has("parents") ? name.split("/").map((_, i, all) => all.slice(0, all.length - i).join("/")) : [name],
    );
    return each(
      names.filter((name) => name !== ""),
      call,
      (name, path) => {
        const stat = fsOf(call).stat(path, { follow: false });
        if (!stat) throw new FileError("ENOENT", name);
        if (stat.kind !== "directory") throw new FileError("ENOTDIR", name);
        if (options.has("ignore-fail-on-non-empty") && fsOf(call).list(path).length > 0) return undefined;
        if (options.has("verbose")) void call.out.add(`rmdir: removing directory, '${name}'\n`);
        fsOf(call).remove(path);
        return undefined;
      },
      (name, reason) => `failed to remove '${name}': ${reason}`,
    );
  },
});

export const rm = defineTool({
  name: "rm",
  usage: "[OPTION]... [FILE]...",
  summary: "Remove (unlink) the FILE(s).",
  options: ["f,force", "i", "I", "interactive?", "one-file-system", "no-preserve-root", "preserve-root?", "r,R,recursive", "d,dir", "v,verbose"],

  async run(call) {
    const { options, out, fail } = call;
    const force = options.has("force");
    if (options.operands.length === 0) return force ? 0 : misused(call, "missing operand");
    const removed = async (name: string, path: string): Promise<number | undefined> => {
      const stat = fsOf(call).stat(path, { follow: false });
      if (!stat) {
        if (force) return undefined;
        throw new FileError("ENOENT", name);
      }
      if (stat.kind === "directory" && !options.has("recursive") && !(options.has("dir") && fsOf(call).list(path).length === 0))
        return fail(`cannot remove '${name}': Is a directory`);
      if (path === "/" && !options.has("no-preserve-root"))
        return fail("it is dangerous to operate recursively on '/'\nrm: use --no-preserve-root to override this failsafe");
      if (/(^|\/)\.\.?\/?$/.test(name)) return fail(`refusing to remove '.' or '..' directory: skipping '${name}'`);
      let code: number | undefined;
      if (stat.kind === "directory")
        for (const child of fsOf(call).list(path)) {
          try {
            code = (await removed(`${name}/${child}`, `${path === "/" ? "" : path}/${child}`)) ?? code;
          } catch (error) {
            if (!(error instanceof FileError)) throw error;
            code = await fail(`cannot remove '${name}/${child}': ${error.reason}`);
          }
        }
      if (code !== undefined) return code;
      fsOf(call).remove(path);
      if (options.has("verbose")) await out.line(stat.kind === "directory" ? `removed directory '${name}'` : `removed '${name}'`);
      return undefined;
    };
    return each(options.operands, call, removed, (name, reason) => `cannot remove '${name}': ${reason}`);
  },
});

/** The source and target of each, as `cp`, `mv` and `ln` read their operands. */
async function targets(call: ToolCall): Promise<{ from: string; to: string }[] | number> {
  const { options, fail } = call;
  const names = [...options.operands];
  let directory = options.get("target-directory");
  if (names.length === 0) return misused(call, "missing file operand");
  if (directory === undefined) {
    const last = names.at(-1) ?? "";
    const isDirectory =
      fsOf(call).stat(pathOf(call, last))?.kind === "directory" &&
      !options.has("no-target-directory") &&
      !(options.has("no-dereference") && fsOf(call).stat(pathOf(call, last), { follow: false })?.kind === "link");
    if (names.length === 1) return misused(call, `missing destination file operand after '${last}'`);
    if (names.length > 2 && !isDirectory)
      return fail(fsOf(call).stat(pathOf(call, last)) ? `target '${last}' is not a directory` : `target '${last}': No such file or directory`);
    names.pop();
    if (!isDirectory) return [{ from: names[0] ?? "", to: last }];
    directory = last;
  }
  if (fsOf(call).stat(pathOf(call, directory))?.kind !== "directory") return fail(`target directory '${directory}': No such file or directory`);
  return names.map((from) => ({ from, to: `${directory?.replace(/\/+$/, "") || ""}/${basenameOf(from.replace(/\/+$/, ""))}` }));
}

export const cp = defineTool({
  name: "cp",
  usage: "[OPTION]... SOURCE... DEST",
  summary: "Copy SOURCE to DEST, or multiple SOURCE(s) to DIRECTORY.",
  options: [
    "a,archive",
    "b",
    "backup?",
    "copy-contents",
    "d",
    "f,force",
    "i,interactive",
    "H",
    "l,link",
    "L,dereference",
    "n,no-clobber",
    "P,no-dereference",
    "p",
    "preserve?",
    "no-preserve=",
    "parents",
    "R,r,recursive",
    "s,symbolic-link",
    "S,suffix=",
    "t,target-directory=",
    "T,no-target-directory",
    "u,update?",
    "v,verbose",
    "x,one-file-system",
    "Z",
  ],

  async run(call) {
    const { options, process, out, fail } = call;
    const pairs = await targets(call);
    if (typeof pairs === "number") return pairs;
    const recursive = options.has("recursive") || options.has("archive");
    const keeps = options.has("archive") || options.has("p") || options.has("preserve");
    const follows = options.has("dereference") || (!recursive && !options.has("no-dereference") && !options.has("d"));
    let code = 0;
    const copy = async (from: string, to: string): Promise<void> => {
      const fs = fsOf(call);
      const [source, target] = [pathOf(call, from), pathOf(call, to)];
      const stat = fs.stat(source, { follow: follows });
      if (!stat) {
        code = await fail(`cannot stat '${from}': No such file or directory`);
        return;
      }
      const there = fs.stat(target);
      if (stat.kind === "directory") {
        if (!recursive) {
          code = await fail(`-r not specified; omitting directory '${from}'`);
          return;
        }
        if (there && there.kind !== "directory") {
          code = await fail(`cannot overwrite non-directory '${to}' with directory '${from}'`);
          return;
        }
        if (`${target}/`.startsWith(`${source}/`)) {
          code = await fail(`cannot copy a directory, '${from}', into itself, '${to}'`);
          return;
        }
        if (!there) fs.mkdir(target, { mode: stat.mode & 0o7777 });
        if (!there && options.has("verbose")) await out.line(`'${from}' -> '${to}'`);
        for (const name of fs.list(source)) await copy(`${from}/${name}`, `${to}/${name}`);
        if (keeps) fs.touch(target, stat.modifiedAt);
        return;
      }
      if (there?.kind === "directory") {
        code = await fail(`cannot overwrite directory '${to}' with non-directory`);
        return;
      }
      if (there && (options.has("no-clobber") || (options.has("update") && there.modifiedAt >= stat.modifiedAt))) return;
      if (there && fs.realPath(source) === fs.realPath(target)) {
        code = await fail(`'${from}' and '${to}' are the same file`);
        return;
      }
      if (stat.kind === "link") {
        if (there) fs.remove(target);
        fs.symlink(fs.readlink(source), target);
      } else if (options.has("symbolic-link")) fs.symlink(source, target);
      else await copyFile(call, from, to, keeps ? stat.mode : stat.mode & ~process.umask);
      if (keeps && stat.kind !== "link") {
        fs.chown(target, stat.owner, stat.group);
        fs.chmod(target, stat.mode);
        fs.touch(target, stat.modifiedAt);
      }
      if (options.has("verbose")) await out.line(`'${from}' -> '${to}'`);
    };
    for (const { from, to } of pairs) {
      try {
        await copy(from, to);
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        code = await fail(
          error.code === "ENOENT"
            ? `cannot create regular file '${to}': No such file or directory`
            : `cannot create regular file '${to}': ${error.reason}`,
        );
      }
    }
    return code;
  },
});

/** Copies bytes; devices and descriptors may stand on either side. */
async function copyFile(call: ToolCall, from: string, to: string, mode: number): Promise<void> {
  const { process } = call;
  const path = pathOf(call, to);
  const isNew = !fsOf(call).stat(path);
  const bytes = await process.read(from);
  const target = process.open(to, "write");
  try {
    await process.writeTo(target, bytes);
  } finally {
    target.release();
  }
  if (isNew && fsOf(call).stat(path)?.kind === "file") fsOf(call).chmod(path, mode & 0o7777);
}

export const mv = defineTool({
  name: "mv",
  usage: "[OPTION]... SOURCE... DEST",
  summary: "Rename SOURCE to DEST, or move SOURCE(s) to DIRECTORY.",
  options: [
    "b",
    "backup?",
    "f,force",
    "i,interactive",
    "n,no-clobber",
    "strip-trailing-slashes",
    "S,suffix=",
    "t,target-directory=",
    "T,no-target-directory",
    "u,update?",
    "v,verbose",
    "Z",
  ],

  async run(call) {
    const { options, out, fail } = call;
    const pairs = await targets(call);
    if (typeof pairs === "number") return pairs;
    let code = 0;
    for (const { from, to } of pairs) {
      const fs = fsOf(call);
      const [source, target] = [pathOf(call, from), pathOf(call, to)];
      const stat = fs.stat(source, { follow: false });
      const there = fs.stat(target, { follow: false });
      if (!stat) code = await fail(`cannot stat '${from}': No such file or directory`);
      else if (source === target) code = await fail(`'${from}' and '${to}' are the same file`);
      else if (there && options.has("no-clobber")) continue;
      else {
        try {
          fs.rename(source, target);
          if (options.has("verbose")) await out.line(`renamed '${from}' -> '${to}'`);
        } catch (error) {
          if (!(error instanceof FileError)) throw error;
          if (error.code === "EINVAL") code = await fail(`cannot move '${from}' to a subdirectory of itself, '${to}'`);
          else if (error.code === "EISDIR") code = await fail(`cannot overwrite directory '${to}' with non-directory '${from}'`);
          else if (error.code === "ENOTDIR" && there) code = await fail(`cannot overwrite non-directory '${to}' with directory '${from}'`);
          else code = await fail(`cannot move '${from}' to '${to}': ${error.reason}`);
        }
      }
    }
    return code;
  },
});

export const ln = defineTool({
  name: "ln",
  usage: "[OPTION]... TARGET LINK_NAME",
  summary: "Create a link to TARGET with the name LINK_NAME.",
  options: [
    "b",
    "backup?",
    "d",
    "F,directory",
    "f,force",
    "i,interactive",
    "L,logical",
    "n,no-dereference",
    "P,physical",
    "r,relative",
    "s,symbolic",
    "S,suffix=",
    "t,target-directory=",
    "T,no-target-directory",
    "v,verbose",
  ],

  async run(call) {
    const { options, out, fail } = call;
    if (options.operands.length === 1) options.operands.push(".");
    const pairs = await targets(call);
    if (typeof pairs === "number") return pairs;
    let code = 0;
    for (const { from, to } of pairs) {
      const fs = fsOf(call);
      const target = pathOf(call, to);
      const kind = options.has("symbolic") ? "symbolic link" : "hard link";
      if (fs.stat(target, { follow: false })) {
        if (!options.has("force")) {
          code = await fail(`failed to create ${kind} '${to}': File exists`);
          continue;
        }
        fs.remove(target);
      }
      try {
        if (options.has("symbolic")) fs.symlink(options.has("relative") ? relativeTo(dirnameOf(target), pathOf(call, from)) : from, target);
        else {
          const stat = fs.stat(pathOf(call, from));
          if (!stat) throw new FileError("ENOENT", from);
          if (stat.kind === "directory") {
            code = await fail(`${from}: hard link not allowed for directory`);
            continue;
          }
          fs.link(pathOf(call, from), target);
        }
        if (options.has("verbose")) await out.line(`'${to}' ${options.has("symbolic") ? "->" : "=>"} '${from}'`);
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        code = await fail(
          options.has("symbolic") ? `failed to create symbolic link '${to}': ${error.reason}` : `failed to access '${from}': ${error.reason}`,
        );
      }
    }
    return code;
  },
});

/** How to come from one directory to a path. */
export function relativeTo(directory: string, path: string): string {
  const [from, to] = [directory.split("/").filter(Boolean), path.split("/").filter(Boolean)];
  let shared = 0;
  while (shared < from.length && from[shared] === to[shared]) shared++;
  return [...from.slice(shared).map(() => ".."), ...to.slice(shared)].join("/") || ".";
}

export const touch = defineTool({
  name: "touch",
  usage: "[OPTION]... FILE...",
  summary: "Update the access and modification times of each FILE to the current time.",
  options: ["a", "c,no-create", "d,date=", "f", "h,no-dereference", "m", "r,reference=", "t=", "time="],

  async run(call) {
    const { options, process, fail } = call;
    if (options.operands.length === 0) return misused(call, "missing file operand");
    const reference = options.get("reference");
    let at = process.machine.clock.now();
    if (reference !== undefined) {
      const stat = fsOf(call).stat(pathOf(call, reference));
      if (!stat) return fail(`failed to get attributes of '${reference}': No such file or directory`);
      at = stat.modifiedAt;
    }
    const date = options.get("date");
    if (date !== undefined) {
      const given = Date.parse(/^\d{4}-\d\d-\d\d( |$)/.test(date) ? `${date.replace(" ", "T")}${date.includes(":") ? "Z" : ""}` : date);
      if (Number.isNaN(given)) return fail(`invalid date format ‘${date}’`);
      at = given;
    }
    const stamp = /^(\d\d)?(\d\d)?(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d\d))?$/.exec(options.get("t") ?? "");
    if (stamp)
      at = Date.UTC(
        Number(`${stamp[1] ?? "20"}${stamp[2] ?? new Date(at).getUTCFullYear() % 100}`),
        Number(stamp[3]) - 1,
        Number(stamp[4]),
        Number(stamp[5]),
        Number(stamp[6]),
        Number(stamp[7] ?? 0),
      );
    return each(
      options.operands,
      call,
      (_name, path) => {
        if (!fsOf(call).stat(path)) {
          if (options.has("no-create")) return undefined;
          fsOf(call).write(path, bytesOf(""), { mode: 0o666 & ~process.umask, owner: process.user.name });
        }
        fsOf(call).touch(path, at);
        return undefined;
      },
      (name, reason) => `cannot touch '${name}': ${reason}`,
    );
  },
});

export const mktemp = defineTool({
  name: "mktemp",
  usage: "[OPTION]... [TEMPLATE]",
  summary: "Create a temporary file or directory, safely, and print its name.",
  options: ["d,directory", "u,dry-run", "q,quiet", "suffix=", "p,tmpdir?", "t"],

  async run(call) {
    const { options, process, out, fail } = call;
    const [template = "tmp.XXXXXXXXXX"] = options.operands;
    const marks = /X{3,}(?=[^X]*$)/.exec(template);
    if (!marks) return fail(`too few X's in template ‘${template}’`);
    const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    const random = Array.from({ length: marks[0].length }, () => process.machine.random.pick(letters)).join("");
    const name = template.slice(0, marks.index) + random + template.slice(marks.index + marks[0].length) + (options.get("suffix") ?? "");
    const inDirectory = options.operands.length === 0 || options.has("tmpdir") || options.has("t");
    const shown = inDirectory ? `${options.get("tmpdir") || process.env.get("TMPDIR") || "/tmp"}/${name}` : name;
    const path = pathOf(call, shown);
    try {
      if (!options.has("dry-run")) {
        if (options.has("directory")) fsOf(call).mkdir(path, { mode: 0o700 });
        else fsOf(call).write(path, "", { mode: 0o600, owner: process.user.name });
      }
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return fail(`failed to create ${options.has("directory") ? "directory" : "file"} via template ‘${shown}’: ${error.reason}`);
    }
    await out.line(shown);
    return 0;
  },
});
