import { base64Of } from "#machinery/base64-text.ts";
import { bool, string, strings } from "../../cli/flags.ts";
import { type Asked, defineCommand } from "../command.ts";
import { CommandError } from "../errors.ts";
import { ConfigEditor, copyOf } from "./editor.ts";
import type { UserEntry } from "./kubeconfig.ts";

const flags = {
  "auth-provider": string({ help: "The plugin that gets the user's credentials." }),
  "auth-provider-arg": strings({ help: "What it is told, as key=value; key- takes it away." }),
  "client-certificate": string({ help: "The file with the user's certificate.", completes: "file" }),
  "client-key": string({ help: "The file with the user's key.", completes: "file" }),
  "embed-certs": bool({ help: "Put certificate and key into the kubeconfig." }),
  "exec-api-version": string({ help: "The version of the API that the command speaks." }),
  "exec-arg": strings({ help: "An argument of the command. May be given several times." }),
  "exec-command": string({ help: "A command that gets the user's credentials." }),
  "exec-env": strings({ commas: false, help: "A variable of the command's environment, as key=value; key- takes it away." }),
  "exec-interactive-mode": string({ help: "Whether the command asks the user: IfAvailable, Never or Always." }),
  "exec-provide-cluster-info": bool({ help: "Tell the command about the cluster." }),
  password: string({ help: "The user's password." }),
  token: string({ help: "The user's token." }),
  username: string({ help: "The user's name." }),
} as const;

type Ask = Asked<typeof flags>;

export const setCredentials = defineCommand({
  name: "set-credentials",
  usage:
    "NAME [--client-certificate=path/to/certfile] [--client-key=path/to/keyfile] [--token=bearer_token] [--username=basic_user] [--password=basic_password] [--auth-provider=provider_name] [--auth-provider-arg=key=value] [--exec-command=exec_command] [--exec-api-version=exec_api_version] [--exec-arg=arg] [--exec-env=key=value]",
  summary: "Set a user entry in kubeconfig",
  description:
    "Set a user entry in kubeconfig.\n\n Of a user that is there, what is not given stays as it is. It shows who it is by one of\n\n        --client-certificate=certfile --client-key=keyfile\n        --token=bearer_token\n        --username=basic_user --password=basic_password\n\n A token and a password exclude each other.",
  examples: `# By a certificate
kubectl config set-credentials jane --client-certificate=jane.crt --client-key=jane.key

# By a token
kubectl config set-credentials robot --token=abc`,
  completes: "users",
  flags,

  run(context) {
    const { args, kube, out, process } = context;
    const [name = ""] = args;
    if (args.length !== 1) throw new CommandError(`unexpected args: [${args.join(" ")}]`);
    if (!name) throw new CommandError("you must specify a non-empty user name");
    check(context);
    const editor = new ConfigEditor(process, kube.files);
    const config = copyOf(editor.config);
    config.users.set(name, changed(context, config.users.get(name) ?? {}));
    editor.save(config);
    out.line(`User ${JSON.stringify(name)} set.`);
  },
});

function check(context: Ask): void {
  const { flags: f, process } = context;
  if (f.token && (f.username || f.password))
    throw new CommandError("you cannot specify more than one authentication method at the same time: --token, --username/--password");
  if (f["embed-certs"]) {
    if (!f["client-certificate"] && !f["client-key"]) throw new CommandError("you must specify a --client-certificate or --client-key to embed");
    for (const flag of ["client-certificate", "client-key"] as const) {
      const path = f[flag];
      if (path && !process.machine.fs.stat(process.machine.fs.resolve(process.cwd, path)))
        throw new CommandError(`could not stat ${flag} file ${path}: stat ${path}: no such file or directory`);
    }
  }
  if (context.changed("exec-interactive-mode") && !["IfAvailable", "Always", "Never"].includes(f["exec-interactive-mode"]))
    throw new CommandError("invalid interactive mode type, can be only IfAvailable, Never, Always");
}

