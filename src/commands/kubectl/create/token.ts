import type { TokenRequest } from "#machinery/types.ts";
import { duration, string, strings } from "../../cli/flags.ts";
import { pathOf } from "../api/discovery.ts";
import type { Thing } from "../api/server.ts";
import { defineCommand } from "../command.ts";
import { CommandError, ServerError } from "../errors.ts";
import { outputFlags, printerFor } from "../print/formats.ts";
import { oneName } from "./creation.ts";

/** What a token may be bound to, and its API version. */
const bindable: Readonly<Record<string, string>> = { Node: "v1", Pod: "v1", Secret: "v1" };

export const token = defineCommand({
  name: "token",
  usage: "SERVICE_ACCOUNT_NAME",
  summary: "Request a service account token",
  examples: `# A token for the API of the service account robot
kubectl create token robot

# For ten minutes
kubectl create token robot --duration=10m`,
  flags: {
    ...outputFlags,
    audience: strings({ commas: false, help: "For whom the token is to be; the API server where it is left out. May be given several times." }),
    "bound-object-kind": string({
      help: "The kind of an object that the token dies with: Node, Pod or Secret.",
      completes: ["Node", "Pod", "Secret"],
    }),
    "bound-object-name": string({ help: "The name of the object that the token dies with." }),
    "bound-object-uid": string({ help: "The uid of the object that the token dies with." }),
    duration: duration({ help: "How long the token is to be valid; the server's choice where it is 0." }),
  },
  async run(context) {
    const { flags, kube, out, process } = context;
    const name = oneName(context);
    if (flags.duration < 0) throw new CommandError("--duration must be greater than or equal to 0");
    if (flags.duration % 1000 !== 0) throw new CommandError("--duration cannot be expressed in units less than seconds");
    if (flags.audience.includes("")) throw new CommandError("--audience must not be an empty string");
    const [kind, bound, uid] = [flags["bound-object-kind"], flags["bound-object-name"], flags["bound-object-uid"]];
    if (kind === "") {
      if (bound) throw new CommandError("--bound-object-name can only be set if --bound-object-kind is provided");
      if (uid) throw new CommandError("--bound-object-uid can only be set if --bound-object-kind is provided");
    } else {
      if (!bindable[kind]) throw new CommandError(`supported --bound-object-kind values are ${Object.keys(bindable).join(", ")}`);
      if (!bound) throw new CommandError("--bound-object-name is required if --bound-object-kind is provided");
    }
    const spec = {
      audiences: flags.audience.length > 0 ? [...flags.audience] : null,
      expirationSeconds: flags.duration > 0 ? flags.duration / 1000 : null,
      boundObjectRef: kind ? { kind, apiVersion: bindable[kind], name: bound, ...(uid ? { uid } : {}) } : null,
    };
    const print = printerFor(process, flags, [], true);
    const path = pathOf({ group: "", version: "v1", plural: "serviceaccounts", namespaced: true }, kube.namespace, name, "token");
    try {
      const answer = await kube.server.send<TokenRequest>("POST", path, {
        body: { kind: "TokenRequest", apiVersion: "authentication.k8s.io/v1", metadata: {}, spec },
      });
      if (print) out.print(print(answer as unknown as Thing));
      else out.print(process.isTerminal(1) ? `${answer.status.token ?? ""}\n` : (answer.status.token ?? ""));
    } catch (error) {
      if (error instanceof ServerError) throw new CommandError(`failed to create token: ${error.message}`);
      throw error;
    }
  },
});
