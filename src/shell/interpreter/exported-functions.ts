import type { Shell } from "./shell.ts";
import { parseSource } from "./source.ts";

const variable = /^BASH_FUNC_(.+)%%$/;

/** An environment with the functions that were exported, as bash hands them to its children. */
export function withFunctions(shell: Shell, env: Map<string, string>): Map<string, string> {
  for (const name of shell.exportedFunctions) {
    const callee = shell.functions.get(name);
    if (callee) env.set(`BASH_FUNC_${name}%%`, `() ${callee.source.text.slice(callee.body.pos, callee.body.end)}`);
  }
  return env;
}

/** Takes over the functions that a parent exported. */
export function takeFunctions(shell: Shell, env: ReadonlyMap<string, string>): void {
  for (const [key, value] of env) {
    const name = variable.exec(key)?.[1];
    if (name === undefined || !value.startsWith("() ")) continue;
    const text = `${name} ${value}`;
    const { statements, problem, source } = parseSource(text, shell.name);
    const command = statements[0]?.command;
    if (problem || statements.length !== 1 || command?.type !== "Function") continue;
    shell.functions.set(name, { name, body: command.body, source, text });
    shell.exportedFunctions = new Set([...shell.exportedFunctions, name]);
  }
}
