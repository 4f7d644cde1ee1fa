import { yamlText } from "#machinery/go-yaml.ts";
import { FileError } from "#shell/file-system.ts";
import type { Process } from "#shell/process.ts";
import type { Output } from "../../cli/output.ts";
import { CommandError } from "../errors.ts";
import { fileProblem } from "../resources/files.ts";

/** A flag's value that a command is given where its line says nothing of it. */
export interface Option {
  name: string;
  default: string;
}

export interface Alias {
  name: string;
  command: string;
  prependArgs?: string[];
  appendArgs?: string[];
  options?: Option[];
}

/** What a kuberc file holds. */
export interface Preference {
  apiVersion: string;
  kind: string;
  defaults?: { command: string; options?: Option[] }[] | null;
  aliases?: Alias[] | null;
  credentialPluginPolicy?: string;
  credentialPluginAllowlist?: { name?: string; command?: string }[];
}

export const apiVersion = "kubectl.config.k8s.io/v1beta1";

/** The file of preferences: the one that was asked for, by flag or by environment, or that of the home. Undefined where they are turned off. */
export function kubercFile({ env, machine, cwd }: Process, asked: string): { shown: string; path: string; isExplicit: boolean } | undefined {
  const named = env.get("KUBERC") ?? "";
  if (named === "off") {
    if (asked) throw new CommandError("disabling kuberc via KUBERC=off and passing kuberc flag are mutually exclusive");
    return undefined;
  }
  const shown = asked || named || `${env.get("HOME") ?? ""}/.kube/kuberc`;
  return { shown, path: machine.fs.resolve(cwd, shown), isExplicit: Boolean(asked || named) };
}

/** Writes preferences, and says so. */
export function savePreference({ machine }: Process, out: Output, file: { shown: string; path: string }, preference: Preference): void {
  const { aliases = null, defaults = null, ...rest } = preference;
  try {
    machine.fs.mkdir(file.path.replace(/\/[^/]*$/, "") || "/", { recursive: true });
    machine.fs.write(file.path, yamlText({ ...rest, aliases, defaults: defaults?.map(({ options = [], ...one }) => ({ ...one, options })) ?? null }));
  } catch (error) {
    if (error instanceof FileError) throw new CommandError(`failed to write kuberc file: open ${file.shown}: ${fileProblem(error)}`);
    throw error;
  }
  out.line(`Updated ${file.shown}`);
}
