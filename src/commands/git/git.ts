import { bytesOf } from "#base/streams.ts";
import { FileError } from "#shell/file-system.ts";
import type { Program } from "#shell/process.ts";
import { argumentsOf, usageOf } from "./command.ts";
import { absent, commands, groups } from "./commands/index.ts";
import type { Setting } from "./config-file.ts";
import { GitError, Quit } from "./failure.ts";
import { Scene, settingOf } from "./scene.ts";

const version = "2.39.5";

const helpText = (): string =>
  `usage: git [-v | --version] [-h | --help] [-C <path>] [-c <name>=<value>]
           [-p | --paginate | -P | --no-pager] [--git-dir=<path>] [--work-tree=<path>]
           <command> [<args>]

These are common Git commands used in various situations:

${groups.map(([heading, list]) => `${heading}\n${list.map(({ name, summary }) => `   ${name.padEnd(9)} ${summary}\n`).join("")}`).join("\n")}
`;

/** `git`, upon real objects: what lies in `.git` is what the real one would write. */
export const git: Program = async (process) => {
  const say = async (text: string) => process.stderr.write(bytesOf(text));
  const given: Setting[] = [];
  const places: { gitDir?: string; workTree?: string } = {};
  let usesPager = true;
  const words = process.args.slice(1);
  for (let word = words[0]; word?.startsWith("-"); word = words[0]) {
    words.shift();
    const [name = "", joined] = word.split(/=(.*)/s);
    const value = () => joined ?? words.shift() ?? "";
    if (word === "--version" || word === "-v") {
      await process.stdout.write(bytesOf(`git version ${version}\n`));
      return 0;
    }
    if (word === "-h" || word === "--help") {
      await process.stdout.write(bytesOf(helpText()));
      return 0;
    }
    if (name === "-C") {
      const path = words.shift() ?? "";
      const directory = process.machine.fs.resolve(process.cwd, path);
      if (process.machine.fs.stat(directory)?.kind !== "directory") {
        await say(`fatal: cannot change to '${path}': No such file or directory\n`);
        return 128;
      }
      process.cwd = directory;
    } else if (name === "-c") given.push(settingOf(words.shift() ?? ""));
    else if (name === "--git-dir") places.gitDir = value();
    else if (name === "--work-tree") places.workTree = value();
    else if (word === "-P" || word === "--no-pager") usesPager = false;
    else if (word === "--no-optional-locks" || word === "-p" || word === "--paginate" || word === "--literal-pathspecs") continue;
    else {
      await say(
        `unknown option: ${word}\nusage: git [-v | --version] [-h | --help] [-C <path>] [-c <name>=<value>]\n           <command> [<args>]\n`,
      );
      return 129;
    }
  }
  const [name, ...args] = words;
  if (name === undefined || (name === "help" && args.length === 0)) {
    await (name === undefined ? process.stdout : process.stdout).write(bytesOf(helpText()));
    return name === undefined ? 1 : 0;
  }
  if (name === "version") {
    await process.stdout.write(bytesOf(`git version ${version}\n`));
    return 0;
  }
  const scene = new Scene(process, given, places, usesPager);
  const command = commands.get(name);
  try {
    if (!command) return await otherwise(scene, name, args);
    if (args.includes("-h") && args.length === 1) {
      await process.stdout.write(bytesOf(`${usageOf(command)}\n`));
      return 129;
    }
    if (args[0] === "--help") throw new GitError(`git help ${name}: the manual is not part of Podyard; https://git-scm.com/docs/git-${name}`);
    const code = await command.run(scene, argumentsOf(command, args));
    if (command.paged) await scene.page();
    await scene.flush();
    return code ?? 0;
  } catch (error) {
    await scene.flush();
    if (error instanceof Quit) return error.code;
    if (error instanceof FileError) {
      await say(`error: ${error.message}\n`);
      return 128;
    }
    if (!(error instanceof GitError)) throw error;
    await say(error.told);
    return error.code;
  }
};

/** An alias of the user's, or a name that is none. */
async function otherwise(scene: Scene, name: string, args: readonly string[]): Promise<number> {
  const alias = scene.setting(`alias.${name}`);
  if (alias?.startsWith("!")) {
    const top = scene.found()?.workTree;
    return scene.process.run(["sh", "-c", `${alias.slice(1)} "$@"`, alias.slice(1), ...args], top ? { cwd: top } : {});
  }
  if (alias !== undefined)
    return scene.process.run(["git", ...(alias.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^(['"])(.*)\1$/s, "$2")), ...args]);
  if (absent.has(name)) throw new GitError(`git ${name}: not simulated by Podyard`);
  const near = [...commands.keys()].filter((one) => distance(one, name) <= 2 + Math.floor(name.length / 6) || one.startsWith(name));
  const list =
    near.length === 0 ? "" : `\n\nThe most similar command${near.length === 1 ? " is" : "s are"}\n${near.map((one) => `\t${one}`).join("\n")}`;
  throw new GitError(`git: '${name}' is not a git command. See 'git --help'.${list}`, 1);
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length] ?? 0;
}
