import type { EngineContainer } from "#machinery/container-engine.ts";
import { parseGoDuration } from "#machinery/duration.ts";
import { asJson, imageDetails } from "./images.ts";
import { shown } from "./run.ts";
import { ago, daemon, formatted, Refusal, type Scene, shortId, tagged, templated } from "./scene.ts";

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
