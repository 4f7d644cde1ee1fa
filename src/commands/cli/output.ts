import { bytesOf, type Sink } from "#base/streams.ts";

/**
 * Standard output and error of a command. Text is gathered and goes out, in the order in which it came, with `flush`: at the end of the
 * command, and before whatever may take time.
 */
export class Output {
  readonly #sinks: { out: Sink; err: Sink };
  #waiting: { to: "out" | "err"; text: string }[] = [];

  constructor(out: Sink, err: Sink) {
    this.#sinks = { out, err };
  }

  /** Text as it is. */
  print(text: string): void {
    this.#add("out", text);
  }

  line(text = ""): void {
    this.#add("out", `${text}\n`);
  }

  /** A line to standard error. */
  error(text = ""): void {
    this.#add("err", `${text}\n`);
  }

  printError(text: string): void {
    this.#add("err", text);
  }

  async flush(): Promise<void> {
    while (this.#waiting.length > 0) {
      const parts = this.#waiting;
      this.#waiting = [];
      for (const { to, text } of parts) await this.#sinks[to].write(bytesOf(text));
    }
  }

  #add(to: "out" | "err", text: string): void {
    if (text === "") return;
    const last = this.#waiting.at(-1);
    if (last?.to === to) last.text += text;
    else this.#waiting.push({ to, text });
  }
}
