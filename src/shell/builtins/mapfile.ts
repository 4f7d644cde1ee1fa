import { readAll, textOf } from "#base/streams.ts";
import { parseOptions } from "../tools/options.ts";
import type { BuiltinCall } from "./builtin.ts";
import { defineBuiltin } from "./builtin.ts";

async function run({ args, shell, fail }: BuiltinCall): Promise<number> {
  const options = parseOptions(args, ["d=", "n=", "O=", "s=", "t", "u=", "C=", "c="], true);
  const descriptor = Number(options.get("u") ?? 0);
  const file = shell.files.get(descriptor);
  if (!file) return fail(`${descriptor}: invalid file descriptor: Bad file descriptor`);
  const name = options.operands[0] ?? "MAPFILE";
  const delimiter = options.get("d") === "" ? "\0" : (options.get("d")?.[0] ?? "\n");
  const text = textOf(await readAll({ read: () => shell.process.readFrom(file, shell.signal), cancel() {} }));
  const lines = text.split(delimiter).map((line) => line + delimiter);
  const last = lines.pop()?.slice(0, -1) ?? "";
  if (last) lines.push(last);
  const from = Number(options.get("s") ?? 0);
  const count = Number(options.get("n") ?? 0) || lines.length;
  const wanted = lines.slice(from, from + count).map((line) => (options.has("t") && line.endsWith(delimiter) ? line.slice(0, -1) : line));
  const origin = options.get("O");
  if (origin === undefined) shell.vars.setList(name, wanted);
  else for (const [i, line] of wanted.entries()) shell.vars.setElement(name, String(Number(origin) + i), line);
  return 0;
}

const usage = "[-d delim] [-n count] [-O origin] [-s count] [-t] [-u fd] [-C callback] [-c quantum] [array]";
export const mapfile = defineBuiltin({ name: "mapfile", usage: `mapfile ${usage}`, run });
export const readarray = defineBuiltin({ name: "readarray", usage: `readarray ${usage}`, run });
