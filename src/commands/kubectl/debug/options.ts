import type { Container } from "#machinery/types.ts";
import { parseYaml, YamlError } from "#machinery/yaml.ts";
import { bool, keyValues, string, strings } from "../../cli/flags.ts";
import type { Asked } from "../command.ts";
import { CommandError } from "../errors.ts";
import { textOfFile } from "../resources/files.ts";

export const flags = {
  "arguments-only": bool({ help: "What stands behind -- are arguments, not the command." }),
  attach: bool({ help: "Wait for the container to run, and attach to it. True with -i." }),
  container: string({ short: "c", help: "The name of the debug container.", completes: "container" }),
  "copy-to": string({ help: "Make a copy of the pod with this name." }),
  custom: string({ help: "A file with parts of a container's spec that change the profile's.", completes: "file" }),
  env: keyValues({ help: "Environment variables of the container, as NAME=value." }),
  filename: strings({ short: "f", help: "Files with the objects to debug.", completes: "file" }),
  image: string({ help: "The image of the debug container." }),
  "image-pull-policy": string({
    help: "When to pull the image; the server's choice where it is left out.",
    completes: ["Always", "IfNotPresent", "Never"],
  }),
  "keep-annotations": bool({ help: "Keep the pod's annotations in the copy." }),
  "keep-init-containers": bool({ default: true, help: "Keep the pod's init containers in the copy." }),
  "keep-labels": bool({ help: "Keep the pod's labels in the copy." }),
  "keep-liveness": bool({ help: "Keep liveness probes in the copy." }),
  "keep-readiness": bool({ help: "Keep readiness probes in the copy." }),
  "keep-startup": bool({ help: "Keep startup probes in the copy." }),
  profile: string({
    default: "general",
    help: "What the container may do: general, baseline, restricted, netadmin or sysadmin.",
    completes: ["general", "baseline", "restricted", "netadmin", "sysadmin"],
  }),
  quiet: bool({ short: "q", help: "Print only what the container prints." }),
  replace: bool({ help: "Delete the pod that was copied." }),
  "same-node": bool({ help: "Put the copy on the pod's node." }),
  "set-image": keyValues({ help: "Other images in the copy, as container=image; * is all containers." }),
  "share-processes": bool({ default: true, help: "Let the copy's containers see each other's processes." }),
  stdin: bool({ short: "i", help: "Keep the container's standard input open." }),
  target: string({ help: "The container whose processes the debug container sees." }),
  tty: bool({ short: "t", help: "Give the container a terminal." }),
} as const;

export type Ask = Asked<typeof flags>;

/** What --custom says of the container. */
export function customOf({ flags: f, process }: Ask): Partial<Container> {
  try {
    return (parseYaml(textOfFile(process, f.custom)).value ?? {}) as Partial<Container>;
  } catch (error) {
    if (error instanceof YamlError) throw new CommandError(`${f.custom} does not contain a valid container spec: ${error.message}`);
    if (error instanceof CommandError) throw new CommandError(`must pass a container spec json file for custom profile: ${error.message}`);
    throw error;
  }
}

const looksLikeImage = (image: string): boolean => /^[A-Za-z0-9]([\w.:/-]*[\w])?(@[\w+.:-]+)?$/.test(image) && !/\/\/|::/.test(image);

/** Refuses options that do not go together. */
export function check(context: Ask, names: readonly string[], command: readonly string[], custom: Partial<Container> | undefined): void {
  const { flags: f, out } = context;
  if (f.attach && context.changed("attach") && !f.image && !f.container)
    throw new CommandError("you must specify --container or create a new container using --image in order to attach.");
  if (f["copy-to"]) {
    if (!f.image && f["set-image"].size === 0 && command.length === 0)
      throw new CommandError("you must specify --image, --set-image or command arguments.");
    if (command.length > 0 && !f.container && !f.image)
      throw new CommandError("you must specify an existing container or a new image when specifying args.");
  } else {
    if (f.replace) throw new CommandError("--replace may only be used with --copy-to.");
    if (f["same-node"]) throw new CommandError("--same-node may only be used with --copy-to.");
    if (f["set-image"].size > 0) throw new CommandError("--set-image may only be used with --copy-to.");
    if (!f.image) throw new CommandError("you must specify --image when not using --copy-to.");
  }
  if (f.image && !looksLikeImage(f.image)) throw new CommandError(`invalid image name ${JSON.stringify(f.image)}: invalid reference format`);
  if (names.length === 0 && f.filename.length === 0) throw new CommandError("NAME or filename is required for debug");
  if (!["Always", "IfNotPresent", "Never", ""].includes(f["image-pull-policy"]))
    throw new CommandError(`invalid image pull policy: ${f["image-pull-policy"]}`);
  for (const [name, image] of f["set-image"])
    if (!looksLikeImage(image))
      throw new CommandError(`invalid image name ${JSON.stringify(image)} for container ${JSON.stringify(name)}: invalid reference format`);
  if (f.target) {
    if (f["copy-to"]) throw new CommandError("--target is incompatible with --copy-to. Use --share-processes instead.");
    if (!f.quiet)
      out.line(
        `Targeting container ${JSON.stringify(f.target)}. If you don't see processes from this container it may be because the container runtime doesn't support this feature.`,
      );
  }
  if (f.tty && !f.stdin) throw new CommandError("-i/--stdin is required for containers with -t/--tty=true");
  if (custom && (custom.name || custom.command?.length || custom.image || custom.lifecycle || custom.volumeDevices?.length))
    throw new CommandError("name, command, image, lifecycle and volume devices are not modifiable via custom profile");
  if (f.profile === "legacy")
    out.error(
      '--profile=legacy is deprecated and planned to be removed in v1.39. It is recommended to specify other profile, for example "--profile=general".',
    );
}
