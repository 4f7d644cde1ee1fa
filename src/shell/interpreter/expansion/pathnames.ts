import { FileError, type FileSystem } from "../../file-system.ts";
import { isPattern, Pattern } from "../pattern.ts";

export interface GlobOptions {
  /** Names with a dot in front too. */
  dots: boolean;
  /** `**` goes through directories. */
  deep: boolean;
  ignoreCase: boolean;
}

/** The paths that a pattern leads to, sorted; none where nothing matches. */
export function pathnames(fs: FileSystem, cwd: string, pattern: string, options: GlobOptions): string[] {
  const parts = pattern.split("/");
  const absolute = parts[0] === "" && parts.length > 1;
  let found: { shown: string; path: string }[] = [{ shown: absolute ? "/" : "", path: absolute ? "/" : cwd }];
  const steps = absolute ? parts.slice(1) : parts;
  for (const [i, part] of steps.entries()) {
    const last = i === steps.length - 1;
    const next: typeof found = [];
    for (const place of found) {
      if (part === "") {
        if (last && fs.stat(place.path)?.kind === "directory") next.push({ shown: place.shown, path: place.path });
        else if (!last) next.push(place);
        continue;
      }
      if (part === "**" && options.deep) next.push(...below(fs, place, last, options));
      else if (!isPattern(part)) {
        const name = part.replace(/\\(.)/g, "$1");
        const path = fs.resolve(place.path, name);
        if (fs.stat(path, { follow: !last })) next.push({ shown: place.shown + name + (last ? "" : "/"), path });
      } else {
        const matcher = new Pattern(part, { ignoreCase: options.ignoreCase });
        for (const name of namesIn(fs, place.path)) {
          if (name.startsWith(".") && !options.dots && !part.startsWith(".") && !part.startsWith("\\.")) continue;
          if (!matcher.matches(name)) continue;
          const path = place.path === "/" ? `/${name}` : `${place.path}/${name}`;
          if (!last && fs.stat(path)?.kind !== "directory") continue;
          next.push({ shown: place.shown + name + (last ? "" : "/"), path });
        }
      }
    }
    found = next;
  }
  return found.map((place) => place.shown).sort(inLocale);
}

function below(
  fs: FileSystem,
  place: { shown: string; path: string },
  last: boolean,
  options: GlobOptions,
  first = true,
): { shown: string; path: string }[] {
  const all = last && (place.shown === "" || !first) ? [] : [place];
  for (const name of namesIn(fs, place.path)) {
    if (name.startsWith(".") && !options.dots) continue;
    const path = place.path === "/" ? `/${name}` : `${place.path}/${name}`;
    const directory = fs.stat(path, { follow: false })?.kind === "directory";
    if (last) all.push({ shown: place.shown + name, path });
    if (directory) all.push(...below(fs, { shown: `${place.shown}${name}/`, path }, last, options, false));
  }
  return all;
}

function namesIn(fs: FileSystem, path: string): readonly string[] {
  try {
    return fs.list(path);
  } catch (error) {
    if (error instanceof FileError) return [];
    throw error;
  }
}

/** The order of the C.UTF-8 locale, which container images and the sandbox have. */
const inLocale = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
