import { type Command, isShown } from "./command.ts";

/** Commands whose names are like the word that was typed, in the order in which help lists them. */
export function suggestions<C>(commands: readonly Command<C>[], typed: string): string[] {
  const word = typed.toLowerCase();
  return commands
    .filter((command) => isShown(command))
    .filter(
      ({ name, suggestFor = [] }) =>
        distance(word, name.toLowerCase()) <= 2 || name.toLowerCase().startsWith(word) || suggestFor.some((other) => other.toLowerCase() === word),
    )
    .map((command) => command.name);
}

/** How many letters to add, drop or change to make one word of the other (Levenshtein). */
export function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
