import type { Objects, TreeEntry } from "./objects.ts";

/** A file of a tree. */
export interface TreeFile {
  readonly mode: string;
  readonly id: string;
}

/** All files of a tree by their paths, in git's order. */
export function filesOfTree(objects: Objects, id: string, prefix = "", files = new Map<string, TreeFile>()): Map<string, TreeFile> {
  for (const { mode, name, id: child } of objects.tree(id))
    if (mode === "40000") filesOfTree(objects, child, `${prefix}${name}/`, files);
    else files.set(prefix + name, { mode, id: child });
  return files;
}

/** Writes the trees that hold these files; gives the name of the outermost. */
export function treeOfFiles(objects: Objects, files: ReadonlyMap<string, TreeFile>): string {
  const own: TreeEntry[] = [];
  const below = new Map<string, Map<string, TreeFile>>();
  for (const [path, { mode, id }] of files) {
    const slash = path.indexOf("/");
    if (slash < 0) own.push({ mode, name: path, id });
    else {
      const name = path.slice(0, slash);
      const inside = below.get(name) ?? new Map<string, TreeFile>();
      below.set(name, inside.set(path.slice(slash + 1), { mode, id }));
    }
  }
  return objects.writeTree([...own, ...[...below].map(([name, inside]) => ({ mode: "40000", name, id: treeOfFiles(objects, inside) }))]);
}
