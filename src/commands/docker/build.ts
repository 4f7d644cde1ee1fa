import { Pipe, textOf } from "#base/streams.ts";
import type { EngineImage, ImageConfig } from "#machinery/container-engine.ts";
import { type FileChanges, FileError, type FileSystem } from "#shell/file-system.ts";
import type { Machine } from "#shell/process.ts";
import { startProcess } from "#shell/start-process.ts";
import { allOf } from "#shell/tools/tool.ts";
import { packed } from "./archive.ts";
import { expanded, type Instruction, listOf, pairsOf, parseDockerfile, wordsOf } from "./dockerfile.ts";
import { fullName, pulled, usage } from "./images.ts";
import { familiar, Refusal, type Scene, tagged } from "./scene.ts";

interface Stage {
  name: string;
  base: string;
  machine: Machine;
  config: { -readonly [K in keyof ImageConfig]: ImageConfig[K] };
  variables: Map<string, string>;
  shell: readonly string[];
  history: string[];
  /** The id of what it goes on from. */
  origin: string;
}

/** Tells of a build step by step, as BuildKit's plain progress does. */
class Progress {
  readonly #scene: Scene;
  readonly #quiet: boolean;
  #number = 0;

  constructor(scene: Scene, quiet: boolean) {
    this.#scene = scene;
    this.#quiet = quiet;
  }

