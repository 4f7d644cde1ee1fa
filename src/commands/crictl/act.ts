import { BrokenPipe, bytesOf } from "#base/streams.ts";
import type { ContainerRuntime } from "#machinery/container-runtime.ts";
import { parseGoDuration } from "#machinery/duration.ts";
import { yamlText } from "#machinery/go-yaml.ts";
import { processIdOf } from "#machinery/service-process.ts";
import { parseOptions } from "#shell/tools/options.ts";
import { bool, int, string } from "../cli/flags.ts";
import { joinRemote } from "../cli/join.ts";
import { structJson } from "../kubectl/print/json.ts";
import { type Context, defineCommand, Fatal } from "./command.ts";
import { containerOf, imageNamed, NotFound, sandboxOf } from "./containers.ts";
import { containerDetails, imageDetails, runtimeDetails, sandboxDetails } from "./inspect.ts";
import { templated } from "./template.ts";

const output = {
  output: string({ short: "o", default: "json", help: "Output format." }),
  template: string({ help: "A Go template; used with --output=go-template." }),
  quiet: bool({ short: "q", help: "Do not show verbose information." }),
};

/** Details of each thing that was named, in the form that was asked for. */
function details(context: Context & { flags: { output: string; template: string } }, ids: readonly string[], of: (id: string) => object): void {
  const { out, flags } = context;
  if (ids.length === 0) throw new Fatal("ID cannot be empty");
  for (const id of ids) {
    const value = of(id);
    if (flags.output === "go-template") out.print(`${templated(flags.template, value)}\n`);
    else if (flags.output === "yaml") out.print(yamlText(value));
    else if (flags.output === "json" || flags.output === "") out.line(structJson(value, 2));
    else throw new Fatal(`unsupported output format "${flags.output}"`);
  }
}

export const inspect = defineCommand({
  name: "inspect",
  usage: "[command options] CONTAINER-ID [CONTAINER-ID...]",
  summary: "Display the status of one or more containers",
  flags: output,
  run: (context) =>
    details(context, context.args, (id) => {
      const container = containerOf(context.runtime, id);
      return containerDetails(container, processIdOf(container.id, container.startedAt));
    }),
});

export const inspectp = defineCommand({
  name: "inspectp",
  usage: "[command options] POD-ID [POD-ID...]",
  summary: "Display the status of one or more pods",
  flags: output,
  run: (context) =>
    details(context, context.args, (id) => {
      const sandbox = sandboxOf(context.runtime, id);
      return sandboxDetails(sandbox, processIdOf(sandbox.id, sandbox.createdAt));
    }),
});

export const inspecti = defineCommand({
  name: "inspecti",
  usage: "[command options] IMAGE-ID [IMAGE-ID...]",
  summary: "Return the status of one or more images",
  flags: output,
  run: (context) =>
    details(context, context.args, (id) => {
      const image = imageNamed(context.runtime, id);
      if (!image) throw new Fatal(`no such image "${id}" present`);
      return imageDetails(image);
    }),
});

export const logs = defineCommand({
  name: "logs",
  usage: "[command options] CONTAINER-ID",
  summary: "Fetch the logs of a container",
  flags: {
    follow: bool({ short: "f", help: "Follow log output." }),
    limit: int({ help: "Limit the number of bytes returned." }),
    previous: bool({ short: "p", help: "Print the logs of the container's previous instance." }),
    since: string({ help: "Show logs since a timestamp or for a relative time." }),
    tail: int({ default: -1, help: "Show n lines from the end of the logs." }),
    timestamps: bool({ short: "t", help: "Show timestamps." }),
  },
  async run({ args, flags, runtime, process, now }) {
    const [id] = args;
    if (id === undefined) throw new Fatal("ID cannot be empty");
    const named = containerOf(runtime, id);
    const container = flags.previous
      ? runtime.containers().find((one) => one.sandbox.uid === named.sandbox.uid && one.name === named.name && one.attempt === named.attempt - 1)
      : named;
    if (!container) throw new Fatal(`failed to get the previous container's logs: there is none`);
    const log = runtime.logs(container.id, {
      follow: flags.follow,
      previous: false,
      timestamps: flags.timestamps,
      ...(flags.tail >= 0 ? { tailLines: flags.tail } : {}),
      ...(flags.limit > 0 ? { limitBytes: flags.limit } : {}),
      ...(flags.since ? { since: sinceOf(flags.since, now) } : {}),
      signal: process.signal,
    });
    try {
      for (let chunk = await log.read(); chunk; chunk = await log.read()) await process.stdout.write(chunk);
    } catch (error) {
      log.cancel();
      if (!(error instanceof BrokenPipe)) throw error;
    }
  },
});

