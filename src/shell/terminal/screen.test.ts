import { expect, test } from "vitest";
import { bytesOf, textOf } from "#base/streams.ts";
import { Screen } from "./screen.ts";

const shown = (...pieces: readonly string[]) => {
  const screen = new Screen();
  for (const piece of pieces) screen.add(bytesOf(piece));
  return screen;
};
const [enter, leave] = ["\x1b[?1049h", "\x1b[?1049l"];

test.for([
  ["lines stay", ["a\n", "b\n"], "a\nb\n", "a\nb\n"],
  ["a cleared screen is forgotten", ["a\n", "\x1b[H\x1b[2Jb\n"], "\x1b[H\x1b[2Jb\n", "\x1b[H\x1b[2Jb\n"],
  ["a program that has left the other screen is gone", ["a\n", enter, "vi", leave, "b\n"], "a\nb\n", "a\nb\n"],
  ["one that is there is shown, but does not stay", ["a\n$ vi", enter, "vi"], `a\n$ vi${enter}vi`, "a\n$ vi\n"],
  ["its last drawing is enough", [enter, "old", "\x1b[H\x1b[2Jnew"], `${enter}\x1b[H\x1b[2Jnew`, "\n"],
] as const)("%s", ([, pieces, replayed, below]) => {
  const screen = shown(...pieces);
  expect(textOf(screen.replay())).toBe(replayed);
  expect(textOf(screen.below())).toBe(below);
});

test("what was shown long ago is dropped", () => {
  const screen = new Screen();
  for (let i = 0; i < 2000; i++) screen.add(bytesOf(`${"x".repeat(500)}${i}\n`));
  expect(screen.replay().length).toBeLessThan(300_000);
  expect(textOf(screen.replay())).toMatch(/x1999\n$/);
});
