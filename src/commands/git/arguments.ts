import { GitError } from "./failure.ts";

/** What a command of git was given: options anywhere, operands, and whether `--` stood between them. */
export class Arguments {
  readonly operands: string[] = [];
  /** How many operands stood before `--`; undefined where there was none. */
  beforeDashes: number | undefined;
  readonly #given: (readonly [name: string, value: string])[] = [];

  /** `"m,message="` takes a value, `"S,gpg-sign?"` may take one that is joined to it; `#` is `-NUMBER`. The last of the names is the one to ask by. */
  constructor(args: readonly string[], spec: readonly string[], usage: string, inOrder = false) {
    const table = new Map<string, { name: string; value: string }>();
    for (const entry of spec) {
      const names = entry.replace(/[=?]$/, "").split(",");
      for (const name of names) table.set(name, { name: names.at(-1) ?? "", value: /[=?]$/.exec(entry)?.[0] ?? "" });
    }
    for (let i = 0; i < args.length; i++) {
      const arg = args[i] ?? "";
      if (arg === "--") {
        this.beforeDashes = this.operands.length;
        this.operands.push(...args.slice(i + 1));
        return;
      }
      if (arg === "-" || !arg.startsWith("-") || (arg.startsWith("-") && arg.length > 1 && table.has("@") && !/^--?[a-z]/i.test(arg))) {
        this.operands.push(arg);
        if (!inOrder) continue;
        this.operands.push(...args.slice(i + 1));
        return;
      }
      if (arg.startsWith("--")) i += this.#long(arg, args[i + 1], table, usage);
      else i += this.#short(arg, args[i + 1], table, usage);
    }
  }

  has(name: string): boolean {
    return this.#given.findLast(([given]) => given === name || given === `no-${name}`)?.[0] === name;
  }

  get(name: string): string | undefined {
    const last = this.#given.findLast(([given]) => given === name || given === `no-${name}`);
    return last?.[0] === name ? last[1] : undefined;
  }

  all(name: string): string[] {
    return this.#given.flatMap(([given, value]) => (given === name ? [value] : []));
  }

  /** Which of several that exclude one another was given last. */
  last(...names: string[]): string | undefined {
    return this.#given.findLast(([given]) => names.includes(given))?.[0];
  }

  #long(arg: string, next: string | undefined, table: Map<string, { name: string; value: string }>, usage: string): number {
    const [, given = "", joined] = /^--([^=]*)(?:=(.*))?$/s.exec(arg) ?? [];
    const names = [...table.keys()].filter((name) => name.length > 1 && name.startsWith(given));
    const positive = given.startsWith("no-") && table.get(given.slice(3));
    const option = table.get(given) ?? (new Set(names.map((name) => table.get(name)?.name)).size === 1 ? table.get(names[0] ?? "") : undefined);
    if (!option && positive) {
      this.#given.push([`no-${positive.name}`, ""]);
      return 0;
    }
    if (!option || given.length < 2) throw new GitError(`error: unknown option \`${arg.slice(2)}'\n${usage}`, 129);
    if (option.value !== "=" || joined !== undefined) {
      if (option.value === "" && joined !== undefined) throw new GitError(`error: option \`${given}' takes no value`, 129);
      this.#given.push([option.name, joined ?? ""]);
      return 0;
    }
    if (next === undefined) throw new GitError(`error: option \`${given}' requires a value`, 129);
    this.#given.push([option.name, next]);
    return 1;
  }

  #short(arg: string, next: string | undefined, table: Map<string, { name: string; value: string }>, usage: string): number {
    const number = /^-(\d+)$/.exec(arg)?.[1];
    const counted = table.get("#");
    if (number !== undefined && counted) {
      this.#given.push([counted.name, number]);
      return 0;
    }
    for (let at = 1; at < arg.length; at++) {
      const letter = arg[at] ?? "";
      const option = table.get(letter);
      if (!option) throw new GitError(`error: unknown switch \`${letter}'\n${usage}`, 129);
      const rest = arg.slice(at + 1);
      if (option.value === "") this.#given.push([option.name, ""]);
      else if (rest !== "" || option.value === "?") {
        this.#given.push([option.name, rest]);
        return 0;
      } else if (next === undefined) throw new GitError(`error: switch \`${letter}' requires a value`, 129);
      else {
        this.#given.push([option.name, next]);
        return 1;
      }
    }
    return 0;
  }
}
