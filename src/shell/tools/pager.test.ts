import { expect, test } from "vitest";
import { shownTerminal } from "../../../test/kit/screen.ts";

async function opened(command: string) {
  const shown = await shownTerminal({ rows: 6 });
  shown.machine.fs.write("/root/f", Array.from({ length: 20 }, (_, i) => `line ${i + 1}\n`).join(""));
  await shown.type(`${command}\r`);
  return { ...shown, keys: (text: string) => shown.type(text) };
}

const lines = (from: number, end: string) => `${Array.from({ length: 5 }, (_, i) => `line ${from + i}`).join("\n")}\n${end}`;

test.for([
  ["the first page", "", lines(1, "f")],
  ["the next page", " ", lines(6, ":")],
  ["back again", "  b", lines(6, ":")],
  ["a line", "jj", lines(3, ":")],
  ["several lines", "4j", lines(5, ":")],
  ["half a page", "d", lines(4, ":")],
  ["the end", "G", lines(16, "(END)")],
  ["a line by its number", "7g", lines(7, ":")],
  ["half of it", "50%", lines(11, ":")],
  ["a search", "/1.$\r", lines(10, ":")],
  ["the next one", "/1.$\rn", lines(11, ":")],
  ["backward", "G?e 5\r", lines(5, ":")],
  ["what is not there", "/zzz\r", lines(1, "Pattern not found  (press RETURN)")],
  ["only some lines", "&0\r", "line 10\nline 20\n~\n~\n~\n(END)"],
  ["line numbers", "-N", "      1 line 1\n      2 line 2\n      3 line 3\n      4 line 4\n      5 line 5\nf"],
  ["where it is", "=", lines(1, "f lines 1-5/20 25%  (press RETURN)")],
] as const)("less: %s", async ([, keys, expected]) => {
  const { type } = await opened("less f");
  expect(keys === "" ? (await opened("less f")).screen.text : await type(keys)).toBe(expected);
});

test("less leaves the screen as it was", async () => {
  const { type } = await opened("less f");
  expect(await type("qecho left\r")).toMatch(/left\n\$$/);
});

test("less begins where it is told", async () => {
  expect((await opened("less +G f")).screen.text).toBe(lines(16, "(END)"));
  expect((await opened("cat f | less +/e.7")).screen.text).toBe(lines(7, ":"));
});

test("a short text is only shown with -F", async () => {
  expect((await opened("head -2 f | less -F")).screen.text).toBe("$ head -2 f | less -F\nline 1\nline 2\n$");
});

test("more goes on where it stands, and ends with the text", async () => {
  const { screen, type } = await opened("more f");
  expect(screen.text).toBe(lines(1, "--More--(25%)"));
  expect(await type("\r")).toBe(lines(2, "--More--(30%)"));
  await type("   ");
  expect(screen.text).toBe(lines(16, "$"));
});

test("a smaller screen is filled anew", async () => {
  const { terminal, tasks, screen } = await opened("less f");
  terminal.resize(80, 4);
  await tasks.idle();
  expect(screen.lines.slice(0, 4)).toEqual(["line 1", "line 2", "line 3", "f"]);
});
