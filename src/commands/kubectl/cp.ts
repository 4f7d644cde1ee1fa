import { joined, readAll, type Sink, sourceOf, textOf } from "#base/streams.ts";
import type { Pod } from "#machinery/types.ts";
import { FileError, type FileSystem } from "#shell/file-system.ts";
import type { Process } from "#shell/process.ts";
import { bool, int, string } from "../cli/flags.ts";
import type { Output } from "../cli/output.ts";
import { type Asked, defineCommand } from "./command.ts";
import { CommandError, Exit } from "./errors.ts";
import { upgradeProblem } from "./exec.ts";
import { chosenContainer, podPath } from "./pods-of.ts";
import { fileProblem } from "./resources/files.ts";
import { together } from "./together.ts";

const flags = {
  container: string({
    short: "c",
    help: "The container to copy from or to; the pod's first, or its default, where it is left out.",
    completes: "container",
  }),
  "no-preserve": bool({ help: "Do not keep owners and modes in the container." }),
  retries: int({ help: "How often to try a copy out of a container again; a negative number is for ever." }),
} as const;

type Ask = Asked<typeof flags>;

interface Spec {
  pod: string;
  namespace: string;
  path: string;
}

export const cp = defineCommand({
  name: "cp",
  group: "Troubleshooting and Debugging Commands:",
  usage: "<file-spec-src> <file-spec-dest>",
  summary: "Copy files and directories to and from containers",
  description: "Copy files and directories to and from containers.\n\n The container must have the program tar.",
  examples: `# A file into a pod
kubectl cp ./index.html web:/usr/share/nginx/html/index.html

# A directory out of a pod of another namespace
kubectl cp tools/shell:/var/log ./log

# To one container of a pod
kubectl cp ./notes.txt web:/tmp/notes.txt -c nginx`,
  flags,
  completes: "files",

  async run(context) {
    const { args } = context;
    if (args.length !== 2) throw new CommandError("source and destination are required");
    const [from, to] = [specOf(args[0] ?? ""), specOf(args[1] ?? "")];
    if (from.pod && to.pod) throw new CommandError("one of src or dest must be a local file specification");
    if (!from.path || !to.path) throw new CommandError("filepath can not be empty");
    if (from.pod) return copyOut(context, from, to.path);
    if (to.pod) return copyIn(context, from.path, to);
    throw new CommandError("one of src or dest must be a remote file specification");
  },
});

function specOf(text: string): Spec {
  const colon = text.indexOf(":");
  if (colon < 0) return { pod: "", namespace: "", path: text };
  const pieces = text.slice(0, colon).split("/");
  if (colon === 0 || pieces.length > 2) throw new CommandError("filespec must match the canonical format: [[namespace/]pod:]file/path");
  const [pod = "", namespace = ""] = pieces.reverse();
  return { pod, namespace, path: text.slice(colon + 1) };
}

async function copyIn(context: Ask, source: string, to: Spec): Promise<void> {
  const { flags: f, out, process } = context;
  const { fs } = process.machine;
  const from = fs.resolve(process.cwd, source);
  if (!fs.stat(from)) throw new CommandError(`${source} doesn't exist in local filesystem`);
  const pod = new RemoteFiles(context, await podOf(context, to));
  const base = from.split("/").at(-1) ?? "";
  const isDirectory = (await pod.run(["test", "-d", to.path])).exitCode === 0;
  const path = (isDirectory ? `${to.path}/${base}` : to.path).replaceAll(/\/+/g, "/").replace(/(.)\/$/, "$1");
  const slash = path.lastIndexOf("/");
  const [directory, name] = slash < 0 ? ["", path] : [path.slice(0, Math.max(1, slash)), path.slice(slash + 1)];

  const staging = stagingOf(process);
  try {
    copyTree(fs, from, `${staging}/${name}`);
    const archive = await localTar(process, ["-cf", "-", "-C", staging, name]);
    const keep = f["no-preserve"] ? ["--no-same-permissions", "--no-same-owner"] : [];
    const { exitCode, stdout, stderr, message } = await pod.run(["tar", ...keep, "-xmf", "-", ...(directory ? ["-C", directory] : [])], archive);
    out.print(textOf(stdout));
    out.printError(stderr);
    if (exitCode !== 0) throw new Exit(exitCode, message);
  } finally {
    fs.remove(staging, { recursive: true });
  }
}