function sinceOf(text: string, now: number): number {
  const at = Date.parse(text);
  if (!Number.isNaN(at)) return at;
  const wait = parseGoDuration(text);
  if (typeof wait !== "number") throw new Fatal(`failed to parse timestamp value from "${text}"`);
  return now - wait;
}

export const exec = defineCommand({
  name: "exec",
  usage: "[command options] CONTAINER-ID COMMAND [ARG...]",
  summary: "Run a command in a running container",
  passFlags: true,
  async run({ args, runtime, process, out }) {
    const given = parseOptions(
      args,
      ["i,interactive", "t,tty", "s,sync", "timeout=", "q,quiet", "e,ignore-errors", "x,transport=", "r,runtime-endpoint="],
      true,
    );
    const [id, ...command] = given.operands;
    if (id === undefined) throw new Fatal("ID cannot be empty");
    if (command.length === 0) throw new Fatal("command cannot be empty");
    const container = containerOf(runtime, id);
    const tty = given.has("tty") && process.tty !== undefined;
    await out.flush();
    const remote = runtime.exec(container.id, { command, stdin: given.has("interactive"), stdout: true, stderr: !tty, tty });
    const status = await joinRemote(process, remote, { stdin: given.has("interactive"), tty });
    if (status.status === "Success") return 0;
    const code = status.details?.causes?.find(({ reason }) => reason === "ExitCode")?.message;
    if (code === undefined) throw new Fatal(`execing command in container: ${status.message ?? ""}`);
    throw new Fatal(`execing command in container: command terminated with exit code ${code}`);
  },
});

/** Does something to each container that was named, and says its id. */
async function each(ids: readonly string[], { out }: Pick<Context, "out">, work: (id: string) => Promise<string> | string): Promise<number> {
  if (ids.length === 0) throw new Fatal("ID cannot be empty");
  let code = 0;
  for (const id of ids) {
    try {
      out.line(await work(id));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      out.error(error.message);
      code = 1;
    }
  }
  return code;
}

export const stop = defineCommand({
  name: "stop",
  usage: "[command options] CONTAINER-ID [CONTAINER-ID...]",
  summary: "Stop one or more running containers",
  flags: { timeout: int({ short: "t", help: "Seconds to wait to kill the container after a graceful stop was requested." }) },
  run: (context) =>
    each(context.args, context, async (id) => {
      const { id: full } = containerOf(context.runtime, id);
      await context.runtime.stop(full, context.flags.timeout);
      return id;
    }),
});

export const rm = defineCommand({
  name: "rm",
  usage: "[command options] CONTAINER-ID [CONTAINER-ID...]",
  summary: "Remove one or more containers",
  flags: {
    all: bool({ short: "a", help: "Remove all containers." }),
    force: bool({ short: "f", help: "Force removal of the container, disregarding if running." }),
  },
  run(context) {
    const { flags, runtime } = context;
    const ids = flags.all
      ? runtime
          .containers()
          .filter((one) => flags.force || one.state !== "running")
          .map(({ id }) => id)
      : context.args;
    return each(ids, context, async (id) => {
      const container = containerOf(runtime, id);
      if (container.state === "running") {
        if (!flags.force) throw new Error(`container "${id}" is running, please stop it first`);
        await runtime.stop(container.id, 0);
      }
      await removed(runtime, container.id);
      return id;
    });
  },
});

/** The kubelet may have taken a container away meanwhile. */
async function removed(runtime: ContainerRuntime, id: string): Promise<void> {
  if (runtime.containers().some((one) => one.id === id && one.state !== "running")) runtime.remove(id);
}

export const stopp = defineCommand({
  name: "stopp",
  usage: "POD-ID [POD-ID...]",
  summary: "Stop one or more running pods",
  run: (context) =>
    each(context.args, context, (id) => {
      const sandbox = sandboxOf(context.runtime, id);
      context.runtime.stopSandbox(sandbox.id);
      return `Stopped sandbox ${sandbox.id}`;
    }),
});

