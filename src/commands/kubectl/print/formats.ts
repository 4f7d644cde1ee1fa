import { textOf } from "#base/streams.ts";
import { bytesOfBase64 } from "#machinery/base64-text.ts";
import { yamlText } from "#machinery/go-yaml.ts";
import { findAll, goSource, jsonPathText } from "#machinery/json-path/evaluate.ts";
import { JsonPathProblem, parseJsonPath } from "#machinery/json-path/parse.ts";
import { FileError } from "#shell/file-system.ts";
import type { Process } from "#shell/process.ts";
import { bool, string } from "../../cli/flags.ts";
import { valueText } from "../../go-template/format.ts";
import { takes } from "../../go-template/functions.ts";
import { TemplateProblem } from "../../go-template/problem.ts";
import { Templates } from "../../go-template/templates.ts";
import { entryOf, fromJson, isList, isMap } from "../../go-template/values.ts";
import { kyamlText } from "../../yaml/kyaml.ts";
import type { Thing } from "../api/server.ts";
import { CommandError } from "../errors.ts";
import { fileProblem } from "../resources/files.ts";
import { nameOf } from "../resources/target.ts";
import { sortedJson, sortedKeys, structJson } from "./json.ts";
import { typedOrder } from "./ordered.ts";

/** Writes one object; further ones of the same command follow it as the format wants. */
export type Printer = (object: Thing) => string;

/** `-o` and what belongs to it, for commands that print the objects that they made or changed. */
export const outputFlags = {
  output: string({
    short: "o",
    help: "The output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json or jsonpath-file.",
    completes: "json yaml kyaml name go-template go-template-file template templatefile jsonpath jsonpath-as-json jsonpath-file".split(" "),
  }),
  template: string({ help: "The template, or its file, for -o go-template and -o go-template-file.", completes: "file" }),
  "allow-missing-template-keys": bool({ default: true, help: "Fields that a template names and an object lacks are no error." }),
  "show-managed-fields": bool({ help: "Keep metadata.managedFields in JSON and YAML." }),
} as const;

/** How tables are set that kubectl makes itself. */
export const tableSpacing = { least: 6, padding: 3 } as const;

export interface OutputOptions {
  readonly output: string;
  readonly template: string;
  readonly "allow-missing-template-keys": boolean;
  readonly "show-managed-fields": boolean;
}

/** Formats by name; `custom` ones take a template. */
const formats = [
  "go-template",
  "go-template-file",
  "json",
  "jsonpath",
  "jsonpath-as-json",
  "jsonpath-file",
  "kyaml",
  "name",
  "template",
  "templatefile",
  "yaml",
];

/** The printer that the flags ask for; undefined where they ask for none. `others` are formats that the command has besides. */
export function printerFor(process: Process, options: OutputOptions, others: readonly string[] = [], typed = false): Printer | undefined {
  const { output, template } = options;
  if (output === "" && template === "") return undefined;
  const strip = stripper(options);
  const plain = output.toLowerCase();
  if (plain === "json") return (object) => `${typed ? structJson(typedOrder(strip(object)), 4) : sortedJson(strip(object), 4)}\n`;
  if (plain === "yaml") return separated((object) => yamlText(strip(object)));
  if (plain === "kyaml") return separated((object) => kyamlText(typed ? typedOrder(strip(object)) : sortedKeys(strip(object))));
  if (plain === "name") return (object) => `${nameOf(object)}\n`;

  const given = templateOf(output, template);
  if (given) {
    if (given.text === "") throw new CommandError("template format specified but no template given");
    const text = given.format.endsWith("file") ? templateFile(process, given.text) : given.text;
    return given.format.startsWith("jsonpath")
      ? jsonPathPrinter(text, options, given.format === "jsonpath-as-json")
      : goTemplatePrinter(text, options);
  }
  throw noPrinter(output, [...formats, ...others]);
}

/** The same, for commands that look at the format only when there is something to print: by then the object was changed. */
export function latePrinterFor(...asked: Parameters<typeof printerFor>): Printer | undefined {
  const [, { output, template }] = asked;
  if (output === "" && template === "") return undefined;
  let printer: Printer | undefined;
  return (object) => {
    printer ??= printerFor(...asked);
    return printer?.(object) ?? "";
  };
}

