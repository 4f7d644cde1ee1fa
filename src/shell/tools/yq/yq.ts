import { textOf } from "#base/streams.ts";
import { FileError } from "../../file-system.ts";
import { JqSyntaxError, type Json } from "../jq/syntax.ts";
import { isTruthy, type Layout, valuesIn, written } from "../jq/values.ts";
import { allOf, defineTool, type ToolCall } from "../tool.ts";
import { YamlProblem, YamlText, yamlOf } from "./documents.ts";
import { Expression, type Found, JqError } from "./expression.ts";

interface Wanted {
  expression: string;
  files: string[];
  together: boolean;
  inPlace: boolean;
  nothing: boolean;
  output: string;
  input: string | undefined;
  unwraps: boolean;
  separates: boolean;
  pretty: boolean;
  exits: boolean;
  indent: number;
}

const withValue: Readonly<Record<string, string>> = {
  "-o": "output",
  "--output-format": "output",
  "--tojson": "json",
  "-p": "input",
  "--input-format": "input",
  "-I": "indent",
  "--indent": "indent",
  "--from-file": "file",
  "--expression": "expression",
};

class Misused extends Error {}

async function wantedOf({ args, process }: ToolCall): Promise<Wanted> {
  const wanted: Wanted = {
    expression: "",
    files: [],
    together: false,
    inPlace: false,
    nothing: false,
    output: "yaml",
    input: undefined,
    unwraps: true,
    separates: true,
    pretty: false,
    exits: false,
    indent: 2,
  };
  const operands: string[] = [];
  let given: string | undefined;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    if (arg === "-" || !arg.startsWith("-")) {
      operands.push(arg);
      continue;
    }
    const [, name = arg, , attached] = /^(--[a-zA-Z-]+|-[a-zA-Z])(=?)(.*)$/s.exec(arg) ?? [];
    const kind = withValue[name];
    if (kind) {
      const value = arg.includes("=") || (attached && !name.startsWith("--")) ? (attached ?? "") : (args[++i] ?? "");
      if (kind === "output") wanted.output = { y: "yaml", j: "json", p: "props", x: "xml", c: "csv", t: "tsv" }[value] ?? value;
      else if (kind === "input") wanted.input = { y: "yaml", j: "json" }[value] ?? value;
      else if (kind === "indent") wanted.indent = Number(value);
      else if (kind === "expression") given = value;
      else if (kind === "file") given = textOf(await process.read(value));
      continue;
    }
    const letters = arg.startsWith("--") ? [arg.replace(/=.*/, "")] : [...arg.slice(1)].map((letter) => `-${letter}`);
    for (const letter of letters) {
      if (letter === "-i" || letter === "--inplace") wanted.inPlace = true;
      else if (letter === "-n" || letter === "--null-input") wanted.nothing = true;
      else if (letter === "-j") wanted.output = "json";
      else if (letter === "-P" || letter === "--prettyPrint") wanted.pretty = true;
      else if (letter === "-N" || letter === "--no-doc") wanted.separates = false;
      else if (letter === "-e" || letter === "--exit-status") wanted.exits = true;
      else if (letter === "-r" || letter === "--unwrapScalar") wanted.unwraps = !arg.endsWith("=false");
      else if (!/^-[CMv]$|^--(?:colors|no-colors|verbose|header-preprocess)$/.test(letter))
        throw new Misused(
          `unknown ${letter.startsWith("--") ? "flag: " : "shorthand flag: '"}${letter.startsWith("--") ? letter : `${letter[1]}' in ${arg}`}`,
        );
    }
  }
  if (/^(?:e|eval|ea|eval-all)$/.test(operands[0] ?? "")) wanted.together = /a/.test((operands.shift() ?? "").replace("eval", "").replace("l", ""));
  const { fs } = process.machine;
  const isFile = (name: string) => fs.stat(fs.resolve(process.cwd, name))?.kind === "file";
  if (given !== undefined) wanted.files = operands;
  // The one word that is a file is the file, and the expression all of it.
  else if (operands.length === 1 && !wanted.nothing && isFile(operands[0] ?? "")) wanted.files = operands;
  else [given, ...wanted.files] = operands;
  wanted.expression = given ?? ".";
  return wanted;
}

interface Input {
  text: YamlText | undefined;
  value: Json;
  file: number;
  name: string;
  at: number;
}

