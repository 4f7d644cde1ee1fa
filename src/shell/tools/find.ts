import { formatted } from "../builtins/printf.ts";
import { Pattern } from "../interpreter/pattern.ts";
import { ExecError } from "../process.ts";
import { strftime } from "../strftime.ts";
import { modeText } from "./ls.ts";
import { modeOf } from "./mode.ts";
import { defineTool, type ToolCall } from "./tool.ts";
import { type Walked, walk } from "./walk.ts";

type Test = (entry: Walked) => Promise<boolean> | boolean;

/** A wrong expression, in find's words. */
class Wrong extends Error {}

interface Plan {
  test: Test;
  /** Prints what is found unless an action does something else with it. */
  acts: boolean;
  least: number;
  most: number;
  depthFirst: boolean;
  pruned: Set<string>;
  quit: { now: boolean };
  batches: { words: string[]; paths: string[] }[];
}

/** Reads the expression after the paths. */
function planOf(call: ToolCall, words: readonly string[]): Plan {
  const { process, out } = call;
  const { fs, clock } = process.machine;
  let at = 0;
  const plan: Plan = {
    test: () => true,
    acts: false,
    least: 0,
    most: Number.POSITIVE_INFINITY,
    depthFirst: false,
    pruned: new Set(),
    quit: { now: false },
    batches: [],
  };
  const argument = (name: string): string => {
    const word = words[at++];
    if (word === undefined) throw new Wrong(`missing argument to \`${name}'`);
    return word;
  };
  /** `+5`, `-5`, `5` compared with a number. */
  const compared = (text: string, name: string) => {
    const number = Number(text.replace(/^[-+]/, ""));
    if (!/^[-+]?\d+$/.test(text)) throw new Wrong(`invalid argument \`${text}' to \`${name}'`);
    return (value: number) => (text.startsWith("+") ? value > number : text.startsWith("-") ? value < number : value === number);
  };
  const base = (path: string) => path.replace(/\/+$/, "").split("/").at(-1) || "/";
  const globbed = (name: string, ignoreCase: boolean, part: (path: string) => string): Test => {
    const pattern = new Pattern(argument(name), { ignoreCase, extended: false });
    return (entry) => pattern.matches(part(entry.path));
  };
  const executing = (name: string): Test => {
    const start = at;
    while (at < words.length && words[at] !== ";" && !(words[at] === "+" && words[at - 1] === "{}")) at++;
    const end = words[at++];
    if (end === undefined) throw new Wrong(`missing argument to \`${name}'`);
    const command = words.slice(start, at - 1);
    plan.acts = true;
    if (end === "+") {
      const batch = { words: command.filter((word) => word !== "{}"), paths: [] as string[] };
      plan.batches.push(batch);
      return (entry) => {
        batch.paths.push(entry.path);
        return true;
      };
    }
    return async (entry) => {
      await out.flush();
      const cwd = name.endsWith("dir") ? fs.resolve(process.cwd, entry.path.replace(/\/[^/]*$/, "") || ".") : process.cwd;
      const path = name.endsWith("dir") ? `./${base(entry.path)}` : entry.path;
      return (
        (await execute(
          call,
          command.map((word) => word.replaceAll("{}", path)),
          cwd,
        )) === 0
      );
    };
  };

  function primary(): Test {
    const word = words[at++] ?? "";
    switch (word) {
      case "(": {
        const inner = either();
        if (words[at++] !== ")") throw new Wrong("invalid expression; I was expecting to find a ')' somewhere but did not see one.");
        return inner;
      }
      case "!":
      case "-not": {
        const inner = primary();
        return async (entry) => !(await inner(entry));
      }
      case "-name":
        return globbed(word, false, base);
      case "-iname":
        return globbed(word, true, base);
      case "-path":
      case "-wholename":
        return globbed(word, false, (path) => path);
      case "-ipath":
        return globbed(word, true, (path) => path);
      case "-regex": {
        const regex = new RegExp(`^(?:${argument(word).replace(/\\([|(){}])/g, "$1")})$`);
        return (entry) => regex.test(entry.path);
      }
      case "-type": {
        const kinds = argument(word).split(",");
        const letters = { file: "f", directory: "d", link: "l", device: "c" } as const;
        const unknown = kinds.find((kind) => !/^[bcdpflsD]$/.test(kind));
        if (unknown !== undefined) throw new Wrong(`Unknown argument to -type: ${unknown}`);
        return (entry) => kinds.includes(letters[entry.stat.kind]);
      }
      case "-size": {
        const [, sign = "", digits = "", unit = "b"] = /^([-+]?)(\d+)([bcwkMG]?)$/.exec(argument(word)) ?? [];
        if (digits === "") throw new Wrong(`invalid argument \`${words[at - 1]}' to \`-size'`);
        const size = { b: 512, c: 1, w: 2, k: 1024, M: 1024 ** 2, G: 1024 ** 3 }[unit || "b"] ?? 512;
        const test = compared(sign + digits, word);
        return (entry) => test(Math.ceil(entry.stat.sizeBytes / size));
      }
      case "-empty":
        return (entry) =>
          entry.stat.kind === "directory"
            ? fs.list(fs.resolve(process.cwd, entry.path)).length === 0
            : entry.stat.kind === "file" && entry.stat.sizeBytes === 0;
      case "-mtime":
      case "-atime":
      case "-ctime":
      case "-mmin":
      case "-amin":
      case "-cmin": {
        const unit = word.endsWith("min") ? 60_000 : 86_400_000;
        const test = compared(argument(word), word);
        return (entry) => test(Math.floor((clock.now() - entry.stat.modifiedAt) / unit));
      }
      case "-newer": {
        const reference = fs.stat(fs.resolve(process.cwd, argument(word)));
        if (!reference) throw new Wrong(`‘${words[at - 1]}’: No such file or directory`);
        return (entry) => entry.stat.modifiedAt > reference.modifiedAt;
      }
      case "-user":
      case "-group": {
        const name = argument(word);
        return (entry) => (word === "-user" ? entry.stat.owner : entry.stat.group) === name;
      }
      case "-perm": {
        const text = argument(word);
        const bits = modeOf(text.replace(/^[-/]/, ""), 0, false);
        if (bits === undefined) throw new Wrong(`invalid mode ‘${text}’`);
        return ({ stat }) =>
          text.startsWith("-")
            ? (stat.mode & bits) === bits
            : text.startsWith("/")
              ? bits === 0 || (stat.mode & bits) !== 0
              : (stat.mode & 0o7777) === bits;
      }
      case "-executable":
        return ({ stat }) => (stat.mode & 0o111) !== 0;
      case "-readable":
      case "-writable":
      case "-true":
        return () => true;
      case "-false":
        return () => false;
      case "-maxdepth":
      case "-mindepth": {
        const number = Number(argument(word));
        if (!Number.isInteger(number)) throw new Wrong(`Expected a positive decimal integer argument to ${word}, but got ‘${words[at - 1]}’`);
        if (word === "-maxdepth") plan.most = number;
        else plan.least = number;
        return () => true;
      }
      case "-depth":
        plan.depthFirst = true;
        return () => true;
      case "-xdev":
      case "-mount":
      case "-follow":
      case "-noleaf":
        return () => true;
      case "-prune":
        return (entry) => {
          plan.pruned.add(entry.path);
          return true;
        };
      case "-quit":
        return () => {
          plan.quit.now = true;
          return true;
        };
      case "-print":
        plan.acts = true;
        return (entry) => out.line(entry.path).then(() => true);
      case "-print0":
        plan.acts = true;
        return (entry) => out.text(`${entry.path}\0`).then(() => true);
      case "-printf": {
        const format = argument(word);
        plan.acts = true;
        return (entry) => out.text(printed(format, entry)).then(() => true);
      }
      case "-ls":
        plan.acts = true;
        return (entry) =>
          out
            .line(
              `${modeText(entry.stat)} ${entry.stat.owner} ${entry.stat.group} ${entry.stat.sizeBytes} ${strftime("%b %e %H:%M", entry.stat.modifiedAt)} ${entry.path}`,
            )
            .then(() => true);
      case "-delete":
        plan.acts = true;
        plan.depthFirst = true;
        return (entry) => {
          fs.remove(fs.resolve(process.cwd, entry.path));
          return true;
        };
      case "-exec":
      case "-execdir":
      case "-ok":
        return executing(word);
    }
    if (word.startsWith("-")) throw new Wrong(`unknown predicate \`${word}'`);
    throw new Wrong(`paths must precede expression: \`${word}'`);
  }

  function both(): Test {
    let left = primary();
    while (at < words.length && words[at] !== ")" && words[at] !== "-o" && words[at] !== "-or" && words[at] !== ",") {
      if (words[at] === "-a" || words[at] === "-and") at++;
      const before = left;
      const right = primary();
      left = async (entry) => (await before(entry)) && (await right(entry));
    }
    return left;
  }

  function either(): Test {
    let left = both();
    while (words[at] === "-o" || words[at] === "-or" || words[at] === ",") {
      const comma = words[at++] === ",";
      const before = left;
      const right = both();
      left = async (entry) => {
        const first = await before(entry);
        return comma ? right(entry) : first || right(entry);
      };
    }
    return left;
  }

  if (words.length > 0) plan.test = either();
  if (at < words.length) throw new Wrong("invalid expression; you have too many ')'");
  return plan;
}

