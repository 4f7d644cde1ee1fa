import { bytesOf } from "#base/streams.ts";
import { FileError } from "../file-system.ts";
import { Killed, signals } from "../process.ts";
import type { Pty, TtyModes } from "../pty.ts";
import { completionOf } from "../terminal/completion.ts";
import { EventNotFound, withHistory } from "../terminal/history-expansion.ts";
import { KeyReader } from "../terminal/keys.ts";
import { type EditorResult, LineEditor } from "../terminal/line-editor.ts";
import { promptOf } from "../terminal/prompt.ts";
import { Interrupted } from "./command.ts";
import { Leave, LoopJump, Return, ShellError } from "./control.ts";
import { runner, runSource } from "./run.ts";
import type { Shell } from "./shell.ts";
import { isIncomplete } from "./source.ts";

export interface InteractiveOptions {
  /** Sourced first. */
  rc: string | undefined;
  /** What a terminal wants to know. */
  hooks?: InteractiveHooks;
}

export interface InteractiveHooks {
  /** It waits for the next line. */
  atPrompt(): void;
  /** A line is about to run; gives when it may. */
  begin(): Promise<void>;
  /** The line is done. */
  end(): void;
}

const mostHistory = 1000;
const editing: TtyModes = { canonical: false, echo: false, signals: false, output: true, input: false };
const cooked: TtyModes = { canonical: true, echo: true, signals: true, output: true, input: true };
const usualPrompts = { bash: "\\s-\\v\\$ ", dash: "\\$ ", ash: "\\w \\$ " };

/** A shell at a prompt, until it is left. Gives its exit status. */
export async function interact(shell: Shell, options: InteractiveOptions): Promise<number> {
  const { process } = shell;
  const tty = shell.files.get(0)?.tty;
  shell.interactive = true;
  shell.options.add("histexpand").add("history").add("emacs");
  shell.shopt.add("expand_aliases");
  if (!shell.vars.isSet("PS1")) shell.vars.set("PS1", usualPrompts[shell.dialect]);
  if (!shell.vars.isSet("PS2")) shell.vars.set("PS2", "> ");
  takeControl(shell, tty);
  await startFiles(shell, options.rc);
  try {
    return await new Prompter(shell, tty, options.hooks).run();
  } finally {
    if (tty) tty.modes = cooked;
    process.onSignal("HUP", () => {})();
  }
}

/** Job control, and what signals do to a shell at a prompt. */
function takeControl(shell: Shell, tty: Pty | undefined): void {
  const { process } = shell;
  const usual = shell.usualHandlers;
  usual.set("INT", () => shell.interrupt(new Killed("INT")));
  for (const name of ["TERM", "QUIT", "TSTP", "TTIN", "TTOU"] as const) usual.set(name, () => {});
  usual.set("HUP", () => {
    for (const job of shell.jobs.all) if (!job.spared) job.signal("HUP");
    process.onSignal("HUP", () => {})();
    process.deliver("HUP");
  });
  for (const [name, handle] of usual) process.onSignal(name, handle);
  if (!tty) return;
  shell.options.add("monitor");
  // A shell started in the foreground of another stands in a group of its own there.
  tty.foreground = process.group;
}

async function startFiles(shell: Shell, rc: string | undefined): Promise<void> {
  const home = shell.vars.get("HOME") ?? "/";
  const files = shell.dialect === "bash" ? (rc ? ["/etc/bash.bashrc", rc.replace(/^~/, home)] : []) : [shell.vars.get("ENV") ?? ""];
  for (const path of files)
    if (path && shell.fs.stat(path)?.kind === "file") await guarded(shell, () => runner.file(shell, shell.fs.readText(path), path));
}

class Prompter {
  readonly #shell: Shell;
  readonly #tty: Pty | undefined;
  readonly #hooks: InteractiveHooks | undefined;
  #number = 1;

  constructor(shell: Shell, tty: Pty | undefined, hooks: InteractiveHooks | undefined) {
    this.#shell = shell;
    this.#tty = tty;
    this.#hooks = hooks;
  }

