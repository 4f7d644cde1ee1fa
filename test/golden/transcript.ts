import { bytesOf, textOf } from "#base/streams.ts";
import type { Cluster } from "#cluster/cluster.ts";
import { Terminal } from "#shell/terminal/terminal.ts";
import type { Learner } from "./learner.ts";
import { masked } from "./masks.ts";

/** One thing that a transcript does. */
export type Entry =
  | { kind: "text"; line: string }
  /** A line typed into a terminal. `holds`: it keeps the terminal, so that nobody waits for its end. */
  | { kind: "command"; terminal: 1 | 2; lines: readonly string[]; holds: boolean }
  | { kind: "pass"; seconds: number }
  | { kind: "interrupt"; terminal: 1 | 2 };

const holding = "[holds]";

/**
 * Reads a transcript: comments; `$ command`, or `2$ command` in a second terminal, with `> ` before lines that go on; `+ 5s` lets time pass;
 * `^C` or `2^C` is Ctrl-C. What stands below a command is what it showed; `[exit 1]` is its status, `[holds]` says that it goes on.
 */
export function parsed(text: string): Entry[] {
  const entries: Entry[] = [];
  let open: { kind: "command"; terminal: 1 | 2; lines: string[]; holds: boolean } | undefined;
  let output = false;
  for (const line of text.trimEnd().split("\n")) {
    const [, second, command] = /^(2?)\$ (.*)$/.exec(line) ?? [];
    const [, interrupted] = /^(2?)\^C$/.exec(line) ?? [];
    const [, seconds] = /^\+ (\d+)s$/.exec(line) ?? [];
    if (command !== undefined) {
      open = { kind: "command", terminal: second ? 2 : 1, lines: [command], holds: false };
      output = false;
      entries.push(open);
    } else if (interrupted !== undefined) {
      entries.push({ kind: "interrupt", terminal: interrupted ? 2 : 1 });
      output = true;
    } else if (seconds !== undefined) {
      entries.push({ kind: "pass", seconds: Number(seconds) });
      output = true;
    } else if (open && !output && line.startsWith("> ")) open.lines.push(line.slice(2));
    else if (open && line === holding) open.holds = true;
    else if (line === "" || line.startsWith("# ")) {
      // A blank line or comment belongs to the transcript only where no output can hold it: before a command, or at the beginning.
      if (!open) entries.push({ kind: "text", line });
      output = true;
    } else output = true;
  }
  return entries;
}

/** Plays a transcript and gives it as it is now; numbers stand for what is drawn at random. */
export async function played(learner: Learner, text: string): Promise<string> {
  const stage = new Stage(learner);
  let result = "";
  for (const entry of parsed(text)) result += await stage.play(entry);
  return masked(result);
}

const columns = 200;

class Stage {
  readonly #learner: Learner;
  readonly #terminals = new Map<1 | 2, Screen>();

  constructor(learner: Learner) {
    this.#learner = learner;
  }

  async play(entry: Entry): Promise<string> {
    const { cluster } = this.#learner;
    switch (entry.kind) {
      case "text":
        return `${entry.line}\n`;
      case "pass":
        await this.#learner.pass(entry.seconds);
        return `+ ${entry.seconds}s\n${this.#shown()}`;
      case "interrupt": {
        const screen = await this.#screen(entry.terminal);
        screen.type("\x03");
        await cluster.settle({ until: () => !screen.busy, within: 60_000 });
        return `${entry.terminal === 2 ? "2" : ""}^C\n${screen.take().replace(/^\^C\n/m, "")}`;
      }
      case "command":
        return this.#command(entry);
    }
  }

  async #command({ terminal, lines, holds }: Entry & { kind: "command" }): Promise<string> {
    const { cluster } = this.#learner;
    const screen = await this.#screen(terminal);
    const before = this.#shown();
    const inside = screen.busy;
    screen.type(`${lines.join("\r")}\r`);
    await cluster.tasks.idle();
    // What holds a terminal is given what it needs to begin; a line typed into it, what it needs to be answered.
    if (holds || inside) await cluster.settle({ until: () => !screen.busy, within: 1000 });
    else await cluster.settle({ until: () => !screen.busy, within: 1_200_000 });
    const shown = screen.take(lines.length);
    const status = holds || inside || screen.busy ? 0 : await screen.status();
    const head = lines.map((line, i) => (i === 0 ? `${terminal === 2 ? "2" : ""}$ ${line}` : `> ${line}`)).join("\n");
    return `${before}${head}\n${shown}${status === 0 ? "" : `[exit ${status}]\n`}${holds ? `${holding}\n` : ""}`;
  }

  /** What came in terminals meanwhile. */
  #shown(): string {
    return [...this.#terminals.values()].map((screen) => screen.take()).join("");
  }

  async #screen(number: 1 | 2): Promise<Screen> {
    const known = this.#terminals.get(number);
    if (known) return known;
    const screen = new Screen(this.#learner, number);
    this.#terminals.set(number, screen);
    await this.#learner.cluster.tasks.idle();
    screen.take();
    return screen;
  }
}

/** A terminal, and what it shows as text. */
class Screen {
  readonly #terminal: Terminal;
  readonly #cluster: Cluster;
  #shown = "";

  constructor({ machine, cluster }: Learner, number: number) {
    this.#cluster = cluster;
    this.#terminal = new Terminal({ machine, user: "learner", columns, rows: 50, number });
    this.#terminal.output((bytes) => {
      this.#shown += textOf(bytes);
    });
  }

  get busy(): boolean {
    return this.#terminal.busy;
  }

  type(text: string): void {
    this.#terminal.input(bytesOf(text));
  }

  /** The status of the last command. */
  async status(): Promise<number> {
    let done = false;
    this.#terminal.onPrompt = () => {
      done = true;
    };
    const running = this.#terminal.run("(exit $?); echo $?");
    // Even this may have to wait for its share of the processor.
    await this.#cluster.settle({ until: () => done, within: 60_000 });
    this.#terminal.onPrompt = undefined;
    return Number((await running).stdout);
  }

  /** What was shown since, without the lines that were typed and without the prompt at its end. */
  take(typed = 0): string {
    const text = this.#shown
      .replace(/\x1b\[\?2004[hl]/g, "")
      .replace(/\x1b\[[0-9;]*[A-HJKSTm]/g, "")
      .replaceAll("\r\n", "\n");
    this.#shown = "";
    const lines = text.split("\n").slice(typed).map(overwritten);
    const shown = lines.join("\n").replace(/\$ $/, "");
    return shown === "" || shown.endsWith("\n") ? shown : `${shown}\n`;
  }
}

/** What is seen of a line whose beginning was returned to. */
const overwritten = (line: string): string => line.split("\r").reduce((seen, part) => part + seen.slice(part.length));
