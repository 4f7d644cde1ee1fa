import { BrokenPipe, type Source } from "#base/streams.ts";
import type { ContainerWanted, EngineContainer, PortMapping } from "#machinery/container-engine.ts";
import type { SignalName } from "#shell/process.ts";
import { type Options, parseOptions } from "#shell/tools/options.ts";
import { joinRemote } from "../cli/join.ts";
import { pulled, usage } from "./images.ts";
import { networkNames } from "./networks.ts";
import { familiar, Refusal, type Scene, tagged } from "./scene.ts";

const runOptions = [
  "a,attach=",
  "add-host=",
  "cap-add=",
  "cap-drop=",
  "cidfile=",
  "cpus=",
  "c,cpu-shares=",
  "d,detach",
  "dns=",
  "e,env=",
  "entrypoint=",
  "env-file=",
  "expose=",
  "gpus=",
  "h,hostname=",
  "init",
  "i,interactive",
  "ip=",
  "ipc=",
  "l,label=",
  "link=",
  "log-driver=",
  "log-opt=",
  "m,memory=",
  "memory-swap=",
  "mount=",
  "name=",
  "network=",
  "net=",
  "network-alias=",
  "pid=",
  "platform=",
  "privileged",
  "p,publish=",
  "P,publish-all",
  "pull=",
  "q,quiet",
  "read-only",
  "restart=",
  "rm",
  "security-opt=",
  "shm-size=",
  "stop-timeout=",
  "tmpfs=",
  "t,tty",
  "ulimit=",
  "u,user=",
  "userns=",
  "v,volume=",
  "volumes-from=",
  "w,workdir=",
  "uts=",
  "sysctl=",
  "health-cmd=",
  "no-healthcheck",
  "stop-signal=",
];
/** Until whoever started it hears of it, most servers listen. */
export const startupTime = 120;
/** What would change what a container is, and is not here. */
const notSimulated = ["gpus", "link", "ip", "volumes-from", "health-cmd"];

const [adjectives, surnames] = [
  [
    "admiring",
    "brave",
    "clever",
    "dazzling",
    "eager",
    "focused",
    "gallant",
    "happy",
    "jolly",
    "keen",
    "loving",
    "modest",
    "nifty",
    "peaceful",
    "quirky",
    "serene",
    "sharp",
    "tender",
    "vibrant",
    "zen",
  ],
  [
    "archimedes",
    "babbage",
    "curie",
    "darwin",
    "euler",
    "feynman",
    "galileo",
    "hopper",
    "kepler",
    "lovelace",
    "mendel",
    "newton",
    "noether",
    "pascal",
    "ride",
    "shannon",
    "tesla",
    "turing",
    "volhard",
    "wozniak",
  ],
];

function portOf(text: string): PortMapping {
  const [, address, host, container = "", protocol] = /^(?:(?:(\d+\.\d+\.\d+\.\d+):)?(\d*):)?(\d+)(?:\/(tcp|udp))?$/.exec(text) ?? [];
  if (container === "" || Number(container) > 65_535)
    throw new Refusal(`docker: invalid containerPort: ${text.split(":").at(-1) ?? text}\n\nRun 'docker run --help' for more information`, 125);
  return { host: Number(host ?? 0), container: Number(container), address: address ?? "0.0.0.0", protocol: protocol === "udp" ? "udp" : "tcp" };
}

/** Where a named volume lies on the machine. */
const volumePath = (name: string) => `/var/lib/docker/volumes/${name}/_data`;

function bindOf(scene: Scene, text: string): { source: string; target: string; readOnly: boolean } {
  const [source = "", target, mode = ""] = text.split(":");
  if (target === undefined) return { source: volumePath(scene.process.machine.random.hex(64)), target: source, readOnly: false };
  return { source: /^[./~]/.test(source) ? scene.path(source) : volumePath(source), target, readOnly: mode.split(",").includes("ro") };
}

