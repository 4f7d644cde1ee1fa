/** A key, or text that was typed or pasted. */
export type Key = { kind: "text"; text: string } | { kind: "paste"; text: string } | { kind: "key"; name: string };

const sequences: Readonly<Record<string, string>> = {
  "[A": "up",
  "[B": "down",
  "[C": "right",
  "[D": "left",
  OA: "up",
  OB: "down",
  OC: "right",
  OD: "left",
  "[H": "home",
  "[F": "end",
  OH: "home",
  OF: "end",
  "[1~": "home",
  "[7~": "home",
  "[4~": "end",
  "[8~": "end",
  "[2~": "insert",
  "[3~": "delete",
  "[5~": "page-up",
  "[6~": "page-down",
  "[Z": "shift-tab",
  "[1;5C": "word-right",
  "[1;5D": "word-left",
  "[1;3C": "word-right",
  "[1;3D": "word-left",
  "[5C": "word-right",
  "[5D": "word-left",
  "[3;5~": "kill-word",
};

const pasteStart = "[200~";
const pasteEnd = "\x1b[201~";

/** Makes keys of bytes as they come: characters and escape sequences may be cut anywhere. */
export class KeyReader {
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #rest = "";
  #pasted: string | undefined;

  feed(bytes: Uint8Array): Key[] {
    let text = this.#rest + this.#decoder.decode(bytes, { stream: true });
    this.#rest = "";
    const keys: Key[] = [];
    while (text !== "") {
      if (this.#pasted !== undefined) {
        const end = text.indexOf(pasteEnd);
        const held = end < 0 ? tailOf(text, pasteEnd) : 0;
        this.#pasted += text.slice(0, end < 0 ? text.length - held : end);
        if (end < 0) {
          this.#rest = text.slice(text.length - held);
          return keys;
        }
        keys.push({ kind: "paste", text: this.#pasted.replace(/\r\n?/g, "\n") });
        this.#pasted = undefined;
        text = text.slice(end + pasteEnd.length);
        continue;
      }
      if (text.startsWith("\x1b")) {
        const taken = this.#escape(text, keys);
        if (taken === 0) {
          this.#rest = text;
          return keys;
        }
        text = text.slice(taken);
        continue;
      }
      const [plain] = /^[^\x00-\x1f\x7f]+/.exec(text) ?? [];
      if (plain) keys.push({ kind: "text", text: plain });
      else keys.push({ kind: "key", name: controlName(text.charCodeAt(0)) });
      text = text.slice(plain?.length ?? 1);
    }
    return keys;
  }

  /** Reads an escape sequence; gives its length, 0 where it is not all there. */
  #escape(text: string, keys: Key[]): number {
    const [whole] = /^\x1b(?:\[[0-9;?]*[ -/]*[@-~]|O[A-Za-z]|[^[O])/s.exec(text) ?? [];
    if (!whole) return 0;
    const body = whole.slice(1);
    if (body === pasteStart) this.#pasted = "";
    else if (body.length > 1) keys.push({ kind: "key", name: sequences[body] ?? "unknown" });
    else keys.push({ kind: "key", name: body === "\x7f" || body === "\b" ? "meta-backspace" : `meta-${body.toLowerCase()}` });
    return whole.length;
  }
}

/** How much of the end of a text may be the start of a mark. */
function tailOf(text: string, mark: string): number {
  for (let length = Math.min(mark.length - 1, text.length); length > 0; length--) if (text.endsWith(mark.slice(0, length))) return length;
  return 0;
}

function controlName(code: number): string {
  if (code === 13 || code === 10) return "enter";
  if (code === 9) return "tab";
  if (code === 127 || code === 8) return "backspace";
  if (code === 31) return "undo";
  return `ctrl-${String.fromCharCode(code + 96)}`;
}
