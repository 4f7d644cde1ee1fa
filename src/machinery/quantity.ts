/**
 * An amount of a resource: `100m`, `1.5Gi`, `2e3`. Held exactly, in thousand-millionths; smaller parts round up, as the real one does.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export interface Quantity {
  readonly nano: bigint;
  /** How it was written, and so how it is written again. */
  readonly format: "decimal" | "binary" | "exponent";
}

const billion = 1_000_000_000n;
const largest = (2n ** 63n - 1n) * billion;

const decimalSuffixes: Record<string, number> = { n: -9, u: -6, m: -3, "": 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const binarySuffixes: Record<string, bigint> = { Ki: 2n ** 10n, Mi: 2n ** 20n, Gi: 2n ** 30n, Ti: 2n ** 40n, Pi: 2n ** 50n, Ei: 2n ** 60n };
const suffixOfExponent = new Map(Object.entries(decimalSuffixes).map(([suffix, exponent]) => [exponent, suffix]));

/** Why a text is no quantity, in the real server's words. */
export const quantityProblem = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const suffixProblem = "unable to parse quantity's suffix";

const known = new Map<string, Quantity>();

/** Reads a quantity, or says why it is none. */
export function readQuantity(text: string): Quantity | { problem: string } {
  const before = known.get(text);
  if (before) return before;
  const result = read(text);
  if ("problem" in result) return result;
  if (known.size > 2000) known.clear();
  known.set(text, result);
  return result;
}

/** A quantity that has been validated; what is none counts as zero. */
export function quantity(text: string | number | undefined): Quantity {
  const result = readQuantity(String(text ?? "0"));
  return "problem" in result ? zero : result;
}

export const zero: Quantity = { nano: 0n, format: "decimal" };

function read(text: string): Quantity | { problem: string } {
  const [, sign = "", whole = "", fraction = "", suffix = ""] = /^([+-]?)(\d*)(?:\.(\d*))?([a-zA-Z]*[+-]?\d*)$/.exec(text) ?? [];
  if (text === "" || whole + fraction === "") return { problem: quantityProblem };
  const scale = scaleOf(suffix);
  if (!scale) return { problem: /^[eEinumkKMGTP]*[-+]?[0-9]*$/.test(suffix) ? suffixProblem : quantityProblem };

  const digits = BigInt(whole + fraction);
  const exponent = scale.exponent - fraction.length + 9;
  let nano = digits * scale.factor;
  if (exponent >= 0) nano = digits === 0n ? 0n : exponent > 60 ? largest : nano * 10n ** BigInt(exponent);
  else nano = exponent < -400 ? (digits === 0n ? 0n : 1n) : divideUp(nano, 10n ** BigInt(-exponent));
  if (nano > largest) nano = largest;
  return { nano: sign === "-" ? -nano : nano, format: scale.format };
}

const divideUp = (a: bigint, b: bigint) => (a + b - 1n) / b;

function scaleOf(suffix: string): { exponent: number; factor: bigint; format: Quantity["format"] } | undefined {
  if (Object.hasOwn(decimalSuffixes, suffix)) return { exponent: decimalSuffixes[suffix] ?? 0, factor: 1n, format: "decimal" };
  if (Object.hasOwn(binarySuffixes, suffix)) return { exponent: 0, factor: binarySuffixes[suffix] ?? 1n, format: "binary" };
  const exponent = /^[eE]([+-]?\d+)$/.exec(suffix)?.[1];
  return exponent === undefined ? undefined : { exponent: Number(exponent), factor: 1n, format: "exponent" };
}

/** The one way in which the server writes this amount: `1500m`, `1536Mi`, `2`. */
export function formatQuantity({ nano, format }: Quantity): string {
  if (nano === 0n) return "0";
  const sign = nano < 0n ? "-" : "";
  let amount = nano < 0n ? -nano : nano;

  if (format === "binary" && amount >= 1024n * billion && amount % billion === 0n) {
    amount /= billion;
    let power = 0;
    while (power < 6 && amount % 1024n === 0n) {
      amount /= 1024n;
      power++;
    }
    return `${sign}${amount}${["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"][power]}`;
  }

  let exponent = -9;
  while (exponent < 18 && amount % 1000n === 0n) {
    amount /= 1000n;
    exponent += 3;
  }
  if (format === "exponent") return `${sign}${amount}${exponent === 0 ? "" : `e${exponent}`}`;
  return `${sign}${amount}${suffixOfExponent.get(exponent)}`;
}

const canonical = new Map<string, string>();

/** A valid quantity as the server writes it; undefined if it is none. */
export function canonicalQuantity(text: string): string | undefined {
  const before = canonical.get(text);
  if (before !== undefined) return before;
  const result = readQuantity(text);
  if ("problem" in result) return undefined;
  const written = formatQuantity(result);
  if (canonical.size > 2000) canonical.clear();
  canonical.set(text, written);
  return written;
}

/** Whole units, rounded up: bytes of memory, number of pods. */
export function wholeUnits(text: string | number | undefined): number {
  const { nano } = quantity(text);
  return Number(nano <= 0n ? nano / billion : divideUp(nano, billion));
}

/** Thousandths, rounded up: millicores of CPU. */
export function milliUnits(text: string | number | undefined): number {
  const { nano } = quantity(text);
  return Number(nano <= 0n ? nano / 1_000_000n : divideUp(nano, 1_000_000n));
}

/** The sum, in the format of the first that is not zero. */
export function addQuantities(a: Quantity, b: Quantity): Quantity {
  return { nano: a.nano + b.nano, format: a.nano === 0n ? b.format : a.format };
}

export function subtractQuantities(a: Quantity, b: Quantity): Quantity {
  return { nano: a.nano - b.nano, format: a.nano === 0n ? b.format : a.format };
}

/** Below zero if `a` is less, above if it is more. */
export const compareQuantities = (a: Quantity, b: Quantity): number => (a.nano < b.nano ? -1 : a.nano > b.nano ? 1 : 0);
