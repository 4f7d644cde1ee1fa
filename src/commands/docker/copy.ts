import { FileError } from "#shell/file-system.ts";
import { daemon, Refusal, type Scene } from "./scene.ts";

/** `CONTAINER:PATH`, or a path on this machine. */
const placeOf = (text: string) =>
  /^[\w.-]+:/.test(text)
    ? { container: text.slice(0, text.indexOf(":")), path: text.slice(text.indexOf(":") + 1) }
    : { container: undefined, path: text };

export function cp(scene: Scene, args: readonly string[]): number {
  const given = scene.options(args, ["a,archive", "L,follow-link", "q,quiet"]);
  const [from = "", to = ""] = given.operands;
  const [source, target] = [placeOf(from), placeOf(to)];
  if ((source.container === undefined) === (target.container === undefined))
    throw new Refusal(source.container === undefined ? "must specify at least one container source" : "copying between containers is not supported");
  const own = scene.process.machine.fs;
  const here = {
    read: (path: string) => own.read(path),
    write: (path: string, content: Uint8Array) => {
      own.mkdir(path.slice(0, path.lastIndexOf("/")) || "/", { recursive: true });
      own.write(path, content);
    },
    list: (path: string) => (own.stat(path)?.kind === "directory" ? own.list(path) : undefined),
    kind: (path: string) => (own.stat(path) ? ((own.stat(path)?.kind === "directory" ? "directory" : "file") as "directory" | "file") : undefined),
  };
  const name = source.container ?? target.container ?? "";
  const there = scene.engine.files(scene.container(name).id);
  const [reader, writer] = source.container === undefined ? [here, there] : [there, here];
  const begin = source.container === undefined ? scene.path(source.path) : source.path.replace(/\/$/, "");
  const end = target.container === undefined ? scene.path(target.path) : target.path;
  if (reader.kind(begin || "/") === undefined)
    throw source.container === undefined
      ? new Refusal(`lstat ${begin}: no such file or directory`)
      : daemon(`Could not find the file ${source.path} in container ${name}`);
  const into = writer.kind(end) === "directory" || end.endsWith("/") ? `${end.replace(/\/$/, "")}/${begin.split("/").at(-1)}` : end;
  try {
    copy(begin, into);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new Refusal(error.message);
  }
  if (!given.has("quiet")) scene.out.error(`Successfully copied to ${target.container === undefined ? end : to}`);
  return 0;

  function copy(path: string, destination: string): void {
    const names = reader.list(path);
    if (!names) writer.write(destination, reader.read(path));
    else for (const each of names) copy(`${path}/${each}`, `${destination}/${each}`);
  }
}
