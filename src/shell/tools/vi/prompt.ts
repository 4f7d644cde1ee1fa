import { pasted } from "../full-screen.ts";
import { after, before } from "./motions.ts";
import { registerOf } from "./registers.ts";
import { search } from "./search.ts";
import { type Input, key, type Vi } from "./state.ts";

/** Reads a line at the bottom of the screen; undefined when it is given up. */
export function* typedLine(vi: Vi, mark: string, start = ""): Input<string | undefined> {
  const { mode, cursor, top } = vi;
  const history = vi.history[mark === ":" ? ":" : "/"];
  let at = history.length;
  const line = { mark, text: start, at: start.length };
  vi.prompt = line;
  vi.mode = "prompt";
  vi.tell("");
  const insert = (text: string) => {
    line.text = line.text.slice(0, line.at) + text + line.text.slice(line.at);
    line.at += text.length;
  };
  const recall = (to: number) => {
    at = Math.max(0, Math.min(history.length, to));
    line.text = history[at] ?? "";
    line.at = line.text.length;
  };
  try {
    for (;;) {
      if (mark !== ":" && vi.settings.incsearch) preview(vi, line.text, mark === "/", cursor);
      const typed = yield* key(vi);
      if (typed.startsWith(pasted)) insert(typed.slice(pasted.length).replace(/\n$/, "").replaceAll("\n", "\r"));
      else if (typed === "<cr>") {
        if (line.text !== "" && history.at(-1) !== line.text) history.push(line.text);
        return line.text;
      } else if (typed === "<esc>" || typed === "<c-c>") return undefined;
      else if (typed === "<bs>") {
        if (line.text === "") return undefined;
        if (line.at > 0) {
          const start = before(line.text, line.at);
          line.text = line.text.slice(0, start) + line.text.slice(line.at);
          line.at = start;
        }
      } else if (typed === "<delete>") line.text = line.text.slice(0, line.at) + line.text.slice(after(line.text, line.at));
      else if (typed === "<c-w>") {
        const kept = line.text.slice(0, line.at).replace(/(?:\w+|[^\w\s]+)\s*$/, "");
        line.text = kept + line.text.slice(line.at);
        line.at = kept.length;
      } else if (typed === "<c-u>") {
        line.text = line.text.slice(line.at);
        line.at = 0;
      } else if (typed === "<left>") line.at = line.at > 0 ? before(line.text, line.at) : 0;
      else if (typed === "<right>") line.at = Math.min(line.text.length, after(line.text, line.at));
      else if (typed === "<home>" || typed === "<c-b>") line.at = 0;
      else if (typed === "<end>" || typed === "<c-e>") line.at = line.text.length;
      else if (typed === "<up>" || typed === "<c-p>") recall(at - 1);
      else if (typed === "<down>" || typed === "<c-n>") recall(at + 1);
      else if (typed === "<tab>") insert("\t");
      else if (typed === "<c-r>") {
        const name = yield* key(vi);
        insert(name === "<c-w>" ? (/\w+/.exec(vi.line.slice(vi.cursor.column))?.[0] ?? "") : registerOf(vi, name).lines.join("\r"));
      } else if (typed === "<c-v>") insert(yield* key(vi));
      else if (!/^<.+>$/.test(typed)) insert(typed);
    }
  } finally {
    vi.prompt = undefined;
    vi.mode = mode;
    vi.cursor = cursor;
    vi.top = top;
  }
}

/** Shows where a search would lead while it is typed. */
function preview(vi: Vi, text: string, forward: boolean, from: Vi["cursor"]): void {
  vi.cursor = from;
  if (text === "") return;
  try {
    vi.cursor = search(vi, text, from, forward);
  } catch {
    // What is not there yet, or not yet a pattern, leads nowhere.
  }
  vi.tell("");
}
