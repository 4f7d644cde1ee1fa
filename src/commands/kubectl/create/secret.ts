import { base64Of } from "#machinery/base64-text.ts";
import { configMapKeyProblems } from "#machinery/names.ts";
import { FileError } from "#shell/file-system.ts";
import type { Process } from "#shell/process.ts";
import { bool, string, strings } from "../../cli/flags.ts";
import { type Context, defineCommand, defineGroup } from "../command.ts";
import { CommandError } from "../errors.ts";
import { structJson } from "../print/json.ts";
import { fileProblem } from "../resources/files.ts";
import { contentHash } from "./content-hash.ts";
import { type CreationOptions, create, creationFlags, metadataOf, oneName } from "./creation.ts";
import { dataOf, type Sources, sourceFlags } from "./sources.ts";

const appendHash = bool({ help: "Add a hash of the content to the name." });

async function send(
  context: Context & { readonly flags: CreationOptions & { readonly "append-hash": boolean } },
  name: string,
  type: string,
  data: Record<string, string>,
): Promise<void> {
  const full = context.flags["append-hash"] ? `${name}-${contentHash("Secret", name, { type, data })}` : name;
  const filled = Object.keys(data).length > 0 ? { data } : {};
  await create(
    context,
    { kind: "Secret", apiVersion: "v1", metadata: metadataOf(context, full), ...filled, ...(type ? { type } : {}) },
    { plural: "secrets", failure: "failed to create secret " },
  );
}

async function gathered(process: Process, flags: Sources): Promise<Record<string, string>> {
  const data: Record<string, string> = {};
  for await (const [key, value] of dataOf(process, flags, "secret")) {
    const problems = configMapKeyProblems(key);
    if (problems.length > 0) throw new CommandError(`${JSON.stringify(key)} is not valid key name for a Secret ${problems.join(";")}`);
    if (key in data) throw new CommandError(`cannot add key ${key}, another key by that name already exists`);
    data[key] = base64Of(value);
  }
  return data;
}

const generic = defineCommand({
  name: "generic",
  usage: "NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]",
  summary: "Create a secret from a local file, directory, or literal value",
  flags: { ...creationFlags, ...sourceFlags("secret"), "append-hash": appendHash, type: string({ help: "The type of the secret." }) },
  async run(context) {
    const { flags, process } = context;
    const name = oneName(context);
    if (flags["from-env-file"].length > 0 && (flags["from-file"].length > 0 || flags["from-literal"].length > 0))
      throw new CommandError("from-env-file cannot be combined with from-file or from-literal");
    await send(context, name, flags.type, await gathered(process, flags));
  },
});

const tls = defineCommand({
  name: "tls",
  usage: "NAME --cert=path/to/cert/file --key=path/to/key/file [--dry-run=server|client|none]",
  summary: "Create a TLS secret",
  flags: {
    ...creationFlags,
    "append-hash": appendHash,
    cert: string({ help: "The file of the certificate, PEM.", completes: "file" }),
    key: string({ help: "The file of the private key, PEM.", completes: "file" }),
  },
  async run(context) {
    const { flags, process } = context;
    const name = oneName(context);
    if (flags.key === "" || flags.cert === "") throw new CommandError("key and cert must be specified");
    const { fs } = process.machine;
    const read = (path: string) => {
      try {
        return fs.readText(fs.resolve(process.cwd, path));
      } catch (error) {
        if (error instanceof FileError) throw new CommandError(`Cannot read file ${path}, open ${path}: ${fileProblem(error)}`);
        throw error;
      }
    };
    const [key, cert] = [read(flags.key), read(flags.cert)];
    if (!/-----BEGIN CERTIFICATE-----/.test(cert)) throw new CommandError("tls: failed to find any PEM data in certificate input");
    if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(key)) throw new CommandError("tls: failed to find any PEM data in key input");
    await send(context, name, "kubernetes.io/tls", { "tls.crt": base64Of(cert), "tls.key": base64Of(key) });
  },
});

const dockerRegistry = defineCommand({
  name: "docker-registry",
  usage:
    "NAME --docker-username=user --docker-password=password --docker-email=email [--docker-server=string] [--from-file=[key=]source] [--dry-run=server|client|none]",
  summary: "Create a secret for use with a Docker registry",
  flags: {
    ...creationFlags,
    "append-hash": appendHash,
    "docker-email": string({ help: "The e-mail address for the registry." }),
    "docker-password": string({ help: "The password for the registry." }),
    "docker-server": string({ default: "https://index.docker.io/v1/", help: "The registry's address." }),
    "docker-username": string({ help: "The user name for the registry." }),
    "from-file": strings({ help: "A file that docker has written, .dockerconfigjson.", completes: "file" }),
  },
  async run(context) {
    const { flags, process } = context;
    const name = oneName(context);
    const files = flags["from-file"];
    if (files.length === 0 && (flags["docker-username"] === "" || flags["docker-password"] === "" || flags["docker-server"] === ""))
      throw new CommandError("either --from-file or the combination of --docker-username, --docker-password and --docker-server is required");
    const data =
      files.length > 0
        ? await gathered(process, {
            "from-env-file": [],
            "from-file": files.map((file) => (file.includes("=") ? file : `.dockerconfigjson=${file}`)),
            "from-literal": [],
          })
        : {};
    if (files.length === 0) {
      const [username, password, email] = [flags["docker-username"], flags["docker-password"], flags["docker-email"]];
      const entry = { username, password, ...(email ? { email } : {}), auth: base64Of(`${username}:${password}`) };
      data[".dockerconfigjson"] = base64Of(structJson({ auths: { [flags["docker-server"]]: entry } }));
    }
    await send(context, name, "kubernetes.io/dockerconfigjson", data);
  },
});

export const secret = defineGroup({
  name: "secret",
  usage: "(docker-registry | generic | tls)",
  summary: "Create a secret using a specified subcommand",
  description: `Create a secret with specified type.

 docker-registry holds what a node needs to pull from a registry, generic any data, tls a certificate and its key.`,
  commands: [dockerRegistry, generic, tls],
});
