import type { ArithmeticExpression, ArithmeticFor, Case, For, If, Redirected, Select, TestExpression, While } from "unbash";
import { traceText } from "./command.ts";
import { binaryTests, numericTests, unaryTests } from "./conditional.ts";
import { BadArithmetic, LoopJump, ShellError } from "./control.ts";
import { evaluatedText } from "./expansion/parameters.ts";
import { traced } from "./expansion/quote.ts";
import { arithmetic, expandPattern, expandRegex, expandText, expandWords } from "./expansion/words.ts";
import { Pattern } from "./pattern.ts";
import { redirect } from "./redirect.ts";
import { Regex, RegexError } from "./regex.ts";
import type { Shell } from "./shell.ts";

/** Runs what only asks: failing there ends nothing. */
export async function asking<T>(shell: Shell, work: () => Promise<T>): Promise<T> {
  shell.checked++;
  try {
    return await work();
  } finally {
    shell.checked--;
  }
}

export async function runIf(shell: Shell, node: If): Promise<number> {
  const { runner } = shell;
  for (const branch of [node, ...node.elif])
    if ((await asking(shell, () => runner.node(shell, branch.clause))) === 0) return runner.node(shell, branch.then);
  return node.else ? runner.node(shell, node.else) : 0;
}

/** Runs one turn of a loop; says whether the loop goes on. */
async function turn(shell: Shell, body: () => Promise<unknown>): Promise<boolean> {
  try {
    await body();
    return true;
  } catch (error) {
    if (!(error instanceof LoopJump)) throw error;
    if (error.levels > 1) throw new LoopJump(error.kind, error.levels - 1);
    shell.status = 0;
    return error.kind === "continue";
  }
}

async function looping(shell: Shell, loop: () => Promise<number>): Promise<number> {
  shell.loopDepth++;
  try {
    return await loop();
  } finally {
    shell.loopDepth--;
  }
}

export async function runWhile(shell: Shell, node: While): Promise<number> {
  const { runner } = shell;
  return looping(shell, async () => {
    let status = 0;
    for (;;) {
      let more = false;
      const goesOn = await turn(shell, async () => {
        const asked = await asking(shell, () => runner.node(shell, node.clause));
        more = (asked === 0) === (node.kind === "while");
        if (more) status = await runner.node(shell, node.body);
      });
      if (!goesOn) return 0;
      if (!more) return status;
    }
  });
}

export async function runFor(shell: Shell, node: For): Promise<number> {
  const words = node.wordlist ? await expandWords(shell, node.wordlist) : [...shell.params];
  return looping(shell, async () => {
    let status = 0;
    for (const word of words) {
      shell.position = node.pos;
      await traceText(shell, `for ${node.name.value} in ${node.wordlist ? node.wordlist.map((one) => one.text).join(" ") : '"$@"'}`);
      shell.vars.set(node.name.value, word);
      const goesOn = await turn(shell, async () => {
        status = await shell.runner.node(shell, node.body);
      });
      if (!goesOn) return 0;
    }
    return status;
  });
}

export async function runArithmeticFor(shell: Shell, node: ArithmeticFor): Promise<number> {
  const value = (expression: ArithmeticExpression | undefined) =>
    expression ? arithmeticCommand(shell, expression, shell.source.text.slice(expression.pos, expression.end), expression.pos) : Promise.resolve(1n);
  await value(node.initialize);
  return looping(shell, async () => {
    let status = 0;
    while ((await value(node.test)) !== 0n) {
      const goesOn = await turn(shell, async () => {
        status = await shell.runner.node(shell, node.body);
      });
      if (!goesOn) return 0;
      await value(node.update);
    }
    return status;
  });
}

/** `(( … ))`: arithmetic that is a command, and fails as one. */
export async function arithmeticCommand(shell: Shell, expression: ArithmeticExpression | undefined, text: string, start: number): Promise<bigint> {
  try {
    return await arithmetic(shell, expression, text, start);
  } catch (error) {
    if (error instanceof BadArithmetic) throw new ShellError(`((: ${error.message}`, 1, false);
    throw error;
  }
}

