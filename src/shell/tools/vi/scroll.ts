import { firstNonBlank } from "./motions.ts";
import { Refused, type Vi } from "./state.ts";

/** Moves what is shown, and the cursor where it must come along. */
export function scroll(vi: Vi, typed: string, given: number | undefined): void {
  const count = given ?? 1;
  const { rows } = vi;
  const { last } = vi.buffer;
  const row = vi.cursor.line;
  const to = (line: number) => {
    const at = Math.max(0, Math.min(last, line));
    vi.go({ line: at, column: firstNonBlank(vi.buffer.line(at)) });
  };
  switch (typed) {
    case "<c-d>":
    case "<c-u>": {
      const step = given ?? Math.max(1, Math.floor(rows / 2));
      const down = typed === "<c-d>";
      if (down ? row >= last : row === 0) throw new Refused("");
      vi.top = Math.max(0, Math.min(Math.max(0, last - rows + 1), vi.top + (down ? step : -step)));
      to(row + (down ? step : -step));
      break;
    }
    case "<c-f>":
    case "<page-down>":
      if (vi.top >= last) throw new Refused("");
      vi.top = Math.min(last, vi.top + count * Math.max(1, rows - 2));
      to(vi.top);
      break;
    case "<c-b>":
    case "<page-up>":
      if (vi.top === 0) throw new Refused("");
      vi.top = Math.max(0, vi.top - count * Math.max(1, rows - 2));
      to(vi.top + rows - 1);
      break;
    case "<c-e>":
      vi.top = Math.min(last, vi.top + count);
      if (row < vi.top) vi.go({ line: vi.top, column: vi.wanted }, true);
      break;
    case "<c-y>":
      vi.top = Math.max(0, vi.top - count);
      if (row > vi.top + rows - 1) vi.go({ line: vi.top + rows - 1, column: vi.wanted }, true);
      break;
  }
}

/** `z` and a key: where on the screen the cursor's line stands. */
export function scrolled(vi: Vi, second: string, given: number | undefined): void {
  const line = given === undefined ? vi.cursor.line : Math.min(vi.buffer.last, given - 1);
  if (second === "t" || second === "<cr>") vi.top = line;
  else if (second === "z" || second === ".") vi.top = Math.max(0, line - Math.floor(vi.rows / 2));
  else if (second === "b" || second === "-") vi.top = Math.max(0, line - vi.rows + 1);
  else throw new Refused("");
  vi.go({ line, column: second === "t" || second === "z" || second === "b" ? vi.cursor.column : firstNonBlank(vi.buffer.line(line)) });
}
