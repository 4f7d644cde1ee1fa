import type { FileSystem } from "#shell/file-system.ts";
import { starterFiles } from "../chart/starter.ts";
import { defineCommand, exactly } from "../command.ts";
import { HelmError } from "../errors.ts";
import { text } from "../flags.ts";
import { baseName } from "../functions/paths.ts";

const longest = 250;

export const create = defineCommand({
  name: "create",
  usage: "NAME [flags]",
  summary: "create a new chart with the given name",
  description: `Create a directory with the files that a chart begins with: Chart.yaml, values.yaml, .helmignore, charts/ and templates/.

Files of the same names that are there already are overwritten, others stay.`,
  flags: { starter: text({ short: "p", help: "the name or absolute path to Helm starter scaffold" }) },
  run(invocation) {
    const { out, process, flags } = invocation;
    const [path = ""] = exactly(invocation, 1);
    const name = baseName(path);
    out.line(`Creating ${path}`);
    if (flags.starter !== "") throw new HelmError("Not simulated by Podyard: starter scaffolds of helm");
    if (name.length > longest) throw new HelmError(`chart name must be less than ${longest} characters`);
    if (!/^[a-zA-Z0-9._-]+$/.test(name) || name === "." || name === "..")
      throw new HelmError('chart name must match the regular expression "^[a-zA-Z0-9._-]+$"');
    const { fs } = process.machine;
    const directory = fs.resolve(process.cwd, path);
    const parent = directory.slice(0, directory.lastIndexOf("/")) || "/";
    if (!fs.stat(parent)) throw new HelmError(`stat ${parent}: no such file or directory`);
    const stat = fs.stat(directory);
    if (stat && stat.kind !== "directory") throw new HelmError(`file ${directory} already exists and is not a directory`);
    for (const [file, content] of starterFiles(name)) {
      const target = `${directory}/${file}`;
      if (fs.stat(target)) out.line(`WARNING: File ${JSON.stringify(target)} already exists. Overwriting.`);
      make(fs, target, content);
    }
    fs.mkdir(`${directory}/charts`, { recursive: true });
  },
});

function make(fs: FileSystem, path: string, content: string): void {
  fs.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  fs.write(path, content);
}