export const noPrinter = (output: string, allowed: readonly string[]): CommandError =>
  new CommandError(
    `unable to match a printer suitable for the output format ${JSON.stringify(output)}, allowed formats are: ${[...allowed].sort().join(",")}`,
  );

function stripper(options: OutputOptions): (object: Thing) => Thing {
  if (options["show-managed-fields"]) return (object) => object;
  const strip = (object: Thing): Thing => {
    const items = object["items"];
    if (Array.isArray(items)) return { ...object, items: items.map((item) => strip(item as Thing)) };
    if (!object.metadata?.managedFields) return object;
    const { managedFields: _, ...metadata } = object.metadata;
    return { ...object, metadata };
  };
  return strip;
}

/** Documents after the first begin with a line of `---`. */
function separated(print: Printer): Printer {
  let count = 0;
  return (object) => (count++ > 0 ? "---\n" : "") + print(object);
}

function templateOf(output: string, template: string): { format: string; text: string } | undefined {
  const names = ["jsonpath-as-json", "jsonpath-file", "jsonpath", "go-template-file", "go-template", "templatefile", "template"];
  const format = names.find((name) => output === name || output.startsWith(`${name}=`)) ?? (output === "" ? "go-template" : undefined);
  if (!format) return undefined;
  return { format, text: output.startsWith(`${format}=`) ? output.slice(format.length + 1) : template };
}

function templateFile(process: Process, path: string): string {
  try {
    return process.machine.fs.readText(process.machine.fs.resolve(process.cwd, path));
  } catch (error) {
    if (error instanceof FileError) throw new CommandError(`error reading --template ${path}, open ${path}: ${fileProblem(error)}`);
    throw error;
  }
}

function jsonPathPrinter(text: string, options: OutputOptions, asJson: boolean): Printer {
  const allowMissing = options["allow-missing-template-keys"];
  try {
    const parsed = parseJsonPath(text);
    return (data) => {
      try {
        if (asJson)
          return `${findAll(parsed, data, { allowMissing })
            .map((values) => sortedJson(values, 4))
            .join("\n")}\n`;
        return jsonPathText(parsed, data, { allowMissing });
      } catch (error) {
        if (!(error instanceof JsonPathProblem)) throw error;
        throw new CommandError(
          `error executing jsonpath ${JSON.stringify(text)}: Error executing template: ${error.message}. Printing more information for debugging the template:\n\ttemplate was:\n\t\t${text}\n\tobject given to jsonpath engine was:\n\t\t${goSource(data)}\n\n\n`,
        );
      }
    };
  } catch (error) {
    if (error instanceof JsonPathProblem) throw new CommandError(`error parsing jsonpath ${text}, ${error.message}`);
    throw error;
  }
}

const functions = {
  exists: takes(1, undefined, (...args) => exists(args)),
  base64decode: takes(1, 1, (value) => {
    try {
      return textOf(bytesOfBase64(String(value)));
    } catch {
      throw new TemplateProblem("base64 decode failed: illegal base64 data at input byte 0");
    }
  }),
};

function exists([item, ...path]: readonly unknown[]): boolean {
  let value = item;
  for (const step of path) {
    if (isList(value)) value = value[Number(step)];
    else if (isMap(value)) value = entryOf(value, String(step));
    else return false;
  }
  return value !== undefined && value !== null;
}

/** What a failed template printed before it failed stays printed: the error carries it. */
export class PrintedError extends CommandError {
  readonly printed: string;
  constructor(message: string, printed: string) {
    super(message);
    this.printed = printed;
  }
}

function goTemplatePrinter(text: string, options: OutputOptions): Printer {
  try {
    const templates = new Templates({ functions, missing: options["allow-missing-template-keys"] ? "default" : "error" }).add("output", text);
    return (object) => {
      const data = fromJson(object);
      try {
        return templates.execute("output", data);
      } catch (error) {
        if (!(error instanceof TemplateProblem)) throw error;
        const printed = `Error executing template: ${error.message}. Printing more information for debugging the template:\n\ttemplate was:\n\t\t${text}\n\traw data was:\n\t\t${sortedJson(object)}\n\tobject given to template engine was:\n\t\t${valueText(data)}\n\n`;
        throw new PrintedError(`error executing template ${JSON.stringify(text)}: ${error.message}`, printed);
      }
    };
  } catch (error) {
    if (error instanceof TemplateProblem) throw new CommandError(`error parsing template ${text}, ${error.message}`);
    throw error;
  }
}