export async function runSelect(shell: Shell, node: Select): Promise<number> {
  const words = node.wordlist ? await expandWords(shell, node.wordlist) : [...shell.params];
  const menu = words.map((word, i) => `${i + 1}) ${word}\n`).join("");
  return looping(shell, async () => {
    let status = 0;
    for (let show = true; ; ) {
      if (show) await shell.write(2, menu);
      await shell.write(2, shell.vars.get("PS3") ?? "#? ");
      if ((await shell.runner.command(shell, ["read", "-r", "REPLY"])) !== 0) return 1;
      const reply = shell.vars.get("REPLY") ?? "";
      show = reply === "";
      if (show) continue;
      shell.vars.set(node.name.value, words[Number(reply) - 1] ?? "");
      const goesOn = await turn(shell, async () => {
        status = await shell.runner.node(shell, node.body);
      });
      if (!goesOn) return status;
    }
  });
}

export async function runCase(shell: Shell, node: Case): Promise<number> {
  await traceText(shell, `case ${node.word.text} in`);
  const subject = await expandText(shell, node.word);
  const ignoreCase = shell.shopt.has("nocasematch");
  let status = 0;
  let through = false;
  for (const item of node.items) {
    let matches = through;
    for (const word of matches ? [] : item.pattern) {
      matches = new Pattern(await expandPattern(shell, word), { ignoreCase }).matches(subject);
      if (matches) break;
    }
    through = false;
    if (!matches) continue;
    status = item.body.commands.length > 0 ? await shell.runner.node(shell, item.body) : 0;
    if (item.terminator === ";&") through = true;
    else if (item.terminator !== ";;&") return status;
  }
  return status;
}

export async function runRedirected(shell: Shell, node: Redirected): Promise<number> {
  shell.position = node.pos;
  const redirections = await redirect(shell, node.redirects);
  try {
    return await shell.runner.node(shell, node.command);
  } finally {
    redirections.undo();
  }
}

/** `[[ … ]]`. */
export async function runTest(shell: Shell, expression: TestExpression): Promise<boolean> {
  switch (expression.type) {
    case "TestGroup":
      return runTest(shell, expression.expression);
    case "TestNot": {
      const holds = await runTest(shell, expression.operand);
      return expression.negations.length % 2 === 1 ? !holds : holds;
    }
    case "TestLogical":
      for (const operand of expression.operands) {
        const holds = await runTest(shell, operand);
        if (holds !== (expression.operator === "&&")) return holds;
      }
      return expression.operator === "&&";
    case "TestUnary": {
      const test = unaryTests[expression.operator];
      if (!test) throw new ShellError(`${expression.operator}: unary operator expected`, 2);
      const operand = await expandText(shell, expression.operand);
      if (shell.has("xtrace")) await traceText(shell, `[[ ${expression.operator} ${traced(operand)} ]]`);
      return test(operand, shell);
    }
    case "TestBinary":
      return runBinaryTest(shell, expression);
  }
}

async function runBinaryTest(shell: Shell, { operator, left, right }: Extract<TestExpression, { type: "TestBinary" }>): Promise<boolean> {
  const subject = await expandText(shell, left);
  const ignoreCase = shell.shopt.has("nocasematch");
  const trace = async (other: string) => {
    if (shell.has("xtrace")) await traceText(shell, `[[ ${traced(subject)} ${operator} ${other} ]]`);
  };
  if (operator === "=~") {
    const regex = await expandRegex(shell, right);
    await trace(regex);
    return matchesRegex(shell, subject, regex, ignoreCase);
  }
  if (operator === "==" || operator === "=" || operator === "!=") {
    const pattern = await expandPattern(shell, right);
    await trace(pattern);
    const matches = new Pattern(pattern, { ignoreCase }).matches(subject);
    return matches === (operator !== "!=");
  }
  const other = await expandText(shell, right);
  await trace(traced(other));
  const numeric = numericTests[operator];
  if (numeric) {
    try {
      return numeric(evaluatedText(shell, subject), evaluatedText(shell, other));
    } catch (error) {
      if (!(error instanceof BadArithmetic)) throw error;
      await shell.complain(`[[: ${error.message}`);
      return false;
    }
  }
  const test = binaryTests[operator];
  if (!test) throw new ShellError(`${operator}: binary operator expected`, 2);
  return test(subject, other, shell);
}

function matchesRegex(shell: Shell, subject: string, source: string, ignoreCase: boolean): boolean {
  try {
    const match = new Regex(source, { extended: true, ignoreCase }).exec(subject);
    shell.vars.setList("BASH_REMATCH", match ? match.groups.map((group) => group ?? "") : []);
    return match !== undefined;
  } catch (error) {
    if (error instanceof RegexError) throw new ShellError(`[[: ${source}: ${error.message}`, 2, false);
    throw error;
  }
}
