import type { Assignment, Word } from "unbash";
import { ShellError } from "./control.ts";
import { evaluatedText, indexOf } from "./expansion/parameters.ts";
import { expandText, expandWords, parseWord } from "./expansion/words.ts";
import type { Shell } from "./shell.ts";
import type { Variable } from "./variables.ts";

const expander = { text: expandText };

/** Assigns as `name=value`, `name[index]=value`, `name=(…)` and their `+=` say. */
export async function assign(shell: Shell, assignment: Assignment): Promise<void> {
  const { name, value, append = false, index } = assignment;
  if (value.type === "ArrayValue") return assignList(shell, name, value.elements, append);
  const text = await expandText(shell, value, { assignment: true });
  if (!index) shell.vars.set(name, text, append);
  else {
    const key = await indexOf(shell, name, index, expander);
    if ((key === "@" || key === "*") && !shell.vars.find(name)?.table) throw new ShellError(`${name}[${key}]: bad array subscript`, 1);
    shell.vars.setElement(name, key, text, append);
  }
  if (shell.has("allexport")) shell.vars.export(name);
}

async function assignList(shell: Shell, name: string, elements: readonly Word[], append: boolean): Promise<void> {
  const variable = shell.vars.find(name);
  if (variable?.readonly) throw new ShellError(`${name}: readonly variable`, 1);
  if (variable?.table) return assignTable(shell, variable, elements, append);
  const before = variable && append ? shell.vars.listOf(variable) : [];
  const values = append ? before.slice() : [];
  let at = values.length;
  for (const element of elements) {
    const keyed = keyOf(element);
    if (!keyed) {
      for (const text of await expandWords(shell, [element])) values[at++] = converted(shell, variable, text);
      continue;
    }
    at = Number(evaluatedText(shell, await expandText(shell, parseWord(keyed.key))));
    if (at < 0) at += values.length;
    const text = await expandText(shell, parseWord(keyed.value), { assignment: true });
    values[at] = converted(shell, variable, keyed.append ? (values[at] ?? "") + text : text);
    at++;
  }
  shell.vars.setList(name, values);
}

const converted = (shell: Shell, variable: Variable | undefined, text: string): string =>
  variable?.integer ? String(evaluatedText(shell, text)) : text;

async function assignTable(shell: Shell, variable: Variable, elements: readonly Word[], append: boolean): Promise<void> {
  const table = new Map(append ? variable.table : []);
  const pairs: string[] = [];
  for (const element of elements) {
    const keyed = keyOf(element);
    if (!keyed) {
      pairs.push(...(await expandWords(shell, [element])));
      continue;
    }
    const key = await expandText(shell, parseWord(keyed.key));
    const text = await expandText(shell, parseWord(keyed.value), { assignment: true });
    table.set(key, keyed.append ? (table.get(key) ?? "") + text : text);
  }
  for (let i = 0; i < pairs.length; i += 2) table.set(pairs[i] ?? "", pairs[i + 1] ?? "");
  variable.table = table;
}

/** `[key]=value` of an array's element, as text with its quotes. */
function keyOf(element: Word): { key: string; value: string; append: boolean } | undefined {
  if (!element.text.startsWith("[")) return undefined;
  let depth = 0;
  for (let at = 0; at < element.text.length; at++) {
    if (element.text[at] === "[") depth++;
    else if (element.text[at] === "]" && --depth === 0) {
      const [, plus, value] = /^(\+?)=([\s\S]*)$/.exec(element.text.slice(at + 1)) ?? [];
      return value === undefined ? undefined : { key: element.text.slice(1, at), value, append: plus === "+" };
    }
  }
  return undefined;
}
