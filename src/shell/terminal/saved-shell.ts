import type { Shell } from "../interpreter/shell.ts";
import { parseSource } from "../interpreter/source.ts";
import type { Variable } from "../interpreter/variables.ts";

/** What a shell knows, as JSON. */
export interface SavedShell {
  cwd: string;
  /** Those that differ from a fresh shell's; null where one was unset. */
  variables: Readonly<Record<string, SavedVariable | null>>;
  functions: Readonly<Record<string, string>>;
  aliases: Readonly<Record<string, string>>;
  options: readonly string[];
  shopt: readonly string[];
  history: readonly string[];
  /** Command lines that ran or were stopped in the background. */
  jobs: readonly string[];
}

interface SavedVariable {
  value?: string;
  list?: readonly (readonly [index: number, text: string])[];
  table?: readonly (readonly [name: string, text: string])[];
  flags?: string;
}

/** Set by every shell for itself. */
const own = new Set(["PPID", "SHLVL", "PIPESTATUS", "BASH_REMATCH", "COLUMNS", "LINES", "OPTIND", "_", "BASH_VERSINFO", "UID", "EUID"]);
const mostHistory = 200;

/** Remembers what a shell began with, so that only what has changed is saved. */
export class ShellMemory {
  readonly #shell: Shell;
  readonly #atStart: ReadonlyMap<string, string>;

  constructor(shell: Shell) {
    this.#shell = shell;
    this.#atStart = new Map([...shell.vars.all()].map(([name, variable]) => [name, JSON.stringify(savedVariable(variable))]));
  }

  save(): SavedShell {
    const shell = this.#shell;
    const variables: Record<string, SavedVariable | null> = {};
    const now = shell.vars.all();
    for (const [name, variable] of now) {
      const saved = savedVariable(variable);
      if (!own.has(name) && JSON.stringify(saved) !== this.#atStart.get(name)) variables[name] = saved;
    }
    for (const name of this.#atStart.keys()) if (!now.has(name)) variables[name] = null;
    return {
      cwd: shell.cwd,
      variables,
      functions: Object.fromEntries([...shell.functions].map(([name, one]) => [name, one.text])),
      aliases: Object.fromEntries(shell.aliases),
      options: [...shell.options],
      shopt: [...shell.shopt],
      history: shell.history.slice(-mostHistory),
      jobs: shell.jobs.all.filter((job) => !job.done).map((job) => job.text),
    };
  }
}

function savedVariable(variable: Variable): SavedVariable {
  const flags = `${variable.exported ? "x" : ""}${variable.readonly ? "r" : ""}${variable.integer ? "i" : ""}${variable.reference ? "n" : ""}${variable.case === "lower" ? "l" : variable.case === "upper" ? "u" : ""}`;
  return {
    ...(variable.value !== undefined && { value: variable.value }),
    ...(variable.list && { list: Object.entries(variable.list).map(([index, text]) => [Number(index), text] as const) }),
    ...(variable.table && { table: [...variable.table] }),
    ...(flags && { flags }),
  };
}

/** Brings a fresh shell to what was saved. */
export async function restoreShell(shell: Shell, saved: SavedShell): Promise<void> {
  for (const [name, variable] of Object.entries(saved.variables)) {
    if (!variable) {
      if (!shell.vars.find(name)?.readonly) shell.vars.unset(name);
      continue;
    }
    const made = shell.vars.declare(name, "global");
    if (made.readonly) continue;
    const flags = variable.flags ?? "";
    const list: string[] = [];
    for (const [index, text] of variable.list ?? []) list[index] = text;
    Object.assign(made, { value: variable.value }, variable.list && { list }, variable.table && { table: new Map(variable.table) });
    Object.assign(made, {
      exported: flags.includes("x"),
      readonly: flags.includes("r"),
      integer: flags.includes("i"),
      reference: flags.includes("n"),
    });
    if (flags.includes("l")) made.case = "lower";
    if (flags.includes("u")) made.case = "upper";
  }
  for (const [name, text] of Object.entries(saved.functions)) {
    const { statements, source } = parseSource(text, shell.name);
    const command = statements[0]?.command;
    if (command?.type === "Function") shell.functions.set(name, { name, body: command.body, source, text });
  }
  shell.aliases = new Map(Object.entries(saved.aliases));
  shell.options = new Set(saved.options);
  shell.shopt = new Set(saved.shopt);
  shell.history.push(...saved.history);
  if (shell.fs.stat(saved.cwd)?.kind === "directory") {
    shell.cwd = saved.cwd;
    shell.vars.set("PWD", saved.cwd);
  }
}
