import { quoted } from "../cli/flags.ts";
import { entryOf, GoObject, Int64, isList, isMap, keysOf, typeName, type Value } from "./values.ts";

/** A value as Go's `%v` prints it. */
export function valueText(value: Value): string {
  if (value === null || value === undefined) return "<nil>";
  if (typeof value === "string") return value;
  if (typeof value === "number") return floatText(value, "g", undefined);
  if (value instanceof Uint8Array) return `[${[...value].join(" ")}]`;
  if (isList(value)) return `[${value.map(valueText).join(" ")}]`;
  if (value instanceof Int64) return value.value.toString();
  if (value instanceof GoObject) return value.toGoString();
  if (isMap(value)) {
    return `map[${keysOf(value)
      .map((key) => `${key}:${valueText(entryOf(value, key))}`)
      .join(" ")}]`;
  }
  return String(value);
}

/** A float in one of Go's formats; without a precision, as short as reads back the same. */
export function floatText(value: number, verb: string, precision: number | undefined): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  const small = verb.toLowerCase();
  let text: string;
  if (small === "f") text = precision === undefined ? plainDigits(value) : fixed(value, Math.min(precision, 100));
  else if (small === "e") text = exponent(value.toExponential(precision === undefined ? undefined : Math.min(precision, 100)));
  else {
    const digits = (precision === undefined ? value.toExponential() : value.toExponential(Math.max(precision - 1, 0))).split("e");
    const power = Number(digits[1]);
    const shortest = precision === undefined;
    const limit = Math.max(precision || 1, 1);
    const threshold = shortest ? 6 : limit;
    if (power < -4 || power >= threshold) {
      const mantissa = (digits[0] ?? "").includes(".") ? (digits[0] ?? "").replace(/\.?0+$/, "") : digits[0];
      text = exponent(`${mantissa}e${power}`);
    } else text = shortest ? plainDigits(value) : trimmed(value.toFixed(Math.max(0, limit - 1 - power)));
  }
  return verb === verb.toLowerCase() ? text : text.toUpperCase();
}

/** So many digits behind the point; what lies exactly between two numbers goes to the even one. */
function fixed(value: number, digits: number): string {
  const text = value.toFixed(digits);
  const exact = value.toFixed(Math.min(100, digits + 60));
  const cut = exact.indexOf(".") + 1 + digits;
  if (!/^50*$/.test(exact.slice(cut)) || !/[13579]\.?$/.test(text)) return text;
  return digits === 0 ? exact.slice(0, cut - 1) : exact.slice(0, cut);
}

const trimmed = (text: string): string => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);

const exponent = (text: string): string =>
  text.replace(/e([+-]?)(\d)$/, (_, sign: string, digit: string) => `e${sign || "+"}0${digit}`).replace(/e(\d)/, "e+$1");

/** All digits of a number, without an exponent. */
function plainDigits(value: number): string {
  const text = String(value);
  const parts = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (!parts) return text;
  const [, sign = "", whole = "", fraction = "", power = "0"] = parts;
  const shift = Number(power);
  const digits = whole + fraction;
  const point = whole.length + shift;
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return sign + digits.padEnd(point, "0");
}

interface Spec {
  verb: string;
  width: number | undefined;
  precision: number | undefined;
  minus: boolean;
  plus: boolean;
  sharp: boolean;
  space: boolean;
  zero: boolean;
}

