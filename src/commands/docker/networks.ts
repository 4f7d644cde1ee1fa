import { asJson } from "./images.ts";
import { daemon, type Scene } from "./scene.ts";

/** What people make on the machine beside images and containers, as docker's own files have it. */
const file = "/var/lib/docker/network/networks.json";
const usual = [
  { name: "bridge", id: "8e43f1d0b6c1", driver: "bridge" },
  { name: "host", id: "1c7a0d9f23be", driver: "host" },
  { name: "none", id: "b70c5d2f9e44", driver: "null" },
];

type Network = (typeof usual)[number];

function own({ process }: Scene): Network[] {
  const { fs } = process.machine;
  return fs.stat(file) ? (JSON.parse(fs.readText(file)) as Network[]) : [];
}

function keep({ process }: Scene, networks: readonly Network[]): void {
  const { fs } = process.machine;
  fs.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
  fs.write(file, `${JSON.stringify(networks)}\n`);
}

/** Networks there are: a container cannot be put into another. */
export const networkNames = (scene: Scene): string[] => [...usual, ...own(scene)].map(({ name }) => name);

export function listNetworks(scene: Scene, args: readonly string[]): number {
  const given = scene.options(args, ["q,quiet", "f,filter=", "format=", "no-trunc"]);
  const all = [...usual, ...own(scene)].sort((a, b) => (a.name < b.name ? -1 : 1));
  if (given.has("quiet")) for (const { id } of all) scene.out.line(id);
  else scene.table([["NETWORK ID", "NAME", "DRIVER", "SCOPE"], ...all.map(({ id, name, driver }) => [id.slice(0, 12), name, driver, "local"])]);
  return 0;
}

export function createNetwork(scene: Scene, args: readonly string[]): number {
  const given = scene.options(args, ["d,driver=", "subnet=", "gateway=", "internal", "attachable", "label=", "o,opt=", "ip-range="]);
  const [name = ""] = given.operands;
  if (networkNames(scene).includes(name)) throw daemon(`network with name ${name} already exists`);
  const id = scene.process.machine.random.hex(64);
  keep(scene, [...own(scene), { name, id, driver: given.get("driver") ?? "bridge" }]);
  scene.out.line(id);
  return 0;
}

export function removeNetwork(scene: Scene, args: readonly string[]): number {
  for (const name of args) {
    const found = own(scene).find((network) => network.name === name || network.id.startsWith(name));
    if (!found) throw daemon(`network ${name} not found`);
    const user = scene.engine.containers().find(({ network, state }) => network === found.name && state === "running");
    if (user) throw daemon(`error while removing network: network ${name} id ${found.id} has active endpoints`);
    keep(
      scene,
      own(scene).filter(({ id }) => id !== found.id),
    );
    scene.out.line(name);
  }
  return 0;
}

const volumes = "/var/lib/docker/volumes";

export function listVolumes(scene: Scene, args: readonly string[]): number {
  const given = scene.options(args, ["q,quiet", "f,filter=", "format="]);
  const { fs } = scene.process.machine;
  const names = fs.stat(volumes)?.kind === "directory" ? [...fs.list(volumes)].sort() : [];
  if (given.has("quiet")) for (const name of names) scene.out.line(name);
  else scene.table([["DRIVER", "VOLUME NAME"], ...names.map((name) => ["local", name])]);
  return 0;
}

export function createVolume(scene: Scene, args: readonly string[]): number {
  const given = scene.options(args, ["d,driver=", "label=", "name=", "o,opt="]);
  const name = given.operands[0] ?? given.get("name") ?? scene.process.machine.random.hex(64);
  scene.process.machine.fs.mkdir(`${volumes}/${name}/_data`, { recursive: true });
  scene.out.line(name);
  return 0;
}

export function removeVolume(scene: Scene, args: readonly string[]): number {
  const given = scene.options(args, ["f,force"]);
  const { fs } = scene.process.machine;
  for (const name of given.operands) {
    const path = `${volumes}/${name}`;
    if (!fs.stat(path)) throw daemon(`get ${name}: no such volume`);
    const user = scene.engine.containers().find(({ binds }) => binds.some(({ source }) => source.startsWith(`${path}/`)));
    if (user) throw daemon(`remove ${name}: volume is in use - [${user.id}]`);
    fs.remove(path, { recursive: true });
    scene.out.line(name);
  }
  return 0;
}

export function inspectVolume(scene: Scene, args: readonly string[]): number {
  const { fs } = scene.process.machine;
  for (const name of args) if (!fs.stat(`${volumes}/${name}`)) throw daemon(`get ${name}: no such volume`);
  scene.out.line(
    asJson(
      args.map((name) => ({ Driver: "local", Labels: null, Mountpoint: `${volumes}/${name}/_data`, Name: name, Options: null, Scope: "local" })),
    ),
  );
  return 0;
}
