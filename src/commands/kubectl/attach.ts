import type { Pod } from "#machinery/types.ts";
import { bool, duration, string } from "../cli/flags.ts";
import type { Thing } from "./api/server.ts";
import { type Asked, type Context, defineCommand } from "./command.ts";
import { CommandError, usageError } from "./errors.ts";
import { attachablePod, upgradeProblem } from "./exec.ts";
import { chosenContainer, containersOf, podPath } from "./pods-of.ts";
import { join } from "./remote.ts";
import { find } from "./resources/find.ts";

/** How to join a container's main process. */
export interface AttachOptions {
  container: string;
  stdin: boolean;
  tty: boolean;
  quiet: boolean;
}

const flags = {
  container: string({
    short: "c",
    help: "The container to attach to; the pod's first, or its default, where it is left out.",
    completes: "container",
  }),
  "detach-keys": string({ default: "ctrl-p,ctrl-q", help: "The keys that leave the container and let it run." }),
  "pod-running-timeout": duration({ default: 60_000, help: "How long to wait for a pod to run." }),
  quiet: bool({ short: "q", help: "Print only what the container prints." }),
  stdin: bool({ short: "i", help: "Pass standard input to the container." }),
  tty: bool({ short: "t", help: "Standard input is a terminal." }),
} as const;

export const attach = defineCommand({
  name: "attach",
  group: "Troubleshooting and Debugging Commands:",
  usage: "(POD | TYPE/NAME) -c CONTAINER",
  summary: "Attach to a running container",
  examples: `# See what a pod prints
kubectl attach web

# Type to it
kubectl attach -it shell`,
  flags,
  completes: "pods",

  async run(context) {
    const { flags: f, args, kube } = context;
    if (args.length === 0) throw new CommandError("at least 1 argument is required for attach");
    if (args.length > 2)
      throw new CommandError(`expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw ${args.length}: [${args.join(" ")}]`);
    if (f["pod-running-timeout"] <= 0) throw usageError(context, "--pod-running-timeout must be higher than zero");
    const pod = await attachablePod(kube, await objectOf(context), f["pod-running-timeout"]);
    if (pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed")
      throw new CommandError(`cannot attach a container in a completed pod; current phase is ${pod.status.phase}`);
    await attachTo(context, pod, { container: f.container, stdin: f.stdin, tty: f.tty, quiet: f.quiet });
  },
});

async function objectOf({ args, kube, process }: Asked<typeof flags>): Promise<Thing> {
  const [first = ""] = args;
  const found = await find(kube, process, { args: args.length === 1 && !first.includes("/") ? ["pods", first] : args });
  for await (const entry of found.targets()) {
    if ("error" in entry) throw entry.error;
    if (entry.object) return entry.object;
  }
  throw new CommandError("at least 1 argument is required for attach");
}

/** Joins this process and the main process of a pod's container. */
export async function attachTo({ kube, out, process }: Context, pod: Pod, options: AttachOptions): Promise<void> {
  const container = named(pod, options);
  const { spec } = pod;
  const declared = [...spec.containers, ...(spec.initContainers ?? []), ...(spec.ephemeralContainers ?? [])].find(({ name }) => name === container);
  let tty = options.tty;
  if (tty && !declared?.tty) {
    tty = false;
    if (!options.quiet) out.error(`error: Unable to use a TTY - container ${container} did not allocate one`);
  } else if (options.stdin && tty && !process.isTerminal(0)) {
    out.error("Unable to use a TTY - input is not a terminal or the right kind of file");
    tty = false;
  }
  const isTerminal = tty && process.isTerminal(0);
  if (!options.quiet) {
    out.error(
      "All commands and output from this session will be recorded in container logs, including credentials and sensitive information passed through the command prompt.",
    );
    out.error("If you don't see a command prompt, try pressing enter.");
  }
  await out.flush();
  const query = {
    container,
    stdin: options.stdin ? "true" : undefined,
    stdout: "true",
    stderr: isTerminal ? undefined : "true",
    tty: isTerminal ? "true" : undefined,
  };
  const remote = await kube.server.connect(podPath(pod.metadata.namespace, pod.metadata.name, "attach"), query).catch((error: unknown) => {
    throw upgradeProblem(error);
  });
  await join(process, remote, { stdin: options.stdin, tty: isTerminal });
  if (options.stdin && isTerminal && !options.quiet && pod.spec.restartPolicy === "Always")
    out.line(`Session ended, resume using 'kubectl attach ${pod.metadata.name} -c ${container} -i -t' command when the pod is running`);
}

/** Joins a container that was just made: what it said before anybody was attached comes first, of one that has ended that alone. */
export async function attachFromStart(context: Context, pod: Pod, over: boolean, options: AttachOptions & { container: string }): Promise<void> {
  const { kube, out, process } = context;
  await out.flush();
  const path = podPath(pod.metadata.namespace, pod.metadata.name, "log");
  const source = await kube.server.stream("GET", path, { query: { container: options.container } });
  for (let chunk = await source.read(); chunk; chunk = await source.read()) await process.stdout.write(chunk);
  if (!over) await attachTo(context, pod, options);
}

function named(pod: Pod, { container }: AttachOptions): string {
  try {
    return chosenContainer(pod, container, undefined);
  } catch (error) {
    if (error instanceof CommandError && containersOf(pod).length > 0) throw new CommandError(`cannot attach to the container: ${error.message}`);
    throw error;
  }
}
