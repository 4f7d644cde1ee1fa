import { ansiQuoted, quotedWhereNeeded } from "../interpreter/expansion/quote.ts";
import { strftime } from "../strftime.ts";
import { defineBuiltin } from "./builtin.ts";

export interface Printed {
  text: string;
  problems: string[];
}

const widest = 1_000_000;

/** What `printf` makes of a format and arguments: the format is used again until no argument is left. */
export function formatted(format: string, args: readonly string[], now: number): Printed {
  const problems: string[] = [];
  const rest = [...args];
  let text = "";
  for (let round = 0; round === 0 || rest.length > 0; round++) {
    const before = rest.length;
    const part = once(format, rest, problems, now);
    text += part.text;
    if (part.stopped || (rest.length === before && round > 0) || (before > 0 && rest.length === before)) break;
    if (text.length > 16 * widest) break;
  }
  return { text, problems };
}

const directive =
  /%(?:%|([-+ #0']*)(\*|\d+)?(?:\.(\*|-?\d*))?(\([^)]*\)T|[hlqjzL]*([a-zA-Z]))?)|\\(?:[0-7]{1,3}|x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|[\s\S])/g;

function once(format: string, args: string[], problems: string[], now: number): { text: string; stopped: boolean } {
  let text = "";
  let at = 0;
  const stopped = false;
  for (const found of format.matchAll(directive)) {
    text += format.slice(at, found.index);
    at = found.index + found[0].length;
    if (found[0] === "%%") text += "%";
    else if (found[0] === "\\c") return { text, stopped: true };
    else if (found[0].startsWith("\\")) text += ansiQuoted(found[0]);
    else {
      const [whole, flags = "", width, precision, conversion, letter = "T"] = found;
      if (conversion === undefined || "hljzL".includes(letter)) {
        problems.push(`\`${format[at] ?? "%"}': invalid format character`);
        return { text, stopped: true };
      }
      const size = (given: string | undefined) => (given === "*" ? Number(args.shift() ?? 0) : given === undefined ? undefined : Number(given || 0));
      const wide = Math.min(size(width) ?? 0, widest);
      const exact = size(precision);
      const left = flags.includes("-") || wide < 0;
      const value = converted(
        conversion.startsWith("(") ? "T" : letter,
        conversion,
        flags,
        exact,
        args,
        problems,
        now,
        whole.endsWith("q") && letter === "q",
      );
      if (value === undefined) return { text, stopped: true };
      const padded = Math.abs(wide);
      const body = value.text;
      if (left) text += body.padEnd(padded);
      else if (flags.includes("0") && value.numeric && exact === undefined)
        text += body.replace(/^([+ -]?(?:0[xX])?)(.*)$/s, (_, sign: string, digits: string) => sign + digits.padStart(padded - sign.length, "0"));
      else text += body.padStart(padded);
      if (value.stop) return { text, stopped: true };
    }
  }
  return { text: text + format.slice(at), stopped };
}

function converted(
  letter: string,
  conversion: string,
  flags: string,
  precision: number | undefined,
  args: string[],
  problems: string[],
  now: number,
  quoting: boolean,
): { text: string; numeric: boolean; stop?: boolean } | undefined {
  const signed = (text: string) => (text.startsWith("-") ? text : flags.includes("+") ? `+${text}` : flags.includes(" ") ? ` ${text}` : text);
  switch (quoting || letter === "q" || conversion.endsWith("q") ? "q" : letter) {
    case "s": {
      const text = args.shift() ?? "";
      return { text: precision === undefined ? text : text.slice(0, Math.max(0, precision)), numeric: false };
    }
    case "b": {
      const text = args.shift() ?? "";
      const end = text.indexOf("\\c");
      return {
        text: ansiQuoted(end < 0 ? text : text.slice(0, end), "zero").replace(/\\([1-7][0-7]{0,2})/g, (_, code: string) =>
          String.fromCharCode(Number.parseInt(code, 8)),
        ),
        numeric: false,
        stop: end >= 0,
      };
    }
    case "q":
    case "Q":
      return { text: quotedWhereNeeded(args.shift() ?? ""), numeric: false };
    case "c":
      return { text: [...(args.shift() ?? "")][0] ?? "", numeric: false };
    case "T": {
      const [, format = ""] = /^\((.*)\)T$/s.exec(conversion) ?? [];
      const given = args.shift();
      const seconds = given === undefined || given === "-1" || given === "-2" || given === "" ? now / 1000 : Number(given);
      return { text: strftime(format || "%X", seconds * 1000), numeric: false };
    }
    case "d":
    case "i": {
      const value = integerOf(args.shift(), problems);
      const digits = String(value < 0n ? -value : value).padStart(precision ?? 0, "0");
      return { text: signed((value < 0n ? "-" : "") + digits), numeric: true };
    }
    case "u":
    case "o":
    case "x":
    case "X": {
      const value = BigInt.asUintN(64, integerOf(args.shift(), problems));
      const digits = value.toString(letter === "u" ? 10 : letter === "o" ? 8 : 16).padStart(precision ?? 0, "0");
      const prefix = flags.includes("#") && value !== 0n ? (letter === "o" ? "0" : letter === "u" ? "" : "0x") : "";
      return { text: letter === "X" ? (prefix + digits).toUpperCase() : prefix + digits, numeric: true };
    }
    case "f":
    case "F":
    case "e":
    case "E":
    case "g":
    case "G": {
      const value = floatOf(args.shift(), problems);
      return { text: signed(floating(value, letter, precision ?? 6, flags.includes("#"))), numeric: Number.isFinite(value) };
    }
  }
  problems.push(`\`${letter}': invalid format character`);
  return undefined;
}

/** A number as printf reads it: `0x1f`, `017`, `'a`. */
function integerOf(text: string | undefined, problems: string[]): bigint {
  if (text === undefined || text === "") return 0n;
  if (/^["']/.test(text)) return BigInt(text.codePointAt(1) ?? 0);
  const [whole, sign = "", digits = ""] = /^\s*([+-]?)(0[xX][0-9a-fA-F]+|\d+)/.exec(text) ?? [];
  if (whole === undefined || whole.length !== text.length) problems.push(`${text}: invalid number`);
  if (!digits) return 0n;
  const octal = /^0[0-7]+$/.test(digits);
  const value = octal ? BigInt(`0o${digits.slice(1)}`) : BigInt(digits.replace(/^0+(?=\d)/, ""));
  return sign === "-" ? -value : value;
}

function floatOf(text: string | undefined, problems: string[]): number {
  if (text === undefined || text === "") return 0;
  if (/^["']/.test(text)) return text.codePointAt(1) ?? 0;
  if (/^[+-]?(inf(inity)?|nan)$/i.test(text))
    return /nan/i.test(text) ? Number.NaN : text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const value = Number.parseFloat(text);
  if (!/^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$|^\s*[+-]?0[xX]/.test(text)) problems.push(`${text}: invalid number`);
  return /^0[xX]/.test(text) ? Number(text) : Number.isNaN(value) ? 0 : value;
}

function floating(value: number, letter: string, precision: number, alternate: boolean): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value < 0 ? "-inf" : "inf";
  const exact = Math.min(precision, 100);
  const exponential = (digits: number) => value.toExponential(digits).replace(/e([+-])(\d)$/, "e$10$2");
  const lower = letter.toLowerCase();
  let text: string;
  if (lower === "f") text = value.toFixed(exact);
  else if (lower === "e") text = exponential(exact);
  else {
    const significant = exact || 1;
    const exponent = value === 0 ? 0 : Number(value.toExponential(significant - 1).split("e")[1]);
    text = exponent < -4 || exponent >= significant ? exponential(significant - 1) : value.toFixed(Math.max(0, significant - 1 - exponent));
    if (!alternate && text.includes(".")) text = text.replace(/\.?0+(e|$)/, "$1");
  }
  return letter === lower ? text : text.toUpperCase();
}

export const printf = defineBuiltin({
  name: "printf",
  usage: "printf [-v var] format [arguments]",

  async run({ args, shell, out, fail, err }) {
    const rest = [...args];
    let target: string | undefined;
    if (rest[0] === "-v") {
      target = rest[1];
      rest.splice(0, 2);
    }
    if (rest[0] === "--") rest.shift();
    else if (/^-./.test(rest[0] ?? "")) {
      await fail(`${rest[0]?.slice(0, 2)}: invalid option`);
      await err.line(`printf: usage: ${printf.usage}`);
      return 2;
    }
    const format = rest.shift();
    if (format === undefined) {
      await err.line(`printf: usage: ${printf.usage}`);
      return 2;
    }
    const { text, problems } = formatted(format, rest, shell.process.machine.clock.now());
    if (target === undefined) await out.text(text);
    else shell.vars.set(target, text);
    for (const problem of problems) await fail(problem);
    return problems.length > 0 ? 1 : 0;
  },
});
