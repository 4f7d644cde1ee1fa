import type { Output } from "../cli/output.ts";

/** What stands before a line on a terminal; elsewhere it is `* `, `- ` or `! `. */
const symbols = {
  happy: "😄  ",
  sparkle: "✨  ",
  notice: "📌  ",
  start: "👍  ",
  pull: "🚜  ",
  create: "🔥  ",
  package: "📦  ",
  network: "🔗  ",
  verify: "🔎  ",
  addons: "🌟  ",
  quiet: "🌑  ",
  ready: "🏄  ",
  run: "🏃  ",
  restart: "🔄  ",
  stop: "✋  ",
  shutdown: "🛑  ",
  delete: "🔥  ",
  gone: "💀  ",
  shrug: "🤷  ",
  tip: "👉  ",
  party: "🎉  ",
  sad: "😿  ",
  warning: "❗  ",
  fatal: "❌  ",
  think: "🤔  ",
  launch: "🚀  ",
  plug: "🔌  ",
  idea: "💡  ",
  pause: "⏸️   ",
  unpause: "⏯️   ",
  item: "    ▪ ",
  check: "✅  ",
  empty: "",
} as const;

export type Symbol = keyof typeof symbols;

const plain: Partial<Record<Symbol, string>> = { item: "  - ", warning: "! ", fatal: "X ", empty: "" };

/** Lines of minikube, with symbols where they are read on a terminal. */
export class Printer {
  readonly #out: Output;
  readonly #fancy: boolean;

  constructor(out: Output, fancy: boolean) {
    this.#out = out;
    this.#fancy = fancy;
  }

  #mark(symbol: Symbol): string {
    return this.#fancy ? symbols[symbol] : (plain[symbol] ?? "* ");
  }

  /** A line to standard output, there at once. */
  async step(symbol: Symbol, text: string): Promise<void> {
    this.#out.line(this.#mark(symbol) + text);
    await this.#out.flush();
  }

  /** A line to standard error. */
  async fail(symbol: Symbol, text: string): Promise<void> {
    this.#out.error(this.#mark(symbol) + text);
    await this.#out.flush();
  }

  line(text = ""): void {
    this.#out.line(text);
  }

  print(text: string): void {
    this.#out.print(text);
  }

  error(text: string): void {
    this.#out.error(text);
  }

  flush(): Promise<void> {
    return this.#out.flush();
  }
}
