import { digestOf } from "#cluster/images/digest.ts";
import { programPath, usualPath } from "#shell/executable.ts";
import type { Container } from "./container.ts";

/** Why a command cannot be run in a container, in the runtime's words; undefined where it can. */
export function execProblem(container: Container, command: readonly string[]): string | undefined {
  const { machine, config } = container;
  const name = command[0] ?? "";
  const searchPath = config.env.find(([key]) => key === "PATH")?.[1] ?? usualPath;
  const path = programPath(machine, config.cwd, searchPath, name);
  const why = problemOf(container, name, path);
  if (!why) return undefined;
  const id = digestOf(`${config.id}/${command.join("\0")}/${machine.clock.now()}`);
  return `failed to exec in container: failed to start exec "${id}": OCI runtime exec failed: exec failed: unable to start container process: exec: ${JSON.stringify(name)}: ${why}`;
}

function problemOf({ machine }: Container, name: string, path: string | undefined): string | undefined {
  if (path === undefined) return name.includes("/") ? `stat ${name}: no such file or directory` : "executable file not found in $PATH";
  const stat = machine.fs.stat(path);
  if (stat?.kind === "directory") return "is a directory";
  return ((stat?.mode ?? 0) & 0o111) === 0 ? "permission denied" : undefined;
}
