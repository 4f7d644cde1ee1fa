import { bytesOf } from "#base/streams.ts";
import type { Program } from "#shell/process.ts";
import type { CommandHost } from "./host.ts";

const versions = (kubernetes: string): Readonly<Record<string, string>> => ({
  kubelet: `Kubernetes v${kubernetes}`,
  containerd: "containerd github.com/containerd/containerd/v2 v2.2.9",
  runc: "runc version 1.3.4\nspec: 1.2.1\ngo: go1.24.11\nlibseccomp: 2.5.4",
});

/** The services of a node as programs: they say which they are. What runs of them, systemd has started. */
export const nodeServices = (host: CommandHost): (readonly [string, Program])[] =>
  Object.entries(versions(host.machines.version)).map(([name, version]) => [
    name,
    async (process) => {
      const isAsked = process.args.slice(1).some((arg) => /^(?:--version(?:=true)?|-v|version)$/.test(arg));
      if (isAsked) await process.stdout.write(bytesOf(`${version}\n`));
      else await process.stderr.write(bytesOf(`${name} is not simulated by Podyard outside of its service (systemctl start ${name}).\n`));
      return isAsked ? 0 : 1;
    },
  ]);
