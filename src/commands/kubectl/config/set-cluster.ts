import { base64Of } from "#machinery/base64-text.ts";
import { bool, string } from "../../cli/flags.ts";
import { defineCommand } from "../command.ts";
import { CommandError } from "../errors.ts";
import { ConfigEditor, copyOf } from "./editor.ts";
import type { ClusterEntry } from "./kubeconfig.ts";
import { unexpected } from "./unexpected.ts";

export const setCluster = defineCommand({
  name: "set-cluster",
  usage:
    "NAME [--server=server] [--certificate-authority=path/to/certificate/authority] [--insecure-skip-tls-verify=true] [--tls-server-name=example.com]",
  summary: "Set a cluster entry in kubeconfig",
  description: "Set a cluster entry in kubeconfig.\n\n Of a cluster that is there, what is not given stays as it is.",
  examples: `# Where its server is
kubectl config set-cluster lab --server=https://10.0.0.1:6443

# Without checking its certificate
kubectl config set-cluster lab --insecure-skip-tls-verify=true`,
  completes: "clusters",
  flags: {
    "certificate-authority": string({ help: "The file with the certificate of its authority.", completes: "file" }),
    "embed-certs": bool({ help: "Put that certificate into the kubeconfig." }),
    "insecure-skip-tls-verify": bool({ help: "Do not check its certificate." }),
    "proxy-url": string({ help: "A proxy on the way to it." }),
    server: string({ help: "The address of its server." }),
    "tls-server-name": string({ help: "The name that its certificate must have." }),
  },
  run(context) {
    const { args, flags, kube, out, process } = context;
    if (args.length !== 1) throw unexpected(context);
    const [name = ""] = args;
    const { fs } = process.machine;
    const file = flags["certificate-authority"];
    const path = fs.resolve(process.cwd, file);
    if (!name) throw new CommandError("you must specify a non-empty cluster name");
    if (flags["insecure-skip-tls-verify"] && file)
      throw new CommandError("you cannot specify a certificate authority and insecure mode at the same time");
    if (flags["embed-certs"]) {
      if (!file) throw new CommandError("you must specify a --certificate-authority to embed");
      if (!fs.stat(path)) throw new CommandError(`could not stat certificate-authority file ${file}: stat ${file}: no such file or directory`);
    }

    const editor = new ConfigEditor(process, kube.files);
    const config = copyOf(editor.config);
    const entry: ClusterEntry = { server: "", ...config.clusters.get(name) };
    if (context.changed("server")) {
      entry.server = flags.server;
      delete entry["tls-server-name"];
    }
    if (context.changed("tls-server-name")) entry["tls-server-name"] = flags["tls-server-name"];
    if (context.changed("insecure-skip-tls-verify")) {
      delete entry["insecure-skip-tls-verify"];
      if (flags["insecure-skip-tls-verify"]) {
        entry["insecure-skip-tls-verify"] = true;
        delete entry["certificate-authority"];
        delete entry["certificate-authority-data"];
      }
    }
    if (context.changed("certificate-authority")) {
      delete entry["insecure-skip-tls-verify"];
      delete entry["certificate-authority"];
      delete entry["certificate-authority-data"];
      if (flags["embed-certs"]) entry["certificate-authority-data"] = base64Of(fs.read(path));
      else if (file) entry["certificate-authority"] = path;
    }
    if (context.changed("proxy-url")) entry["proxy-url"] = flags["proxy-url"];
    config.clusters.set(name, entry);
    editor.save(config);
    out.line(`Cluster ${JSON.stringify(name)} set.`);
  },
});
