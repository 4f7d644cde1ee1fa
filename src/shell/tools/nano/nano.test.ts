import { expect, test } from "vitest";
import { shownTerminal } from "../../../../test/kit/screen.ts";
import { played, testMachine } from "../../../../test/kit/shell.ts";

async function opened(text: string | undefined, command = "nano f") {
  const shown = await shownTerminal();
  if (text !== undefined) shown.machine.fs.write("/root/f", text);
  await shown.type(`${command}\r`);
  const { screen, machine } = shown;
  return {
    ...shown,
    status: () => screen.lines[21]?.trim(),
    first: (count: number) => screen.lines.slice(1, 1 + count),
    file: () => machine.fs.readText("/root/f"),
  };
}

test("its screen", async () => {
  const { screen, status } = await opened("one\ntwo\n");
  expect(screen.lines[0]).toBe(`  GNU nano 7.2${" ".repeat(25)}f`);
  expect(screen.lines.slice(1, 4)).toEqual(["one", "two", ""]);
  expect(status()).toBe("[ Read 2 lines ]");
  expect(screen.lines.slice(22)).toEqual([
    "^G Help      ^O Write Out ^W Where Is  ^K Cut       ^T Execute   ^C Location",
    "^X Exit      ^R Read File ^\\ Replace   ^U Paste     ^J Justify   ^/ Go To Line",
  ]);
  expect(screen.cursor).toEqual({ row: 1, column: 0 });
});

test("a new file is typed, written and left", async () => {
  const { type, status, file, screen } = await opened(undefined);
  expect(status()).toBe("[ New File ]");
  await type("kind: Pod\rname: x");
  expect(screen.lines[0]).toMatch(/Modified$/);
  await type("\x0f");
  expect(status()).toBe("File Name to Write: f");
  await type("\r");
  expect(status()).toBe("[ Wrote 2 lines ]");
  expect(await type("\x18echo left\r")).toMatch(/left\n\$$/);
  expect(file()).toBe("kind: Pod\nname: x\n");
});

test("it asks before it forgets", async () => {
  const { type, status, file } = await opened("one\n");
  await type("x\x18");
  expect(status()).toBe("Save modified buffer?");
  await type("\x03");
  expect(status()).toBe("[ Cancelled ]");
  await type("\x18n");
  expect(file()).toBe("one\n");
});

test.for([
  ["cut and paste", "\x0b\x0b\x1b[B\x15", "three\none\ntwo\nfour\n"],
  ["copy", "\x1b6\x1b6\x15", "one\ntwo\none\ntwo\nthree\nfour\n"],
  ["the end of the line", "\x05!\x1b[B\x01>", "one!\n>two\nthree\nfour\n"],
  ["backspace joins lines", "\x1b[B\x7f", "onetwo\nthree\nfour\n"],
  ["delete", "\x04\x1b[3~", "e\ntwo\nthree\nfour\n"],
  ["undo and redo", "abc\x1bu\x1be\r\x1bu", "abcone\ntwo\nthree\nfour\n"],
  ["search", "\x17thr\rX", "one\ntwo\nXthree\nfour\n"],
  ["the next one", "\x17o\rX\x1bwY", "one\ntwXo\nthree\nfYour\n"],
  ["replace all", "\x1co\r0\ra", "0ne\ntw0\nthree\nf0ur\n"],
  ["go to a line", "\x1f3,2\rX", "one\ntwo\ntXhree\nfour\n"],
  ["a marked part", "\x1ba\x1b[B\x1b[C\x0b", "wo\nthree\nfour\n"],
  ["a file is read in", "\x12g\r", "gg\none\ntwo\nthree\nfour\n"],
  ["a command's output", "\x14echo hi\r", "hi\none\ntwo\nthree\nfour\n"],
  ["a paste", "\x1b[200~a:\n  b\n\x1b[201~", "a:\n  b\none\ntwo\nthree\nfour\n"],
  ["wide characters", "日本\x7f\x1b[D\x1b[C語", "日語one\ntwo\nthree\nfour\n"],
  ["the last line", "\x1b/end", "one\ntwo\nthree\nfour\nend\n"],
] as const)("%s", async ([, keys, expected]) => {
  const { type, machine, file } = await opened("one\ntwo\nthree\nfour\n");
  machine.fs.write("/root/g", "gg\n");
  for (const key of keys.match(/\x1b\[200~.*?\x1b\[201~|\x1b\[[A-D]|\x1b\[\d~|\x1b.|./gsu) ?? []) await type(key);
  await type("\x13\x18");
  expect(file()).toBe(expected);
});

test("a place is told", async () => {
  const { type, status } = await opened("one\ntwo\n");
  await type("\x1b[B\x1b[C\x03");
  expect(status()).toBe("[ line 2/3 (66%), col 2/4 (50%), char 5/8 (62%) ]");
});

test("without a terminal it says so", async () => {
  expect(await played(testMachine(), { args: ["/usr/bin/nano", "f"] })).toMatchObject({ err: "Standard input is not a terminal\n", code: 1 });
});
