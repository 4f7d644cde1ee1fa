import { textOf } from "#base/streams.ts";
import type { EngineImage } from "#machinery/container-engine.ts";
import { allOf } from "#shell/tools/tool.ts";
import { size } from "../crictl/containers.ts";
import { structJson } from "../kubectl/print/json.ts";
import { type Packed, packed, unpackedImages } from "./archive.ts";
import { ago, daemon, familiar, formatted, parts, Refusal, type Scene, shortId, tagged } from "./scene.ts";

type Run = (scene: Scene, args: readonly string[]) => Promise<number> | number;

interface Row {
  Repository: string;
  Tag: string;
  ID: string;
  CreatedSince: string;
  CreatedAt: string;
  Size: string;
  Digest: string;
}

function rows(scene: Scene, image: EngineImage, full: boolean): Row[] {
  const about = {
    ID: full ? image.id : shortId(image.id),
    CreatedSince: `${ago(scene.now - image.createdAt)} ago`,
    CreatedAt: new Date(image.createdAt).toISOString(),
    Size: size(image.sizeBytes),
    Digest: image.digest?.slice(image.digest.indexOf("@") + 1) ?? "<none>",
  };
  const names = image.names.length > 0 ? image.names : ["<none>:<none>"];
  return names.map((name) => {
    const { repository, tag } = parts(name);
    return { Repository: repository, Tag: tag, ...about };
  });
}

export const images: Run = (scene, args) => {
  const given = scene.options(args, ["a,all", "q,quiet", "no-trunc", "digests", "f,filter=", "format=", "tree"]);
  const [name] = given.operands;
  let all = scene.engine.images().flatMap((image) => rows(scene, image, given.has("no-trunc")));
  if (!given.has("all")) all = all.filter(({ Repository }) => Repository !== "<none>" || given.all("filter").includes("dangling=true"));
  if (name !== undefined)
    all = all.filter(
      ({ Repository, Tag }) => Repository === familiar(name).replace(/:[^/]*$/, "") && (!/:[^/]*$/.test(name) || name.endsWith(`:${Tag}`)),
    );
  for (const filter of given.all("filter")) {
    const [key, value = ""] = filter.split("=");
    if (key === "reference")
      all = all.filter(({ Repository, Tag }) =>
        new RegExp(`^${value.replace(/[.+]/g, "\\$&").replaceAll("*", "[^/]*")}$`).test(value.includes(":") ? `${Repository}:${Tag}` : Repository),
      );
    else if (key === "dangling") all = all.filter(({ Repository }) => (Repository === "<none>") === (value === "true"));
    else throw daemon(`invalid filter '${key}'`);
  }
  const format = given.get("format");
  if (given.has("quiet")) for (const id of new Set(all.map(({ ID }) => ID))) scene.out.line(id);
  else if (format !== undefined)
    formatted(
      scene,
      format,
      all.map((row) => ({ ...row })),
    );
  else
    scene.table([
      ["REPOSITORY", "TAG", ...(given.has("digests") ? ["DIGEST"] : []), "IMAGE ID", "CREATED", "SIZE"],
      ...all.map((row) => [row.Repository, row.Tag, ...(given.has("digests") ? [row.Digest] : []), row.ID, row.CreatedSince, row.Size]),
    ]);
  return 0;
};

/** Brings an image, telling of it as docker does. */
export async function pulled(scene: Scene, name: string, quiet = false): Promise<EngineImage> {
  const full = tagged(name);
  const { repository, tag } = parts(full);
  const isTagged = /[:@][^/]*$/.test(name);
  if (!quiet && !isTagged) scene.out.line("Using default tag: latest");
  await scene.out.flush();
  const before = scene.engine.image(full);
  let image: EngineImage;
  try {
    image = await scene.engine.pull(full);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw daemon(error.message);
  }
  const node = scene.node;
  if (node !== undefined) scene.engine.load(full, node);
  if (quiet) return image;
  const path = repository.includes("/") ? repository : `library/${repository}`;
  scene.out.line(`${tag}: Pulling from ${path}`);
  if (!before) for (let layer = 0; layer < 3; layer++) scene.out.line(`${image.id.slice(7 + 12 * layer, 19 + 12 * layer)}: Pull complete`);
  scene.out.line(`Digest: ${image.digest?.slice(image.digest.indexOf("@") + 1) ?? image.id}`);
  scene.out.line(`Status: ${before ? "Image is up to date" : "Downloaded newer image"} for ${familiar(full)}`);
  return image;
}