async function run(call: ToolCall): Promise<number> {
  const { args, process, err, out } = call;
  const complain = async (text: string) => {
    await out.flush();
    await err.line(`Error: ${text}`);
    return 1;
  };
  if (args.includes("--version") || args.includes("-V")) {
    await out.line("yq (https://github.com/mikefarah/yq/) version v4.44.3");
    return 0;
  }
  try {
    const wanted = await wantedOf(call);
    if (wanted.output !== "yaml" && wanted.output !== "json") return await complain(`output as ${wanted.output} is not simulated by Podyard`);
    if (wanted.input !== undefined && wanted.input !== "yaml" && wanted.input !== "json")
      return await complain(`input as ${wanted.input} is not simulated by Podyard`);
    if (args.length === 0 && process.isTerminal(0)) {
      await out.line("Usage:\n  yq [flags]\n  yq [command]");
      return 0;
    }
    const expression = new Expression(wanted.expression, Object.fromEntries(process.env), () => process.machine.clock.now(), wanted.together);
    const rest = process.spend(1000);
    if (rest) await rest;
    if (wanted.inPlace) {
      const [name] = wanted.files;
      if (!name) return await complain("write in place flag only applicable when giving an expression and at least one file");
      const inputs = await inputsOf(call, wanted);
      const text = printed(
        resultsOf(
          expression,
          inputs.filter((input) => wanted.together || input.file === 0),
          wanted,
        ),
        wanted,
      ).text;
      const { fs } = process.machine;
      fs.write(fs.resolve(process.cwd, name), text);
      return 0;
    }
    const { text, last } = printed(resultsOf(expression, await inputsOf(call, wanted), wanted), wanted);
    await out.text(text);
    return wanted.exits && (last === undefined || !isTruthy(last)) ? await complain("no matches found") : 0;
  } catch (error) {
    if (error instanceof Misused || error instanceof YamlProblem) return await complain(error.message);
    if (error instanceof JqSyntaxError) return await complain(`1:1: invalid input text ${JSON.stringify(error.message)}`);
    if (error instanceof JqError) return await complain(typeof error.value === "string" ? error.value : error.message);
    throw error;
  }
}

async function inputsOf(call: ToolCall, { files, nothing, input }: Wanted): Promise<Input[]> {
  if (nothing) return [{ text: undefined, value: null, file: 0, name: "", at: 0 }];
  const inputs: Input[] = [];
  for (const [file, name] of (files.length > 0 ? files : ["-"]).entries()) {
    let text: string;
    try {
      text = textOf(name === "-" ? await allOf(call.in) : await call.process.read(name));
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      throw new Misused(`open ${name}: ${error.reason.toLowerCase()}`);
    }
    try {
      if (input === "json") for (const [at, value] of [...valuesIn(text)].entries()) inputs.push({ text: undefined, value, file, name, at });
      else for (const [at, one] of YamlText.all(text).entries()) inputs.push({ text: one, value: one.value, file, name, at });
    } catch (error) {
      if (error instanceof YamlProblem) throw new Misused(`bad file '${name}': yaml: ${error.message}`);
      throw error;
    }
  }
  return inputs;
}

interface Result extends Found {
  input: Input;
}

function* resultsOf(expression: Expression, inputs: readonly Input[], { together, expression: text }: Wanted): Generator<Result> {
  const [first] = inputs;
  if (together && first) {
    const files: Json[] = [];
    for (const input of inputs) if (files[input.file] === undefined) files[input.file] = input.value;
    const names = { files, documents: inputs.map(({ value }) => value) };
    // What speaks of all documents is asked once; what does not, of each.
    const isOne = /\$|fileIndex|\bfi\b|ireduce/.test(text);
    for (const input of isOne ? [first] : inputs)
      for (const found of expression.of(input.value, { ...names, documentIndex: input.at, fileIndex: input.file, filename: input.name }))
        yield { ...found, input };
    return;
  }
  for (const input of inputs)
    for (const found of expression.of(input.value, { documentIndex: input.at, fileIndex: input.file, filename: input.name }))
      yield { ...found, input };
}

function printed(results: Iterable<Result>, { output, unwraps, separates, pretty, indent }: Wanted): { text: string; last: Json | undefined } {
  const layout: Layout = { indent: indent === 0 ? undefined : " ".repeat(indent), sorted: false, ascii: false, colours: false };
  let text = "";
  let before: Input | undefined;
  let last: Json | undefined;
  for (const { value, path, input } of results) {
    if (before && before !== input && separates && output === "yaml") text += "---\n";
    before = input;
    last = value;
    if (output === "json") text += `${written(value, layout)}\n`;
    else if (typeof value === "string" && unwraps) text += `${value}\n`;
    else text += pretty || !input.text ? yamlOf(value, indent) : input.text.write(value, path, indent);
  }
  return { text, last };
}

export const yq = defineTool({ name: "yq", usage: "[flags] expression [file ...]", summary: "Read and change YAML.", plain: true, run });
