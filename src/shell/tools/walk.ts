import { FileError, type FileStat } from "../file-system.ts";
import type { Process } from "../process.ts";

export interface Walked {
  /** As it was named, with what lies below. */
  path: string;
  stat: FileStat;
  depth: number;
}

/** A directory and all below it, each before its content; links are not followed. `enters` decides about a directory. */
export function* walk(process: Process, name: string, enters: (path: string, depth: number) => boolean = () => true, depth = 0): Generator<Walked> {
  const { fs } = process.machine;
  const stat = fs.stat(fs.resolve(process.cwd, name), { follow: depth === 0 });
  if (!stat) throw new FileError("ENOENT", name);
  yield { path: name, stat, depth };
  if (stat.kind !== "directory" || !enters(name, depth)) return;
  for (const child of fs.list(fs.resolve(process.cwd, name)))
    yield* walk(process, name.endsWith("/") ? name + child : `${name}/${child}`, enters, depth + 1);
}