export const rmp = defineCommand({
  name: "rmp",
  usage: "[command options] POD-ID [POD-ID...]",
  summary: "Remove one or more pods",
  flags: {
    all: bool({ short: "a", help: "Remove all pods." }),
    force: bool({ short: "f", help: "Force removal of the pod sandbox, disregarding if running." }),
  },
  run: (context) =>
    each(context.flags.all ? context.runtime.sandboxes().map(({ id }) => id) : context.args, context, (id) => {
      const sandbox = sandboxOf(context.runtime, id);
      if (sandbox.ready && !context.flags.force) throw new Error(`pod sandbox "${id}" is running, please stop it first`);
      context.runtime.stopSandbox(sandbox.id);
      return `Removed sandbox ${sandbox.id}`;
    }),
});

export const pull = defineCommand({
  name: "pull",
  usage: "[command options] NAME[:TAG|@DIGEST]",
  summary: "Pull an image from a registry",
  flags: {
    auth: string({ help: "Use AUTH_STRING for accessing the registry." }),
    creds: string({ help: "Use USERNAME[:PASSWORD] for accessing the registry." }),
  },
  async run({ args, runtime, out }) {
    const [name] = args;
    if (name === undefined) throw new Fatal("Image name cannot be empty");
    try {
      const { digests, tags, id } = await runtime.pull(name);
      out.line(`Image is up to date for ${digests[0] ?? tags[0] ?? id}`);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      throw new Fatal(`pulling image: ${error.message}`);
    }
  },
});

export const rmi = defineCommand({
  name: "rmi",
  usage: "[command options] IMAGE-ID [IMAGE-ID...]",
  summary: "Remove one or more images",
  flags: { all: bool({ short: "a", help: "Remove all images." }), prune: bool({ help: "Remove all unused images." }) },
  run(context) {
    const { runtime, flags, args } = context;
    const used = new Set(runtime.containers().map(({ imageId }) => imageId));
    const names =
      flags.all || flags.prune
        ? runtime
            .images()
            .filter(({ id }) => flags.all || !used.has(id))
            .map(({ id }) => id)
        : args;
    if (names.length === 0 && !flags.prune && !flags.all) throw new Fatal("Image name cannot be empty");
    return names.length === 0
      ? 0
      : each(names, context, (name) => {
          const image = imageNamed(runtime, name);
          if (!image) throw new Error(`E no such image ${name}`.slice(2));
          for (const tag of image.tags) runtime.removeImage(tag);
          return image.tags.map((tag) => `Deleted: ${tag}`).join("\n");
        });
  },
});

export const version = defineCommand({
  name: "version",
  summary: "Display runtime version information",
  run: ({ out }) => out.print("Version:  0.1.0\nRuntimeName:  containerd\nRuntimeVersion:  v2.2.9\nRuntimeApiVersion:  v1\n"),
});

export const info = defineCommand({
  name: "info",
  usage: "[command options]",
  summary: "Display information of the container runtime",
  flags: output,
  run: (context) => details(context, ["info"], () => runtimeDetails(context.node)),
});

export const statsNotSimulated = (name: string, what: string) =>
  defineCommand({
    name,
    summary: `Not simulated by Podyard: ${what}`,
    passFlags: true,
    run() {
      throw new Fatal(`Not simulated by Podyard: crictl ${name}`);
    },
  });

export const config = defineCommand({
  name: "config",
  usage: "[command options]",
  summary: "Get, set and list crictl configuration options",
  flags: {
    get: string({ help: "Show the option value." }),
    list: bool({ help: "Show all option values." }),
    set: string({ help: "Set an option; may be repeated." }),
  },
  async run({ flags, out, process }) {
    const { fs } = process.machine;
    const path = "/etc/crictl.yaml";
    const lines = fs.stat(path) ? fs.readText(path).trimEnd().split("\n") : [];
    if (flags.set) {
      for (const pair of flags.set.split(",")) {
        const [key = "", value = ""] = pair.split("=");
        const at = lines.findIndex((line) => line.startsWith(`${key}:`));
        if (at >= 0) lines[at] = `${key}: ${value}`;
        else lines.push(`${key}: ${value}`);
      }
      fs.write(path, `${lines.join("\n")}\n`);
      return;
    }
    if (flags.get) {
      const found = lines.find((line) => line.startsWith(`${flags.get}:`));
      if (!found) throw new Fatal(`no section named ${flags.get}`);
      out.line(found.slice(flags.get.length + 1).trim());
      return;
    }
    await process.stdout.write(bytesOf(`${lines.join("\n")}\n`));
  },
});

export { NotFound };
