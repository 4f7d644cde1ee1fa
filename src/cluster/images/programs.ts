import type { HttpRequest } from "#base/http.ts";
import { bytesOf } from "#base/streams.ts";
import type { LayerFile } from "#shell/file-layer.ts";
import { Layer } from "#shell/file-layer.ts";
import { NetError, type Process, type Program } from "#shell/process.ts";
import type { Image, Serve, Server, ServerStart, Serving, ServingContainer, SignalEnd } from "./image.ts";
import { limitBelow } from "./memory-limit.ts";

/** What a container needs of its image to be a machine. Made once an image, shared by all its containers. */
export interface ImageParts {
  readonly programs: ReadonlyMap<string, Program>;
  readonly layers: readonly Layer[];
}

const parts = new WeakMap<Image, ImageParts>();

/** The programs of an image, its servers among them, and its files. */
export function partsOf(image: Image): ImageParts {
  const known = parts.get(image);
  if (known) return known;
  const programs = new Map<string, Program>();
  for (const [path, server] of Object.entries(image.servers ?? {})) programs.set(path, programOf(server));
  for (const [path, program] of Object.entries(image.programs ?? {})) programs.set(path, program);
  const files: Record<string, LayerFile> = {};
  for (const [path, content] of Object.entries(image.files ?? {})) files[path] = content.startsWith("#!") ? { content, mode: 0o755 } : content;
  const made = { programs, layers: [...(Object.keys(files).length > 0 ? [new Layer(files)] : []), ...(image.layers ?? [])] };
  parts.set(image, made);
  return made;
}

/** The server that a command line starts, if it is one: the image's own, one by its path, or by its name in a directory that PATH has. */
export function serverOf(image: Image, args: readonly string[], searchPath: string): { args: readonly string[]; server: Server } | undefined {
  const { servers, main, wrapper } = image;
  const [command, ...rest] = args;
  const own = [...(image.entrypoint ?? []), ...(image.command ?? [])];
  if (main && own.length === args.length && own.every((word, i) => word === args[i])) return { args, server: main };
  if (!servers || command === undefined) return undefined;
  const paths = command.includes("/") ? [command] : searchPath.split(":").map((directory) => `${directory}/${command}`);
  for (const path of paths) {
    // As such scripts do: what begins with options is meant for the image's own command.
    if (path === wrapper) return serverOf(image, rest[0]?.startsWith("-") ? [image.command?.[0] ?? "", ...rest] : rest, searchPath);
    const server = servers[path];
    if (server) return { args: [path, ...rest], server };
  }
  return undefined;
}

/** A server as a program of a shell: it listens while it runs. */
export function programOf(server: Server): Program {
  return async (process) => {
    const start: ServerStart = {
      args: process.args,
      env: process.env,
      hostname: process.machine.hostname,
      address: process.machine.net.address,
      startedAt: process.machine.clock.now(),
      files: process.machine.fs,
      mounts: ["/"],
    };
    const serving = server(start);
    if (serving.prints) await process.stdout.write(bytesOf(serving.prints));
    if (serving.errors) await process.stderr.write(bytesOf(serving.errors));
    for (const { afterMs, prints, errors } of serving.later ?? [])
      process.machine.clock.at(start.startedAt + afterMs, async () => {
        if (process.signal.aborted) return;
        if (prints) await process.stdout.write(bytesOf(prints));
        if (errors) await process.stderr.write(bytesOf(errors));
      });
    const tooMuch = serving.memory && limitBelow(process.machine, serving.memory.bytes);
    if (tooMuch)
      process.machine.clock.at(start.startedAt + (serving.memory?.afterMs ?? 0), () => {
        if (process.signal.aborted) return;
        tooMuch.exceeded();
        process.machine.processes.signal(process.pid, "KILL");
      });
    if (serving.exits) {
      await process.sleep(serving.exits.afterMs ?? 0);
      return serving.exits.code;
    }
    return listen(process, start, serving);
  };
}

async function listen(process: Process, start: ServerStart, serving: Serving): Promise<number> {
  const { machine } = process;
  let code: number | undefined;
  const done = new AbortController();
  const container: ServingContainer = {
    hostname: start.hostname,
    startedAt: start.startedAt,
    env: start.env,
    files: machine.fs,
    net: machine.net,
    state: {},
    now: () => machine.clock.now(),
    sleep: (milliseconds) => machine.clock.sleep(milliseconds),
    burn: (milliseconds) => machine.clock.sleep(milliseconds),
    log: (text) => machine.tasks.detach(() => process.stdout.write(bytesOf(text))),
    logError: (text) => machine.tasks.detach(() => process.stderr.write(bytesOf(text))),
    exit: (with_) => {
      code = with_;
      done.abort(new Error("ended"));
    },
    run: async (args) => ({ code: await process.run(args), stdout: "", stderr: "" }),
  };
  const ends = portsOf(serving).map((port) => machine.net.listen(port, async (request) => answering(serving, port, request)(request, container)));
  for (const [name, end] of Object.entries(serving.signals ?? {}))
    if (end !== "ignore" && "code" in end)
      process.onSignal(name as Parameters<Process["onSignal"]>[0], () => {
        end.before?.(container);
        if (end.prints) container.log(farewellOf(end, container.now()));
        container.exit(end.code);
      });
  try {
    await process.sleep(never, done.signal);
  } catch (error) {
    if (code === undefined) throw error;
  } finally {
    for (const end of ends) end();
  }
  return code ?? 0;
}

/** The ports on which a server listens. */
const portsOf = ({ ports, messages, tcp = [] }: Serving): number[] =>
  [...Object.keys(ports ?? {}), ...Object.keys(messages ?? {}), ...tcp].map(Number);

/** What answers a request at a port: who is spoken to in another protocol than its own hangs up. */
export function answering({ ports, messages }: Serving, port: number, { url }: HttpRequest): Serve {
  if (/^https?:/.test(url)) return ports?.[port] ?? hangUp;
  const other = messages?.[port];
  return other && url.startsWith(`${other.scheme}:`) ? other.serve : hangUp;
}

/** What a server prints when a signal ends it. */
export const farewellOf = ({ prints = "" }: SignalEnd, now: number): string => (typeof prints === "string" ? prints : prints(now));

const hangUp: Serve = () => {
  throw new NetError("ECONNRESET", "Recv failure: Connection reset by peer");
};

const never = 1e12;