function changed(context: Ask, before: UserEntry): UserEntry {
  const { flags: f, process } = context;
  const { fs } = process.machine;
  const entry: UserEntry = { ...before };
  for (const flag of ["client-certificate", "client-key"] as const) {
    if (!context.changed(flag)) continue;
    const path = fs.resolve(process.cwd, f[flag]);
    if (f["embed-certs"]) {
      entry[`${flag}-data`] = base64Of(fs.read(path));
      delete entry[flag];
    } else {
      entry[flag] = path;
      delete entry[`${flag}-data`];
    }
  }
  for (const flag of ["token", "username", "password"] as const) if (context.changed(flag)) entry[flag] = f[flag];
  const provider = providerOf(context, entry["auth-provider"]);
  if (provider) entry["auth-provider"] = provider;
  const exec = execOf(context, entry.exec);
  if (exec) entry.exec = exec;
  if (f.token) {
    delete entry.username;
    delete entry.password;
  } else if (f.username || f.password) delete entry.token;
  for (const flag of ["token", "username", "password"] as const) if (entry[flag] === "") delete entry[flag];
  return entry;
}

function providerOf(context: Ask, before: Record<string, unknown> | undefined): Record<string, unknown> | undefined {
  const { flags: f } = context;
  const name = f["auth-provider"];
  const provider = context.changed("auth-provider") && before?.["name"] !== name ? { name } : before;
  if (!provider) return undefined;
  const { set, remove } = pairs(f["auth-provider-arg"], "auth-provider-arg");
  const config = { ...((provider as { config?: object }).config ?? {}), ...Object.fromEntries(set) } as Record<string, string>;
  for (const key of remove) delete config[key];
  return { ...provider, config: Object.keys(config).length > 0 ? config : null };
}

function execOf(context: Ask, before: Record<string, unknown> | undefined): Record<string, unknown> | undefined {
  const { flags: f } = context;
  let exec = before;
  if (context.changed("exec-command")) {
    const { args: _, ...kept } = before ?? {};
    exec = { ...kept, command: f["exec-command"] };
  }
  if (!exec) return undefined;
  exec = { ...exec };
  if (context.changed("exec-api-version")) exec["apiVersion"] = f["exec-api-version"];
  if (f["exec-arg"].length > 0) exec["args"] = f["exec-arg"];
  if (context.changed("exec-interactive-mode")) exec["interactiveMode"] = f["exec-interactive-mode"];
  if (context.changed("exec-provide-cluster-info")) exec["provideClusterInfo"] = f["exec-provide-cluster-info"];
  const { set, remove } = pairs(f["exec-env"], "exec-env");
  if (set.size + remove.length > 0) {
    const old = ((exec["env"] as { name: string; value: string }[] | null | undefined) ?? []).filter(({ name }) => !remove.includes(name));
    const kept = old.map(({ name, value }) => ({ name, value: set.get(name) ?? value }));
    const added = [...set].filter(([name]) => !old.some((other) => other.name === name)).map(([name, value]) => ({ name, value }));
    exec["env"] = [...kept, ...added];
  }
  return exec;
}

function pairs(texts: readonly string[], flag: string): { set: Map<string, string>; remove: string[] } {
  const set = new Map<string, string>();
  const remove: string[] = [];
  for (const text of texts) {
    const equals = text.indexOf("=");
    if (equals > 0) set.set(text.slice(0, equals), text.slice(equals + 1));
    else if (text.endsWith("-") && text !== "-") remove.push(text.slice(0, -1));
    else throw new CommandError(`invalid ${flag} format: ${text}`);
  }
  const both = remove.filter((key) => set.has(key));
  if (both.length > 0) throw new CommandError(`can not both modify and remove the following ${flag}(s) in the same command: ${both.join(", ")}`);
  return { set, remove };
}