function mountOf(scene: Scene, text: string): { source: string; target: string; readOnly: boolean } {
  const settings = new Map(text.split(",").map((pair): [string, string] => [pair.split("=")[0] ?? "", pair.split("=").slice(1).join("=")]));
  const target = settings.get("target") ?? settings.get("dst") ?? settings.get("destination") ?? "";
  const source = settings.get("source") ?? settings.get("src") ?? "";
  const isBind = settings.get("type") === "bind";
  return {
    source: isBind ? scene.path(source) : volumePath(source || scene.process.machine.random.hex(64)),
    target,
    readOnly: settings.has("readonly") || settings.has("ro"),
  };
}

function environment(scene: Scene, given: Options): [string, string][] {
  const env: [string, string][] = [];
  const add = (text: string) => {
    const at = text.indexOf("=");
    if (at >= 0) env.push([text.slice(0, at), text.slice(at + 1)]);
    else if (scene.process.env.has(text)) env.push([text, scene.process.env.get(text) ?? ""]);
  };
  for (const file of given.all("env-file"))
    for (const line of scene.process.machine.fs.readText(scene.path(file)).split("\n"))
      if (line.trim() !== "" && !line.trim().startsWith("#")) add(line);
  for (const text of given.all("env")) add(text);
  return env;
}

