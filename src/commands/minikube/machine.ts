import { FileError } from "#shell/file-system.ts";
import { bool, string } from "../cli/flags.ts";
import { logIn } from "../ssh/login.ts";
import { needRunning, primary } from "./cluster.ts";
import { type Context, defineCommand, Stopped } from "./command.ts";

/** A node's machine as somebody sees it who logs in. */
async function shellOf(context: Context, name: string) {
  const { host, machines, out } = context;
  const node = name === "" ? primary(context) : machines.nodes().find((machine) => machine.name === name || machine.name === `minikube-${name}`);
  const shell = node && host.shellOf(node.name);
  if (shell) return shell;
  await out.fail(
    "fatal",
    node ? `Exiting due to GUEST_STATUS: the node ${node.name} is not running` : `Exiting due to GUEST_NODE_RETRIEVE: node ${name} not found`,
  );
  throw new Stopped(80);
}

export const ssh = defineCommand({
  name: "ssh",
  group: "Advanced Commands:",
  usage: "[flags]",
  summary: "Log into the minikube environment (for debugging)",
  flags: {
    "native-ssh": bool({ default: true, help: "Use the SSH client that is built in." }),
    node: string({ short: "n", help: "The node to log in to." }),
  },
  async run(context) {
    const { flags, args, process } = context;
    await needRunning(context, flags.profile);
    const shell = await shellOf(context, flags.node);
    const command = args.length > 0 ? args.join(" ") : undefined;
    const user = shell.accounts.user("docker") ? "docker" : "root";
    const code = await logIn(process, shell, {
      user,
      command,
      tty: command === undefined && process.tty !== undefined && process.isTerminal(0),
      stdin: true,
    });
    if (code === 0) return 0;
    if (command !== undefined) context.out.error(`ssh: Process exited with status ${code}`);
    throw new Stopped(command === undefined ? code : 1);
  },
});

/** `node:/path`, or a path on this machine. */
const placeOf = (text: string) => {
  const at = text.indexOf(":");
  return at > 0 ? { node: text.slice(0, at), path: text.slice(at + 1) } : { node: undefined, path: text };
};

export const cp = defineCommand({
  name: "cp",
  group: "Advanced Commands:",
  usage: "<source node name>:<source file path> <target node name>:<target file absolute path>",
  summary: "Copy the specified file into minikube",
  async run(context) {
    const { args, flags, process, out } = context;
    await needRunning(context, flags.profile);
    const [from, to] = args;
    if (from === undefined || to === undefined) {
      await out.fail(
        "fatal",
        'Exiting due to MK_USAGE: Please specify the path to copy: \n\tminikube cp <source file path> <target file absolute path> (example: "minikube cp a/b.txt /copied.txt")',
      );
      throw new Stopped(14);
    }
    const [source, target] = [placeOf(from), placeOf(to)];
    const own = process.machine;
    const reader = source.node === undefined ? own : await shellOf(context, source.node);
    // Where neither side names a node, the copy goes into the cluster.
    const writer = target.node === undefined && source.node !== undefined ? own : await shellOf(context, target.node ?? "");
    if (writer !== own && !target.path.startsWith("/")) {
      await out.fail(
        "fatal",
        `Exiting due to MK_USAGE: Target <remote file path> must be an absolute Path. Relative Path is not allowed (example: "minikube:/home/docker/copied.txt")`,
      );
      throw new Stopped(14);
    }
    try {
      const content = reader.fs.read(reader === own ? own.fs.resolve(process.cwd, source.path) : source.path);
      const path = writer === own ? own.fs.resolve(process.cwd, target.path) : target.path;
      const file =
        path.endsWith("/") || writer.fs.stat(path)?.kind === "directory" ? `${path.replace(/\/$/, "")}/${source.path.split("/").at(-1)}` : path;
      writer.fs.mkdir(file.slice(0, file.lastIndexOf("/")) || "/", { recursive: true });
      writer.fs.write(file, content);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      await out.fail("fatal", `Exiting due to HOST_PATH_MISSING: Cannot find directory ${source.path} for copy`);
      throw new Stopped(55);
    }
  },
});

export const sshKey = defineCommand({
  name: "ssh-key",
  group: "Troubleshooting Commands:",
  usage: "[flags]",
  summary: "Retrieve the ssh identity key path of the specified node",
  flags: { node: string({ short: "n", help: "The node; the control plane where it is left out." }) },
  run(context) {
    const { process, out, flags } = context;
    out.line(`${process.env.get("HOME") ?? process.user.home}/.minikube/machines/${flags.node || primary(context)?.name || "minikube"}/id_rsa`);
  },
});

export const mount = defineCommand({
  name: "mount",
  group: "Advanced Commands:",
  usage: "[flags] <source directory>:<target directory>",
  summary: "Mounts the specified directory into minikube",
  async run({ out, args }) {
    const [pair] = args;
    if (pair === undefined || !pair.includes(":")) {
      await out.fail(
        "fatal",
        'Exiting due to MK_USAGE: Please specify the directory to be mounted: \n\tminikube mount <source directory>:<target directory>   (example: "/host-home:/vm-home")',
      );
      throw new Stopped(14);
    }
    await out.fail(
      "fatal",
      "Podyard does not simulate a mount that stays: nothing carries a directory of this machine into the node. `minikube cp` copies single files.",
    );
    throw new Stopped(64);
  },
});
