/** A name in a directory. */
export const join = (directory: string, name: string): string => (directory === "/" ? `/${name}` : name === "" ? directory : `${directory}/${name}`);

/** The directory that a path stands in. */
export function dirnameOf(path: string): string {
  const at = path.lastIndexOf("/");
  return at <= 0 ? "/" : path.slice(0, at);
}

/** The last part of a path. */
export const basenameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** Absolute, without `.`, `..` and doubled slashes. */
export function normalized(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}
