import type { Random } from "#base/random.ts";
import { int, strings } from "../../cli/flags.ts";
import { defineCommand } from "../command.ts";
import { CommandError } from "../errors.ts";
import { commandBehind, create, creationFlags, metadataOf, oneName } from "./creation.ts";

export const deployment = defineCommand({
  name: "deployment",
  aliases: ["deploy"],
  usage: "NAME --image=image -- [COMMAND] [args...]",
  summary: "Create a deployment with the specified name",
  examples: `# A deployment that runs nginx
kubectl create deployment web --image=nginx

# With a command
kubectl create deployment timer --image=busybox -- date

# Three replicas, the container's port named
kubectl create deployment web --image=nginx --replicas=3 --port=80`,
  flags: {
    ...creationFlags,
    image: strings({ required: true, help: "The image to run; given several times, one container for each." }),
    port: int({ default: -1, bits: 32, help: "The port that the containers listen on." }),
    replicas: int({ short: "r", default: 1, bits: 32, help: "How many replicas to run." }),
  },

  async run(context) {
    const { flags, process } = context;
    const name = oneName(context);
    const command = commandBehind(context);
    if (flags.image.length > 1 && command.length > 0) throw new CommandError("cannot specify multiple --image options and command");
    const labels = { app: name };
    const containers = flags.image.map((image, i) => ({
      name: containerName(image, process.machine.random),
      image,
      ...(command.length > 0 ? { command } : {}),
      ...(i === 0 && flags.port >= 0 ? { ports: [{ containerPort: flags.port }] } : {}),
      resources: {},
    }));
    const spec = {
      replicas: flags.replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers } },
      strategy: {},
    };
    const object = { kind: "Deployment", apiVersion: "apps/v1", metadata: { ...metadataOf(context, name), labels }, spec, status: {} };
    await create(context, object, { plural: "deployments", failure: "failed to create deployment: " });
  },
});

/** A container is named after its image, made fit for a DNS label. */
export function containerName(image: string, random: Random): string {
  const name = (image.split("/").at(-1) ?? image).split(":")[0]?.split("@")[0] ?? image;
  return /[_.]/.test(name) ? `${name.replace(/[_.]/g, "-")}-${random.suffix()}` : name;
}
