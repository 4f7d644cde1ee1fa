import type { FileSystem } from "#shell/file-system.ts";
import { HelmError } from "../errors.ts";
import { baseName } from "../functions/paths.ts";
import type { ChartFile } from "./chart.ts";
import { namePattern } from "./glob.ts";

interface Rule {
  negate: boolean;
  directoryOnly: boolean;
  matches: (path: string) => boolean;
}

/** The rules of a .helmignore. Throws a `HelmError`. */
function rulesOf(text: string): Rule[] {
  // Hidden templates never count.
  return [...text.replace(/^\ufeff/, "").split(/\r?\n/), "templates/.?*"].flatMap((line) => {
    const rule = line.trim();
    if (rule === "" || rule.startsWith("#")) return [];
    if (rule.includes("**")) throw new HelmError("double-star (**) syntax is not supported");
    const negate = rule.startsWith("!");
    let pattern = negate ? rule.slice(1) : rule;
    const directoryOnly = pattern.endsWith("/");
    if (directoryOnly) pattern = pattern.slice(0, -1);
    const regex = namePattern(pattern.replace(/^\//, ""));
    if (!regex) throw new HelmError("syntax error in pattern");
    const matches = pattern.includes("/") ? (path: string) => regex.test(path) : (path: string) => regex.test(baseName(path));
    return [{ negate, directoryOnly, matches }];
  });
}

function isIgnored(rules: readonly Rule[], path: string, isDirectory: boolean): boolean {
  for (const { negate, directoryOnly, matches } of rules) {
    if (negate) {
      if ((directoryOnly && !isDirectory) || !matches(path)) return true;
    } else if ((!directoryOnly || isDirectory) && matches(path)) return true;
  }
  return false;
}

/** The files of a chart's directory, without what its .helmignore names. Throws a `HelmError`. */
export function readDirectory(fs: FileSystem, root: string): ChartFile[] {
  const ignore = `${root}/.helmignore`;
  const rules = rulesOf(fs.stat(ignore)?.kind === "file" ? fs.readText(ignore) : "");
  const files: ChartFile[] = [];
  const walk = (directory: string) => {
    for (const entry of [...fs.list(directory ? `${root}/${directory}` : root)].sort()) {
      const path = directory ? `${directory}/${entry}` : entry;
      const stat = fs.stat(`${root}/${path}`);
      if (!stat || isIgnored(rules, path, stat.kind === "directory")) continue;
      if (stat.kind === "directory") walk(path);
      else if (stat.kind !== "file") throw new HelmError(`cannot load irregular file ${root}/${path} as it has file mode type bits set`);
      else {
        const bytes = fs.read(`${root}/${path}`);
        files.push({ name: path, bytes: bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes });
      }
    }
  };
  walk("");
  return files;
}
