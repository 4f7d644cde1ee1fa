import type { Records } from "./store.ts";

/** What a record's journal line says. */
export type RecordLine =
  | readonly ["r", key: string, value: unknown]
  | readonly ["x", key: string]
  | readonly ["a", key: string, offset: number, text: string];

/** Records in memory: the values, the texts that grow, and which of them are not yet in the journal. */
export class MemoryRecords implements Records {
  readonly #values = new Map<string, unknown>();
  readonly #texts = new Map<string, string>();
  /** By key, from where on its text is not yet written; -1 where it is a value. */
  readonly #dirty = new Map<string, number>();
  readonly #onDirty: () => void;

  constructor(onDirty: () => void) {
    this.#onDirty = onDirty;
  }

  get<T>(key: string): T | undefined {
    return this.#values.get(key) as T | undefined;
  }

  put(key: string, value: unknown): void {
    if (value === undefined) throw new TypeError(`the record ${key} has no value`);
    this.#values.set(key, value);
    this.#texts.delete(key);
    this.#touch(key, -1);
  }

  delete(key: string): void {
    if (!this.#values.delete(key) && !this.#texts.delete(key)) return;
    this.#touch(key, -1);
  }

  keys(prefix: string): readonly string[] {
    const found: string[] = [];
    for (const key of this.#values.keys()) if (key.startsWith(prefix)) found.push(key);
    for (const key of this.#texts.keys()) if (key.startsWith(prefix)) found.push(key);
    return found.sort();
  }

  append(key: string, text: string): void {
    if (!text) return;
    const before = this.#texts.get(key) ?? "";
    if (this.#values.delete(key)) this.#dirty.set(key, -1);
    this.#texts.set(key, before + text);
    this.#touch(key, this.#dirty.get(key) ?? before.length);
  }

  text(key: string): string {
    return this.#texts.get(key) ?? "";
  }

  /** What is not yet in the journal; from now on it is. */
  *take(): Iterable<RecordLine> {
    for (const [key, from] of this.#dirty) yield* this.#lines(key, Math.max(from, 0), from < 0);
    this.#dirty.clear();
  }

  *all(): Iterable<RecordLine> {
    for (const key of this.#values.keys()) yield ["r", key, this.#values.get(key)];
    for (const [key, text] of this.#texts) yield ["a", key, 0, text];
  }

  replay(line: RecordLine): void {
    const [type, key] = line;
    if (type === "r") this.#values.set(key, line[2]);
    if (type === "a") this.#texts.set(key, this.text(key).slice(0, line[2]) + line[3]);
    if (type === "x") this.#values.delete(key);
    if (type !== "a") this.#texts.delete(key);
    else this.#values.delete(key);
  }

  *#lines(key: string, from: number, wasReplaced: boolean): Iterable<RecordLine> {
    const text = this.#texts.get(key);
    if (text !== undefined) {
      if (wasReplaced) yield ["x", key];
      yield ["a", key, from, text.slice(from)];
    } else if (this.#values.has(key)) yield ["r", key, this.#values.get(key)];
    else yield ["x", key];
  }

  #touch(key: string, from: number): void {
    this.#dirty.set(key, from);
    this.#onDirty();
  }
}
