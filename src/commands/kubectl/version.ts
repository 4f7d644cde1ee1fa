import { yamlText } from "#machinery/go-yaml.ts";
import { bool, string } from "../cli/flags.ts";
import { clientVersion, kustomizeVersion } from "./client-version.ts";
import { defineCommand } from "./command.ts";
import { CommandError } from "./errors.ts";
import { structJson } from "./print/json.ts";

export const version = defineCommand({
  name: "version",
  usage: "[flags]",
  summary: "Print the client and server version information",
  flags: {
    client: bool({ help: "Show the client's version only; no server is asked." }),
    output: string({ short: "o", help: "'yaml' or 'json'.", completes: ["json", "yaml"] }),
  },

  async run({ flags, args, kube, out }) {
    if (args.length > 0) throw new CommandError(`extra arguments: [${args.join(" ")}]`);
    if (flags.output !== "" && flags.output !== "yaml" && flags.output !== "json") throw new CommandError("--output must be 'yaml' or 'json'");
    if (!flags.client) kube.checkConnection();
    let serverVersion: { gitVersion: string } | undefined;
    let failure: unknown;
    if (!flags.client) {
      try {
        serverVersion = await kube.server.get<{ gitVersion: string }>("/version");
      } catch (error) {
        failure = error;
      }
    }
    const versions = { clientVersion, kustomizeVersion, ...(serverVersion ? { serverVersion } : {}) };
    if (flags.output === "json") out.line(structJson(versions, 2));
    else if (flags.output === "yaml") out.line(yamlText(versions));
    else {
      out.line(`Client Version: ${clientVersion.gitVersion}`);
      out.line(`Kustomize Version: ${kustomizeVersion}`);
      if (serverVersion) {
        out.line(`Server Version: ${serverVersion.gitVersion}`);
        const skew = skewOf(clientVersion.gitVersion, serverVersion.gitVersion);
        if (skew !== undefined) out.error(skew);
      }
    }
    if (failure !== undefined) throw failure;
  },
});

/** The warning where client and server are more than one minor version apart. */
function skewOf(client: string, server: string): string | undefined {
  const [mine, theirs] = [client, server].map((text) => /^v(\d+)\.(\d+)/.exec(text));
  if (!mine || !theirs || (mine[1] === theirs[1] && Math.abs(Number(mine[2]) - Number(theirs[2])) <= 1)) return undefined;
  return `Warning: version difference between client (${mine[1]}.${mine[2]}) and server (${theirs[1]}.${theirs[2]}) exceeds the supported minor version skew of +/-1`;
}
