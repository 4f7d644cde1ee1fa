import type { Environment } from "@marcbachmann/cel-js";
import { CelProblem } from "../problem.ts";

/** A semantic version. https://semver.org */
class Semver {
  readonly numbers: readonly [bigint, bigint, bigint];
  readonly prerelease: readonly string[];
  readonly text: string;

  constructor(numbers: readonly [bigint, bigint, bigint], prerelease: readonly string[], text: string) {
    this.numbers = numbers;
    this.prerelease = prerelease;
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

const form = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;

/** As many writings as people use: `v1.2`, with zeros in front. */
function normalized(text: string): string {
  const [core = "", ...rest] = text.replace(/^v/, "").split(/(?=[-+])/);
  const numbers = core.split(".").map((number) => number.replace(/^0+(?=\d)/, ""));
  while (numbers.length < 3) numbers.push("0");
  return numbers.join(".") + rest.join("");
}

function read(text: string, loosely = false): Semver | undefined {
  const found = form.exec(loosely ? normalized(text) : text);
  if (!found) return undefined;
  return new Semver([BigInt(found[1] ?? 0), BigInt(found[2] ?? 0), BigInt(found[3] ?? 0)], found[4]?.split(".") ?? [], found[0]);
}

function semver(text: string, loosely = false): Semver {
  const found = read(text, loosely);
  if (!found) throw new CelProblem("No Major.Minor.Patch elements found");
  return found;
}

function compare(a: Semver, b: Semver): number {
  for (let i = 0; i < 3; i++) {
    const [x, y] = [a.numbers[i] ?? 0n, b.numbers[i] ?? 0n];
    if (x !== y) return x < y ? -1 : 1;
  }
  if (a.prerelease.length === 0 || b.prerelease.length === 0) return Math.sign(b.prerelease.length - a.prerelease.length);
  for (let i = 0; ; i++) {
    const [x, y] = [a.prerelease[i], b.prerelease[i]];
    if (x === undefined || y === undefined) return x === y ? 0 : x === undefined ? -1 : 1;
    if (x === y) continue;
    const [xIsNumber, yIsNumber] = [/^\d+$/.test(x), /^\d+$/.test(y)];
    if (xIsNumber !== yIsNumber) return xIsNumber ? -1 : 1;
    return xIsNumber ? Math.sign(Number(x) - Number(y)) : x < y ? -1 : 1;
  }
}

export function registerSemver(env: Environment): void {
  const of = "kubernetes.Semver";
  env.registerType(of, Semver);
  env
    .registerFunction(`semver(string): ${of}`, (text: string) => semver(text))
    .registerFunction(`semver(string, bool): ${of}`, semver)
    .registerFunction("isSemver(string): bool", (text: string) => read(text) !== undefined)
    .registerFunction("isSemver(string, bool): bool", (text: string, loosely: boolean) => read(text, loosely) !== undefined)
    .registerFunction(`${of}.major(): int`, ({ numbers }: Semver) => numbers[0])
    .registerFunction(`${of}.minor(): int`, ({ numbers }: Semver) => numbers[1])
    .registerFunction(`${of}.patch(): int`, ({ numbers }: Semver) => numbers[2])
    .registerFunction(`${of}.isLessThan(${of}): bool`, (a: Semver, b: Semver) => compare(a, b) < 0)
    .registerFunction(`${of}.isGreaterThan(${of}): bool`, (a: Semver, b: Semver) => compare(a, b) > 0)
    .registerFunction(`${of}.compareTo(${of}): int`, (a: Semver, b: Semver) => BigInt(compare(a, b)));
}
