import { TemplateProblem } from "../../go-template/problem.ts";
import { Templates } from "../../go-template/templates.ts";
import { helmBuild } from "../chart/capabilities.ts";
import { atLeast, atMost, defineCommand, defineGroup, exactly } from "../command.ts";
import { HelmError } from "../errors.ts";
import { text, toggle } from "../flags.ts";
import { chartFunctions } from "../functions/index.ts";
import { downloadFlags, keyring } from "../shared-flags.ts";

// Commands of a few lines, and those that only say why they cannot.

export const version = defineCommand({
  name: "version",
  usage: "[flags]",
  summary: "print the helm version information",
  description: "Print which helm this is. With --template, a Go template sees Version, GitCommit, GitTreeState, GoVersion and KubeClientVersion.",
  flags: { short: toggle({ help: "print the version number" }), template: text({ help: "template for version string format" }) },
  run(invocation) {
    const { flags, out, process } = invocation;
    exactly(invocation, 0);
    const { version: own, gitCommit, gitTreeState, goVersion, kubeClientVersion } = helmBuild;
    const fields = { Version: own, GitCommit: gitCommit, GitTreeState: gitTreeState, GoVersion: goVersion, KubeClientVersion: kubeClientVersion };
    if (flags.template !== "") {
      const { machine } = process;
      const templates = new Templates({ functions: chartFunctions({ now: () => machine.clock.now(), random: machine.random }) });
      try {
        out.print(templates.add("_", flags.template).execute("_", fields));
      } catch (problem) {
        if (problem instanceof TemplateProblem) throw new HelmError(problem.message);
        throw problem;
      }
    } else if (flags.short) out.line(`${own}+g${gitCommit.slice(0, 7)}`);
    else
      out.line(
        `version.BuildInfo{${Object.entries(fields)
          .map(([name, value]) => `${name}:${JSON.stringify(value)}`)
          .join(", ")}}`,
      );
  },
});

export const env = defineCommand({
  name: "env",
  usage: "[flags]",
  summary: "helm client environment information",
  description: "Print the settings that helm works with; one of them by its name.",
  run(invocation) {
    const { out, settings, kube } = invocation;
    const [name] = atMost(invocation, 1);
    const variables = settings.variables(kube);
    if (name !== undefined) out.line(variables[name] ?? "");
    else for (const key of Object.keys(variables).sort()) out.line(`${key}=${JSON.stringify(variables[key])}`);
  },
});

export const verify = defineCommand({
  name: "verify",
  usage: "PATH [flags]",
  summary: "verify that a chart at the given path has been signed and is valid",
  description: "Check a packaged chart against the signature that lies beside it.",
  flags: keyring,
  run(invocation) {
    const [path = ""] = exactly(invocation, 1);
    const { fs } = invocation.process.machine;
    const stat = fs.stat(fs.resolve(invocation.process.cwd, path));
    if (!stat) throw new HelmError(`stat ${path}: no such file or directory`);
    if (stat.kind === "directory") throw new HelmError("unpacked charts cannot be verified");
    if (!/\.(tgz|tar\.gz)$/.test(path)) throw new HelmError("chart must be a tgz file");
    if (!fs.stat(fs.resolve(invocation.process.cwd, `${path}.prov`)))
      throw new HelmError(`could not load provenance file ${path}.prov: stat ${path}.prov: no such file or directory`);
    throw new HelmError("Not simulated by Podyard: signatures of charts");
  },
});

export const push = defineCommand({
  name: "push",
  usage: "[chart] [remote] [flags]",
  summary: "push a chart to remote",
  description: "Upload a packaged chart to a registry.",
  flags: downloadFlags,
  run(invocation) {
    const [chart = "", remote = ""] = atLeast(invocation, 2);
    if (!remote.includes("://")) throw new HelmError('scheme prefix missing from remote (e.g. "oci://")');
    const { fs } = invocation.process.machine;
    if (!fs.stat(fs.resolve(invocation.process.cwd, chart))) throw new HelmError(`stat ${chart}: no such file or directory`);
    throw new HelmError(`Not simulated by Podyard: registries of charts (${remote})`);
  },
});

const login = defineCommand({
  name: "login",
  usage: "[host] [flags]",
  summary: "login to a registry",
  flags: {
    "ca-file": downloadFlags["ca-file"],
    "cert-file": downloadFlags["cert-file"],
    insecure: toggle({ help: "allow connections to TLS registry without certs" }),
    "key-file": downloadFlags["key-file"],
    password: text({ short: "p", help: "registry password or identity token" }),
    "password-stdin": toggle({ help: "read password or identity token from stdin" }),
    "plain-http": downloadFlags["plain-http"],
    username: text({ short: "u", help: "registry username" }),
  },
  run(invocation) {
    const [host = ""] = atLeast(invocation, 1);
    throw new HelmError(`Not simulated by Podyard: registries of charts (${host})`);
  },
});

const logout = defineCommand({
  name: "logout",
  usage: "[host] [flags]",
  summary: "logout from a registry",
  run(invocation) {
    const [host = ""] = atLeast(invocation, 1);
    // Nobody can have logged in.
    invocation.out.line(`Removing login credentials for ${host}`);
  },
});

export const registry = defineGroup({
  name: "registry",
  summary: "login to or logout from a registry",
  description: "Say who one is to a registry of charts.",
  commands: [login, logout],
});
