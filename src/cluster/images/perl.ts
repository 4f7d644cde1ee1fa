import { bytesOf } from "#base/streams.ts";
import type { Program } from "#shell/process.ts";
import { notSimulated } from "./database.ts";
import { defineImage } from "./image.ts";

/** So many digits of pi, by Machin's formula, rounded as bignum does. */
export function digitsOfPi(digits: number): string {
  const spare = 10n;
  const unit = 10n ** (BigInt(digits) + spare);
  const arctan = (inverse: bigint): bigint => {
    let power = unit / inverse;
    let sum = power;
    const square = inverse * inverse;
    for (let n = 3n, sign = -1n; power > 0n; n += 2n, sign = -sign) {
      power /= square;
      sum += (sign * power) / n;
    }
    return sum;
  };
  const pi = 4n * (4n * arctan(5n) - arctan(239n));
  // One digit stands before the point.
  const cut = 10n ** (spare + 1n);
  const text = String((pi + cut / 2n) / cut);
  return digits <= 1 ? text.slice(0, 1) : `${text[0]}.${text.slice(1)}`;
}

const slowestDigits = 20_000;
/** How long a real one computes for so many digits, in milliseconds: it is known to take its time. */
const timeFor = (digits: number) => Math.min(120_000, 250 + (digits / 2000) ** 2 * 4500);

/** Perl as far as the jobs of the documentation go: digits of pi, and texts that are printed. */
const perl: Program = async (process) => {
  const args = process.args.slice(1);
  if (args.includes("-v") || args.includes("--version")) {
    await process.stdout.write(bytesOf("\nThis is perl 5, version 42, subversion 0 (v5.42.0) built for x86_64-linux-gnu\n\n"));
    return 0;
  }
  const flag = args.findIndex((arg) => /^-[a-zA-Z]*e$/.test(arg));
  const script = flag >= 0 ? (args[flag + 1] ?? "").trim().replace(/;$/, "") : "";
  const ending = args[flag]?.includes("l") ? "\n" : "";
  const pi = /^print\s*\(?\s*bpi\((\d+)\)\s*\)?$/.exec(script);
  const text = /^print\s*\(?\s*(?:"((?:[^"\\$@]|\\.)*)"|'([^']*)')\s*\)?$/.exec(script);
  if (pi && args.some((arg) => arg === "-Mbignum=bpi")) {
    const digits = Math.min(Number(pi[1]), slowestDigits);
    await process.sleep(timeFor(digits));
    await process.stdout.write(bytesOf(digitsOfPi(digits) + ending));
    return 0;
  }
  if (text) {
    await process.stdout.write(
      bytesOf((text[1]?.replace(/\\(.)/g, (_, one: string) => ({ n: "\n", t: "\t" })[one] ?? one) ?? text[2] ?? "") + ending),
    );
    return 0;
  }
  return notSimulated("perl scripts, but for `print \"…\"` and `-Mbignum=bpi -wle 'print bpi(2000)'`")(process);
};

export const perlImage = defineImage({
  name: "perl",
  tags: ["latest", "slim", "5", "5-slim", "5.42", "5.42.0", "5.40", "5.40.0", "5.38", "5.36", "5.34", "5.34.0", "5.34.1", "5.32", "5.30", "5.28"],
  size: "330Mi",
  pullSeconds: 12,
  command: ["perl5.42.0", "-de0"],
  base: "debian",
  programs: { "/usr/local/bin/perl": perl, "/usr/local/bin/perl5.42.0": perl },
});