export const pull: Run = async (scene, args) => {
  const given = scene.options(args, ["a,all-tags", "q,quiet", "platform=", "disable-content-trust?"]);
  const [name] = given.operands;
  if (name === undefined || given.operands.length > 1) throw new Refusal(usage(scene, "pull", "requires 1 argument", "[OPTIONS] NAME[:TAG|@DIGEST]"));
  await pulled(scene, name, given.has("quiet"));
  scene.out.line(name.split("/")[0]?.includes(".") ? tagged(name) : `docker.io/${tagged(name).includes("/") ? "" : "library/"}${tagged(name)}`);
  return 0;
};

export const usage = (scene: Scene, command: string, problem: string, form: string): string =>
  `docker: '${scene.name} ${command}' ${problem}.\n\nUsage:  ${scene.name} ${command} ${form}\n\nRun '${scene.name} ${command} --help' for more information`;

export const tag: Run = (scene, args) => {
  const [source, target] = args;
  if (source === undefined || target === undefined)
    throw new Refusal(usage(scene, "tag", "requires 2 arguments", "SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]"));
  const image = scene.image(source);
  const full = fullName(target);
  if (full === undefined) throw new Refusal(`Error parsing reference: "${target}" is not a valid repository/tag: invalid reference format`);
  scene.engine.tag(image, full);
  return 0;
};

/** A name in full, or undefined where it is none. */
export function fullName(name: string): string | undefined {
  const text = tagged(name);
  if (!/^[a-z0-9][a-z0-9._/-]*(:\d+\/[a-z0-9._/-]+)?(:[\w][\w.-]*)?$/.test(text)) return undefined;
  const first = text.split("/")[0] ?? "";
  if (text.includes("/") && (/[.:]/.test(first) || first === "localhost")) return text;
  return `docker.io/${text.includes("/") ? "" : "library/"}${text}`;
}

export const rmi: Run = (scene, args) => {
  const given = scene.options(args, ["f,force", "no-prune"]);
  if (given.operands.length === 0) throw new Refusal(usage(scene, "rmi", "requires at least 1 argument", "[OPTIONS] IMAGE [IMAGE...]"));
  let code = 0;
  for (const name of given.operands) {
    try {
      for (const line of scene.engine.untag(name, given.has("force"))) scene.out.line(line);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      scene.out.error(`Error response from daemon: ${error.message}`);
      code = 1;
    }
  }
  return code;
};

/** Who is logged in where, as docker's own file has it. */
const authFile = ({ process }: Scene) => `${process.env.get("HOME") ?? process.user.home}/.docker/config.json`;

interface Auths {
  auths?: Record<string, { auth: string }>;
}

function auths(scene: Scene): Auths {
  const { fs } = scene.process.machine;
  const path = authFile(scene);
  return fs.stat(path) ? (JSON.parse(fs.readText(path)) as Auths) : {};
}

const hub = "https://index.docker.io/v1/";

