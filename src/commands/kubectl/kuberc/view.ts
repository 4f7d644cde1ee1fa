import { lines } from "#base/streams.ts";
import { string } from "../../cli/flags.ts";
import type { Thing } from "../api/server.ts";
import { defineCommand } from "../command.ts";
import { CommandError } from "../errors.ts";
import { outputFlags, printerFor } from "../print/formats.ts";
import { apiVersion, kubercFile, type Preference, savePreference } from "./file.ts";
import { read } from "./set.ts";

export const view = defineCommand({
  name: "view",
  usage: "",
  summary: "Display the current kuberc configuration",
  description: "Display the contents of the kuberc file in the specified output format.",
  examples: `# As YAML
kubectl kuberc view

# As JSON
kubectl kuberc view --output json`,
  flags: {
    ...outputFlags,
    kuberc: string({ help: "The file with the preferences.", completes: "file" }),
    output: { ...outputFlags.output, default: "yaml", shown: () => "'yaml'" },
  },

  async run({ flags, process, out }) {
    const file = kubercFile(process, flags.kuberc);
    if (!file) throw new CommandError("KUBERC is disabled via KUBERC=off environment variable");
    const { fs } = process.machine;
    if (!fs.stat(file.path)) {
      if (file.isExplicit) throw new CommandError(`kuberc file not found at ${file.shown}`);
      out.line(`kuberc file not found at ${file.shown}`);
      out.print("Would you like to generate a default kuberc file with recommended options? (y/N): ");
      await out.flush();
      for await (const line of lines(process.stdin)) {
        if (line.trim().toLowerCase() === "y") savePreference(process, out, file, recommended);
        break;
      }
      return;
    }
    const { kind, apiVersion: version, aliases, defaults, ...rest } = read(fs.readText(file.path));
    const shown = { kind, apiVersion: version, defaults: inOrder(defaults), aliases: inOrder(aliases), ...rest } as unknown as Thing;
    const print = printerFor(process, flags, [], true);
    if (print) out.print(flags.output === "name" ? "preference.kubectl.config.k8s.io/<unknown>\n" : print(shown));
  },
});

const fields = ["name", "command", "prependArgs", "appendArgs", "default", "options"];

/** Entries with their fields in the order of the real one's types. */
const inOrder = (list: readonly object[] | null | undefined): object[] =>
  (list ?? []).map((entry) => {
    const known = fields.filter((name) => name in entry).map((name) => [name, (entry as Record<string, unknown>)[name]] as const);
    return Object.fromEntries(known.map(([name, value]) => [name, name === "options" ? inOrder(value as object[]) : value]));
  });

/** What is recommended to whoever has no preferences yet. */
const recommended: Preference = {
  apiVersion,
  kind: "Preference",
  defaults: [
    { command: "apply", options: [{ name: "server-side", default: "true" }] },
    { command: "delete", options: [{ name: "interactive", default: "true" }] },
  ],
};
