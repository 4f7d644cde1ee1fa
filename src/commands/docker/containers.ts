import { BrokenPipe, type Source } from "#base/streams.ts";
import type { ContainerWanted, EngineContainer, PortMapping } from "#machinery/container-engine.ts";
import { parseGoDuration } from "#machinery/duration.ts";
import { FileError } from "#shell/file-system.ts";
import type { SignalName } from "#shell/process.ts";
import { type Options, parseOptions } from "#shell/tools/options.ts";
import { joinRemote } from "../cli/join.ts";
import { asJson, imageDetails, pulled, usage } from "./images.ts";
import { ago, daemon, familiar, formatted, Refusal, type Scene, shortId, tagged, templated } from "./scene.ts";

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
const startupTime = 120;
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
      network: given.get("network") ?? given.get("net") ?? "bridge",
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
async function followed(scene: Scene, id: string, stdin: boolean): Promise<number> {
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

function signalled(scene: Scene, id: string, name: SignalName): void {
  if (scene.engine.containers().some((one) => one.id === id && one.state === "running")) scene.engine.signal(id, name);
}

async function drained(source: Source): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for (let chunk = await source.read(); chunk; chunk = await source.read()) chunks.push(chunk);
  return chunks;
}

async function shown({ process }: Scene, source: Source): Promise<void> {
  try {
    for (let chunk = await source.read(); chunk; chunk = await source.read()) await process.stdout.write(chunk);
  } catch (error) {
    source.cancel();
    if (!(error instanceof BrokenPipe)) throw error;
  }
}

// --- looking

const statusOf = ({ state, startedAt, finishedAt, exitCode }: EngineContainer, now: number): string =>
  state === "running" ? `Up ${ago(now - startedAt)}` : state === "created" ? "Created" : `Exited (${exitCode}) ${ago(now - finishedAt)} ago`;

function portsOf({ ports, exposed, state }: EngineContainer): string {
  if (state !== "running") return "";
  const open = ports.map(
    ({ host, container, address, protocol }) =>
      `${address}:${host}->${container}/${protocol}${address === "0.0.0.0" ? `, [::]:${host}->${container}/${protocol}` : ""}`,
  );
  const closed = exposed.filter((port) => !ports.some(({ container, protocol }) => `${container}/${protocol}` === port));
  return [...closed, ...open].join(", ");
}

export function ps(scene: Scene, args: readonly string[]): number {
  const given = scene.options(args, ["a,all", "q,quiet", "n,last=", "l,latest", "no-trunc", "f,filter=", "format=", "s,size"]);
  let found = scene.engine.containers();
  const limit = given.has("latest") ? 1 : Number(given.get("last") ?? 0);
  if (limit > 0) found = found.slice(0, limit);
  else if (!given.has("all") && !given.all("filter").some((text) => text.startsWith("status=")))
    found = found.filter(({ state }) => state === "running");
  for (const text of given.all("filter")) {
    const [key, value = ""] = [text.slice(0, text.indexOf("=")), text.slice(text.indexOf("=") + 1)];
    if (key === "name") found = found.filter(({ name }) => name.includes(value.replace(/^\^?\/?|\$$/g, "")));
    else if (key === "status") found = found.filter(({ state }) => state === value);
    else if (key === "ancestor") found = found.filter(({ imageName }) => imageName === value || tagged(imageName) === tagged(value));
    else if (key === "label")
      found = found.filter(({ labels }) => (value.includes("=") ? labels[value.split("=")[0] ?? ""] === value.split("=")[1] : value in labels));
    else if (key === "id") found = found.filter(({ id }) => id.startsWith(value));
    else throw daemon(`invalid filter '${key}'`);
  }
  const whole = given.has("no-trunc");
  const rows = found.map((one) => {
    const command = one.args.join(" ");
    return {
      ID: whole ? one.id : shortId(one.id),
      Image: one.imageName,
      Command: `"${whole || command.length <= 20 ? command : `${command.slice(0, 19)}…`}"`,
      CreatedAt: new Date(one.createdAt).toISOString(),
      RunningFor: `${ago(scene.now - one.createdAt)} ago`,
      Status: statusOf(one, scene.now),
      State: one.state,
      Ports: portsOf(one),
      Names: one.name,
      Networks: one.network,
      Labels: Object.entries(one.labels)
        .map(([key, value]) => `${key}=${value}`)
        .join(","),
    };
  });
  const format = given.get("format");
  if (given.has("quiet")) for (const { ID } of rows) scene.out.line(ID);
  else if (format !== undefined) formatted(scene, format, rows);
  else
    scene.table([
      ["CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS", "PORTS", "NAMES"],
      ...rows.map((row) => [row.ID, row.Image, row.Command, row.RunningFor, row.Status, row.Ports, row.Names]),
    ]);
  return 0;
}

