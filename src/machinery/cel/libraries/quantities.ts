import type { Environment } from "@marcbachmann/cel-js";
import { addQuantities, compareQuantities, formatQuantity, type Quantity, readQuantity } from "../../quantity.ts";
import { CelProblem } from "../problem.ts";

const billion = 1_000_000_000n;

/** A resource quantity in an expression. */
class Amount {
  readonly value: Quantity;

  constructor(value: Quantity) {
    this.value = value;
  }

  toString(): string {
    return formatQuantity(this.value);
  }
}

const read = (text: string): Amount => {
  const result = readQuantity(text);
  if ("problem" in result) throw new CelProblem(result.problem);
  return new Amount(result);
};

const ofInt = (value: bigint): Quantity => ({ nano: value * billion, format: "decimal" });
const negative = ({ nano, format }: Quantity): Quantity => ({ nano: -nano, format });
const isWhole = ({ nano }: Quantity) => nano % billion === 0n;

export function registerQuantities(env: Environment): void {
  env.registerType("kubernetes.Quantity", Amount);
  const of = "kubernetes.Quantity";
  env
    .registerFunction(`quantity(string): ${of}`, read)
    .registerFunction("isQuantity(string): bool", (text: string) => !("problem" in readQuantity(text)))
    .registerFunction(`sign(${of}): int`, ({ value: { nano } }: Amount) => (nano < 0n ? -1n : nano > 0n ? 1n : 0n))
    .registerFunction(`${of}.isInteger(): bool`, ({ value }: Amount) => isWhole(value))
    .registerFunction(`${of}.asInteger(): int`, ({ value }: Amount) => {
      if (!isWhole(value)) throw new CelProblem("cannot convert value to integer");
      return value.nano / billion;
    })
    .registerFunction(`${of}.asApproximateFloat(): double`, ({ value: { nano } }: Amount) => Number(nano) / 1e9)
    .registerFunction(`${of}.add(${of}): ${of}`, (a: Amount, b: Amount) => new Amount(addQuantities(a.value, b.value)))
    .registerFunction(`${of}.add(int): ${of}`, (a: Amount, b: bigint) => new Amount(addQuantities(a.value, ofInt(b))))
    .registerFunction(`${of}.sub(${of}): ${of}`, (a: Amount, b: Amount) => new Amount(addQuantities(a.value, negative(b.value))))
    .registerFunction(`${of}.sub(int): ${of}`, (a: Amount, b: bigint) => new Amount(addQuantities(a.value, ofInt(-b))))
    .registerFunction(`${of}.isLessThan(${of}): bool`, (a: Amount, b: Amount) => compareQuantities(a.value, b.value) < 0)
    .registerFunction(`${of}.isGreaterThan(${of}): bool`, (a: Amount, b: Amount) => compareQuantities(a.value, b.value) > 0)
    .registerFunction(`${of}.compareTo(${of}): int`, (a: Amount, b: Amount) => BigInt(Math.sign(compareQuantities(a.value, b.value))))
    .registerOperator(`${of} == ${of}`, (a: Amount, b: Amount) => compareQuantities(a.value, b.value) === 0);
}
