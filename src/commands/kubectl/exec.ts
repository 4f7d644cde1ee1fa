import type { Pod } from "#machinery/types.ts";
import { bool, duration, string, strings } from "../cli/flags.ts";
import type { Thing } from "./api/server.ts";
import { type Asked, defineCommand } from "./command.ts";
import { CommandError, ServerError, usageError } from "./errors.ts";
import { byActivity, chosenContainer, firstPod, podPath } from "./pods-of.ts";
import { join } from "./remote.ts";
import { find } from "./resources/find.ts";

const flags = {
  container: string({
    short: "c",
    help: "The container to run the command in; the pod's first, or its default, where it is left out.",
    completes: "container",
  }),
  filename: strings({ short: "f", help: "The file of the pod, or of what leads to it.", completes: "file" }),
  "pod-running-timeout": duration({ default: 60_000, help: "How long to wait for a pod to run." }),
  quiet: bool({ short: "q", help: "Print only what the command prints." }),
  stdin: bool({ short: "i", help: "Pass standard input to the command." }),
  tty: bool({ short: "t", help: "Standard input is a terminal." }),
} as const;

export const exec = defineCommand({
  name: "exec",
  group: "Troubleshooting and Debugging Commands:",
  usage: "(POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...]",
  summary: "Execute a command in a container",
  examples: `# One command
kubectl exec web -- date

# A shell, on a terminal
kubectl exec -it web -- sh`,
  flags,
  completes: "pods",

  async run(context) {
    const { flags: f, args, beforeDashes, kube, out, process } = context;
    const files = f.filename.length > 0;
    // What stands before `--` is the pod, and what comes after it the command.
    const [name = "", command] = files ? ["", args] : [args[0] ?? "", args.slice(1)];
    if (!files && beforeDashes === undefined && args.length > 1)
      throw usageError(context, "exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead");
    if (!files && (name === "" || beforeDashes === 0)) throw new CommandError("pod, type/name or --filename must be specified");
    if (command.length === 0) throw new CommandError("you must specify at least one command for the container");

    const pod = await podOf(context, name);
    if (pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed")
      throw new CommandError(`cannot exec into a container in a completed pod; current phase is ${pod.status.phase}`);
    const container = chosenContainer(pod, f.container, f.quiet ? undefined : out);
    let tty = f.tty && f.stdin;
    if (tty && !process.isTerminal(0)) {
      if (!f.quiet) out.error("Unable to use a TTY - input is not a terminal or the right kind of file");
      tty = false;
    }
    const isTerminal = tty && process.isTerminal(0);
    await out.flush();
    const query = {
      command,
      container,
      stdin: f.stdin ? "true" : undefined,
      stdout: "true",
      stderr: isTerminal ? undefined : "true",
      tty: isTerminal ? "true" : undefined,
    };
    const remote = await kube.server.connect(podPath(pod.metadata.namespace, pod.metadata.name, "exec"), query).catch((error: unknown) => {
      throw upgradeProblem(error);
    });
    await join(process, remote, { stdin: f.stdin, tty: isTerminal });
  },
});

/** A refused upgrade is told as such where the server did not say it in a Status of its own kind. */
export function upgradeProblem(error: unknown): unknown {
  if (error instanceof ServerError && error.reason === "BadRequest") return new CommandError(`unable to upgrade connection: ${error.message}`);
  return error;
}

async function podOf({ flags: f, kube, process }: Asked<typeof flags>, name: string): Promise<Pod> {
  const asked =
    f.filename.length > 0
      ? { files: { filename: f.filename, kustomize: "", recursive: false }, latest: true }
      : { args: name.includes("/") ? [name] : ["pods", name] };
  const found = await find(kube, process, asked);
  const objects: Thing[] = [];
  for await (const entry of found.targets()) {
    if ("error" in entry) throw entry.error;
    if (entry.object) objects.push(entry.object);
  }
  if (objects.length > 1) throw new CommandError("cannot exec into multiple objects at a time");
  const [object] = objects;
  if (!object) throw new CommandError("pod, type/name or --filename must be specified");
  return attachablePod(kube, object, f["pod-running-timeout"]);
}

/** The pod of an object that exec and attach go to. */
export async function attachablePod(kube: Asked<typeof flags>["kube"], object: Thing, timeout: number): Promise<Pod> {
  if (object.kind === "Pod") return object as unknown as Pod;
  try {
    return (await firstPod(kube, object, timeout, byActivity)).pod;
  } catch (error) {
    if (error instanceof CommandError && /not implemented$|without a selector$/.test(error.message))
      throw new CommandError(`cannot attach to *v1.${object.kind}: ${error.message}`);
    throw error;
  }
}