async function copyOut(context: Ask, from: Spec, dest: string): Promise<void> {
  const { out, process } = context;
  const { fs } = process.machine;
  // What the other side says of itself while files come from it goes to standard output.
  const pod = new RemoteFiles(context, await podOf(context, from), { error: (text) => out.line(text) });
  const { exitCode, stdout, stderr, message } = await pod.run(["tar", "cf", "-", from.path]);
  out.print(stderr);
  if (exitCode !== 0) throw new Exit(exitCode, message);
  const staging = stagingOf(process);
  try {
    await localTar(process, ["-xf", "-", "-C", staging], stdout);
    const inner = fs.resolve("/", from.path).slice(1);
    const to = fs.resolve(process.cwd, dest);
    if (fs.stat(`${staging}/${inner}`)?.kind !== "directory" && fs.stat(to)?.kind === "directory")
      throw new CommandError(`open ${dest}: is a directory`);
    copyTree(fs, `${staging}/${inner}`, to);
  } catch (error) {
    if (error instanceof FileError) throw new CommandError(`open ${dest}: ${fileProblem(error)}`);
    throw error;
  } finally {
    fs.remove(staging, { recursive: true });
  }
}

const podOf = ({ kube }: Ask, { pod, namespace }: Spec): Promise<Pod> => kube.server.get<Pod>(podPath(namespace || kube.namespace, pod));

/** Runs programs in a pod's container and takes what they print. */
class RemoteFiles {
  readonly #context: Ask;
  readonly #pod: Pod;
  readonly #container: string;

  constructor(context: Ask, pod: Pod, told: Pick<Output, "error"> = context.out) {
    this.#context = context;
    this.#pod = pod;
    if (pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed")
      throw new CommandError(`cannot exec into a container in a completed pod; current phase is ${pod.status.phase}`);
    this.#container = chosenContainer(pod, context.flags.container, told);
  }

  async run(command: readonly string[], stdin?: Uint8Array): Promise<{ exitCode: number; stdout: Uint8Array; stderr: string; message: string }> {
    const { kube, process } = this.#context;
    const { namespace, name } = this.#pod.metadata;
    const query = { container: this.#container, command, stdin: stdin ? "true" : undefined, stdout: "true", stderr: "true" };
    const remote = await kube.server.connect(podPath(namespace, name, "exec"), query).catch((error: unknown) => {
      throw upgradeProblem(error);
    });
    const { tasks } = process.machine;
    let [stdout, stderr] = [new Uint8Array(), new Uint8Array()];
    const errors = await together(tasks, [
      async () => {
        if (stdin) await remote.stdin.write(stdin);
        remote.stdin.close();
      },
      async () => {
        stdout = new Uint8Array(await readAll(remote.stdout));
      },
      async () => {
        stderr = new Uint8Array(await readAll(remote.stderr));
      },
    ]);
    process.signal.throwIfAborted();
    const status = await tasks.block<Awaited<typeof remote.result>>((wake) => void remote.result.then(wake));
    if (errors.length > 0 && status.status === "Success") throw errors[0];
    const code = Number(status.details?.causes?.find(({ reason }) => reason === "ExitCode")?.message ?? 1);
    if (status.status !== "Success" && status.reason !== "NonZeroExitCode") throw new CommandError(status.message ?? "");
    const exitCode = status.status === "Success" ? 0 : code;
    return { exitCode, stdout, stderr: textOf(stderr), message: `command terminated with exit code ${exitCode}` };
  }
}

function stagingOf({ machine }: Process): string {
  const path = `/tmp/kubectl-cp-${machine.random.between(100_000_000, 4_294_967_295)}`;
  machine.fs.mkdir(path, { mode: 0o700 });
  return path;
}

/** Runs tar on this machine, between bytes and bytes. */
async function localTar(process: Process, args: readonly string[], input: Uint8Array = new Uint8Array()): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const stdout: Sink = {
    write: async (bytes) => {
      chunks.push(bytes);
    },
    close() {},
  };
  const code = await process.run(["tar", ...args], { stdin: sourceOf(input), stdout });
  if (code !== 0) throw new CommandError(`tar ended with exit status ${code}`);
  return joined(chunks);
}

function copyTree(fs: FileSystem, from: string, to: string): void {
  const stat = fs.stat(from);
  if (stat?.kind !== "directory") {
    const directory = to.slice(0, Math.max(1, to.lastIndexOf("/")));
    if (!fs.stat(directory)) fs.mkdir(directory, { recursive: true });
    fs.write(to, fs.read(from), stat ? { mode: stat.mode & 0o777 } : {});
    return;
  }
  if (!fs.stat(to)) fs.mkdir(to, { recursive: true, mode: stat.mode & 0o777 });
  for (const name of fs.list(from)) copyTree(fs, `${from}/${name}`, `${to}/${name}`);
}
