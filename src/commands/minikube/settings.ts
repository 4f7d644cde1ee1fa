import type { Context } from "./command.ts";
import { defineCommand, Stopped } from "./command.ts";

/** Settings that a later `minikube start` would take up, and whether Podyard's does. */
const names = [
  "driver",
  "container-runtime",
  "feature-gates",
  "cpus",
  "disk-size",
  "memory",
  "kubernetes-version",
  "profile",
  "rootless",
  "WantUpdateNotification",
  "EmbedCerts",
];

const pathOf = ({ process }: Context): string => `${process.env.get("HOME") ?? process.user.home}/.minikube/config/config.json`;

function read(context: Context): Record<string, unknown> {
  const { fs } = context.process.machine;
  const path = pathOf(context);
  return fs.stat(path) ? (JSON.parse(fs.readText(path)) as Record<string, unknown>) : {};
}

function write(context: Context, values: Record<string, unknown>): void {
  const { fs } = context.process.machine;
  const path = pathOf(context);
  fs.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  fs.write(path, `${JSON.stringify(values, undefined, 4)}`);
}

async function needName({ out }: Context, name: string | undefined): Promise<string> {
  if (name !== undefined && names.includes(name)) return name;
  await out.fail(
    "fatal",
    `Exiting due to INTERNAL_CONFIG_SET: find settings for "${name ?? ""}" value of "": property name "${name ?? ""}" not found`,
  );
  throw new Stopped(11);
}

const set = defineCommand({
  name: "set",
  usage: "PROPERTY_NAME PROPERTY_VALUE",
  summary: "Sets an individual value in a minikube config file",
  async run(context) {
    const [name, value] = context.args;
    const property = await needName(context, name);
    if (value === undefined) {
      await context.out.fail(
        "fatal",
        `Exiting due to MK_USAGE: not enough arguments (${context.args.length}).\nusage: minikube config set PROPERTY_NAME PROPERTY_VALUE`,
      );
      throw new Stopped(14);
    }
    write(context, { ...read(context), [property]: /^\d+$/.test(value) ? Number(value) : value });
    await context.out.fail("warning", "These changes will take effect upon a minikube delete and then a minikube start");
  },
});

const get = defineCommand({
  name: "get",
  usage: "PROPERTY_NAME",
  summary: "Gets the value of PROPERTY_NAME from the minikube config file",
  async run(context) {
    const [name = ""] = context.args;
    const value = read(context)[name];
    if (value === undefined) {
      context.out.error("Error: specified key could not be found in config");
      throw new Stopped(1);
    }
    context.out.line(String(value));
  },
});

const unset = defineCommand({
  name: "unset",
  usage: "PROPERTY_NAME",
  summary: "unsets an individual value in a minikube config file",
  async run(context) {
    const property = await needName(context, context.args[0]);
    const { [property]: _, ...rest } = read(context);
    write(context, rest);
  },
});

const view = defineCommand({
  name: "view",
  usage: "[flags]",
  summary: "Display values currently set in the minikube config file",
  run(context) {
    for (const [name, value] of Object.entries(read(context))) context.out.line(`- ${name}: ${value}`);
  },
});

export const config = defineCommand({
  name: "config",
  group: "Configuration and Management Commands:",
  usage: "SUBCOMMAND [flags]",
  summary: "Modify persistent configuration values",
  description: `config modifies minikube config files using subcommands like "minikube config set driver docker"\nConfigurable fields:\n\n${names.map((name) => ` * ${name}`).join("\n")}`,
  commands: [get, set, unset, view],
  run({ out, help }) {
    out.print(help());
  },
});
