import type { Source } from "#base/streams.ts";
import { Regex } from "../../interpreter/regex.ts";

/** What an evaluation waits for on its way. */
export type Waiting<T> = Generator<Promise<unknown>, T, unknown>;

/** The records of a source, cut as RS says at the time. Waits only when none is there yet. */
export class Records {
  readonly #source: Source;
  readonly #beforeWait: () => Promise<void>;
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #text = "";
  #at = 0;
  #ended = false;

  constructor(source: Source, beforeWait: () => Promise<void>) {
    this.#source = source;
    this.#beforeWait = beforeWait;
  }

  *next(separator: string): Waiting<string | undefined> {
    for (;;) {
      const found = this.#cut(separator);
      if (found !== undefined) return found;
      if (this.#ended) {
        const rest = this.#text.slice(this.#at);
        this.#text = "";
        this.#at = 0;
        const last =
          separator === "" ? rest.replace(/^\n+|\n+$/g, "") : separator === "\n" || separator.length === 1 ? rest : rest.replace(/\n$/, "");
        return last === "" ? undefined : separator.length === 1 && separator !== "\n" && last === "\n" ? undefined : last;
      }
      yield this.#beforeWait();
      const bytes = (yield this.#source.read()) as Uint8Array | undefined;
      this.#text = this.#text.slice(this.#at) + (bytes ? this.#decoder.decode(bytes, { stream: true }) : this.#decoder.decode());
      this.#at = 0;
      this.#ended = bytes === undefined;
    }
  }

  close(): void {
    this.#source.cancel();
  }

  #cut(separator: string): string | undefined {
    if (separator.length === 1) {
      const end = this.#text.indexOf(separator, this.#at);
      if (end < 0) return undefined;
      const record = this.#text.slice(this.#at, end);
      this.#at = end + 1;
      return record;
    }
    if (separator === "") {
      // Empty lines part records; those before the first do not count.
      while (this.#text[this.#at] === "\n") this.#at++;
      const end = this.#text.indexOf("\n\n", this.#at);
      if (end < 0) return undefined;
      const record = this.#text.slice(this.#at, end);
      this.#at = end + 2;
      return record;
    }
    const match = regexOf(separator).exec(this.#text, this.#at);
    if (!match || match.end === match.at || (match.end === this.#text.length && !this.#ended)) return undefined;
    const record = this.#text.slice(this.#at, match.at);
    this.#at = match.end;
    return record;
  }
}

const regexes = new Map<string, Regex>();

/** A dynamic regular expression, read once. */
export function regexOf(source: string): Regex {
  const known = regexes.get(source);
  if (known) return known;
  if (regexes.size > 200) regexes.clear();
  const regex = new Regex(source, { extended: true });
  regexes.set(source, regex);
  return regex;
}

/** The fields of a record, as FS says. */
export function fieldsOf(text: string, separator: string): string[] {
  if (separator === " ") {
    const trimmed = text.replace(/^[ \t\n]+|[ \t\n]+$/g, "");
    return trimmed === "" ? [] : trimmed.split(/[ \t\n]+/);
  }
  if (text === "") return [];
  if (separator === "") return [...text];
  if (separator.length === 1 && separator !== "\\") return text.split(separator);
  if (separator === "\\|" || separator === "\\.") return text.split(separator.slice(1));
  const regex = regexOf(separator);
  const fields: string[] = [];
  let at = 0;
  for (let match = regex.exec(text, 0); match; match = regex.exec(text, match.end > match.at ? match.end : match.end + 1)) {
    if (match.end === match.at) continue;
    fields.push(text.slice(at, match.at));
    at = match.end;
  }
  fields.push(text.slice(at));
  return fields;
}
