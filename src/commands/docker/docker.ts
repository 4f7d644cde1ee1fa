import { FileError } from "#shell/file-system.ts";
import { NetError, type Program } from "#shell/process.ts";
import { UsageError } from "#shell/tools/options.ts";
import type { CommandHost } from "../host.ts";
import { structJson } from "../kubectl/print/json.ts";
import * as act from "./act.ts";
import { build } from "./build.ts";
import { cp } from "./copy.ts";
import { attach, exec } from "./exec.ts";
import * as images from "./images.ts";
import * as look from "./look.ts";
import { createNetwork, createVolume, inspectVolume, listNetworks, listVolumes, removeNetwork, removeVolume } from "./networks.ts";
import * as run from "./run.ts";
import { Refusal, Scene, templated } from "./scene.ts";

type Run = (scene: Scene, args: readonly string[]) => Promise<number> | number;

const serverVersion = "28.5.1";

const commands: Readonly<Record<string, readonly [run: Run, summary: string]>> = {
  run: [run.run, "Create and run a new container from an image"],
  exec: [exec, "Execute a command in a running container"],
  ps: [look.ps, "List containers"],
  build: [build, "Build an image from a Dockerfile"],
  pull: [images.pull, "Download an image from a registry"],
  push: [images.push, "Upload an image to a registry"],
  images: [images.images, "List images"],
  login: [images.login, "Authenticate to a registry"],
  logout: [images.logout, "Log out from a registry"],
  version: [version, "Show the Docker version information"],
  info: [info, "Display system-wide information"],
  attach: [attach, "Attach local standard input, output, and error streams to a running container"],
  cp: [cp, "Copy files/folders between a container and the local filesystem"],
  create: [run.create, "Create a new container"],
  history: [images.history, "Show the history of an image"],
  inspect: [(scene, args) => look.inspect(scene, args), "Return low-level information on Docker objects"],
  kill: [act.kill, "Kill one or more running containers"],
  load: [images.load, "Load an image from a tar archive or STDIN"],
  logs: [look.logs, "Fetch the logs of a container"],
  port: [look.port, "List port mappings or a specific mapping for the container"],
  rename: [act.rename, "Rename a container"],
  restart: [act.restart, "Restart one or more containers"],
  rm: [act.rm, "Remove one or more containers"],
  rmi: [images.rmi, "Remove one or more images"],
  save: [images.save, "Save one or more images to a tar archive (streamed to STDOUT by default)"],
  start: [act.start, "Start one or more stopped containers"],
  stop: [act.stop, "Stop one or more running containers"],
  tag: [images.tag, "Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE"],
  top: [look.top, "Display the running processes of a container"],
  wait: [act.wait, "Block until one or more containers stop, then print their exit codes"],
};

/** Commands under the name of what they are about. */
const groups: Readonly<Record<string, Readonly<Record<string, Run>>>> = {
  container: {
    ls: look.ps,
    list: look.ps,
    inspect: (scene, args) => look.inspect(scene, args, "container"),
    prune: pruneContainers,
    ...Object.fromEntries(
      ["run", "exec", "attach", "cp", "create", "kill", "logs", "port", "rename", "restart", "rm", "start", "stop", "top", "wait"].map((name) => [
        name,
        runOf(name),
      ]),
    ),
  },
  image: {
    ls: images.images,
    list: images.images,
    rm: images.rmi,
    inspect: (scene, args) => look.inspect(scene, args, "image"),
    ...Object.fromEntries(["build", "history", "load", "pull", "push", "save", "tag"].map((name) => [name, runOf(name)])),
  },
  buildx: { build, version: (scene) => said(scene, "github.com/docker/buildx v0.29.1 Debian") },
  builder: { build },
  network: { create: createNetwork, ls: listNetworks, list: listNetworks, rm: removeNetwork, remove: removeNetwork },
  system: { info, prune: pruneContainers },
  volume: { create: createVolume, inspect: inspectVolume, ls: listVolumes, list: listVolumes, rm: removeVolume, remove: removeVolume },
};

const absent = [
  "commit",
  "compose",
  "context",
  "diff",
  "events",
  "export",
  "import",
  "manifest",
  "node",
  "pause",
  "plugin",
  "search",
  "secret",
  "service",
  "stack",
  "stats",
  "swarm",
  "trust",
  "unpause",
  "update",
  "config",
];

function runOf(name: string): Run {
  return (scene, args) => (commands[name]?.[0] ?? (() => 1))(scene, args);
}

function said(scene: Scene, text: string): number {
  scene.out.line(text);
  return 0;
}

