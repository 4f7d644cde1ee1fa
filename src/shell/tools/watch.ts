import { Pipe, readAll, textOf } from "#base/streams.ts";
import { ExecError } from "../process.ts";
import { strftime } from "../strftime.ts";
import { textWidth } from "../terminal/width.ts";
import { defineTool, type ToolCall } from "./tool.ts";

const otherScreen = "\x1b[?1049h\x1b[?25l";
const usualScreen = "\x1b[?25h\x1b[?1049l";
const mostBytes = 1024 * 1024;

export const watch = defineTool({
  name: "watch",
  usage: "[options] command",
  summary: "Execute a program periodically, showing output fullscreen.",
  options: [
    "b,beep",
    "c,color",
    "C,no-color",
    "d,differences?",
    "e,errexit",
    "g,chgexit",
    "n,interval=",
    "p,precise",
    "q,equexit=",
    "r,no-rerun",
    "t,no-title",
    "w,no-wrap",
    "x,exec",
    "v,version",
  ],
  inOrder: true,

  async run(call) {
    const { options, process, fail, err, out } = call;
    const words = options.operands;
    if (words.length === 0) {
      await err.line(`\nUsage:\n watch ${watch.usage}`);
      return 1;
    }
    const given = options.get("interval") ?? "2";
    const seconds = Number(given.replace(",", "."));
    if (Number.isNaN(seconds)) return fail(`failed to parse argument: '${given}': Invalid argument`);
    const interval = Math.max(0.1, seconds) * 1000;
    const { clock } = process.machine;
    const onScreen = process.isTerminal(1);
    let before: string[] | undefined;
    let text: string | undefined;
    if (onScreen) await out.text(otherScreen);
    try {
      for (;;) {
        const startedAt = clock.now();
        const result = await runOnce(call, words);
        const changed = text !== undefined && text !== result.text;
        text = result.text;
        before = await show(call, result.text, interval, before, onScreen);
        if (options.has("errexit") && result.code !== 0) {
          await out.flush();
          return 8;
        }
        if (options.has("chgexit") && changed) return 0;
        const spent = options.has("precise") ? clock.now() - startedAt : 0;
        await process.sleep(Math.max(0, interval - spent));
      }
    } finally {
      if (onScreen) await leave(call);
    }
  },
});

/** Gives the screen back, also where it was killed: then the terminal is written to as it is. */
async function leave({ process, out }: ToolCall): Promise<void> {
  if (!process.signal.aborted) {
    await out.text(usualScreen);
    await out.flush();
  } else await process.files.get(1)?.write(new TextEncoder().encode(usualScreen));
}

async function runOnce({ options, process }: ToolCall, words: readonly string[]): Promise<{ text: string; code: number }> {
  const { machine } = process;
  const output = new Pipe(machine.tasks);
  const command = options.has("exec") ? words : ["sh", "-c", words.join(" ")];
  try {
    const child = process.start(command, { stdout: output, stderr: output });
    const text = textOf(await readAll({ read: () => output.read(process.signal), cancel: () => output.cancel() }, mostBytes));
    return { text, code: (await child.wait(process.signal)).code };
  } catch (error) {
    if (!(error instanceof ExecError)) throw error;
    return { text: `sh: 1: ${error.message}\n`, code: error.exitCode };
  }
}

async function show(
  { options, process, out }: ToolCall,
  text: string,
  interval: number,
  before: readonly string[] | undefined,
  onScreen: boolean,
): Promise<string[]> {
  const { machine } = process;
  const [columns, rows] = [process.tty?.columns ?? 80, process.tty?.rows ?? 24];
  const head: string[] = [];
  if (!options.has("no-title")) {
    const left = `Every ${(interval / 1000).toFixed(1)}s: ${options.operands.join(" ")}`;
    const right = `${machine.hostname}: ${strftime("%a %b %e %H:%M:%S %Y", machine.clock.now())}`;
    const room = columns - textWidth(right) - 1;
    const cut = textWidth(left) > room ? `${left.slice(0, Math.max(0, room - 3))}...` : left;
    head.push(`${cut.padEnd(Math.max(0, columns - textWidth(right)))}${right}`.slice(0, columns), "");
  }
  const plain = options.has("color") ? text : text.replace(/\x1b\[[0-9;?]*[ -/]*[@-~]/g, "");
  const body = plain
    .replace(/\n$/, "")
    .split("\n")
    .flatMap((line) => (options.has("no-wrap") ? [clipped(line.replaceAll("\t", "        "), columns)] : wrapped(expanded(line), columns)));
  const shown = onScreen ? body.slice(0, Math.max(1, rows - head.length)) : body;
  const marked = options.has("differences") && before ? shown.map((line, i) => differing(line, before[i] ?? "")) : shown;
  const lines = [...head, ...marked];
  await out.text(onScreen ? `\x1b[H${lines.map((line) => `${line}\x1b[K`).join("\n")}\x1b[J` : `${lines.join("\n")}\n`);
  await out.flush();
  return shown;
}

function expanded(line: string): string {
  let text = "";
  for (const one of line) text += one === "\t" ? " ".repeat(8 - (text.length % 8)) : one;
  return text;
}

function clipped(line: string, columns: number): string {
  let text = "";
  for (const one of line) {
    if (textWidth(text + one) > columns) break;
    text += one;
  }
  return text;
}

function wrapped(line: string, columns: number): string[] {
  if (line.length <= columns && textWidth(line) <= columns) return [line];
  const lines: string[] = [];
  let text = "";
  let width = 0;
  for (const one of line) {
    const cells = textWidth(one);
    if (width + cells > columns) {
      lines.push(text);
      text = "";
      width = 0;
    }
    text += one;
    width += cells;
  }
  return [...lines, text];
}

/** The line with what differs from before in reverse. */
function differing(line: string, before: string): string {
  let text = "";
  let on = false;
  for (let i = 0; i < line.length; i++) {
    const different = line[i] !== before[i];
    if (different !== on) text += different ? "\x1b[7m" : "\x1b[27m";
    on = different;
    text += line[i];
  }
  return on ? `${text}\x1b[27m` : text;
}
