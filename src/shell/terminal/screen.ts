import { bytesOf, joined, textOf } from "#base/streams.ts";

const mostBytes = 256 * 1024;
const enterOther = "\x1b[?1049h";
const leaveOther = "\x1b[?1049l";

/** What was shown lately, so that whoever joins sees the same screen. */
export class Screen {
  #chunks: Uint8Array[] = [];
  #sizeBytes = 0;

  add(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    this.#sizeBytes += bytes.length;
    if (this.#sizeBytes > mostBytes) this.#shorten();
  }

  /** The bytes that show the screen as it is. */
  replay(): Uint8Array {
    this.#shorten();
    return joined(this.#chunks.length > 0 ? this.#chunks : [new Uint8Array(0)]);
  }

  /** What a full-screen program left as it was: what stays on the screen when it is gone. */
  below(): Uint8Array {
    this.#shorten();
    const text = textOf(joined(this.#chunks.length > 0 ? this.#chunks : [new Uint8Array(0)]));
    const other = text.lastIndexOf(enterOther);
    return bytesOf(other < 0 ? text : `${text.slice(0, other)}\n`);
  }

  /** Drops what can no longer be seen: before a cleared screen, a full-screen program that has ended, the oldest lines. */
  #shorten(): void {
    let text = textOf(joined(this.#chunks.length > 0 ? this.#chunks : [new Uint8Array(0)]));
    for (let end = text.indexOf(leaveOther); end >= 0; end = text.indexOf(leaveOther)) {
      const start = text.lastIndexOf(enterOther, end);
      text = (start < 0 ? "" : text.slice(0, start)) + text.slice(end + leaveOther.length);
    }
    const other = text.lastIndexOf(enterOther);
    const before = other < 0 ? "" : text.slice(0, other);
    let shown = other < 0 ? text : text.slice(other);
    const cleared = Math.max(shown.lastIndexOf("\x1b[H\x1b[2J"), shown.lastIndexOf("\x1b[2J\x1b[H"), shown.lastIndexOf("\x1b[3J"));
    if (cleared > 0) shown = (other < 0 ? "" : enterOther) + shown.slice(cleared);
    const whole = before + shown;
    const excess = whole.length - mostBytes / 2;
    // A full-screen program draws itself anew now and then; what it drew before goes with the mark above.
    const cut = this.#sizeBytes > mostBytes && excess > 0 && other < 0 ? whole.indexOf("\n", excess) + 1 : 0;
    const bytes = bytesOf(whole.slice(cut));
    this.#chunks = [bytes];
    this.#sizeBytes = bytes.length;
  }
}
