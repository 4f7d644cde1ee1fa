import { bool, string, strings } from "../cli/flags.ts";
import { size } from "../crictl/containers.ts";
import { fullName } from "../docker/images.ts";
import { structJson } from "../kubectl/print/json.ts";
import { needRunning } from "./cluster.ts";
import { type Context, defineCommand, Stopped } from "./command.ts";
import { drawn } from "./table.ts";

type Asked = Context & { readonly args: readonly string[]; readonly flags: { readonly profile: string } };

/** The nodes whose images are meant, each with its runtime. */
async function runtimes(context: Asked) {
  await needRunning(context, context.flags.profile);
  return context.machines.nodes().flatMap((node) => {
    const runtime = node.runtime();
    return runtime ? [{ node: node.name, runtime }] : [];
  });
}

async function needName({ args, out }: Asked, verb: string): Promise<string> {
  const [name] = args;
  if (name !== undefined) return name;
  await out.fail("fatal", `Exiting due to MK_USAGE: Please provide an image to ${verb}`);
  throw new Stopped(14);
}

const list = defineCommand({
  name: "ls",
  aliases: ["list"],
  summary: "List images",
  flags: { format: string({ default: "short", help: "Format output. One of: short|table|json|yaml" }) },
  async run(context) {
    const { out, flags } = context;
    const images = (await runtimes(context))[0]?.runtime.images() ?? [];
    if (flags.format === "json")
      out.line(structJson(images.map(({ id, tags, digests, sizeBytes }) => ({ id, repoDigests: digests, repoTags: tags, size: String(sizeBytes) }))));
    else if (flags.format === "table")
      out.print(
        drawn(
          ["IMAGE", "TAG", "IMAGE ID", "SIZE"],
          images.flatMap(({ id, tags, sizeBytes }) =>
            tags.map((tag) => [tag.slice(0, tag.lastIndexOf(":")), tag.slice(tag.lastIndexOf(":") + 1), id.slice(7, 20), size(sizeBytes)]),
          ),
        ),
      );
    else if (flags.format === "short") for (const tag of images.flatMap(({ tags }) => tags).sort((a, b) => (a < b ? 1 : -1))) out.line(tag);
    else {
      await out.fail("fatal", `Podyard does not simulate minikube image ls --format ${flags.format}`);
      throw new Stopped(64);
    }
  },
});

const load = defineCommand({
  name: "load",
  usage: "IMAGE | ARCHIVE | -",
  summary: "Load an image into minikube",
  flags: {
    daemon: bool({ help: "Cache image from docker daemon" }),
    overwrite: bool({ default: true, help: "Overwrite image even if same image:tag name exists" }),
    remote: bool({ help: "Cache image from remote registry" }),
  },
  async run(context) {
    const { host, out } = context;
    const name = await needName(context, "load");
    const engine = host.engine();
    const full = fullName(name) ?? name;
    if (!engine.image(full)) {
      try {
        await engine.pull(full);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        await out.fail(
          "fatal",
          `Exiting due to GUEST_IMAGE_LOAD: Failed to load image: save to dir: caching images: caching image "${name}": ${error.message}`,
        );
        throw new Stopped(80);
      }
    }
    for (const { node } of await runtimes(context)) engine.load(full, node);
  },
});

const remove = defineCommand({
  name: "rm",
  aliases: ["remove", "unload"],
  usage: "IMAGE [IMAGE...]",
  summary: "Remove one or more images",
  async run(context) {
    await needName(context, "remove");
    for (const { runtime } of await runtimes(context)) for (const name of context.args) runtime.removeImage(name);
  },
});

const pull = defineCommand({
  name: "pull",
  usage: "IMAGE",
  summary: "Pull images",
  async run(context) {
    const name = await needName(context, "pull");
    for (const { runtime } of await runtimes(context)) {
      try {
        await runtime.pull(name);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        await context.out.fail("fatal", `Exiting due to GUEST_IMAGE_PULL: ${error.message}`);
        throw new Stopped(80);
      }
    }
  },
});