/** Go's `fmt.Sprintf`. */
export function sprintf(format: string, args: readonly Value[]): string {
  let text = "";
  let next = 0;
  let reordered = false;
  const pattern = /%([-+# 0]*)(?:(\[\d+\])?(\*)|(\d+))?(?:(\.)(?:(\[\d+\])?(\*)|(\d+))?)?(\[\d+\])?(.?)/gsu;
  let last = 0;
  for (let found = pattern.exec(format); found; found = pattern.exec(format)) {
    text += format.slice(last, found.index);
    last = pattern.lastIndex;
    const [, flags = "", widthIndex, widthStar, widthDigits, dot, precisionIndex, precisionStar, precisionDigits, index, verb = ""] = found;
    if (verb === "") {
      text += "%!(NOVERB)";
      continue;
    }
    if (verb === "%") {
      text += "%";
      continue;
    }
    const jump = (to: string | undefined) => {
      if (to === undefined) return;
      next = Number(to.slice(1, -1)) - 1;
      reordered = true;
    };
    const star = (): number => Number(args[next++]);
    jump(widthIndex);
    let width = widthStar ? star() : widthDigits === undefined ? undefined : Number(widthDigits);
    jump(precisionIndex);
    const precision = precisionStar ? star() : dot ? Number(precisionDigits ?? 0) : undefined;
    jump(index);
    const minus = flags.includes("-") || (width ?? 0) < 0;
    if (width !== undefined) width = Math.abs(width);
    if (next >= args.length || next < 0) {
      text += reordered && index !== undefined ? `%!${verb}(BADINDEX)` : `%!${verb}(MISSING)`;
      continue;
    }
    const spec: Spec = {
      verb,
      width,
      precision,
      minus,
      plus: flags.includes("+"),
      sharp: flags.includes("#"),
      space: flags.includes(" "),
      zero: flags.includes("0") && !minus,
    };
    text += one(spec, args[next++]);
  }
  text += format.slice(last);
  if (!reordered && next < args.length)
    text += `%!(EXTRA ${args
      .slice(next)
      .map((arg) => (arg === null || arg === undefined ? "<nil>" : `${typeName(arg)}=${valueText(arg)}`))
      .join(", ")})`;
  return text;
}

function one(spec: Spec, value: Value): string {
  if (spec.verb === "T") return padded(spec, typeName(value));
  if (value === null || value === undefined) return spec.verb === "v" ? padded(spec, "<nil>") : `%!${spec.verb}(<nil>)`;
  if (typeof value === "boolean") return spec.verb === "t" || spec.verb === "v" ? padded(spec, String(value)) : bad(spec, value);
  if (typeof value === "bigint") return whole(spec, value);
  if (value instanceof Int64) return whole(spec, value.value, value.type);
  if (value instanceof GoObject) return string(spec, value.toGoString());
  if (typeof value === "number") return float(spec, value);
  if (typeof value === "string") return string(spec, value);
  if (spec.verb === "v" && spec.sharp) return padded(spec, goSyntax(value));
  if (spec.verb === "p" || typeof value === "function") return padded(spec, "0xc000012345");
  if (isList(value)) return `[${value.map((item) => one(spec, item)).join(" ")}]`;
  if (isMap(value)) {
    return `map[${keysOf(value)
      .map((key) => `${one(spec.verb === "v" || spec.verb === "s" || spec.verb === "q" ? spec : { ...spec }, key)}:${one(spec, entryOf(value, key))}`)
      .join(" ")}]`;
  }
  return bad(spec, value);
}

const bad = (spec: Spec, value: Value): string => `%!${spec.verb}(${typeName(value)}=${valueText(value)})`;

function padded(spec: Spec, text: string): string {
  const missing = (spec.width ?? 0) - [...text].length;
  if (missing <= 0) return text;
  if (spec.minus) return text + " ".repeat(missing);
  if (spec.zero) return /^[-+]/.test(text) ? text[0] + "0".repeat(missing) + text.slice(1) : "0".repeat(missing) + text;
  return " ".repeat(missing) + text;
}

function whole(spec: Spec, value: bigint, type = "int"): string {
  const bases: Readonly<Record<string, [number, string]>> = {
    d: [10, ""],
    v: [10, ""],
    b: [2, "0b"],
    o: [8, "0"],
    O: [8, "0o"],
    x: [16, "0x"],
    X: [16, "0X"],
  };
  const base = bases[spec.verb];
  if (base) {
    const size = value < 0n ? -value : value;
    let digits = size.toString(base[0]);
    if (spec.verb === "X") digits = digits.toUpperCase();
    if (spec.precision !== undefined) digits = digits.padStart(spec.precision, "0");
    const sign = value < 0n ? "-" : spec.plus ? "+" : spec.space ? " " : "";
    return padded(
      spec.precision === undefined ? spec : { ...spec, zero: false },
      sign + ((spec.sharp && spec.verb !== "d") || spec.verb === "O" ? base[1] : "") + digits,
    );
  }
  if (spec.verb === "c") return padded(spec, String.fromCodePoint(Number(value)));
  if (spec.verb === "q") return padded(spec, `'${String.fromCodePoint(Number(value))}'`);
  if (spec.verb === "U") return padded(spec, `U+${value.toString(16).toUpperCase().padStart(4, "0")}`);
  return `%!${spec.verb}(${type}=${value})`;
}

function float(spec: Spec, value: number): string {
  if (!"vgGeEfF".includes(spec.verb)) return bad(spec, value);
  const verb = spec.verb === "v" ? "g" : spec.verb === "F" ? "f" : spec.verb;
  const precision = spec.precision ?? (verb === "f" || verb.toLowerCase() === "e" ? 6 : undefined);
  const text = floatText(value, verb, precision);
  return padded(spec, value >= 0 && spec.plus ? `+${text.replace(/^\+/, "")}` : value >= 0 && spec.space ? ` ${text}` : text);
}

function string(spec: Spec, value: string): string {
  const cut = spec.precision === undefined ? value : [...value].slice(0, spec.precision).join("");
  if (spec.verb === "v" && spec.sharp) return padded(spec, quoted(value));
  if (spec.verb === "s" || spec.verb === "v") return padded(spec, cut);
  if (spec.verb === "q") return padded(spec, spec.sharp && !cut.includes("`") ? `\`${cut}\`` : quoted(cut));
  if (spec.verb === "x" || spec.verb === "X") {
    const hex = [...new TextEncoder().encode(cut)].map((byte) => byte.toString(16).padStart(2, "0")).join(spec.space ? " " : "");
    return padded(spec, spec.verb === "X" ? hex.toUpperCase() : hex);
  }
  return bad(spec, value);
}

function goSyntax(value: Value): string {
  if (value === null || value === undefined) return "interface {}(nil)";
  if (typeof value === "string") return quoted(value);
  if (isList(value)) return `[]interface {}{${value.map(goSyntax).join(", ")}}`;
  if (isMap(value))
    return `map[string]interface {}{${keysOf(value)
      .map((key) => `${quoted(key)}:${goSyntax(entryOf(value, key))}`)
      .join(", ")}}`;
  return valueText(value);
}

/** Go's `fmt.Sprint`: spaces between two operands where neither is text. */
export function sprint(args: readonly Value[]): string {
  return args.map((arg, i) => (i > 0 && typeof arg !== "string" && typeof args[i - 1] !== "string" ? " " : "") + valueText(arg)).join("");
}
