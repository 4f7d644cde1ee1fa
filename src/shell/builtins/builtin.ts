import type { Assignment } from "unbash";
import type { Shell } from "../interpreter/shell.ts";
import type { Printer } from "../tools/tool.ts";

/** A command that the shell carries out itself. */
export interface Builtin {
  name: string;
  /** As `help` shows it. */
  usage: string;
  /** Takes `name=value` and `name=(…)` as assignments. */
  declares?: boolean;
  /** Ends a POSIX shell when it fails, and cannot be replaced by a function there. */
  special?: boolean;
  run(call: BuiltinCall): Promise<number> | number;
}

export interface BuiltinCall {
  name: string;
  args: readonly string[];
  shell: Shell;
  out: Printer;
  err: Printer;
  /** Arrays and elements among the arguments, by the name that stands there. */
  declared: ReadonlyMap<string, Assignment>;
  /** Prints `bash: name: text` to the standard error and gives the status. */
  fail(text: string, code?: number): Promise<number>;
}

export const defineBuiltin = (builtin: Builtin): Builtin => builtin;