const build = defineCommand({
  name: "build",
  usage: "PATH | URL | -",
  summary: "Build a container image in minikube",
  flags: {
    all: bool({ help: "Build image on all nodes." }),
    "build-env": strings({ help: "Environment variables to pass to the build. (format: key=value)" }),
    "build-opt": strings({ help: "Specify arbitrary flags to pass to the build. (format: key=value)" }),
    file: string({ short: "f", help: "Path to the Dockerfile to use (optional)" }),
    node: string({ short: "n", help: "The node to build on. Defaults to the primary control plane." }),
    push: bool({ help: "Push the new image (requires tag)" }),
    tag: string({ short: "t", help: "Tag to apply to the new image (optional)" }),
  },
  async run(context) {
    const { flags, process, host, out } = context;
    const path = await needName(context, "build");
    const nodes = await runtimes(context);
    await out.flush();
    const options = flags["build-opt"].flatMap((option) => {
      const at = option.indexOf("=");
      return at < 0 ? [`--${option}`] : [`--${option.slice(0, at)}`, option.slice(at + 1)];
    });
    const code = await process.run([
      "docker",
      "build",
      ...(flags.tag ? ["-t", flags.tag] : []),
      ...(flags.file ? ["-f", flags.file] : []),
      ...options,
      path,
    ]);
    if (code !== 0) throw new Stopped(80);
    const full = flags.tag === "" ? undefined : fullName(flags.tag);
    if (full !== undefined) for (const { node } of nodes) host.engine().load(full, node);
  },
});

const tag = defineCommand({
  name: "tag",
  usage: "SOURCE TARGET",
  summary: "Tag images",
  async run(context) {
    const { args, host, out } = context;
    const [source = "", target = ""] = args;
    const nodes = await runtimes(context);
    const engine = host.engine();
    const image = engine.image(fullName(source) ?? source) ?? (await engine.pull(fullName(source) ?? source).catch(() => undefined));
    const full = fullName(target);
    if (!image || full === undefined) {
      await out.fail("fatal", `Exiting due to GUEST_IMAGE_TAG: Failed to tag images: ${source}: not found`);
      throw new Stopped(80);
    }
    engine.tag(image, full);
    for (const { node } of nodes) engine.load(full, node);
  },
});

const absent = (name: string, summary: string) =>
  defineCommand({
    name,
    summary,
    passFlags: true,
    async run({ out }) {
      await out.fail("fatal", `Podyard does not simulate minikube image ${name}`);
      throw new Stopped(64);
    },
  });

export const image = defineCommand({
  name: "image",
  group: "Images Commands:",
  usage: "COMMAND",
  summary: "Manage images",
  commands: [build, load, list, pull, absent("push", "Push images"), remove, absent("save", "Save a image from minikube"), tag],
  run({ out, help }) {
    out.print(help());
  },
});

export const dockerEnv = defineCommand({
  name: "docker-env",
  group: "Images Commands:",
  usage: "[flags]",
  summary:
    "Provides instructions to point your terminal's docker-cli to the Docker Engine inside minikube. (Useful for building docker images directly inside minikube)",
  flags: {
    output: string({ short: "o", help: "One of 'text', 'yaml' or 'json'." }),
    shell: string({
      help: "Force environment to be configured for a specified shell: [fish, cmd, powershell, tcsh, bash, zsh], default is auto-detect",
    }),
    "ssh-host": bool({ help: "Use SSH connection instead of HTTPS (port 2376)." }),
    unset: bool({ short: "u", help: "Unset variables instead of setting them" }),
  },
  async run(context) {
    const { flags, out, process, machines } = context;
    if (flags.unset) {
      out.print("unset DOCKER_TLS_VERIFY DOCKER_HOST DOCKER_CERT_PATH MINIKUBE_ACTIVE_DOCKERD\n");
      return;
    }
    await needRunning(context, flags.profile);
    const address = machines.nodes()[0]?.address ?? "";
    const home = process.env.get("HOME") ?? process.user.home;
    const values = {
      DOCKER_TLS_VERIFY: "1",
      DOCKER_HOST: `tcp://${address}:2376`,
      DOCKER_CERT_PATH: `${home}/.minikube/certs`,
      MINIKUBE_ACTIVE_DOCKERD: "minikube",
    };
    if (flags.output === "json") out.line(structJson(values));
    else {
      for (const [name, value] of Object.entries(values)) out.line(`export ${name}="${value}"`);
      out.print("\n# To point your shell to minikube's docker-daemon, run:\n# eval $(minikube -p minikube docker-env)\n");
    }
  },
});