export const login: Run = async (scene, args) => {
  const given = scene.options(args, ["u,username=", "p,password=", "password-stdin"]);
  const server = given.operands[0] ?? hub;
  const name = given.get("username");
  const password = given.has("password-stdin") ? textOf(await allOf(scene.process.stdin)).trim() : given.get("password");
  if (given.has("password")) scene.out.error("WARNING! Using --password via the CLI is insecure. Use --password-stdin.");
  if (name === undefined || password === undefined)
    throw new Refusal("Error: Cannot perform an interactive login from a non TTY device; give --username and --password-stdin");
  const { fs } = scene.process.machine;
  const path = authFile(scene);
  fs.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  const known = auths(scene);
  fs.write(path, `${JSON.stringify({ ...known, auths: { ...known.auths, [server]: { auth: btoa(`${name}:${password}`) } } }, undefined, "\t")}\n`, {
    mode: 0o600,
  });
  scene.out.error(
    `\nWARNING! Your credentials are stored unencrypted in '${path}'.\nConfigure a credential helper to remove this warning. See\nhttps://docs.docker.com/go/credential-store/\n`,
  );
  scene.out.line("Login Succeeded");
  return 0;
};

export const logout: Run = (scene, args) => {
  const [server = hub] = args;
  const known = auths(scene);
  if (!known.auths?.[server]) {
    scene.out.line(`Not logged in to ${server}`);
    return 0;
  }
  const { [server]: _, ...rest } = known.auths;
  scene.process.machine.fs.write(authFile(scene), `${JSON.stringify({ ...known, auths: rest }, undefined, "\t")}\n`);
  scene.out.line(`Removing login credentials for ${server}`);
  return 0;
};

export const push: Run = async (scene, args) => {
  const given = scene.options(args, ["a,all-tags", "q,quiet", "disable-content-trust?", "platform="]);
  const [name] = given.operands;
  if (name === undefined) throw new Refusal(usage(scene, "push", "requires 1 argument", "[OPTIONS] NAME[:TAG]"));
  const image = scene.engine.image(tagged(name));
  const full = fullName(name);
  if (!image || full === undefined) throw new Refusal(`An image does not exist locally with the tag: ${name.replace(/:[^/]*$/, "")}`);
  const { tag: label } = parts(full);
  const registry = full.slice(0, full.indexOf("/"));
  const repository = full.slice(0, full.lastIndexOf(":"));
  if (!/:[^/]*$/.test(name)) scene.out.line("Using default tag: latest");
  scene.out.line(`The push refers to repository [${repository}]`);
  await scene.out.flush();
  await scene.process.sleep(600);
  const isLocal = /^(localhost|127\.)/.test(registry);
  if (isLocal) {
    try {
      await scene.process.machine.net.fetch({ method: "GET", url: `http://${registry}/v2/`, headers: {} });
    } catch {
      throw new Refusal(`Get "http://${registry}/v2/": dial tcp 127.0.0.1:${registry.split(":")[1] ?? "80"}: connect: connection refused`);
    }
  } else if (!auths(scene).auths?.[registry === "docker.io" ? hub : registry] || full.startsWith("docker.io/library/"))
    throw new Refusal(
      registry === "docker.io" ? "denied: requested access to the resource is denied" : `denied: access to ${registry} needs a login`,
    );
  scene.out.line(`${image.id.slice(7, 19)}: Pushed`);
  scene.out.line(`${label}: digest: ${image.id} size: ${1200 + (image.sizeBytes % 900)}`);
  scene.engine.push(full);
  return 0;
};

/** What is saved of an image, by the name that it was asked for. */
export function toSave(scene: Scene, name: string): Packed {
  const image = scene.image(name);
  const built = scene.engine.built(image.id);
  return { name: fullName(name) ?? name, image, ...(built ? { built } : {}) };
}

