import { defineCommand, defineGroup, exactly } from "../command.ts";
import { HelmError } from "../errors.ts";
import { text, toggle } from "../flags.ts";
import { tableText } from "../output.ts";
import { downloadFlags, keyring } from "../shared-flags.ts";

// No plugin can be installed: what is refused is refused in helm's words, and what would work says that it is not simulated.

const manifest = "plugin.yaml";
const notSimulated = (name: string) => new HelmError(`Not simulated by Podyard: helm plugin ${name}`);
const { password, username } = downloadFlags;

const install = defineCommand({
  name: "install",
  aliases: ["add"],
  usage: "[options] <path|url> [flags]",
  summary: "install a Helm plugin",
  flags: {
    "ca-file": downloadFlags["ca-file"],
    "cert-file": downloadFlags["cert-file"],
    "insecure-skip-tls-verify": downloadFlags["insecure-skip-tls-verify"],
    "key-file": downloadFlags["key-file"],
    ...keyring,
    password,
    "plain-http": downloadFlags["plain-http"],
    username,
    verify: toggle({ default: true, help: "verify the plugin signature before installing" }),
    version: text({ help: "which version: one, or a range of them; the latest unless said" }),
  },
  run(invocation) {
    const [source = ""] = exactly(invocation, 1);
    const { process, out } = invocation;
    const { fs } = process.machine;
    const stat = fs.stat(fs.resolve(process.cwd, source));
    if (stat) {
      out.line("Installing plugin from local directory (development mode)");
      if (stat.kind !== "directory") throw new HelmError(`expected plugin to be a directory (containing a file '${manifest}')`);
      if (!fs.stat(fs.resolve(process.cwd, `${source}/${manifest}`))) throw new HelmError(`plugin metadata (${manifest}) missing`);
    } else if (!/^[a-z][a-z+.-]*:\/\//.test(source))
      throw new HelmError(
        `cannot get information about plugin source ${JSON.stringify(source)} (if it's a local directory, does it exist?), last error was: Cannot detect VCS`,
      );
    throw notSimulated("install");
  },
});

const list = defineCommand({
  name: "list",
  aliases: ["ls"],
  usage: "[flags]",
  summary: "list installed Helm plugins",
  flags: { type: text({ help: "Plugin type" }) },
  run({ out }) {
    out.print(tableText([["NAME", "VERSION", "TYPE", "APIVERSION", "PROVENANCE", "SOURCE"]]));
  },
});

const pack = defineCommand({
  name: "package",
  usage: "[PATH] [flags]",
  summary: "package a plugin directory into a plugin archive",
  flags: {
    destination: text({ short: "d", default: ".", help: "where the archive goes" }),
    key: text({ help: "the name of the key to sign with" }),
    ...keyring,
    "passphrase-file": text({ help: 'the file of the passphrase of the key; "-" is standard input' }),
    sign: toggle({ default: true, help: "sign the plugin with a PGP key" }),
  },
  run(invocation) {
    const [path = ""] = exactly(invocation, 1);
    const { fs } = invocation.process.machine;
    const at = fs.resolve(invocation.process.cwd, path);
    const stat = fs.stat(at);
    if (!stat) throw new HelmError(`stat ${path}: no such file or directory`);
    if (!fs.stat(`${at}/${manifest}`)) {
      const file = `${path}/${manifest}`;
      throw new HelmError(`invalid plugin directory: failed to read plugin at ${JSON.stringify(file)}: open ${file}: no such file or directory`);
    }
    throw notSimulated("package");
  },
});

const verify = defineCommand({
  name: "verify",
  usage: "[PATH] [flags]",
  summary: "verify that a plugin at the given path has been signed and is valid",
  flags: keyring,
  run(invocation) {
    const [path = ""] = exactly(invocation, 1);
    const { fs } = invocation.process.machine;
    const stat = fs.stat(fs.resolve(invocation.process.cwd, path));
    if (!stat) throw new HelmError(`stat ${path}: no such file or directory`);
    if (stat.kind === "directory") throw new HelmError("directory verification not supported - only plugin tarballs can be verified");
    throw notSimulated("verify");
  },
});

/** A command that works with plugins which are there, of which there are none. */
const ofInstalled = (name: string, summary: string, aliases: readonly string[]) =>
  defineCommand({
    name,
    aliases,
    usage: "<plugin>... [flags]",
    summary,
    run({ args }) {
      if (args.length === 0) throw new HelmError(`please provide plugin name to ${name}`);
      throw new HelmError(args.map((plugin) => `plugin: ${plugin} not found`).join("\n"));
    },
  });

export const plugin = defineGroup({
  name: "plugin",
  summary: "install, list, or uninstall Helm plugins",
  description: "Work with plugins of helm.",
  commands: [
    install,
    list,
    pack,
    ofInstalled("uninstall", "uninstall one or more Helm plugins", ["rm", "remove"]),
    ofInstalled("update", "update one or more Helm plugins", ["up"]),
    verify,
  ],
});
