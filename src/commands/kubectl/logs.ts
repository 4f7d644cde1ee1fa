import { lines } from "#base/streams.ts";
import { readTime } from "#machinery/time.ts";
import type { Pod } from "#machinery/types.ts";
import { bool, duration, int, string } from "../cli/flags.ts";
import type { Query, Thing } from "./api/server.ts";
import { type Asked, defineCommand } from "./command.ts";
import { CommandError, isNotFound, ServerError, usageError } from "./errors.ts";
import { byLogging, chosenContainer, containersOf, firstPod, podPath, podsOf } from "./pods-of.ts";
import { find } from "./resources/find.ts";
import { selectorFlag } from "./resources/flags.ts";

const flags = {
  "all-containers": bool({ help: "The logs of all containers of the pod." }),
  "all-pods": bool({ help: "The logs of all pods of the object; each line begins with its pod and container." }),
  container: string({ short: "c", help: "The container whose logs to print.", completes: "container" }),
  follow: bool({ short: "f", help: "Go on printing as lines come." }),
  "ignore-errors": bool({ help: "Go on where logs cannot be read." }),
  "insecure-skip-tls-verify-backend": bool({ help: "Do not check the certificate of the kubelet that the logs come from." }),
  "limit-bytes": int({ help: "The most bytes to print; 0 is all." }),
  "max-log-requests": int({ default: 5, help: "How many logs may be followed at once with a selector." }),
  "pod-running-timeout": duration({ default: 20_000, help: "How long to wait for a pod to run." }),
  prefix: bool({ help: "Begin each line with its pod and container." }),
  previous: bool({ short: "p", help: "The logs of the container that ran before, if there was one." }),
  selector: selectorFlag,
  since: duration({ help: "Only lines younger than this, such as 5s, 2m or 3h." }),
  "since-time": string({ help: "Only lines after this time (RFC 3339)." }),
  tail: int({ default: -1, help: "How many of the last lines to print; -1 is all, with a selector 10." }),
  timestamps: bool({ help: "Begin each line with its time." }),
} as const;

type Ask = Asked<typeof flags>;

const usage = "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command";

export const logs = defineCommand({
  name: "logs",
  group: "Troubleshooting and Debugging Commands:",
  usage: "[-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]",
  summary: "Print the logs for a container in a pod",
  examples: `# Of a pod with one container
kubectl logs web

# Of all pods of a deployment, as lines come
kubectl logs -f deployment/web --all-pods

# The last twenty lines
kubectl logs --tail=20 web`,
  flags,
  completes: "pods",

  async run(context) {
    const { flags: f, args, kube, out, process } = context;
    let container = f.container;
    if (args.length === 0 && !f.selector) throw usageError(context, usage);
    if (args.length === 1 && f.selector) throw usageError(context, "only a selector (-l) or a POD name is allowed");
    if (args.length > 2) throw usageError(context, usage);
    if (args.length === 2) {
      if (container) throw new CommandError("only one of -c or an inline [CONTAINER] arg is allowed");
      container = args[1] ?? "";
    }
    const tail = f.selector && !context.changed("tail") && !f.follow ? 10 : f.tail;
    const [name = ""] = args;
    const asked = f.selector ? { labels: f.selector, args: ["pods"] } : { args: name.includes("/") ? [name] : ["pods", name] };
    const objects: Thing[] = [];
    try {
      const found = await find(kube, process, { ...asked, typesMeanAll: true, singleType: true });
      for await (const entry of found.targets()) {
        if ("error" in entry) throw entry.error;
        if (entry.object) objects.push(entry.object);
      }
    } catch (error) {
      if (isNotFound(error) && error instanceof ServerError)
        throw new CommandError(`error from server (NotFound): ${error.message} in namespace ${JSON.stringify(kube.namespace)}`);
      throw error;
    }
    if (f.selector && objects.length === 0) out.error(`No resources found in ${kube.namespace} namespace.`);
    const query = queryOf(context, tail);
    if (f["all-containers"] && container) throw new CommandError(`--all-containers=true should not be specified with container name ${container}`);

    const streams = await streamsOf(context, objects, container);
    if (f.follow && streams.length > f["max-log-requests"] && streams.length > 1)
      throw new CommandError(
        `you are attempting to follow ${streams.length} log streams, but maximum allowed concurrency is ${f["max-log-requests"]}, use --max-log-requests to increase the limit`,
      );
    if (f.follow && streams.length > 1) await together(context, streams, query);
    else for (const stream of streams) await consume(context, stream, query);
  },
});