async function execute({ process, fail }: ToolCall, words: readonly string[], cwd: string): Promise<number> {
  try {
    return await process.run(words, { cwd });
  } catch (error) {
    if (!(error instanceof ExecError)) throw error;
    return fail(`‘${words[0]}’: ${error.code === "ENOENT" ? "No such file or directory" : "Permission denied"}`);
  }
}

function printed(format: string, { path, stat, depth }: Walked): string {
  const directory = path.includes("/") ? path.replace(/\/[^/]*$/, "") || "/" : ".";
  const values: Record<string, string> = {
    p: path,
    f: path.split("/").at(-1) ?? path,
    h: directory,
    P: path.replace(/^[^/]*\/?/, ""),
    s: String(stat.sizeBytes),
    m: (stat.mode & 0o7777).toString(8),
    M: modeText(stat),
    u: stat.owner,
    g: stat.group,
    d: String(depth),
    y: { file: "f", directory: "d", link: "l", device: "c" }[stat.kind],
    t: strftime("%a %b %e %T.%N %Y", stat.modifiedAt),
  };
  const filled = format.replace(/%([-0-9]*)(T.|[a-zA-Z%])/g, (whole, width: string, letter: string) => {
    const value =
      letter === "%"
        ? "%"
        : letter.startsWith("T")
          ? letter === "T@"
            ? (stat.modifiedAt / 1000).toFixed(10)
            : strftime(`%${letter[1]}`, stat.modifiedAt)
          : values[letter];
    return value === undefined ? whole : formatted(`%${width}s`, [value], 0).text;
  });
  return formatted(filled.replaceAll("%", "%%"), [], 0).text;
}

