import { usualPath } from "../executable.ts";
import { FileError } from "../file-system.ts";
import type { Shell } from "../interpreter/shell.ts";
import { elementsOf } from "../interpreter/variables.ts";
import { basenameOf } from "../paths.ts";
import { Killed } from "../process.ts";
import type { Completion } from "./listing.ts";

const keywords = ["if", "then", "else", "elif", "fi", "case", "esac", "for", "while", "until", "do", "done", "in", "function", "time"];
/** After these a command follows. */
const prefixes = new Set([
  "sudo",
  "exec",
  "command",
  "nohup",
  "time",
  "watch",
  "env",
  "xargs",
  "then",
  "do",
  "else",
  "if",
  "while",
  "until",
  "!",
  "{",
]);

/** What the word before the cursor may become: a command, a variable, a file, or what its command knows of its arguments. */
export async function completionOf(shell: Shell, line: string, cursor: number): Promise<Completion> {
  const { start, words, quote } = wordBefore(line.slice(0, cursor));
  const typed = line.slice(start, cursor);
  const current = unquoted(typed);
  const variable = /\$(\{?)(\w*)$/.exec(typed);
  if (variable && quote !== "'") {
    const names = [...shell.vars.all().keys()].filter((name) => name.startsWith(variable[2] ?? ""));
    const at = cursor - (variable[2]?.length ?? 0);
    return { start: at, candidates: names, suffix: variable[1] ? "}" : "" };
  }
  let first = 0;
  while (first < words.length && (prefixes.has(words[first] ?? "") || /^\w+=/.test(words[first] ?? ""))) first++;
  if (first >= words.length) {
    if (!current.includes("/")) return { start, candidates: commandsOf(shell, current), suffix: " " };
    return files(
      shell,
      start,
      typed,
      current,
      quote,
      (path) => shell.fs.stat(path)?.kind === "directory" || ((shell.fs.stat(path)?.mode ?? 0) & 0o111) !== 0,
    );
  }
  if (/^~[^/]*$/.test(current))
    return {
      start,
      candidates: shell.process.machine.accounts
        .users()
        .map(({ name }) => `~${name}`)
        .filter((name) => name.startsWith(current)),
      suffix: "/",
    };
  // A redirection's target is a file whatever the command.
  const redirected = /[<>]\s*$/.test(line.slice(0, start));
  const own = redirected ? undefined : await ofCommand(shell, words.slice(first), current);
  if (own) return { start, candidates: own, suffix: own.length === 1 && /[=/]$/.test(own[0] ?? "") ? "" : " " };
  const onlyDirectories = ["cd", "pushd", "rmdir", "mkdir"].includes(words[first] ?? "") && !redirected;
  return files(shell, start, typed, current, quote, (path) => !onlyDirectories || shell.fs.stat(path)?.kind === "directory");
}

async function ofCommand(shell: Shell, words: readonly string[], current: string): Promise<readonly string[] | undefined> {
  const aliased = shell.aliases.get(words[0] ?? "");
  const whole = aliased ? [...aliased.trim().split(/\s+/), ...words.slice(1)] : words;
  const [name = ""] = whole;
  const { machine } = shell.process;
  const complete = machine.programs.get(basenameOf(name))?.complete;
  const said = shell.completions.get(whole === words ? name : (words[0] ?? "")) ?? shell.completions.get(name);
  try {
    if (said?.words) return said.words.filter((word) => word.startsWith(current));
    // A program that completes itself knows more than the script that would ask it.
    if (said?.callee && !complete) return await byFunction(shell, said.callee, words, current);
    return (await complete?.({ words: whole, current, env: shell.vars.exported(), cwd: shell.cwd, machine })) ?? undefined;
  } catch (error) {
    // A completion that fails completes nothing; being ended is something else.
    if (error instanceof Killed) throw error;
    return undefined;
  }
}

/** Lets a function of the shell complete: it finds the words in COMP_WORDS and answers in COMPREPLY. */
async function byFunction(shell: Shell, callee: string, words: readonly string[], current: string): Promise<readonly string[]> {
  const line = [...words, current].join(" ");
  shell.vars.setList("COMP_WORDS", [...words, current]);
  shell.vars.set("COMP_CWORD", String(words.length));
  shell.vars.set("COMP_LINE", line);
  shell.vars.set("COMP_POINT", String(line.length));
  shell.vars.setList("COMPREPLY", []);
  const { status } = shell;
  await shell.runner.command(shell, [callee, words[0] ?? "", current, words.at(-1) ?? ""]);
  shell.status = status;
  return elementsOf(shell.vars.find("COMPREPLY"));
}

function commandsOf(shell: Shell, start: string): string[] {
  const names = new Set<string>();
  for (const name of [...keywords, ...shell.builtins.keys(), ...shell.functions.keys(), ...shell.aliases.keys()])
    if (name.startsWith(start)) names.add(name);
  for (const directory of (shell.vars.get("PATH") ?? usualPath).split(":"))
    for (const name of namesIn(shell, directory || ".")) if (name.startsWith(start)) names.add(name);
  names.delete(":");
  names.delete("[");
  return [...names].sort();
}

function namesIn(shell: Shell, directory: string): readonly string[] {
  try {
    return shell.fs.list(shell.path(directory));
  } catch (error) {
    if (error instanceof FileError) return [];
    throw error;
  }
}

function files(shell: Shell, start: number, typed: string, current: string, quote: string, wanted: (path: string) => boolean): Completion {
  const slash = current.lastIndexOf("/") + 1;
  const directory = current.slice(0, slash);
  const home = shell.vars.get("HOME") ?? "/";
  const place = directory.startsWith("~/") ? home + directory.slice(1) : directory || ".";
  const base = current.slice(slash);
  const matching = namesIn(shell, place).filter((name) => name.startsWith(base) && (base.startsWith(".") || !name.startsWith(".")));
  const shown: string[] = [];
  const candidates: string[] = [];
  const typedDirectory = quote ? quote + directory : typed.slice(0, typed.lastIndexOf("/") + 1);
  for (const name of matching) {
    const path = shell.path(place.endsWith("/") ? place + name : `${place}/${name}`);
    if (!wanted(path)) continue;
    const mark = shell.fs.stat(path)?.kind === "directory" ? "/" : "";
    shown.push(name + mark);
    candidates.push(typedDirectory + (quote ? name : name.replace(/[\s'"\\$&|;<>()*?[\]!#`{}]/g, "\\$&")) + mark);
  }
  const single = candidates[0] ?? "";
  return { start, candidates, shown, suffix: candidates.length === 1 && !single.endsWith("/") ? `${quote} ` : "" };
}

/** The word that a line ends with, and those before it in the same command. */
function wordBefore(line: string): { start: number; words: string[]; quote: string } {
  let words: string[] = [];
  let start = 0;
  let quote = "";
  let word = "";
  let open = false;
  for (let at = 0; at < line.length; at++) {
    const character = line[at] ?? "";
    if (quote) {
      if (character === quote) quote = "";
      else word += character;
      continue;
    }
    if (character === "\\") {
      word += line[++at] ?? "";
      open = true;
    } else if (character === "'" || character === '"') {
      if (!open) start = at;
      quote = character;
      open = true;
    } else if (/[\s|&;()<>`]/.test(character)) {
      if (open) words.push(word);
      if (/[|&;(`]/.test(character)) words = [];
      word = "";
      open = false;
      start = at + 1;
    } else {
      if (!open) start = at;
      word += character;
      open = true;
    }
  }
  return { start: open ? start : line.length, words, quote };
}

const unquoted = (text: string): string => text.replace(/^['"]/, "").replace(/\\(.)/g, "$1");
