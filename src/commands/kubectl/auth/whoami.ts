import type { SelfSubjectReview } from "#machinery/types.ts";
import { tabbed } from "../../cli/tab-writer.ts";
import type { Thing } from "../api/server.ts";
import { defineCommand } from "../command.ts";
import { CommandError, isNotFound, ServerError } from "../errors.ts";
import { outputFlags, printerFor, tableSpacing } from "../print/formats.ts";

export const whoami = defineCommand({
  name: "whoami",
  usage: "",
  summary: "Experimental: Check self subject attributes",
  description: "Experimental: Check who you are and your attributes (groups, extra).\n\n It shows as whom the server sees you.",
  examples: "# Who am I?\nkubectl auth whoami\n\n# The same as JSON\nkubectl auth whoami -o json",
  flags: outputFlags,

  async run({ flags, kube, out, process }) {
    const print = printerFor(process, flags, [], true);
    const body = { kind: "SelfSubjectReview", apiVersion: "authentication.k8s.io/v1", metadata: {}, status: { userInfo: {} } };
    let review: Thing;
    try {
      review = await kube.server.send("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", { body });
    } catch (error) {
      if (isNotFound(error)) throw new CommandError("the selfsubjectreviews API is not enabled in the cluster");
      if (error instanceof ServerError && error.reason === "Forbidden")
        throw new CommandError("the selfsubjectreviews API is not enabled in the cluster or you do not have permission to call it");
      throw error;
    }
    if (print) {
      out.print(print(review));
      return;
    }
    const { username, uid, groups = [], extra = {} } = (review as unknown as SelfSubjectReview).status?.userInfo ?? {};
    const rows = [
      ["ATTRIBUTE", "VALUE"],
      ...(username ? [["Username", username]] : []),
      ...(uid ? [["UID", uid]] : []),
      ...(groups.length > 0 ? [["Groups", `[${groups.join(" ")}]`]] : []),
      ...Object.keys(extra)
        .sort()
        .map((key) => [`Extra: ${key}`, `[${(extra[key] ?? []).join(" ")}]`]),
    ];
    out.print(tabbed(rows.map((cells) => `${cells.join("\t")}\n`).join(""), tableSpacing));
  },
});
