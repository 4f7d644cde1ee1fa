import { base64Of } from "#machinery/base64-text.ts";
import { FileError } from "#shell/file-system.ts";
import type { Process } from "#shell/process.ts";
import { bool } from "../../cli/flags.ts";
import type { Thing } from "../api/server.ts";
import { defineCommand } from "../command.ts";
import { CommandError, usageError } from "../errors.ts";
import { outputFlags, printerFor } from "../print/formats.ts";
import { fileProblem } from "../resources/files.ts";
import { ConfigEditor } from "./editor.ts";
import { configObject, type KubeConfig, readConfig } from "./kubeconfig.ts";

export const view = defineCommand({
  name: "view",
  usage: "[flags]",
  summary: "Display merged kubeconfig settings or a specified kubeconfig file",
  description: "Display merged kubeconfig settings or a specified kubeconfig file.\n\n With -o, templates can pick out single values.",
  examples: `# All of it
kubectl config view

# With certificates and secrets
kubectl config view --raw

# A user's name
kubectl config view -o jsonpath='{.users[0].name}'`,
  flags: {
    ...outputFlags,
    flatten: bool({ help: "Put files that it names into it, so that it stands alone." }),
    merge: bool({ default: true, help: "Take all kubeconfig files together." }),
    minify: bool({ help: "Only what the current context uses." }),
    output: { ...outputFlags.output, default: "yaml", shown: () => "'yaml'" },
    raw: bool({ help: "Show certificates and secrets." }),
  },
  run(context) {
    const { flags, args, kube, out, process } = context;
    if (args.length > 0) throw usageError(context, `unexpected arguments: [${args.join(" ")}]`);
    const merge = kube.files.explicit && !context.changed("merge") ? false : flags.merge;
    const print = printerFor(process, flags, [], true);
    if (!merge && !kube.files.explicit) throw new CommandError("if merge==false a precise file must be specified");
    let config = merge ? new ConfigEditor(process, kube.files).config : fileConfig(process, kube.files.paths[0] ?? "");
    if (flags.minify) config = minified(flags.context ? { ...config, currentContext: flags.context } : config);
    if (flags.flatten) config = flattened(process, config);
    else if (!flags.raw) config = redacted(config);
    if (print) out.print(print(configObject(config) as unknown as Thing));
  },
});

function fileConfig({ machine, cwd }: Process, path: string): KubeConfig {
  const config = readConfig(machine.fs, machine.fs.resolve(cwd, path), path);
  if (!config) throw new CommandError(`open ${path}: no such file or directory`);
  return config;
}

function minified(config: KubeConfig): KubeConfig {
  const { currentContext: name } = config;
  if (!name) throw new CommandError("current-context must exist in order to minify");
  const context = config.contexts.get(name);
  if (!context) throw new CommandError(`cannot locate context ${name}`);
  const pick = <T>(map: ReadonlyMap<string, T>, key: string, what: string): Map<string, T> => {
    const entry = map.get(key);
    if (key && !entry) throw new CommandError(`cannot locate ${what} ${key}`);
    return new Map(entry ? [[key, entry]] : []);
  };
  return {
    ...config,
    contexts: new Map([[name, context]]),
    clusters: pick(config.clusters, context.cluster, "cluster"),
    users: pick(config.users, context.user, "user"),
  };
}

const hidden: Readonly<Record<string, string>> = {
  token: "REDACTED",
  password: "REDACTED",
  "client-certificate-data": "DATA+OMITTED",
  "client-key-data": "DATA+OMITTED",
  "certificate-authority-data": "DATA+OMITTED",
};

/** Without what nobody should see over one's shoulder. */
function redacted(config: KubeConfig): KubeConfig {
  const hide = <T extends object>(map: ReadonlyMap<string, T>): Map<string, T> =>
    new Map(
      [...map].map(([name, entry]) => {
        const fields = Object.entries(entry).map(([key, value]) => [key, value ? (hidden[key] ?? value) : value]);
        return [name, Object.fromEntries(fields) as T];
      }),
    );
  return { ...config, clusters: hide(config.clusters), users: hide(config.users) };
}

/** With the files that it names inside of it. */
function flattened({ machine, cwd }: Process, config: KubeConfig): KubeConfig {
  const data = (path: string): string => {
    try {
      return base64Of(machine.fs.read(machine.fs.resolve(cwd, path)));
    } catch (error) {
      if (error instanceof FileError) throw new CommandError(`open ${path}: ${fileProblem(error)}`);
      throw error;
    }
  };
  const embed = <T extends object>(map: ReadonlyMap<string, T>, keys: readonly string[]): Map<string, T> =>
    new Map(
      [...map].map(([name, entry]) => {
        const fields = Object.entries(entry).map(([key, value]) =>
          keys.includes(key) && value ? [`${key}-data`, data(String(value))] : [key, value],
        );
        return [name, Object.fromEntries(fields) as T];
      }),
    );
  return {
    ...config,
    clusters: embed(config.clusters, ["certificate-authority"]),
    users: embed(config.users, ["client-certificate", "client-key"]),
  };
}
