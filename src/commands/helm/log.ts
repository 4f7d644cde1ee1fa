import type { Output } from "../cli/output.ts";

/** The log that helm writes to standard error: `level=WARN msg="…" name=web`. */
export class Log {
  readonly #out: Output;
  readonly #debug: boolean;

  constructor(out: Output, debug: boolean) {
    this.#out = out;
    this.#debug = debug;
  }

  debug(message: string, pairs: Pairs = {}): void {
    if (this.#debug) this.#line("DEBUG", message, pairs);
  }

  info(message: string, pairs: Pairs = {}): void {
    this.#line("INFO", message, pairs);
  }

  warn(message: string, pairs: Pairs = {}): void {
    this.#line("WARN", message, pairs);
  }

  error(message: string, pairs: Pairs = {}): void {
    this.#line("ERROR", message, pairs);
  }

  #line(level: string, message: string, pairs: Pairs): void {
    const rest = Object.entries(pairs).map(([key, value]) => ` ${key}=${logged(String(value))}`);
    this.#out.error(`level=${level} msg=${logged(message)}${rest.join("")}`);
  }
}

type Pairs = Readonly<Record<string, string | number | boolean>>;

/** Text in quotes where it would not stand alone. */
const logged = (text: string): string => (text === "" || /[^\x21\x23-\x3c\x3e-\x7e]/.test(text) ? JSON.stringify(text) : text);
