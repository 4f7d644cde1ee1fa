import { defineCommand } from "../command.ts";
import { withoutSection, withSetting } from "../config-file.ts";
import { GitError } from "../failure.ts";
import { remoteSide } from "../remote-side.ts";
import { ancestors } from "../revision.ts";
import { fetchFrom } from "./fetch.ts";
import { namesOf } from "./remote-names.ts";

export const remote = defineCommand({
  name: "remote",
  summary: "Manage set of tracked repositories",
  usage:
    "[-v | --verbose]\nremote add <name> <url>\nremote rename <old> <new>\nremote remove <name>\nremote set-url <name> <newurl>\nremote get-url <name>\nremote show [<name>]\nremote prune <name>",
  options: ["v,verbose", "f", "t=", "m=", "push", "all", "add", "delete", "n", "tags", "no-tags", "a,auto", "d"],
  inOrder: false,

  async run(scene, args) {
    const { repository } = scene;
    const [command, name = "", value] = args.operands;
    const needed = () => {
      if (!namesOf(repository).includes(name))
        throw new GitError(`error: No such remote${command === "remove" || command === "rm" || command === "rename" ? ":" : ""} '${name}'`, 2);
    };
    const url = (of: string) => repository.setting(`remote.${of}.url`) ?? "";
    const push = (of: string) => repository.setting(`remote.${of}.pushurl`) ?? url(of);
    switch (command) {
      case undefined:
        for (const one of namesOf(repository)) {
          if (!args.has("verbose")) scene.line(one);
          else scene.print(`${one}\t${url(one)} (fetch)\n${one}\t${push(one)} (push)\n`);
        }
        return 0;
      case "add": {
        if (value === undefined) throw new GitError("usage: git remote add [<options>] <name> <url>\n", 129);
        if (namesOf(repository).includes(name)) throw new GitError(`error: remote ${name} already exists.`, 3);
        if (!/^[\w][\w./-]*$/.test(name)) throw new GitError(`'${name}' is not a valid remote name`);
        const text = withSetting(repository.note("config") ?? "", `remote.${name}.url`, value);
        repository.putNote("config", withSetting(text, `remote.${name}.fetch`, `+refs/heads/*:refs/remotes/${name}/*`));
        repository.forgetSettings();
        return args.has("f") ? fetchFrom(scene, repository, name, args) : 0;
      }
      case "remove":
      case "rm":
      case "rename": {
        needed();
        let text = repository.note("config") ?? "";
        const { refs } = repository;
        const kept = refs.list(`refs/remotes/${name}/`);
        const targets = new Map(kept.map(([ref]) => [ref, refs.symbolic(ref)]));
        for (const [ref] of kept) refs.remove(ref);
        if (command === "rename") {
          if (value === undefined) throw new GitError("usage: git remote rename [--[no-]progress] <old> <new>\n", 129);
          text = text.replace(`[remote "${name}"]`, `[remote "${value}"]`).replace(`refs/remotes/${name}/*`, `refs/remotes/${value}/*`);
          text = text.replace(new RegExp(`^(\\s*remote = )${name.replace(/[.\\]/g, "\\$&")}$`, "gm"), `$1${value}`);
          const renamed = (ref: string) => ref.replace(`refs/remotes/${name}/`, `refs/remotes/${value}/`);
          for (const [ref, id] of kept) {
            const target = targets.get(ref);
            if (target === undefined) refs.write(renamed(ref), id);
            else refs.point(renamed(ref), renamed(target));
          }
        } else {
          text = withoutSection(text, `remote.${name}`) ?? text;
          for (const { key, value: of } of repository.settings())
            if (/^branch\..*\.remote$/.test(key) && of === name) text = withoutSection(text, key.replace(/\.remote$/, "")) ?? text;
        }
        repository.putNote("config", text);
        return 0;
      }
      case "set-url":
        needed();
        repository.putNote(
          "config",
          withSetting(repository.note("config") ?? "", `remote.${name}.${args.has("push") ? "pushurl" : "url"}`, value ?? ""),
        );
        return 0;
      case "get-url":
        needed();
        scene.line(args.has("push") ? push(name) : url(name));
        return 0;
      case "prune":
        needed();
        return fetchFrom(scene, repository, name, args, true);
      case "show": {
        if (name === "") {
          for (const one of namesOf(repository)) scene.line(one);
          return 0;
        }
        needed();
        const side = await remoteSide(scene.process, url(name), repository.workTree);
        const heads = side.refs().flatMap(([ref]) => (ref.startsWith("refs/heads/") ? [ref.slice(11)] : []));
        const width = Math.max(0, ...heads.map((head) => head.length));
        scene.print(`* remote ${name}\n  Fetch URL: ${url(name)}\n  Push  URL: ${push(name)}\n  HEAD branch: ${side.branch ?? "(unknown)"}\n`);
        if (heads.length > 0)
          scene.print(
            `  Remote branch${heads.length === 1 ? "" : "es"}:\n${heads.map((head) => `    ${head.padEnd(width)} ${repository.refs.resolve(`refs/remotes/${name}/${head}`) ? "tracked" : "new (next fetch will store in remotes/origin)"}\n`).join("")}`,
          );
        const widest = (list: readonly string[]) => Math.max(0, ...list.map((one) => one.length));
        const merging = repository.refs.list("refs/heads/").flatMap(([ref]) => {
          const own = ref.slice(11);
          const merge = repository.setting(`branch.${own}.merge`)?.replace("refs/heads/", "");
          return merge !== undefined && repository.setting(`branch.${own}.remote`) === name ? [{ own, merge }] : [];
        });
        if (merging.length > 0) {
          const wide = widest(merging.map(({ own }) => own));
          scene.print(
            `  Local branch${merging.length === 1 ? "" : "es"} configured for 'git pull':\n${merging.map(({ own, merge }) => `    ${own.padEnd(wide)} merges with remote ${merge}\n`).join("")}`,
          );
        }
        const pushing = repository.refs.list("refs/heads/").flatMap(([ref, id]) => {
          const there = side.refs().find(([one]) => one === ref)?.[1];
          if (there === undefined) return [];
          const state =
            there === id
              ? "up to date"
              : repository.objects.has(there) && ancestors(repository, [id]).has(there)
                ? "fast-forwardable"
                : "local out of date";
          return [{ own: ref.slice(11), state }];
        });
        if (pushing.length > 0) {
          const wide = widest(pushing.map(({ own }) => own));
          scene.print(
            `  Local ref${pushing.length === 1 ? "" : "s"} configured for 'git push':\n${pushing.map(({ own, state }) => `    ${own.padEnd(wide)} pushes to ${own.padEnd(wide)} (${state})\n`).join("")}`,
          );
        }
        return 0;
      }
      default:
        throw new GitError(`error: Unknown subcommand: ${command}\nusage: git remote [-v | --verbose]\n`, 129);
    }
  },
});