  async step<T>(title: string, work: (say: (line: string) => void) => Promise<T> | T): Promise<T> {
    const number = ++this.#number;
    const began = this.#scene.now;
    const seconds = () => ((this.#scene.now - began) / 1000).toFixed(1);
    this.#say(`#${number} ${title}`);
    await this.#scene.out.flush();
    const result = await work((line) => this.#say(`#${number} ${line}`));
    this.#say(`#${number} DONE ${seconds()}s\n`);
    await this.#scene.out.flush();
    return result;
  }

  #say(line: string): void {
    if (!this.#quiet) this.#scene.out.error(line);
  }
}

const solve = (message: string) => new Refusal(`ERROR: failed to build: failed to solve: ${message}`);

export async function build(scene: Scene, args: readonly string[]): Promise<number> {
  const given = scene.options(args, [
    "t,tag=",
    "f,file=",
    "build-arg=",
    "target=",
    "no-cache",
    "q,quiet",
    "pull",
    "progress=",
    "platform=",
    "label=",
    "rm?",
    "force-rm",
    "network=",
    "load",
    "push",
    "secret=",
    "ssh=",
    "cache-from=",
    "iidfile=",
    "o,output=",
    "builder=",
    "provenance=",
    "sbom=",
  ]);
  const [context] = given.operands;
  if (context === undefined) throw new Refusal(usage(scene, "buildx build", "requires 1 argument", "[OPTIONS] PATH | URL | -"));
  if (/^(https?|git):/.test(context)) throw new Refusal("Not simulated by Podyard: a build context from the internet");
  const { fs } = scene.process.machine;
  const root = context === "-" ? undefined : scene.path(context);
  if (root !== undefined && fs.stat(root)?.kind !== "directory") throw new Refusal(`ERROR: unable to prepare context: path "${context}" not found`);
  const file = given.get("file") ?? "Dockerfile";
  const path = given.has("file") ? scene.path(file) : `${root}/Dockerfile`;
  const progress = new Progress(scene, given.has("quiet"));
  if (file !== "-" && context !== "-" && !fs.stat(path))
    throw solve(`failed to read dockerfile: open ${file.split("/").at(-1)}: no such file or directory`);
  const text = file === "-" || context === "-" ? textOf(await allOf(scene.process.stdin)) : fs.readText(path);
  if (!given.has("quiet")) scene.out.error(`#0 building with "default" instance using docker driver\n`);
  await progress.step("[internal] load build definition from Dockerfile", (say) => say(`transferring dockerfile: ${text.length}B done`));
  const instructions = parseDockerfile(text);
  const argumentsGiven = new Map(
    given.all("build-arg").map((pair): [string, string] => {
      const at = pair.indexOf("=");
      return at < 0 ? [pair, scene.process.env.get(pair) ?? ""] : [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
  const builder = new Builder(scene, progress, root === undefined ? undefined : { fs, path: root }, argumentsGiven);
  const stage = await builder.run(instructions, given.get("target"));
  for (const label of given.all("label")) for (const [name, value] of pairsOf(label)) stage.config.labels = { ...stage.config.labels, [name]: value };

  const names = given.all("tag").map((name) => {
    const full = fullName(name);
    if (full === undefined) throw new Refusal(`ERROR: failed to build: invalid tag "${name}": invalid reference format`);
    return full;
  });
  const image = await progress.step("exporting to image", (say) => {
    say("exporting layers done");
    const made = builder.keep(stage, names);
    say(`writing image ${made.id} done`);
    for (const name of names) say(`naming to ${name} done`);
    return made;
  });
  const { node } = scene;
  if (node !== undefined) for (const name of names) scene.engine.load(name, node);
  if (given.has("quiet")) scene.out.line(image.id);
  for (const wanted of given.all("output")) put(scene, wanted, image, names);
  const idFile = given.get("iidfile");
  if (idFile !== undefined) fs.write(scene.path(idFile), image.id);
  return 0;
}

/** Where else a build goes than into the engine: `type=oci,dest=image.tar`. */
function put(scene: Scene, wanted: string, image: EngineImage, names: readonly string[]): void {
  const settings = new Map(wanted.split(",").map((pair): [string, string] => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]));
  const [type, file] = [settings.get("type"), settings.get("dest")];
  if (type === "image" || type === "registry" || (type === "docker" && file === undefined)) return;
  if ((type !== "oci" && type !== "docker") || file === undefined) throw new Refusal(`Not simulated by Podyard: docker build --output ${wanted}`);
  const built = scene.engine.built(image.id);
  const images = (names.length > 0 ? names : [image.id]).map((name) => ({ name, image, ...(built ? { built } : {}) }));
  scene.process.machine.fs.write(scene.path(file), packed(images, scene.now, type === "oci" ? ["oci-archive"] : ["oci-archive", "docker-archive"]));
}

interface Context {
  fs: FileSystem;
  path: string;
}

class Builder {
  readonly #scene: Scene;
  readonly #progress: Progress;
  readonly #context: Context | undefined;
  readonly #arguments: ReadonlyMap<string, string>;
  readonly #stages: Stage[] = [];

  constructor(scene: Scene, progress: Progress, context: Context | undefined, given: ReadonlyMap<string, string>) {
    this.#scene = scene;
    this.#progress = progress;
    this.#context = context;
    this.#arguments = given;
  }

  async run(instructions: readonly Instruction[], target: string | undefined): Promise<Stage> {
    const before = new Map<string, string>();
    const total = instructions.filter(({ name }) => ["RUN", "COPY", "ADD", "WORKDIR"].includes(name)).length + 1;
    let stage: Stage | undefined;
    let at = 1;
    for (const instruction of instructions) {
      const { name, text } = instruction;
      if (name === "FROM") {
        if (stage && target !== undefined && stage.name === target) return stage;
        stage = await this.#from(instruction, before, `[${at}/${total}]`);
        continue;
      }
      if (!stage) {
        for (const [key, value] of pairsOf(text)) before.set(key, this.#arguments.get(key) ?? expanded(value, before));
        continue;
      }
      if (["RUN", "COPY", "ADD", "WORKDIR"].includes(name)) at++;
      await this.#perform(stage, instruction, `[${at}/${total}]`, before);
    }
    if (!stage || (target !== undefined && stage.name !== target)) throw solve(`target stage "${target}" could not be found`);
    return stage;
  }

  async #from({ text }: Instruction, variables: ReadonlyMap<string, string>, place: string): Promise<Stage> {
    const [image = "", as, alias] = wordsOf(expanded(text, variables));
    const name = as?.toLowerCase() === "as" ? (alias ?? "") : String(this.#stages.length);
    const earlier = this.#stages.find((stage) => stage.name === image);
    const base = earlier ? undefined : await this.#base(image);
    const title = earlier ? image : familiar(tagged(image));
    const stage = await this.#progress.step(`${place} FROM ${earlier ? title : `${base?.names[0] ?? title}`}`, async (): Promise<Stage> => {
      if (earlier) return this.#copyOf(earlier, name);
      const built = base && this.#scene.engine.built(base.id);
      const config = base?.config ?? {};
      return {
        name,
        base: base ? (built?.base ?? base.names[0] ?? image) : "scratch",
        machine: this.#scene.host.workshop(base?.id ?? ""),
        config: { ...config, env: config.env ?? [], labels: { ...config.labels }, ports: config.ports ?? [] },
        variables: new Map(config.env ?? []),
        shell: ["/bin/sh", "-c"],
        history: [...(base?.history ?? [])],
        origin: base?.id ?? "",
      };
    });
    this.#stages.push(stage);
    return stage;
  }

  #copyOf(earlier: Stage, name: string): Stage {
    const image = this.keep(earlier, []);
    return {
      ...earlier,
      name,
      config: { ...earlier.config },
      variables: new Map(earlier.config.env ?? []),
      machine: this.#scene.host.workshop(image.id),
      history: [...earlier.history],
      origin: image.id,
    };
  }

  async #base(name: string): Promise<EngineImage | undefined> {
    if (name === "scratch") return undefined;
    const here = this.#scene.engine.image(tagged(name));
    if (here) return here;
    const full = tagged(name);
    return await this.#progress.step(`[internal] load metadata for ${fullName(full) ?? full}`, async () => {
      try {
        return await pulled(this.#scene, full, true);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const why = /manifest for/.test(error.message)
          ? "not found"
          : "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed";
        throw solve(`${full}: failed to resolve source metadata for ${fullName(full) ?? full}: ${fullName(full) ?? full}: ${why}`);
      }
    });
  }

  async #perform(stage: Stage, instruction: Instruction, place: string, global: ReadonlyMap<string, string>): Promise<void> {
    const { name, text } = instruction;
    const { config, variables } = stage;
    const plain = () => expanded(text, variables);
    const titled = `${place} ${name} ${text}`;
    if (name !== "ARG" || text.includes("="))
      stage.history.push(name === "RUN" ? `RUN ${listOf(text) ? text : `/bin/sh -c ${text}`} # buildkit` : `${name} ${text}`);
    switch (name) {
      case "ARG":
        for (const [key, value] of pairsOf(text))
          variables.set(
            key,
            this.#arguments.get(key) ?? (text.includes("=") ? expanded(value, variables) : (global.get(key) ?? variables.get(key) ?? "")),
          );
        return;
      case "ENV":
        for (const [key, value] of pairsOf(text)) {
          const set = expanded(value, variables);
          variables.set(key, set);
          config.env = [...(config.env ?? []).filter(([each]) => each !== key), [key, set]];
        }
        return;
      case "LABEL":
        for (const [key, value] of pairsOf(text)) config.labels = { ...config.labels, [key]: expanded(value, variables) };
        return;
      case "EXPOSE":
        for (const port of wordsOf(plain())) config.ports = [...new Set([...(config.ports ?? []), port.includes("/") ? port : `${port}/tcp`])];
        return;
      case "USER":
        config.user = plain();
        return;
      case "VOLUME":
        config.volumes = [...(config.volumes ?? []), ...(listOf(text) ?? wordsOf(plain()))];
        return;
      case "CMD":
        config.command = listOf(text) ?? [...stage.shell, text];
        return;
      case "ENTRYPOINT":
        config.entrypoint = listOf(text) ?? [...stage.shell, text];
        config.command = undefined;
        return;
      case "SHELL":
        stage.shell = listOf(text) ?? stage.shell;
        return;
      case "WORKDIR":
        await this.#progress.step(titled, () => {
          const path = stage.machine.fs.resolve(config.workingDir ?? "/", plain());
          stage.machine.fs.mkdir(path, { recursive: true });
          config.workingDir = path;
        });
        return;
      case "COPY":
      case "ADD":
        await this.#progress.step(titled, () => this.#copy(stage, instruction));
        return;
      case "RUN":
        await this.#progress.step(titled, (say) => this.#runCommand(stage, instruction, say));
        return;
      case "MAINTAINER":
      case "STOPSIGNAL":
      case "HEALTHCHECK":
        return;
    }
    throw solve(`Not simulated by Podyard: ${name} in a Dockerfile`);
  }

  async #runCommand(stage: Stage, { text, documents }: Instruction, say: (line: string) => void): Promise<void> {
    const { machine, config, shell, variables } = stage;
    const script = documents[0]?.content;
    const words = listOf(text);
    const args = words ?? [...shell, script ?? text];
    const pipe = new Pipe(machine.tasks, Number.POSITIVE_INFINITY);
    const cwd = config.workingDir ?? "/";
    if (!machine.fs.stat(cwd)) machine.fs.mkdir(cwd, { recursive: true });
    let code: number;
    try {
      const started = startProcess(machine, {
        args,
        env: variables,
        cwd,
        user: config.user || "root",
        stdout: pipe,
        stderr: pipe,
        onExit: () => pipe.close(),
      });
      machine.tasks.detach(async () => {
        let rest = "";
        for (let chunk = await pipe.read(); chunk; chunk = await pipe.read()) {
          const lines = (rest + textOf(chunk)).split("\n");
          rest = lines.pop() ?? "";
          for (const line of lines) say(line);
        }
        if (rest) say(rest);
      });
      ({ code } = await started.wait(this.#scene.process.signal));
    } catch (error) {
      if (!(error instanceof Error) || this.#scene.process.signal.aborted) throw error;
      say(
        `runc run failed: unable to start container process: error during container init: exec: ${JSON.stringify(args[0])}: stat ${args[0]}: no such file or directory`,
      );
      code = 1;
    }
    await Promise.resolve();
    if (code !== 0) throw solve(`process "${args.join(" ")}" did not complete successfully: exit code: ${code}`);
  }

  async #copy(stage: Stage, { name, text, flags, documents }: Instruction): Promise<void> {
    const words = listOf(text) ?? wordsOf(expanded(text, stage.variables));
    const target = words.at(-1) ?? "";
    const { fs } = stage.machine;
    const cwd = stage.config.workingDir ?? "/";
    const place = fs.resolve(cwd, target);
    const isFolder = target.endsWith("/") || words.length > 2 || fs.stat(place)?.kind === "directory" || target === "." || target === "./";
    const mode = flags.get("chmod");
    const owner = flags.get("chown")?.split(":")[0];
    const write = (path: string, content: Uint8Array | string, own: number) => {
      fs.mkdir(path.slice(0, path.lastIndexOf("/")) || "/", { recursive: true });
      fs.write(path, content, { mode: mode === undefined ? own : Number.parseInt(mode, 8) });
      if (owner !== undefined) fs.chown(path, /^\d+$/.test(owner) ? (stage.machine.accounts.userOf(Number(owner))?.name ?? owner) : owner);
    };
    if (documents.length > 0) {
      for (const { word, content, expands } of documents)
        write(isFolder ? `${place}/${word}` : place, expands ? expanded(content, stage.variables) : content, 0o644);
      return;
    }
    const source = await this.#source(flags.get("from"));
    for (const word of words.slice(0, -1)) {
      if (name === "ADD" && /^https?:/.test(word)) throw solve(`failed to load cache key: Get "${word}": there is no internet in this sandbox`);
      const from = source.fs.resolve(source.path, word.replace(/^\//, ""));
      const matches = /[*?[]/.test(word) ? globbed(source.fs, from) : source.fs.stat(from) ? [from] : [];
      if (matches.length === 0)
        throw solve(
          `failed to compute cache key: failed to calculate checksum of ref podyard::${stage.name}: "/${word.replace(/^\.?\//, "")}": not found`,
        );
      for (const path of matches) {
        const isDirectory = source.fs.stat(path)?.kind === "directory";
        const base = isDirectory ? place : isFolder || matches.length > 1 ? `${place.replace(/\/$/, "")}/${path.split("/").at(-1)}` : place;
        for (const [each, content, own] of filesUnder(source.fs, path, source.ignores)) {
          const rest = each.slice(path.length);
          write(isDirectory ? `${base.replace(/\/$/, "")}${rest}` : base, content, own);
        }
        if (isDirectory) fs.mkdir(base, { recursive: true });
      }
    }
  }

  async #source(from: string | undefined): Promise<{ fs: FileSystem; path: string; ignores: (path: string) => boolean }> {
    if (from !== undefined) {
      const stage = this.#stages.find(({ name }, i) => name === from || String(i) === from);
      if (stage) return { fs: stage.machine.fs, path: "/", ignores: () => false };
      const image = await this.#base(from);
      return { fs: this.#scene.host.workshop(image?.id ?? "").fs, path: "/", ignores: () => false };
    }
    if (!this.#context) throw solve("failed to compute cache key: the context is a Dockerfile alone");
    const { fs, path } = this.#context;
    return { fs, path, ignores: ignoring(fs, path) };
  }

  /** The stage as an image. */
  keep({ base, machine, config, history, origin }: Stage, names: readonly string[]): EngineImage {
    const changes: FileChanges = machine.fs.changes();
    const before = this.#scene.engine.built(origin)?.changes ?? {};
    const built = { base, changes: { ...before, ...changes }, config, createdAt: this.#scene.now, history };
    let image = this.#scene.engine.keep(built, names[0]);
    for (const name of names.slice(1)) image = this.#scene.engine.keep(built, name);
    return image;
  }
}

/** What .dockerignore keeps out of the context. */
function ignoring(fs: FileSystem, root: string): (path: string) => boolean {
  const file = `${root}/.dockerignore`;
  if (!fs.stat(file)) return () => false;
  const rules = fs
    .readText(file)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => ({ keeps: line.startsWith("!"), pattern: patternOf(line.replace(/^!/, "").replace(/^\/|\/$/g, "")) }));
  return (path) => rules.reduce((is, { keeps, pattern }) => (pattern.test(path.slice(root.length + 1)) ? !keeps : is), false);
}

const patternOf = (glob: string) =>
  new RegExp(
    `^${glob
      .replace(/[.+^$()|{}\\]/g, "\\$&")
      .replaceAll("**/", "\0")
      .replaceAll("**", "\0")
      .replaceAll("*", "[^/]*")
      .replaceAll("?", "[^/]")
      .replaceAll("\0", ".*")}(/.*)?$`,
  );

function* filesUnder(fs: FileSystem, path: string, ignores: (path: string) => boolean): Iterable<[path: string, content: Uint8Array, mode: number]> {
  if (ignores(path)) return;
  const stat = fs.stat(path);
  if (stat?.kind !== "directory") {
    if (stat) yield [path, fs.read(path), stat.mode & 0o777];
    return;
  }
  for (const name of fs.list(path)) yield* filesUnder(fs, `${path.replace(/\/$/, "")}/${name}`, ignores);
}

function globbed(fs: FileSystem, pattern: string): string[] {
  const folder = pattern.slice(0, pattern.lastIndexOf("/")) || "/";
  const name = patternOf(pattern.slice(pattern.lastIndexOf("/") + 1));
  try {
    return [...fs.list(folder)].filter((each) => name.test(each)).map((each) => `${folder.replace(/\/$/, "")}/${each}`);
  } catch (error) {
    if (error instanceof FileError) return [];
    throw error;
  }
}