export const save: Run = async (scene, args) => {
  const isPodman = scene.name === "podman";
  const given = scene.options(args, ["o,output=", "platform=", ...(isPodman ? ["format=", "q,quiet", "m,multi-image-archive", "compress"] : [])]);
  if (given.operands.length === 0) throw new Refusal(usage(scene, "save", "requires at least 1 argument", "[OPTIONS] IMAGE [IMAGE...]"));
  const format = given.get("format") ?? "docker-archive";
  if (format !== "docker-archive" && format !== "oci-archive")
    throw new Refusal(
      /^(?:oci|docker)-dir$/.test(format)
        ? `Not simulated by Podyard: ${format}`
        : `unknown format "${format}": only docker-archive, docker-dir, oci-archive and oci-dir are supported`,
    );
  const images = given.operands.map((name) => toSave(scene, name));
  const bytes = packed(images, scene.now, isPodman ? [format] : ["oci-archive", "docker-archive"]);
  const file = given.get("output");
  if (file !== undefined) scene.process.machine.fs.write(scene.path(file), bytes);
  else if (scene.process.isTerminal(1)) throw new Refusal("cowardly refusing to save to a terminal. Use the -o flag or redirect");
  else await scene.process.stdout.write(bytes);
  return 0;
};

/** Takes up what `save` wrote; gives the names. */
export function loaded(scene: Scene, bytes: Uint8Array): string[] {
  const images = unpackedImages(bytes);
  if (!images) throw new Refusal("open /var/lib/docker/tmp/docker-import/repositories: no such file or directory");
  for (const { name, built } of images) {
    if (built) scene.engine.keep(built as never, name);
    else if (!scene.engine.image(name)) void scene.engine.pull(name);
  }
  return images.map(({ name }) => name);
}

export const load: Run = async (scene, args) => {
  const given = scene.options(args, ["i,input=", "q,quiet", "platform="]);
  const file = given.get("input");
  const bytes = file === undefined ? await allOf(scene.process.stdin) : scene.process.machine.fs.read(scene.path(file));
  for (const name of loaded(scene, bytes)) scene.out.line(`Loaded image: ${familiar(name)}`);
  return 0;
};

export const history: Run = (scene, args) => {
  const given = scene.options(args, ["H,human?", "no-trunc", "q,quiet", "format="]);
  const image = scene.image(given.operands[0] ?? "");
  const steps = [...image.history].reverse();
  const cut = (text: string) => (given.has("no-trunc") || text.length <= 45 ? text : `${text.slice(0, 44)}…`);
  scene.table([
    ["IMAGE", "CREATED", "CREATED BY", "SIZE", "COMMENT"],
    ...(steps.length > 0 ? steps : ["CMD"]).map((step, i) => [
      i === 0 ? shortId(image.id) : "<missing>",
      `${ago(scene.now - image.createdAt)} ago`,
      cut(step),
      "0B",
      steps.length > 0 ? "buildkit.dockerfile.v0" : "",
    ]),
  ]);
  return 0;
};

/** Everything of an image, as `inspect` shows it. */
export const imageDetails = (image: EngineImage): object => ({
  Id: image.id,
  RepoTags: image.names.map(familiar),
  RepoDigests: image.digest ? [familiar(image.digest)] : [],
  Parent: "",
  Comment: image.history.length > 0 ? "buildkit.dockerfile.v0" : "",
  Created: new Date(image.createdAt).toISOString(),
  DockerVersion: "",
  Author: "",
  Config: {
    Hostname: "",
    User: image.config.user ?? "",
    ...((image.config.ports ?? []).length > 0 ? { ExposedPorts: Object.fromEntries((image.config.ports ?? []).map((port) => [port, {}])) } : {}),
    Env: (image.config.env ?? []).map(([name, value]) => `${name}=${value}`),
    Cmd: image.config.command ?? null,
    Image: "",
    Volumes: (image.config.volumes ?? []).length > 0 ? Object.fromEntries((image.config.volumes ?? []).map((path) => [path, {}])) : null,
    WorkingDir: image.config.workingDir ?? "",
    Entrypoint: image.config.entrypoint ?? null,
    Labels: image.config.labels ?? null,
  },
  Architecture: "amd64",
  Os: "linux",
  Size: image.sizeBytes,
  RootFS: { Type: "layers", Layers: [`sha256:${image.id.slice(7)}`] },
});

export const asJson = (values: readonly object[]): string => structJson(values, 4);