const rfc = (at: number) => (at > 0 ? new Date(at).toISOString() : "0001-01-01T00:00:00Z");

const details = (one: EngineContainer): object => {
  const ports = Object.fromEntries([
    ...one.exposed.map((port) => [port, null] as const),
    ...one.ports.map(
      ({ host, container, address, protocol }) => [`${container}/${protocol}`, [{ HostIp: address, HostPort: String(host) }]] as const,
    ),
  ]);
  const address = one.state === "running" && one.network !== "host" ? one.address : "";
  const network = {
    IPAMConfig: null,
    Links: null,
    Aliases: null,
    Gateway: address ? "172.17.0.1" : "",
    IPAddress: address,
    IPPrefixLen: address ? 16 : 0,
  };
  return {
    Id: one.id,
    Created: rfc(one.createdAt),
    Path: one.args[0] ?? "",
    Args: one.args.slice(1),
    State: {
      Status: one.state,
      Running: one.state === "running",
      Paused: false,
      Restarting: false,
      OOMKilled: false,
      Dead: false,
      Pid: one.state === "running" ? 2000 + (Number.parseInt(one.id.slice(0, 4), 16) % 20_000) : 0,
      ExitCode: one.exitCode,
      Error: one.problem,
      StartedAt: rfc(one.startedAt),
      FinishedAt: rfc(one.finishedAt),
    },
    Image: one.imageId,
    Name: `/${one.name}`,
    RestartCount: one.restarts,
    Platform: "linux",
    HostConfig: {
      Binds: one.binds.length > 0 ? one.binds.map(({ source, target, readOnly }) => `${source}:${target}${readOnly ? ":ro" : ""}`) : null,
      NetworkMode: one.network,
      PortBindings: Object.fromEntries(
        one.ports.map(({ host, container, protocol }) => [`${container}/${protocol}`, [{ HostIp: "", HostPort: String(host) }]]),
      ),
      RestartPolicy: { Name: one.restart.split(":")[0], MaximumRetryCount: Number(one.restart.split(":")[1] ?? 0) },
      AutoRemove: one.autoRemove,
    },
    Mounts: one.binds.map(({ source, target, readOnly }) => ({
      Type: source.startsWith("/var/lib/docker/volumes/") ? "volume" : "bind",
      Source: source,
      Destination: target,
      Mode: "",
      RW: !readOnly,
      Propagation: "rprivate",
    })),
    Config: {
      Hostname: one.hostname,
      User: one.user,
      Tty: one.tty,
      OpenStdin: one.stdin,
      Env: one.env.map(([key, value]) => `${key}=${value}`),
      Cmd: one.args,
      Image: one.imageName,
      WorkingDir: one.workingDir,
      Labels: one.labels,
    },
    NetworkSettings: {
      Ports: ports,
      Gateway: network.Gateway,
      IPAddress: address,
      IPPrefixLen: network.IPPrefixLen,
      Networks: { [one.network]: network },
    },
  };
};

