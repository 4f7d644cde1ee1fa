import { formatted } from "../../builtins/printf.ts";

/** Text that came from outside: a number where it looks like one. */
export class Input {
  readonly text: string;
  #number: number | undefined;
  #looked = false;

  constructor(text: string) {
    this.text = text;
  }

  /** The number that it looks like, if it does. */
  get number(): number | undefined {
    if (!this.#looked) {
      this.#looked = true;
      if (/^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/.test(this.text)) this.#number = Number(this.text);
    }
    return this.#number;
  }
}

/** A value of awk; undefined is what was never set. */
export type Value = number | string | Input | undefined;

/** What a name stands for: a value, or an array. A parameter may lead to the array of whoever called. */
export interface Cell {
  value: Value;
  array?: Map<string, Value>;
  origin?: Cell;
}

export function arrayOf(cell: Cell): Map<string, Value> {
  cell.array ??= cell.origin ? arrayOf(cell.origin) : new Map();
  return cell.array;
}

export function numberOf(value: Value): number {
  if (typeof value === "number") return value;
  if (value === undefined) return 0;
  if (value instanceof Input && value.number !== undefined) return value.number;
  const [found] = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/.exec(value instanceof Input ? value.text : value) ?? [];
  return found === undefined ? 0 : Number(found);
}

export function textOf(value: Value, format: string): string {
  if (typeof value === "string") return value;
  if (value === undefined) return "";
  if (value instanceof Input) return value.text;
  if (Number.isInteger(value) && Math.abs(value) < 1e18) return String(value === 0 ? 0 : value);
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value < 0 ? "-inf" : "inf";
  return formatted(format, [String(value)], 0).text;
}

export function isTrue(value: Value): boolean {
  if (typeof value === "number") return value !== 0;
  if (value instanceof Input) return value.number !== undefined ? value.number !== 0 : value.text !== "";
  return value !== undefined && value !== "";
}

/** Below zero, zero or above: as numbers where both are, else as texts. */
export function compared(left: Value, right: Value, format: string): number {
  const a = numeric(left);
  const b = numeric(right);
  if (a !== undefined && b !== undefined) return a - b;
  const [x, y] = [textOf(left, format), textOf(right, format)];
  return x < y ? -1 : x > y ? 1 : 0;
}

function numeric(value: Value): number | undefined {
  if (typeof value === "number") return value;
  if (value === undefined) return 0;
  return value instanceof Input ? value.number : undefined;
}

/** `printf` of awk: each directive takes its argument as what it asks for. */
export function printed(format: string, args: readonly Value[], conversion: string): string {
  const texts: string[] = [];
  let next = 0;
  const written = format.replace(
    /%(?:%|[-+ #0']*(\*)?\d*(?:\.(\*)?\d*)?[hlL]*([a-zA-Z]))/g,
    (whole, width?: string, precision?: string, letter?: string) => {
      if (whole === "%%") return whole;
      for (const star of [width, precision]) if (star) texts.push(String(Math.trunc(numberOf(args[next++]))));
      const value = args[next++];
      if (letter === "c") {
        texts.push(typeof value === "number" ? String.fromCodePoint(Math.max(0, Math.trunc(value)) % 0x110000) : textOf(value, conversion));
        return whole;
      }
      if (letter === "s") texts.push(textOf(value, conversion));
      else if (letter && "di".includes(letter)) texts.push(wholeNumber(numberOf(value)));
      else if (letter && "ouxX".includes(letter)) texts.push(wholeNumber(numberOf(value)));
      else texts.push(String(numberOf(value)));
      return whole;
    },
  );
  return formatted(written.replaceAll("\\", "\\\\"), texts.length > 0 ? texts : [], 0).text;
}

const wholeNumber = (value: number): string => (Number.isFinite(value) ? BigInt(Math.trunc(value)).toString() : "0");
