/** What is wrong with how a command of openssl was called, in its own words. */
export class Misuse extends Error {}

/** A file that is not there, or holds something else. */
export class Unreadable extends Error {}

/** Options as openssl takes them: one dash or two before whole words, `name=` with a value, the rest operands at the end. */
export class Arguments {
  readonly operands: string[] = [];
  readonly #given: (readonly [name: string, value: string])[] = [];

  constructor(command: string, args: readonly string[], known: readonly string[]) {
    const takes = new Map(known.map((entry) => [entry.replace(/=$/, ""), entry.endsWith("=")]));
    for (let i = 0; i < args.length; i++) {
      const arg = args[i] ?? "";
      if (!arg.startsWith("-") || arg === "-") {
        this.operands.push(...args.slice(i));
        return;
      }
      const name = arg.replace(/^--?/, "");
      const needs = takes.get(name);
      if (needs === undefined) throw new Misuse(`${command}: Unknown option: ${arg}\n${command}: Use -help for summary.`);
      if (!needs) this.#given.push([name, ""]);
      else {
        const value = args[++i];
        if (value === undefined) throw new Misuse(`${command}: Option ${arg} needs a value\n${command}: Use -help for summary.`);
        this.#given.push([name, value]);
      }
    }
  }

  has(...names: string[]): boolean {
    return this.#given.some(([name]) => names.includes(name));
  }

  get(name: string): string | undefined {
    return this.#given.findLast(([given]) => given === name)?.[1];
  }

  all(name: string): string[] {
    return this.#given.flatMap(([given, value]) => (given === name ? [value] : []));
  }

  /** All in the order in which they were given. */
  get given(): readonly (readonly [name: string, value: string])[] {
    return this.#given;
  }

  /** The hash that was named, if one was. */
  hash(): "sha1" | "sha256" | "sha384" | "sha512" | undefined {
    for (const name of ["sha1", "sha256", "sha384", "sha512"] as const) if (this.has(name)) return name;
    return undefined;
  }

  /** A whole number. */
  number(name: string, fallback: number): number {
    const text = this.get(name);
    if (text === undefined) return fallback;
    if (!/^-?\d+$/.test(text)) throw new Misuse(`Can't parse "${text}" as a number`);
    return Number(text);
  }
}

export const hashOptions = ["sha1", "sha256", "sha384", "sha512"];