export function inspect(scene: Scene, args: readonly string[], only?: "container" | "image"): number {
  const given = scene.options(args, ["f,format=", "s,size", "type="]);
  const type = only ?? given.get("type");
  const values: object[] = [];
  let code = 0;
  for (const name of given.operands) {
    try {
      if (type !== "image") {
        values.push(details(scene.container(name)));
        continue;
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (type === "container") {
        scene.out.error(error.message);
        code = 1;
        continue;
      }
    }
    const image = scene.engine.image(name);
    if (image) values.push(imageDetails(image));
    else {
      scene.out.error(type === "image" ? `Error response from daemon: No such image: ${tagged(name)}` : `error: no such object: ${name}`);
      code = 1;
    }
  }
  const format = given.get("format");
  if (format === undefined) scene.out.line(asJson(values));
  else for (const value of values) scene.out.line(templated(format, value));
  return code;
}

export async function logs(scene: Scene, args: readonly string[]): Promise<number> {
  const given = scene.options(args, ["f,follow", "n,tail=", "t,timestamps", "since=", "until=", "details"]);
  const container = scene.container(given.operands[0] ?? "");
  const tail = given.get("tail");
  const since = given.get("since");
  const wait = since === undefined ? undefined : parseGoDuration(since);
  await scene.out.flush();
  await shown(
    scene,
    scene.engine.logs(container.id, {
      follow: given.has("follow"),
      previous: false,
      timestamps: given.has("timestamps"),
      ...(tail !== undefined && tail !== "all" ? { tailLines: Number(tail) } : {}),
      ...(typeof wait === "number" ? { since: scene.now - wait } : since !== undefined ? { since: Date.parse(since) } : {}),
      signal: scene.process.signal,
    }),
  );
  return 0;
}

export function top(scene: Scene, args: readonly string[]): number {
  const container = scene.container(args[0] ?? "");
  if (container.state !== "running") throw daemon(`container ${container.id} is not running`);
  scene.out.print(
    `UID                 PID                 PPID                C                   STIME               TTY                 TIME                CMD\n`,
  );
  scene.out.line(
    ["root", "2042", "2020", "0", new Date(container.startedAt).toISOString().slice(11, 16), "?", "00:00:00"]
      .map((cell) => cell.padEnd(20))
      .join("") + container.args.join(" "),
  );
  return 0;
}

export function port(scene: Scene, args: readonly string[]): number {
  const container = scene.container(args[0] ?? "");
  const wantedPort = args[1];
  for (const { host, container: inside, address, protocol } of container.ports) {
    if (wantedPort === undefined) scene.out.line(`${inside}/${protocol} -> ${address}:${host}`);
    else if (wantedPort.replace(/\/.*/, "") === String(inside)) scene.out.line(`${address}:${host}`);
  }
  return 0;
}

// --- acting

async function each(
  scene: Scene,
  names: readonly string[],
  command: string,
  work: (container: EngineContainer) => Promise<void> | void,
): Promise<number> {
  if (names.length === 0) throw new Refusal(usage(scene, command, "requires at least 1 argument", "[OPTIONS] CONTAINER [CONTAINER...]"));
  let code = 0;
  for (const name of names) {
    try {
      await work(scene.container(name));
      scene.out.line(name);
    } catch (error) {
      if (!(error instanceof Error) || scene.process.signal.aborted) throw error;
      scene.out.error(error instanceof Refusal ? error.message : `Error response from daemon: ${error.message}`);
      code = 1;
    }
  }
  return code;
}

export const start = async (scene: Scene, args: readonly string[]): Promise<number> => {
  const given = scene.options(args, ["a,attach", "i,interactive"]);
  const code = await each(scene, given.operands, "start", ({ id }) => scene.engine.start(id));
  if (!given.has("attach")) await scene.process.sleep(startupTime);
  if (!given.has("attach")) return code;
  return followed(scene, scene.container(given.operands[0] ?? "").id, given.has("interactive"));
};

async function ended(scene: Scene, { id, state }: EngineContainer, seconds: number, signal = "TERM"): Promise<void> {
  if (state !== "running") return;
  const { engine, process } = scene;
  const { clock, tasks } = process.machine;
  engine.signal(id, signal);
  // Whoever does not listen is ended when its time is over.
  const timer = clock.at(clock.now() + seconds * 1000, () => tasks.detach(async () => signalled(scene, id, "KILL")));
  await engine.wait(id, process.signal);
  timer.cancel();
}

export const stop = (scene: Scene, args: readonly string[]): Promise<number> => {
  const given = scene.options(args, ["t,timeout=", "time=", "s,signal="]);
  return each(scene, given.operands, "stop", (container) =>
    ended(scene, container, Number(given.get("timeout") ?? given.get("time") ?? 10), given.get("signal")?.replace(/^SIG/, "")),
  );
};

export const restart = (scene: Scene, args: readonly string[]): Promise<number> => {
  const given = scene.options(args, ["t,timeout=", "time=", "s,signal="]);
  return each(scene, given.operands, "restart", async (container) => {
    await ended(scene, container, Number(given.get("timeout") ?? given.get("time") ?? 10));
    await scene.engine.start(container.id);
  });
};

export const kill = (scene: Scene, args: readonly string[]): Promise<number> => {
  const given = scene.options(args, ["s,signal="]);
  return each(scene, given.operands, "kill", ({ id }) => scene.engine.signal(id, (given.get("signal") ?? "KILL").replace(/^SIG/, "")));
};

export const rm = (scene: Scene, args: readonly string[]): Promise<number> => {
  const given = scene.options(args, ["f,force", "v,volumes", "l,link"]);
  return each(scene, given.operands, "rm", ({ id, name, state }) => {
    if (state === "running" && !given.has("force"))
      throw daemon(`cannot remove container "${name}": container is running: stop the container before removing or force remove`);
    scene.engine.remove(id);
  });
};

export async function wait(scene: Scene, args: readonly string[]): Promise<number> {
  for (const name of args) scene.out.line(String(await scene.engine.wait(scene.container(name).id, scene.process.signal)));
  return 0;
}

export function rename(scene: Scene, args: readonly string[]): number {
  const [name = "", other] = args;
  if (other === undefined) throw new Refusal(usage(scene, "rename", "requires 2 arguments", "CONTAINER NEW_NAME"));
  scene.engine.rename(scene.container(name).id, other);
  return 0;
}

export async function attach(scene: Scene, args: readonly string[]): Promise<number> {
  const given = scene.options(args, ["no-stdin", "detach-keys=", "sig-proxy?"]);
  const container = scene.container(given.operands[0] ?? "");
  if (container.state !== "running") throw new Refusal("cannot attach to a stopped container, start it first");
  const remote = scene.engine.attach(container.id);
  const exit = scene.engine.wait(container.id, scene.process.signal);
  await joinRemote(scene.process, remote, {
    stdin: container.stdin && !given.has("no-stdin"),
    tty: container.tty && scene.process.tty !== undefined,
  });
  return exit;
}

export async function exec(scene: Scene, args: readonly string[]): Promise<number> {
  const given = parseOptions(
    args,
    ["d,detach", "e,env=", "env-file=", "i,interactive", "privileged", "t,tty", "u,user=", "w,workdir=", "detach-keys="],
    true,
  );
  const [name, ...command] = given.operands;
  if (name === undefined || command.length === 0)
    throw new Refusal(usage(scene, "exec", "requires at least 2 arguments", "[OPTIONS] CONTAINER COMMAND [ARG...]"));
  const container = scene.container(name);
  if (container.state !== "running") throw daemon(`container ${container.id} is not running`);
  if (given.has("tty") && given.has("interactive") && !scene.process.isTerminal(0))
    throw new Refusal("cannot attach stdin to a TTY-enabled container because stdin is not a terminal");
  const tty = given.has("tty") && scene.process.tty !== undefined;
  const env = given.all("env");
  const directory = given.get("workdir");
  if (given.has("user")) throw new Refusal("Not simulated by Podyard: docker exec --user");
  const words = [
    ...(env.length > 0 ? ["env", ...env] : []),
    ...(directory === undefined ? command : ["sh", "-c", 'cd "$0" && exec "$@"', directory, ...command]),
  ];
  await scene.out.flush();
  const remote = scene.engine.exec(container.id, { command: words, stdin: given.has("interactive"), stdout: true, stderr: !tty, tty });
  if (given.has("detach")) return 0;
  const status = await joinRemote(scene.process, remote, { stdin: given.has("interactive"), tty });
  if (status.status === "Success") return 0;
  const code = status.details?.causes?.find(({ reason }) => reason === "ExitCode")?.message;
  if (code !== undefined) return Number(code);
  const why = (status.message ?? "").replace(/^.*?(OCI runtime exec failed)/, "$1");
  scene.out.error(why);
  return /not found|no such file/.test(why) ? 127 : 126;
}

/** `CONTAINER:PATH`, or a path on this machine. */
const placeOf = (text: string) =>
  /^[\w.-]+:/.test(text)
    ? { container: text.slice(0, text.indexOf(":")), path: text.slice(text.indexOf(":") + 1) }
    : { container: undefined, path: text };

export function cp(scene: Scene, args: readonly string[]): number {
  const given = scene.options(args, ["a,archive", "L,follow-link", "q,quiet"]);
  const [from = "", to = ""] = given.operands;
  const [source, target] = [placeOf(from), placeOf(to)];
  if ((source.container === undefined) === (target.container === undefined))
    throw new Refusal(source.container === undefined ? "must specify at least one container source" : "copying between containers is not supported");
  const own = scene.process.machine.fs;
  const here = {
    read: (path: string) => own.read(path),
    write: (path: string, content: Uint8Array) => {
      own.mkdir(path.slice(0, path.lastIndexOf("/")) || "/", { recursive: true });
      own.write(path, content);
    },
    list: (path: string) => (own.stat(path)?.kind === "directory" ? own.list(path) : undefined),
    kind: (path: string) => (own.stat(path) ? ((own.stat(path)?.kind === "directory" ? "directory" : "file") as "directory" | "file") : undefined),
  };
  const name = source.container ?? target.container ?? "";
  const there = scene.engine.files(scene.container(name).id);
  const [reader, writer] = source.container === undefined ? [here, there] : [there, here];
  const begin = source.container === undefined ? scene.path(source.path) : source.path.replace(/\/$/, "");
  const end = target.container === undefined ? scene.path(target.path) : target.path;
  if (reader.kind(begin || "/") === undefined)
    throw source.container === undefined
      ? new Refusal(`lstat ${begin}: no such file or directory`)
      : daemon(`Could not find the file ${source.path} in container ${name}`);
  const into = writer.kind(end) === "directory" || end.endsWith("/") ? `${end.replace(/\/$/, "")}/${begin.split("/").at(-1)}` : end;
  try {
    copy(begin, into);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new Refusal(error.message);
  }
  if (!given.has("quiet")) scene.out.error(`Successfully copied to ${target.container === undefined ? end : to}`);
  return 0;

  function copy(path: string, destination: string): void {
    const names = reader.list(path);
    if (!names) writer.write(destination, reader.read(path));
    else for (const each of names) copy(`${path}/${each}`, `${destination}/${each}`);
  }
}
