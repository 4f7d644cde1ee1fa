import { keep } from "./registers.ts";
import { type Input, key, Refused, type Vi } from "./state.ts";

/** `q`: begins to keep the keys that are typed in a register, or ends it. */
export function* record(vi: Vi): Input {
  if (vi.recording) {
    const { name, keys } = vi.recording;
    vi.recording = undefined;
    // The `q` that ends it is no part of it.
    keep(vi, name, { lines: keys.slice(0, -1).map(keyText).join("").split("\n"), linewise: false }, false);
    return;
  }
  const name = yield* key(vi);
  if (!/^[a-zA-Z0-9"]$/.test(name)) throw new Refused("");
  vi.recording = { name, keys: [] };
}

const keyTexts: Readonly<Record<string, string>> = { "<esc>": "\x1b", "<cr>": "\r", "<tab>": "\t", "<bs>": "\x7f" };

/** Keys as a register holds them, and back. */
function keyText(name: string): string {
  const control = /^<c-(.)>$/.exec(name)?.[1];
  return (
    keyTexts[name] ??
    (control ? String.fromCharCode(control.toUpperCase().charCodeAt(0) - 64) : name.startsWith("<") && name.length > 1 ? `\0${name}\0` : name)
  );
}

export function macroKeys(text: string): string[] {
  const keys: string[] = [];
  for (const [one] of text.matchAll(/\0<[^\0]*>\0|./gsu)) {
    const code = one.charCodeAt(0);
    const named = Object.entries(keyTexts).find(([, value]) => value === one)?.[0];
    if (one.length > 2) keys.push(one.slice(1, -1));
    else if (named) keys.push(named);
    else if (one === "\n") keys.push("<cr>");
    else keys.push(code < 32 ? `<c-${String.fromCharCode(code + 64).toLowerCase()}>` : one);
  }
  return keys;
}
