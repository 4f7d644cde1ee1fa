const mostListed = 100;

export interface Completion {
  /** Where the word begins that is completed. */
  start: number;
  /** What it may become. */
  candidates: readonly string[];
  /** What is shown of each, in the same order. */
  shown?: readonly string[];
  /** Follows when there is just one. */
  suffix: string;
}

export interface EditorOptions {
  write(text: string): void;
  columns(): number;
  /** Where the cursor stands before the prompt: behind what a program left without the end of a line. */
  column?(): number;
  /** Lines of before, the latest last. */
  history: readonly string[];
  complete?: (line: string, cursor: number) => Promise<Completion> | Completion;
}

/** What both begin with. */
export function sharedStart(one: string, other: string): string {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return one.slice(0, length);
}

/** Names in as many columns as fit, filled from top to bottom. */
export function listing(names: readonly string[], columns: number): string {
  const shown = names.slice(0, mostListed);
  const width = Math.max(...shown.map((name) => name.length)) + 2;
  const across = Math.max(1, Math.floor(columns / width));
  const rows = Math.ceil(shown.length / across);
  let text = "";
  for (let row = 0; row < rows; row++) {
    const line = Array.from({ length: across }, (_, i) => shown[row + i * rows] ?? "").map((name) => name.padEnd(width));
    text += `${line.join("").trimEnd()}\n`;
  }
  return shown.length < names.length ? `${text}... and ${names.length - shown.length} more\n` : text;
}
