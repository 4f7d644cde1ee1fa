import { expect, test } from "vitest";
import { shownTerminal } from "../../../../test/kit/screen.ts";

const pod = "apiVersion: v1\nkind: Pod\nmetadata:\n\tname: web\n";

async function opened(text: string | undefined, command = "vi p.yaml") {
  const shown = await shownTerminal();
  if (text !== undefined) shown.machine.fs.write("/root/p.yaml", text);
  await shown.type(`${command}\r`);
  const { screen } = shown;
  return { ...shown, last: () => screen.lines.at(-1), first: (count: number) => screen.lines.slice(0, count) };
}

test("a file is shown with what is known of it", async () => {
  const { first, last, screen } = await opened(pod);
  expect(first(6)).toEqual(["apiVersion: v1", "kind: Pod", "metadata:", "        name: web", "~", "~"]);
  expect(last()).toBe('"p.yaml" 4L, 46B                                              1,1           All');
  expect(screen.cursor).toEqual({ row: 0, column: 0 });
});

test("a new file is begun, written and left", async () => {
  const { type, last, machine, first } = await opened(undefined);
  expect(last()).toBe('"p.yaml" [New]                                                0,0-1         All');
  await type("ikind: Pod");
  expect(last()).toBe("-- INSERT --                                                  1,10          All");
  await type("\x1b:w\r");
  expect(last()).toBe('"p.yaml" [New] 1L, 10B written                                1,9           All');
  expect(await type(":q\recho left\r")).toMatch(/left\n\$$/);
  expect(first(1)[0]).toBe("$ vi p.yaml");
  expect(machine.fs.readText("/root/p.yaml")).toBe("kind: Pod\n");
});

test.for([
  ["what is unknown", ":foo\r", "E492: Not an editor command: foo"],
  ["what is not there", "/zzz\r", "E486: Pattern not found: zzz"],
  ["leaving what was not written", "x:q\r", "E37: No write since last change (add ! to override)"],
  ["a mark that was not set", "'z", "E20: Mark not set"],
  ["an option that does not exist", ":set foo\r", "E518: Unknown option: foo"],
  ["the value of one", ":set sw?\r", "  shiftwidth=2"],
  ["lines that were yanked", "3yy", "3 lines yanked"],
  ["lines that went", "3dd", "3 fewer lines"],
  ["how many were replaced", ":%s/a/b/g\r", "5 substitutions on 3 lines"],
  ["what was undone", "3ddu", "3 more lines; before #1  0 seconds ago"],
  ["nothing to undo", "u", "Already at oldest change"],
  ["going around the end", "jj/kind\r", "search hit BOTTOM, continuing at TOP"],
  ["commands that it does without", ":split\r", "E319: Sorry, the command is not available in this version: split"],
  ["a range that is not there", ":99d\r", "E16: Invalid range"],
  ["an empty register", '"zp', "E353: Nothing in register z"],
  ["where it is", "\x07", '"p.yaml" 4 lines --25%--'],
  ["how to leave", "\x03", "Type  :qa  and press <Enter> to exit Vim"],
] as const)("it says of %s", async ([, keys, message]) => {
  const { type, last } = await opened(pod);
  await type(keys);
  expect(last()?.replace(/ {2,}\d+(?:,\S+) +\S+$/, "")).toBe(message);
});

test("numbers stand before lines, and long lines go on below", async () => {
  const { type, first, screen } = await opened(`short\n${"x".repeat(100)}\nend\n`);
  await type(":set nu\rj$");
  expect(first(4)).toEqual(["  1 short", `  2 ${"x".repeat(76)}`, `    ${"x".repeat(24)}`, "  3 end"]);
  expect(screen.cursor).toEqual({ row: 2, column: 27 });
});

test("it stops by Ctrl-Z and goes on by fg", async () => {
  const { type, first } = await opened(pod);
  expect(await type("\x1a")).toContain("[1]+  Stopped                 vi p.yaml");
  await type("fg\r");
  expect(first(2)).toEqual(["apiVersion: v1", "kind: Pod"]);
  expect(await type(":q\recho $?\r")).toMatch(/\n0\n\$$/);
});

test("a smaller screen is drawn anew", async () => {
  const { terminal, tasks, screen } = await opened(pod);
  terminal.resize(40, 5);
  await tasks.idle();
  expect(screen.lines[4]).toBe('"p.yaml" 4L, 46B      1,1           All');
});

test("what is pasted comes as it is", async () => {
  const { type, machine } = await opened("", "vi q.yaml");
  await type("i\x1b[200~a:\r\n  b:\r\n    c: 1\r\n\x1b[201~\x1b:wq\r");
  expect(machine.fs.readText("/root/q.yaml")).toBe("a:\n  b:\n    c: 1\n\n");
});

test("a vimrc is read", async () => {
  const shown = await shownTerminal();
  shown.machine.fs.write("/root/.vimrc", 'syntax on\n" tabs\nset number\nautocmd FileType yaml setlocal ts=4 sts=4 sw=4 expandtab\nnnoremap x y\n');
  await shown.type("vim a.yaml\r");
  await shown.type("i\tx\x1b:w\r");
  expect(shown.screen.lines[0]).toBe("  1     x");
  expect(shown.machine.fs.readText("/root/a.yaml")).toBe("    x\n");
});

test("the machine's shell works on the text", async () => {
  const { type, first } = await opened("b\na\n");
  await type(":%!sort\r:r !echo new\r");
  expect(first(3)).toEqual(["a", "new", "b"]);
  expect(await type(":!echo shown\r")).toContain("shown\n\nPress ENTER or type command to continue");
});

test("somebody who is not root cannot write what is root's", async () => {
  const { machine, terminal, type, screen } = await shownTerminal();
  machine.fs.write("/etc/conf", "a\n");
  terminal.resize(80, 24);
  machine.fs.chmod("/etc/conf", 0o444);
  await type("view /etc/conf\r");
  await type("x:w\r");
  expect(screen.lines.at(-1)).toMatch(/^E45: 'readonly' option is set \(add ! to override\)/);
});