export const find = defineTool({
  name: "find",
  usage: "[-H] [-L] [-P] [path...] [expression]",
  summary: "Search for files in a directory hierarchy.",
  plain: true,

  async run(call) {
    const { args, process, out, fail } = call;
    const words = args.filter((arg, i) => !(/^-[HLP]$/.test(arg) && args.slice(0, i).every((one) => /^-[HLP]$/.test(one))));
    const first = words.findIndex((word) => /^[-(!]/.test(word));
    const paths = first < 0 ? words : words.slice(0, first);
    let plan: Plan;
    try {
      plan = planOf(call, first < 0 ? [] : words.slice(first));
    } catch (error) {
      if (error instanceof Wrong) return fail(error.message);
      throw error;
    }
    let code = 0;
    for (const path of paths.length > 0 ? paths : ["."]) {
      if (!process.machine.fs.stat(process.machine.fs.resolve(process.cwd, path))) {
        code = await fail(`‘${path}’: No such file or directory`);
        continue;
      }
      const visit = async (entry: Walked) => {
        if (entry.depth < plan.least || entry.depth > plan.most) return;
        if ((await plan.test(entry)) && !plan.acts) await out.line(entry.path);
      };
      if (plan.depthFirst) for (const entry of deepest([...walk(process, path)])) await visit(entry);
      else
        for (const entry of walk(process, path, (below, depth) => depth < plan.most && !plan.pruned.has(below))) {
          await visit(entry);
          if (plan.quit.now) return code;
        }
    }
    await out.flush();
    for (const batch of plan.batches)
      if (batch.paths.length > 0 && (await execute(call, [...batch.words, ...batch.paths], process.cwd)) !== 0) code = 1;
    return code;
  },
});

/** Each directory behind what it holds. */
function deepest(entries: Walked[]): Walked[] {
  const result: Walked[] = [];
  const open: Walked[] = [];
  for (const entry of entries) {
    while (open.length > 0 && (open.at(-1)?.depth ?? 0) >= entry.depth) result.push(open.pop() as Walked);
    open.push(entry);
  }
  while (open.length > 0) result.push(open.pop() as Walked);
  return result;
}
