import type { Signal } from "@preact/signals";
import { strings } from "../state/language.ts";

/** The keys that a phone's keyboard lacks. Ctrl holds until the next key. */
export function KeyRow({ control, send }: { control: Signal<boolean>; send: (text: string) => void }) {
  const { keys } = strings.value;
  const plain = [
    ["Esc", keys.escape, "\x1b"],
    ["Tab", keys.tab, "\t"],
    ["↑", keys.up, "\x1b[A"],
    ["↓", keys.down, "\x1b[B"],
    ["←", keys.left, "\x1b[D"],
    ["→", keys.right, "\x1b[C"],
    ["|", "|", "|"],
    ["-", "-", "-"],
    ["/", "/", "/"],
  ] as const;
  // The keyboard stays up: a press on the row must not take the focus from the terminal.
  const hold = (event: Event) => event.preventDefault();
  return (
    <div class="key-row" role="toolbar" aria-label={keys.row}>
      <button type="button" aria-pressed={control.value} onPointerDown={hold} onClick={() => (control.value = !control.value)}>
        {keys.control}
      </button>
      {plain.map(([shown, label, text]) => (
        <button key={shown} type="button" aria-label={label} onPointerDown={hold} onClick={() => send(text)}>
          {shown}
        </button>
      ))}
    </div>
  );
}