/** `docker`, and those that understand the same: podman and nerdctl. */
export const docker =
  (host: CommandHost, name = "docker"): Program =>
  async (process) => {
    const scene = new Scene(process, host, name);
    let code = 0;
    try {
      code = await dispatch(scene, withoutGlobals(process.args.slice(1)));
    } catch (error) {
      if (error instanceof Refusal) {
        scene.out.error(error.message);
        code = error.exitCode;
      } else if (error instanceof UsageError) {
        scene.out.error(
          `${error.message.replace(/^unrecognized option '(.*)'$/, "unknown flag: $1")}\n\nUsage:  ${name} ${process.args[1] ?? ""} [OPTIONS]\n\nRun '${name} ${process.args[1] ?? ""} --help' for more information`,
        );
        code = 125;
      } else if (error instanceof FileError || error instanceof NetError) {
        scene.out.error(error.message);
        code = 1;
      } else if (error instanceof Error && error.constructor === Error && !process.signal.aborted) {
        // The daemon refuses in words of its own.
        scene.out.error(`Error response from daemon: ${error.message}`);
        code = 1;
      } else throw error;
    }
    if (!process.signal.aborted) await scene.out.flush();
    return code;
  };

/** Options before the command, which choose a namespace or a host: there is one of each. */
function withoutGlobals(args: readonly string[]): readonly string[] {
  let at = 0;
  while (/^-/.test(args[at] ?? "") && !/^(-v|--version|--help|-h)$/.test(args[at] ?? ""))
    at += /^(-n|-H|-l|-c|--namespace|--host|--context|--log-level|--config)$/.test(args[at] ?? "") ? 2 : 1;
  return args.slice(at);
}

async function dispatch(scene: Scene, args: readonly string[]): Promise<number> {
  const { out, name } = scene;
  const [command = "--help", ...rest] = args;
  if (command === "--version" || command === "-v")
    return said(
      scene,
      name === "docker" ? `Docker version ${serverVersion}, build e180ab8` : `${name} version ${name === "podman" ? "5.6.2" : "2.1.6"}`,
    );
  if (command === "--help" || command === "-h" || command === "help") {
    out.line(`Usage:  ${name} [OPTIONS] COMMAND\n\nA self-sufficient runtime for containers\n\nCommands:`);
    for (const [each, [, summary]] of Object.entries(commands)) out.line(`  ${each.padEnd(11)} ${summary}`);
    return 0;
  }
  const group = groups[command];
  const run = group ? group[rest[0] ?? ""] : commands[command]?.[0];
  if (group && !run) {
    if (rest.length === 0)
      throw new Refusal(
        `Usage:  ${name} ${command} COMMAND\n\nCommands:\n${Object.keys(group)
          .map((each) => `  ${each}\n`)
          .join("")}`,
        0,
      );
    throw new Refusal(`Not simulated by Podyard: ${name} ${command} ${rest[0]}`);
  }
  if (run) return run(scene, group ? rest.slice(1) : rest);
  if (absent.includes(command)) throw new Refusal(`Not simulated by Podyard: ${name} ${command}`);
  throw new Refusal(`${name}: unknown command: ${name} ${command}\n\nRun '${name} --help' for more information`);
}

function version(scene: Scene, args: readonly string[]): number {
  const given = scene.options(args, ["f,format="]);
  const format = given.get("format");
  const value = {
    Client: { Version: serverVersion, ApiVersion: "1.51", Os: "linux", Arch: "amd64" },
    Server: { Version: serverVersion, ApiVersion: "1.51", Os: "linux", Arch: "amd64" },
  };
  if (format !== undefined) return said(scene, format === "json" ? structJson(value) : templated(format, value));
  scene.out.print(`Client: Docker Engine - Community
 Version:           ${serverVersion}
 API version:       1.51
 Go version:        go1.24.8
 Git commit:        e180ab8
 Built:             Wed Oct  8 12:17:26 2025
 OS/Arch:           linux/amd64
 Context:           default

Server: Docker Engine - Community
 Engine:
  Version:          ${serverVersion}
  API version:      1.51 (minimum version 1.24)
  Go version:       go1.24.8
  Git commit:       f8215cc
  Built:            Wed Oct  8 12:17:26 2025
  OS/Arch:          linux/amd64
  Experimental:     false
`);
  return 0;
}

function info(scene: Scene): number {
  const all = scene.engine.containers();
  const running = all.filter(({ state }) => state === "running").length;
  scene.out.print(`Client: Docker Engine - Community
 Version:    ${serverVersion}
 Context:    default
 Debug Mode: false

Server:
 Containers: ${all.length}
  Running: ${running}
  Paused: 0
  Stopped: ${all.length - running}
 Images: ${scene.engine.images().length}
 Server Version: ${serverVersion}
 Storage Driver: overlay2
 Cgroup Driver: systemd
 Cgroup Version: 2
 Operating System: Debian GNU/Linux 12 (bookworm)
 OSType: linux
 Architecture: x86_64
 CPUs: 2
 Total Memory: 3.838GiB
 Name: ${scene.process.machine.hostname}
 Docker Root Dir: /var/lib/docker
`);
  return 0;
}

function pruneContainers(scene: Scene): number {
  const gone = scene.engine.containers().filter(({ state }) => state !== "running");
  if (gone.length > 0) scene.out.line("Deleted Containers:");
  for (const { id } of gone) {
    scene.engine.remove(id);
    scene.out.line(id);
  }
  scene.out.line(`${gone.length > 0 ? "\n" : ""}Total reclaimed space: 0B`);
  return 0;
}