function queryOf({ flags: f, changed }: Ask, tail: number): Query {
  if (f["since-time"] && changed("since")) throw new CommandError("at most one of `sinceTime` or `sinceSeconds` may be specified");
  if (f["since-time"]) {
    const time = readTime(f["since-time"], "time");
    if (typeof time !== "number") throw new CommandError(time.problem);
  }
  if (f["limit-bytes"] < 0) throw new CommandError("--limit-bytes must be greater than 0");
  if (changed("since") && f.since <= 0) throw new CommandError("--since must be greater than 0");
  if (tail < -1) throw new CommandError("--tail must be greater than or equal to -1");
  const yes = (value: boolean) => (value ? "true" : undefined);
  return {
    follow: yes(f.follow),
    previous: yes(f.previous),
    timestamps: yes(f.timestamps),
    tailLines: tail >= 0 ? String(tail) : undefined,
    limitBytes: f["limit-bytes"] > 0 ? String(f["limit-bytes"]) : undefined,
    sinceSeconds: f.since > 0 ? String(Math.ceil(f.since / 1000)) : undefined,
    sinceTime: f["since-time"] || undefined,
    insecureSkipTLSVerifyBackend: yes(f["insecure-skip-tls-verify-backend"]),
  };
}

interface LogStream {
  pod: Pod;
  container: string;
}

async function streamsOf({ flags: f, kube, out }: Ask, objects: readonly Thing[], container: string): Promise<LogStream[]> {
  const streams: LogStream[] = [];
  for (const object of objects) {
    let pods: Pod[];
    if (object.kind === "Pod") pods = [object as unknown as Pod];
    else {
      try {
        if (f["all-pods"]) pods = await podsOf(kube, object);
        else {
          const { pod, count } = await firstPod(kube, object, f["pod-running-timeout"], byLogging);
          if (count > 1) out.error(`Found ${count} pods, using pod/${pod.metadata.name}`);
          pods = [pod];
        }
      } catch (error) {
        if (error instanceof CommandError && / (not implemented|without a selector)$/.test(error.message))
          throw new CommandError(`cannot get the logs from *v1.${object.kind}: ${error.message}`);
        throw error;
      }
    }
    for (const pod of pods) {
      if (f["all-containers"]) for (const { name } of inOrder(pod)) streams.push({ pod, container: name });
      else streams.push({ pod, container: chosenContainer(pod, container, f["all-pods"] ? undefined : out) });
    }
  }
  return streams;
}

/** Init containers before the others. */
const inOrder = (pod: Pod): { name: string }[] => {
  const all = containersOf(pod);
  return [...all.filter(({ path }) => path.startsWith("spec.init")), ...all.filter(({ path }) => !path.startsWith("spec.init"))];
};

async function consume(context: Ask, stream: LogStream, query: Query): Promise<void> {
  const { flags: f, out, process } = context;
  const end = process.machine.clock.now() + f["pod-running-timeout"];
  for (;;) {
    try {
      return await print(context, stream, query);
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      if (f["ignore-errors"]) return out.line(`error: ${error.message}`);
      if (!f.follow) throw error;
      // A container that is followed may yet come.
      out.error(error.message);
      await out.flush();
      if (process.machine.clock.now() + 1000 > end) throw new CommandError("timed out waiting for the condition");
      await process.machine.clock.sleep(1000, process.signal);
    }
  }
}

async function print({ flags: f, kube, out, process }: Ask, { pod, container }: LogStream, query: Query): Promise<void> {
  const prefix = f.prefix || f["all-pods"] ? `[pod/${pod.metadata.name}/${container}] ` : "";
  const source = await kube.server.stream("GET", podPath(pod.metadata.namespace, pod.metadata.name, "log"), {
    query: { container, ...query },
    signal: process.signal,
  });
  if (prefix) {
    for await (const line of lines(source)) {
      out.line(prefix + line);
      await out.flush();
    }
    return;
  }
  await out.flush();
  for (let chunk = await source.read(); chunk; chunk = await source.read()) await process.stdout.write(chunk);
}

/** Follows several logs at once. */
async function together(context: Ask, streams: readonly LogStream[], query: Query): Promise<void> {
  const { tasks } = context.process.machine;
  let left = streams.length;
  let failure: unknown;
  let done: (() => void) | undefined;
  for (const stream of streams)
    tasks.detach(async () => {
      try {
        await consume(context, stream, query);
      } catch (error) {
        failure ??= error;
      }
      left--;
      if (left === 0 || failure !== undefined) done?.();
    });
  if (left > 0 && failure === undefined)
    await tasks.block((wake) => {
      done = wake;
    });
  if (failure !== undefined) throw failure;
}