  async run(): Promise<number> {
    const shell = this.#shell;
    for (;;) {
      for (const line of shell.jobs.news()) await shell.write(2, `${line}\n`);
      const before = shell.vars.get("PROMPT_COMMAND");
      if (before) await guarded(shell, () => runner.text(shell, before));
      this.#hooks?.atPrompt();
      const text = await this.#command();
      if (text === undefined) continue;
      if (text === "end") {
        if (await this.#leaves()) return shell.status;
        continue;
      }
      if (text.line.trim() === "") continue;
      this.#number++;
      await this.#hooks?.begin();
      try {
        await runLine(shell, text.line);
      } catch (error) {
        if (error instanceof Leave) return error.status;
        throw error;
      } finally {
        this.#hooks?.end();
      }
    }
  }

  /** A whole command, of as many lines as it takes; undefined where it was given up. */
  async #command(): Promise<{ line: string } | "end" | undefined> {
    const shell = this.#shell;
    let text = "";
    for (let first = true; ; first = false) {
      const mark = await promptOf(shell, shell.vars.get(first ? "PS1" : "PS2") ?? "", this.#number);
      const result = await this.#line(mark);
      if (result.kind === "interrupt") {
        shell.status = 128 + signals.INT;
        return undefined;
      }
      if (result.kind === "end") {
        if (first) return "end";
        await runLine(shell, text);
        return undefined;
      }
      text += (first ? "" : "\n") + result.text;
      if (text.trim() === "" || !isIncomplete(text)) break;
    }
    return this.#remembered(text);
  }

  async #remembered(text: string): Promise<{ line: string } | undefined> {
    const shell = this.#shell;
    let line = text;
    if (shell.has("histexpand") && /[!^]/.test(text)) {
      try {
        line = withHistory(text, shell.history);
      } catch (error) {
        if (!(error instanceof EventNotFound)) throw error;
        await shell.complain(error.message);
        return undefined;
      }
      if (line !== text) await shell.write(2, `${line}\n`);
    }
    const control = shell.vars.get("HISTCONTROL") ?? "";
    const ignored =
      (/ignore(space|both)/.test(control) && line.startsWith(" ")) || (/ignore(dups|both)/.test(control) && line === shell.history.at(-1));
    if (line.trim() !== "" && !ignored) shell.history.push(line.trimEnd());
    if (shell.history.length > mostHistory) shell.history.splice(0, shell.history.length - mostHistory);
    return { line };
  }

  /** Ctrl-D: leaves, but not over jobs that are stopped. */
  async #leaves(): Promise<boolean> {
    const shell = this.#shell;
    await shell.write(2, shell.login ? "logout\n" : "exit\n");
    if (!shell.jobs.all.some((job) => job.stopped) || shell.warnedOfJobs) return true;
    shell.warnedOfJobs = true;
    await shell.write(2, "There are stopped jobs.\n");
    return false;
  }

  async #line(prompt: string): Promise<EditorResult> {
    const shell = this.#shell;
    const tty = this.#tty;
    const file = shell.files.get(0);
    if (!file || !tty) return plainLine(shell, prompt);
    tty.modes = editing;
    const editor = new LineEditor({
      write: (text) => tty.show(bytesOf(text)),
      columns: () => tty.columns,
      column: () => tty.column,
      history: shell.history,
      complete: (line, cursor) => completionOf(shell, line, cursor),
    });
    const stop = tty.onResize(() => editor.redraw());
    const keys = new KeyReader();
    editor.begin(prompt);
    try {
      for (;;) {
        const bytes = await shell.process.readFrom(file);
        if (!bytes) return { kind: "end" };
        for (let at = 0; at < bytes.length; ) {
          const end = pieceEnd(bytes, at);
          for (const key of keys.feed(bytes.subarray(at, end))) {
            const result = await editor.type(key);
            if (!result) continue;
            tty.giveBack(bytes.slice(end));
            return result;
          }
          at = end;
        }
      }
    } finally {
      stop();
      tty.modes = cooked;
    }
  }
}

/** Where the bytes end that hold at most one key that may end a line. */
function pieceEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && (bytes[at] ?? 0) >= 32 && bytes[at] !== 127) at++;
  return Math.max(at, from + 1);
}

/** A line from what is no terminal. */
async function plainLine(shell: Shell, prompt: string): Promise<EditorResult> {
  await shell.write(2, prompt);
  const file = shell.files.get(0);
  let text = "";
  while (file) {
    const bytes = await shell.process.readFrom(file, shell.signal);
    if (!bytes) return text ? { kind: "line", text } : { kind: "end" };
    const end = bytes.indexOf(10);
    text += new TextDecoder().decode(bytes.subarray(0, end < 0 ? undefined : end));
    if (end < 0) continue;
    file.unread(bytes.subarray(end + 1));
    return { kind: "line", text };
  }
  return { kind: "end" };
}

/** Runs a line at a prompt; whatever goes wrong ends the line and not the shell. */
export async function runLine(shell: Shell, text: string): Promise<void> {
  const { tty } = shell.process;
  if (tty) {
    shell.vars.set("COLUMNS", String(tty.columns));
    shell.vars.set("LINES", String(tty.rows));
  }
  await guarded(shell, () => runSource(shell, text, shell.name, 1));
  shell.loopDepth = 0;
  shell.checked = 0;
}

async function guarded(shell: Shell, work: () => Promise<number>): Promise<void> {
  try {
    await shell.interruptibly(work);
  } catch (error) {
    if (error instanceof Leave || shell.process.signal.aborted) throw error;
    if (error instanceof Interrupted || error instanceof LoopJump || error instanceof Return) return;
    if (error instanceof Killed) {
      shell.status = 128 + signals[error.by];
      await shell.write(2, "\n");
    } else if (error instanceof ShellError || error instanceof FileError) {
      shell.status = 1;
      await shell.complain(error.message);
    } else {
      shell.status = 1;
      await shell.complain(`internal error: ${error instanceof Error ? error.message : String(error)}`);
      shell.process.machine.tasks.detach(() => Promise.reject(error));
    }
  }
}
