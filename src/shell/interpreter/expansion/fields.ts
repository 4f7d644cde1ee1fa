import { isPattern, quoted } from "../pattern.ts";

/** A stretch of a word: quoted text stands for itself; in what is not, `*`, `?` and `[` are patterns. */
export interface Piece {
  text: string;
  quoted: boolean;
}

const usualSpace = " \t\n";

/** Words as they come out of expansion: text is added, and what is split starts new ones. */
export class Fields {
  readonly #done: Piece[][] = [];
  #current: Piece[] | undefined;
  /** The characters that split, undefined where nothing does: in assignments, in `[[ ]]`. */
  readonly #separators: string | undefined;
  /** White space at the end of an expansion ends the word when more follows. */
  #pendingBreak = false;

  constructor(separators: string | undefined) {
    this.#separators = separators;
  }

  get splits(): boolean {
    return this.#separators !== undefined;
  }

  /** What is written in the word itself: never split. */
  add(text: string, isQuoted: boolean): void {
    if (text === "" && !isQuoted) return;
    if (this.#pendingBreak) this.#break();
    this.#current ??= [];
    this.#current.push({ text, quoted: isQuoted });
  }

  /** What an expansion without quotes gave: split at separators. */
  expanded(text: string): void {
    if (this.#separators === undefined) {
      if (text !== "") this.add(text, false);
      return;
    }
    if (text === "") return;
    const separators = this.#separators;
    const isSpace = (character: string) => usualSpace.includes(character) && separators.includes(character);
    let start = 0;
    let at = 0;
    const take = (end: number) => {
      if (end > start) {
        if (this.#pendingBreak) this.#break();
        this.#current ??= [];
        this.#current.push({ text: text.slice(start, end), quoted: false });
      }
    };
    while (at < text.length) {
      const character = text[at] ?? "";
      if (!separators.includes(character)) {
        at++;
        continue;
      }
      take(at);
      // A run of white space with at most one other separator is one boundary.
      let hard = false;
      while (at < text.length && separators.includes(text[at] ?? "")) {
        if (!isSpace(text[at] ?? "")) {
          if (hard) break;
          hard = true;
        }
        at++;
      }
      if (hard) {
        if (this.#pendingBreak && !this.#current) this.#pendingBreak = false;
        this.#current ??= [];
        this.#break();
      } else if (this.#current) this.#pendingBreak = true;
      start = at;
    }
    take(at);
  }

  /** Several words, as of `"$@"`: the first goes on with what stands before, the last with what follows. */
  words(texts: readonly string[], isQuoted: boolean): void {
    texts.forEach((text, i) => {
      if (i > 0) this.#break();
      if (isQuoted) this.add(text, true);
      else if (this.#separators === undefined) this.add(text, false);
      else this.expanded(text);
    });
  }

  #break(): void {
    this.#pendingBreak = false;
    if (this.#current) this.#done.push(this.#current);
    this.#current = undefined;
  }

  finish(): Piece[][] {
    this.#break();
    return this.#done;
  }
}

/** The text of a word without its quotes. */
export const textOfPieces = (pieces: readonly Piece[]): string => pieces.map((piece) => piece.text).join("");

/** The word as a pattern: what was quoted means itself. */
export const patternOfPieces = (pieces: readonly Piece[]): string => pieces.map((piece) => (piece.quoted ? quoted(piece.text) : piece.text)).join("");

/** Whether it asks for file names. */
export const hasPattern = (pieces: readonly Piece[]): boolean =>
  pieces.some(
    (piece, i) =>
      !piece.quoted && (isPattern(piece.text) || (piece.text.includes("[") && pieces.slice(i + 1).some((later) => later.text.includes("]")))),
  );
