import { bool, string } from "../../cli/flags.ts";
import { tabbed } from "../../cli/tab-writer.ts";
import { type Context, defineCommand } from "../command.ts";
import { CommandError, throwAll } from "../errors.ts";
import { tableSpacing } from "../print/formats.ts";
import { ConfigEditor, copyOf } from "./editor.ts";
import { unexpected } from "./unexpected.ts";

const editorOf = ({ process, kube }: Context): ConfigEditor => new ConfigEditor(process, kube.files);

export const currentContext = defineCommand({
  name: "current-context",
  usage: "[flags]",
  summary: "Display the current-context",
  examples: "# The current context\nkubectl config current-context",
  run(context) {
    const name = editorOf(context).config.currentContext;
    if (!name) throw new CommandError("current-context is not set");
    context.out.line(name);
  },
});

export const useContext = defineCommand({
  name: "use-context",
  aliases: ["use"],
  usage: "CONTEXT_NAME",
  summary: "Set the current-context in a kubeconfig file",
  examples: "# The context of the minikube cluster\nkubectl config use-context minikube",
  completes: "contexts",
  run(context) {
    const { args, out } = context;
    const [name = ""] = args;
    if (args.length !== 1) throw unexpected(context);
    const editor = editorOf(context);
    if (!name) throw new CommandError("empty context names are not allowed");
    if (!editor.config.contexts.has(name)) throw new CommandError(`no context exists with the name: ${JSON.stringify(name)}`);
    editor.save({ ...copyOf(editor.config), currentContext: name });
    out.line(`Switched to context ${JSON.stringify(name)}.`);
  },
});

export const getContexts = defineCommand({
  name: "get-contexts",
  usage: "[(-o|--output=)name)]",
  summary: "Describe one or many contexts",
  examples: "# All contexts\nkubectl config get-contexts\n\n# One\nkubectl config get-contexts minikube",
  completes: "contexts",
  flags: {
    "no-headers": bool({ help: "Print no line of headers." }),
    output: string({ short: "o", help: "The output format: name.", completes: ["name"] }),
  },
  run(context) {
    const { args, flags, out } = context;
    if (flags.output !== "" && flags.output !== "name")
      throw new CommandError(`--output ${flags.output} is not available in kubectl config get-contexts; resetting to default output format`);
    const { contexts, currentContext: current } = editorOf(context).config;
    const names = (args.length > 0 ? args.filter((name) => contexts.has(name)) : [...contexts.keys()]).sort();
    if (flags.output === "name") for (const name of names) out.line(name);
    else {
      const rows = names.map((name) => {
        const { cluster = "", user = "", namespace = "" } = contexts.get(name) ?? {};
        return [name === current ? "*" : " ", name, cluster, user, namespace];
      });
      const lines = [...(flags["no-headers"] ? [] : [["CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE"]]), ...rows];
      out.print(tabbed(lines.map((cells) => `${cells.join("\t")}\n`).join(""), tableSpacing));
    }
    const missing = args.filter((name) => !contexts.has(name)).map((name) => new CommandError(`context ${name} not found`));
    throwAll(missing);
  },
});

export const setContext = defineCommand({
  name: "set-context",
  usage: "[NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] [--namespace=namespace]",
  summary: "Set a context entry in kubeconfig",
  description: "Set a context entry in kubeconfig.\n\n Of a context that is there, what is not given stays as it is.",
  examples: "# Another namespace from now on\nkubectl config set-context --current --namespace=web",
  completes: "contexts",
  flags: {
    cluster: string({ help: "The cluster of the context.", completes: "cluster" }),
    current: bool({ help: "Change the current context." }),
    namespace: string({ short: "n", help: "The namespace of the context.", completes: "namespace" }),
    user: string({ help: "The user of the context.", completes: "user" }),
  },
  run(context) {
    const { args, flags, out } = context;
    if (args.length > 1) throw unexpected(context);
    const [given = ""] = args;
    if (!given && !flags.current) throw new CommandError("you must specify a non-empty context name or --current");
    if (given && flags.current) throw new CommandError("you cannot specify both a context name and --current");
    const editor = editorOf(context);
    const name = given || editor.config.currentContext;
    if (!name) throw new CommandError("no current context is set");
    const before = editor.config.contexts.get(name);
    const changes = (["cluster", "user", "namespace"] as const).filter((flag) => context.changed(flag)).map((flag) => [flag, flags[flag]]);
    const entry = { cluster: "", user: "", ...before, ...Object.fromEntries(changes) };
    if (!entry.namespace) delete entry.namespace;
    const config = copyOf(editor.config);
    config.contexts.set(name, entry);
    editor.save(config);
    out.line(`Context ${JSON.stringify(name)} ${before ? "modified" : "created"}.`);
  },
});

export const renameContext = defineCommand({
  name: "rename-context",
  usage: "CONTEXT_NAME NEW_NAME",
  summary: "Rename a context from the kubeconfig file",
  description: "Renames a context from the kubeconfig file.\n\n The current context stays current under its new name.",
  examples: "# From old to new\nkubectl config rename-context old new",
  completes: "contexts",
  run(context) {
    const { args, out } = context;
    const [old = "", name = ""] = args;
    if (args.length !== 2) throw unexpected(context);
    if (!name) throw new CommandError("You must specify a new non-empty context name");
    const editor = editorOf(context);
    const entry = editor.config.contexts.get(old);
    const about = `cannot rename the context ${JSON.stringify(old)}`;
    if (!entry) throw new CommandError(`${about}, it's not in ${editor.file}`);
    if (editor.config.contexts.has(name)) throw new CommandError(`${about}, the context ${JSON.stringify(name)} already exists in ${editor.file}`);
    const config = copyOf(editor.config);
    config.contexts.delete(old);
    config.contexts.set(name, entry);
    editor.save({ ...config, currentContext: config.currentContext === old ? name : config.currentContext });
    out.line(`Context ${JSON.stringify(old)} renamed to ${JSON.stringify(name)}.`);
  },
});

/** `delete-context` and `delete-cluster`. */
export const defineDelete = (section: "contexts" | "clusters" | "users", what: "context" | "cluster" | "user") =>
  defineCommand({
    name: `delete-${what}`,
    usage: "NAME",
    summary: `Delete the specified ${what} from the kubeconfig`,
    examples: `# The ${what} minikube\nkubectl config delete-${what} minikube`,
    completes: section,
    run(context) {
      const { args, out } = context;
      const [name = ""] = args;
      const editor = editorOf(context);
      if (args.length !== 1) {
        if (what === "user") throw new CommandError(`user to delete is required\nSee '${context.path} -h' for help and examples`);
        out.print(context.help());
        return;
      }
      if (!editor.config[section].has(name)) throw new CommandError(`cannot delete ${what} ${name}, not in ${editor.file}`);
      if (what === "context" && editor.config.currentContext === name)
        out.error('warning: this removed your active context, use "kubectl config use-context" to select a different one');
      const config = copyOf(editor.config);
      config[section].delete(name);
      editor.save(config);
      out.line(`deleted ${what} ${name} from ${editor.file}`);
    },
  });

/** `get-clusters` and `get-users`. */
export const defineList = (section: "clusters" | "users") =>
  defineCommand({
    name: `get-${section}`,
    usage: "[flags]",
    summary: `Display ${section} defined in the kubeconfig`,
    examples: `# All ${section}\nkubectl config get-${section}`,
    run(context) {
      context.out.line("NAME");
      for (const name of [...editorOf(context).config[section].keys()].sort()) context.out.line(name);
    },
  });
