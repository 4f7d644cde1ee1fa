import { defineCommand } from "../command.ts";
import { keyOf, settingsOf, withoutSection, withSetting } from "../config-file.ts";
import { GitError } from "../failure.ts";
import { configurationOf } from "../repository.ts";

export const config = defineCommand({
  name: "config",
  summary: "Get and set repository or global options",
  usage: "[<options>] [<name> [<value>]]",
  options: [
    "global",
    "local",
    "system",
    "worktree",
    "f,file=",
    "l,list",
    "get",
    "get-all",
    "get-regexp",
    "unset",
    "unset-all",
    "add",
    "replace-all",
    "remove-section",
    "rename-section",
    "e,edit",
    "bool",
    "int",
    "bool-or-int",
    "path",
    "type=",
    "show-origin",
    "show-scope",
    "name-only",
    "default=",
    "z,null",
    "includes",
  ],
  inOrder: false,

  async run(scene, args) {
    const { fs, process } = scene;
    const home = process.env.get("HOME") ?? process.user.home;
    const repository = args.has("global") || args.has("system") || args.has("file") ? undefined : scene.found();
    const given = args.get("file");
    const file =
      given !== undefined
        ? scene.path(given)
        : args.has("system")
          ? "/etc/gitconfig"
          : args.has("global")
            ? (process.env.get("GIT_CONFIG_GLOBAL") ?? `${home}/.gitconfig`)
            : undefined;
    if (args.has("local") && !repository) throw new GitError("--local can only be used inside a git repository");
    const sources =
      file !== undefined
        ? fs.stat(file)
          ? [{ scope: args.has("system") ? "system" : "global", path: file, settings: settingsOf(fs.readText(file)) }]
          : []
        : configurationOf(process, repository?.gitDir).filter(({ scope }) => !args.has("local") || scope === "local");
    const all = [
      ...sources.flatMap(({ scope, path, settings }) =>
        settings.map((one) => ({
          ...one,
          origin: `${args.has("show-scope") ? `${scope}\t` : ""}${args.has("show-origin") ? `file:${repository && path === `${repository.gitDir}/config` && process.cwd === repository.workTree ? ".git/config" : path}\t` : ""}`,
        })),
      ),
      ...scene.given.map((one) => ({ ...one, origin: "" })),
    ];
    if (args.has("list")) {
      if (file !== undefined && sources.length === 0) throw new GitError(`unable to read config file '${file}': No such file or directory`);
      for (const { key, value, origin } of all) scene.line(`${origin}${args.has("name-only") ? key : `${key}=${value}`}`);
      return 0;
    }
    const target = file ?? (repository ? `${repository.gitDir}/config` : undefined);
    const text = () => (target !== undefined && fs.stat(target) ? fs.readText(target) : "");
    const put = (content: string) => {
      if (target === undefined) throw new GitError("not in a git directory");
      fs.write(target, content);
      repository?.forgetSettings();
    };
    if (args.has("edit")) {
      if (target === undefined) throw new GitError("not in a git directory");
      await scene.flush();
      const editor = process.env.get("GIT_EDITOR") ?? scene.setting("core.editor") ?? process.env.get("VISUAL") ?? process.env.get("EDITOR") ?? "vi";
      return process.run(["sh", "-c", `${editor} "$@"`, editor, target]);
    }
    const [name = "", value, pattern] = args.operands;
    if (args.has("remove-section") || args.has("rename-section")) {
      const without = withoutSection(text(), name);
      if (without === undefined) throw new GitError(`no such section: ${name}`);
      put(args.has("rename-section") ? text().replace(`[${name}]`, `[${value}]`) : without);
      return 0;
    }
    if (name === "") throw new GitError("usage: git config [<options>]\n", 129);
    if (args.has("get-regexp")) {
      const regex = new RegExp(name);
      const found = all.filter(({ key }) => regex.test(key));
      for (const { key, value: one } of found) scene.line(args.has("name-only") ? key : `${key} ${one}`);
      return found.length > 0 ? 0 : 1;
    }
    if (!name.includes(".")) throw new GitError(`error: key does not contain a section: ${name}`, value === undefined ? 1 : 2);
    if (!/^[A-Za-z0-9-]+\.(?:.*\.)?[A-Za-z][A-Za-z0-9-]*$/s.test(name))
      throw new GitError(
        name.endsWith(".") ? `error: key does not contain variable name: ${name}` : `error: invalid key: ${name}`,
        name.endsWith(".") ? 2 : 1,
      );
    const found = all.filter(({ key }) => key === keyOf(name));
    if (args.has("unset") || args.has("unset-all")) {
      const own = settingsOf(text()).filter(({ key }) => key === keyOf(name));
      if (own.length === 0) return 5;
      if (own.length > 1 && !args.has("unset-all")) {
        scene.say(`warning: ${keyOf(name)} has multiple values`);
        return 5;
      }
      put(withSetting(text(), name, undefined, args.has("unset-all") ? "all" : "replace"));
      return 0;
    }
    if (value === undefined || args.has("get") || args.has("get-all")) {
      const last = found.at(-1);
      const usual = args.get("default");
      if (!last && usual !== undefined) scene.line(usual);
      if (!last) return usual === undefined ? 1 : 0;
      for (const one of args.has("get-all") ? found : [last])
        scene.line(`${one.origin}${typed(one.value, args.has("bool") ? "bool" : args.get("type"))}`);
      return 0;
    }
    if (pattern !== undefined) throw new GitError("git config with a pattern of values: not simulated by Podyard");
    const own = settingsOf(text()).filter(({ key }) => key === keyOf(name));
    if (own.length > 1 && !args.has("add") && !args.has("replace-all")) {
      scene.say(
        `warning: ${keyOf(name)} has multiple values\nerror: cannot overwrite multiple values with a single value\n       Use a regexp, --add or --replace-all to change ${name}.`,
      );
      return 5;
    }
    const before = args.has("replace-all") ? withSetting(text(), name, undefined, "all") : text();
    put(withSetting(before, name, value, args.has("add") ? "add" : "replace"));
    return 0;
  },
});

const typed = (value: string, type: string | undefined): string => (type === "bool" ? String(/^(true|yes|on|[1-9]\d*)$/i.test(value)) : value);
