import { yamlText } from "#machinery/go-yaml.ts";
import { FileError } from "#shell/file-system.ts";
import { bool, string, strings } from "../../cli/flags.ts";
import { defineCommand } from "../command.ts";
import { CommandError } from "../errors.ts";
import { fileProblem } from "../resources/files.ts";
import { built } from "./build.ts";

export const kustomize = defineCommand({
  name: "kustomize",
  group: "Advanced Commands:",
  usage: "DIR [flags]",
  summary: "Build a kustomization target from a directory or URL",
  description: "Build a set of KRM resources using a 'kustomization.yaml' file. DIR is a directory that has one; the current directory unless given.",
  examples: `# The current directory
kubectl kustomize

# Another, into a file
kubectl kustomize overlays/prod -o prod.yaml`,
  flags: {
    "as-current-user": bool({ help: "Run functions as the current user." }),
    "enable-alpha-plugins": bool({ help: "Run plugins." }),
    "enable-helm": bool({ help: "Let helm render charts." }),
    env: strings({ short: "e", help: "Variables for functions." }),
    "helm-api-versions": strings({ help: "Versions of the API that charts are told of." }),
    "helm-command": string({ default: "helm", help: "The program helm." }),
    "helm-debug": bool({ help: "Let helm print what it does." }),
    "helm-kube-version": string({ help: "The version of Kubernetes that charts are told of." }),
    "load-restrictor": string({
      default: "LoadRestrictionsRootOnly",
      help: "Which files may be loaded: LoadRestrictionsRootOnly or LoadRestrictionsNone.",
    }),
    mount: strings({ help: "Storage for functions." }),
    network: bool({ help: "Let functions use the network." }),
    "network-name": string({ default: "bridge", help: "The network of functions." }),
    reorder: string({
      default: "legacy",
      hidden: true,
      deprecated: "use the new 'sortOptions' field in kustomization.yaml instead.",
      help: "The order of what is written: legacy or none.",
    }),
    output: string({ short: "o", help: "A file, or a directory, to write to.", completes: "file" }),
  },
  completes: "files",

  async run({ flags, args, out, process, kube }) {
    if (args.length > 1) throw new CommandError("specify one path to kustomization.yaml");
    const restrictors = ["LoadRestrictionsRootOnly", "LoadRestrictionsNone"];
    if (!restrictors.includes(flags["load-restrictor"]))
      throw new CommandError(`illegal flag value --load-restrictor ${flags["load-restrictor"]}; legal values: [${restrictors.join(" ")}]`);
    const objects = await built(process, args[0] ?? ".", {
      warn: (text) => out.error(text),
      note: (text) => kube.log("I", "log.go:244", text),
      anywhere: flags["load-restrictor"] === "LoadRestrictionsNone",
      charts: flags["enable-helm"],
      order: flags.reorder === "none" ? "fifo" : "legacy",
    });
    const text = objects.map((object) => yamlText(object)).join("---\n");
    if (!flags.output) {
      out.print(text);
      return;
    }
    const { fs } = process.machine;
    const path = fs.resolve(process.cwd, flags.output);
    try {
      if (fs.stat(path)?.kind !== "directory") fs.write(path, text);
      else
        for (const object of objects) {
          const [group, version] = object.apiVersion.includes("/") ? object.apiVersion.split("/") : ["", object.apiVersion];
          const name = `${group ? `${group}_` : ""}${version}_${object.kind}_${object.metadata.name}.yaml`.toLowerCase();
          fs.write(`${path}/${name}`, yamlText(object));
        }
    } catch (error) {
      if (error instanceof FileError) throw new CommandError(`open ${flags.output}: ${fileProblem(error)}`);
      throw error;
    }
  },
});