const sizes: Readonly<Record<string, number>> = { "": 1, b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

function bytesOf(text: string): number {
  const [, number = "0", unit = ""] = /^([\d.]+)([bkmg]?)b?$/i.exec(text) ?? [];
  return Math.round(Number(number) * (sizes[unit.toLowerCase()] ?? 1));
}

async function wanted(scene: Scene, command: "run" | "create", args: readonly string[]): Promise<{ wanted: ContainerWanted; given: Options }> {
  const given = parseOptions(args, runOptions, true);
  for (const name of notSimulated) if (given.has(name)) throw new Refusal(`docker: Not simulated by Podyard: docker ${command} --${name}`, 125);
  const [imageName, ...words] = given.operands;
  if (imageName === undefined) throw new Refusal(usage(scene, command, "requires at least 1 argument", "[OPTIONS] IMAGE [COMMAND] [ARG...]"));
  let image = scene.engine.image(tagged(imageName)) ?? (/^[0-9a-f]{6,}$/.test(imageName) ? scene.engine.image(imageName) : undefined);
  if (!image || given.get("pull") === "always") {
    scene.out.error(`Unable to find image '${tagged(imageName)}' locally`);
    await scene.out.flush();
    try {
      image = await pulledAside(scene, imageName);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      throw new Refusal(`docker: ${error.message}\n\nRun 'docker ${command} --help' for more information`, 125);
    }
  }
  const network = given.get("network") ?? given.get("net") ?? "bridge";
  if (!networkNames(scene).includes(network))
    throw new Refusal(
      `docker: Error response from daemon: failed to set up container networking: network ${network} not found\n\nRun 'docker ${command} --help' for more information`,
      125,
    );
  const { random } = scene.process.machine;
  const names = new Set(scene.engine.containers().map(({ name }) => name));
  let name = given.get("name");
  while (name === undefined || (given.get("name") === undefined && names.has(name)))
    name = `${random.pick(adjectives ?? [])}_${random.pick(surnames ?? [])}`;
  const entrypoint = given.get("entrypoint");
  const published = given.has("publish-all") ? (image.config.ports ?? []).map((port) => portOf(port.replace(/\/tcp$/, ""))) : [];
  const memory = given.get("memory");
  return {
    given,
    wanted: {
      name,
      image,
      imageName,
      ...(entrypoint === undefined ? {} : { entrypoint: entrypoint === "" ? [] : [entrypoint] }),
      command: words,
      env: environment(scene, given),
      workingDir: given.get("workdir"),
      user: given.get("user"),
      hostname: given.get("hostname"),
      ports: [...given.all("publish").map(portOf), ...published],
      binds: [...given.all("volume").map((text) => bindOf(scene, text)), ...given.all("mount").map((text) => mountOf(scene, text))],
      stdin: given.has("interactive"),
      tty: given.has("tty"),
      autoRemove: given.has("rm"),
      restart: given.get("restart") ?? "no",
      network,
      labels: Object.fromEntries(given.all("label").map((pair) => [pair.split("=")[0] ?? "", pair.split("=").slice(1).join("=")])),
      ...(memory === undefined ? {} : { memory: bytesOf(memory) }),
      ...(given.has("read-only") ? { readOnly: true } : {}),
    },
  };
}

/** What pulling says goes to the standard error where a container's own output matters. */
async function pulledAside(scene: Scene, name: string) {
  const image = await pulled(scene, name, true);
  scene.out.error(`Status: Downloaded newer image for ${familiar(tagged(name))}`);
  return image;
}

export async function create(scene: Scene, args: readonly string[]): Promise<number> {
  const { wanted: asked } = await wanted(scene, "create", args);
  scene.out.line(made(scene, asked, "create").id);
  return 0;
}

function made(scene: Scene, asked: ContainerWanted, command: string): EngineContainer {
  try {
    return scene.engine.create(asked);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new Refusal(`docker: Error response from daemon: ${error.message}\n\nRun 'docker ${command} --help' for more information`, 125);
  }
}

export async function run(scene: Scene, args: readonly string[]): Promise<number> {
  const { wanted: asked, given } = await wanted(scene, "run", args);
  const detached = given.has("detach");
  if (asked.tty && asked.stdin && !detached && !scene.process.isTerminal(0))
    throw new Refusal("cannot attach stdin to a TTY-enabled container because stdin is not a terminal");
  const container = made(scene, { ...asked, stdin: asked.stdin, tty: asked.tty }, "run");
  try {
    await scene.engine.start(container.id);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const code = scene.engine.containers().find(({ id }) => id === container.id)?.exitCode ?? 0;
    if (asked.autoRemove) scene.engine.remove(container.id);
    throw new Refusal(`docker: Error response from daemon: ${error.message}\n\nRun 'docker run --help' for more information`, code || 125);
  }
  if (detached) {
    await scene.process.sleep(startupTime);
    scene.out.line(container.id);
    return 0;
  }
  await scene.out.flush();
  return followed(scene, container.id, asked.stdin);
}

/** Shows what a container prints until it ends, from its beginning on; gives its exit code. */
export async function followed(scene: Scene, id: string, stdin: boolean): Promise<number> {
  const { process, engine } = scene;
  const container = engine.containers().find((one) => one.id === id);
  if (container?.state === "running" && (stdin || container.tty)) {
    const remote = engine.attach(id);
    const begun = await drained(engine.logs(id, { follow: false, previous: false, timestamps: false }));
    for (const chunk of begun) await process.stdout.write(chunk);
    await joinRemote(process, remote, { stdin, tty: container.tty && process.tty !== undefined });
    return engine.wait(id, process.signal);
  }
  const interrupted = process.onSignal("INT", () => signalled(scene, id, "INT"));
  const terminated = process.onSignal("TERM", () => signalled(scene, id, "TERM"));
  try {
    // Its log goes with it where it is removed at its end: what it prints is read as it comes.
    const log = engine.logs(id, { follow: true, previous: false, timestamps: false });
    await shown(scene, log);
    return await engine.wait(id, process.signal);
  } finally {
    interrupted();
    terminated();
  }
}

export function signalled(scene: Scene, id: string, name: SignalName): void {
  if (scene.engine.containers().some((one) => one.id === id && one.state === "running")) scene.engine.signal(id, name);
}

async function drained(source: Source): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for (let chunk = await source.read(); chunk; chunk = await source.read()) chunks.push(chunk);
  return chunks;
}

export async function shown({ process }: Scene, source: Source): Promise<void> {
  try {
    for (let chunk = await source.read(); chunk; chunk = await source.read()) await process.stdout.write(chunk);
  } catch (error) {
    source.cancel();
    if (!(error instanceof BrokenPipe)) throw error;
  }
}
