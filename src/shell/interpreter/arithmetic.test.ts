import { expect, test } from "vitest";
import { played, testMachine } from "../../../test/kit/shell.ts";

const script = (text: string) => played(testMachine(), { args: ["bash", "-c", `printf '%s\\n' "$0" > /tmp/s; bash /tmp/s 2>&1`, text] });

// What bash 5.2 says.
test.for([
  ['[[ "a b" -eq 1 ]]; echo $?', '[[: a b: syntax error in expression (error token is "b")\n1\n'],
  ["[[ 08 -eq 8 ]]; echo $?", '[[: 08: value too great for base (error token is "08")\n1\n'],
  ["[[ 1.5 -gt 1 ]]; echo $?", '[[: 1.5: syntax error: invalid arithmetic operator (error token is ".5")\n1\n'],
  ["[[ 5% -gt 1 ]]; echo $?", '[[: 5%: syntax error: operand expected (error token is "%")\n1\n'],
  ["if [[ $'0\\n0' -gt 0 ]]; then echo more; else echo none; fi", '[[: 0\n0: syntax error in expression (error token is "0")\nnone\n'],
  ['let "x = 1 1"; echo $?', 'let: x = 1 1: syntax error in expression (error token is "1")\n1\n'],
] as const)("a test that cannot be calculated fails: %s", async ([text, out]) => {
  expect((await script(text)).out.replace(/^\/tmp\/s: line 1: /, "")).toBe(out);
});

test.for([
  ["the line that it stands in", "echo $((08)); echo same\necho next", "next\n"],
  ["the line that calls the function", "f() { echo $((1 1)); echo in; }\nf; echo same\necho next", "next\n"],
  ["a subshell", "(echo $((08)); echo in) || echo failed", "failed\n"],
  ["a script with -e", "set -e\necho $((08))\necho next", ""],
  ["an element", "a=(1)\necho ${a[1 1]}\necho next", "next\n"],
] as const)("arithmetic in a word takes with it %s", async ([, text, out]) => {
  expect((await script(text)).out.replace(/^\/tmp\/s: line .*\n/, "")).toBe(out);
});
