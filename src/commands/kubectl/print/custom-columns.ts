import { findAll, goText } from "#machinery/json-path/evaluate.ts";
import { JsonPathProblem, parseJsonPath, relaxed, type Template } from "#machinery/json-path/parse.ts";
import { TabWriter } from "../../cli/tab-writer.ts";
import { CommandError } from "../errors.ts";

interface Column {
  header: string;
  path: Template;
}

const reading = <T>(work: () => T): T => {
  try {
    return work();
  } catch (error) {
    if (error instanceof JsonPathProblem) throw new CommandError(error.message);
    throw error;
  }
};

/** `NAME:.metadata.name,IMAGE:.spec.containers[*].image` */
export function columnsOfSpec(spec: string): Column[] {
  if (spec === "") throw new CommandError("custom-columns format specified but no custom columns given");
  return spec.split(",").map((part) => {
    const colon = part.indexOf(":");
    if (colon < 0) throw new CommandError(`unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`);
    return { header: part.slice(0, colon), path: reading(() => parseJsonPath(relaxed(part.slice(colon + 1)))) };
  });
}

/** Two lines: headers, and paths below them. */
export function columnsOfFile(text: string): Column[] {
  const [headerLine, specLine] = text.split("\n");
  const form = "Expected format is one line of space separated headers, one line of space separated column specs.";
  if (headerLine === undefined || text === "") throw new CommandError(`invalid template, missing header line. ${form}`);
  if (specLine === undefined || specLine === "") throw new CommandError(`invalid template, missing spec line. ${form}`);
  const [headers, specs] = [headerLine.split(/\s+/).filter(Boolean), specLine.split(/\s+/).filter(Boolean)];
  if (headers.length !== specs.length)
    throw new CommandError(`number of headers (${headers.length}) and field specifications (${specs.length}) don't match`);
  return headers.map((header, i) => ({ header, path: reading(() => parseJsonPath(relaxed(specs[i] ?? ""))) }));
}

/** Prints objects as rows of columns that the user chose. */
export class CustomColumnsPrinter {
  readonly #columns: readonly Column[];
  readonly #writer = new TabWriter({ least: 6, padding: 3, remember: true });
  #headed: boolean;

  constructor(columns: readonly Column[], noHeaders: boolean) {
    this.#columns = columns;
    this.#headed = noHeaders;
  }

  lines(objects: readonly unknown[]): string {
    if (!this.#headed) this.#writer.write(`${this.#columns.map((column) => column.header).join("\t")}\n`);
    this.#headed = true;
    for (const object of objects) this.#writer.write(`${this.#columns.map((column) => cell(column.path, object)).join("\t")}\n`);
    return this.#writer.take();
  }
}

function cell(path: Template, object: unknown): string {
  const values = reading(() => findAll(path, object, { allowMissing: true }));
  if ((values[0] ?? []).length === 0) return "<none>";
  return values
    .flat()
    .map((value) => (value === null ? "<nil>" : goText(value)).replaceAll("\x1b", "^["))
    .join(",");
}
