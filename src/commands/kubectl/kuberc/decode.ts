import { CommandError } from "../errors.ts";
import { apiVersion, type Option, type Preference } from "./file.ts";

type Values = Readonly<Record<string, unknown>>;

/** The first document that holds preferences, and what in it is not known; undefined where the file is empty. */
export function decodedPreference(
  documents: readonly unknown[],
  shown: string,
): { preference: Preference | undefined; problem?: string | undefined } {
  for (const document of documents) {
    const { apiVersion: version = "", kind = "" } = (document ?? {}) as Partial<Preference>;
    const read = kind === "Preference" ? versions[version] : undefined;
    if (!read) continue;
    const unknown = unknownFields(document as Values, read.fields, "");
    if (unknown)
      return { preference: read.preference(document as Values), problem: unknown.map((path) => `unknown field "${path}"`).join(", ") || undefined };
  }
  if (documents.length === 0) return { preference: undefined };
  throw new CommandError(`no valid preferences found in ${shown}, use --v=5 to see details`);
}

/** What a field is: a text, a list of texts, or a list of things with fields. */
type Field = "text" | "texts" | { readonly [name: string]: Field };

const option: Field = { name: "text", default: "text" };
const plugins: Record<string, Field> = { credentialPluginPolicy: "text", credentialPluginAllowlist: { name: "text", command: "text" } };

const versions: Readonly<Record<string, { fields: Readonly<Record<string, Field>>; preference(given: Values): Preference }>> = {
  [apiVersion]: {
    fields: {
      ...plugins,
      defaults: { command: "text", options: option },
      aliases: { name: "text", command: "text", prependArgs: "texts", appendArgs: "texts", options: option },
    },
    preference: (given) => given as unknown as Preference,
  },
  "kubectl.config.k8s.io/v1alpha1": {
    fields: {
      ...plugins,
      overrides: { command: "text", flags: option },
      aliases: { name: "text", command: "text", prependArgs: "texts", appendArgs: "texts", flags: option },
    },
    preference({ overrides, aliases, ...rest }) {
      const newer = (list: unknown) =>
        ((list ?? []) as (Values & { flags?: Option[] })[]).map(({ flags, ...one }) => ({ ...one, options: flags ?? [] }));
      return { ...rest, apiVersion, defaults: newer(overrides), aliases: newer(aliases) } as unknown as Preference;
    },
  },
};

/** The paths of fields that nobody knows; undefined where one that is known holds something else than it should. */
function unknownFields(given: Values, fields: Readonly<Record<string, Field>>, path: string): string[] | undefined {
  const result: string[] = [];
  for (const [name, value] of Object.entries(given)) {
    const field = fields[name];
    if (path === "" && (name === "apiVersion" || name === "kind")) continue;
    if (!field) result.push(path + name);
    else if (value === null) continue;
    else if (field === "text") {
      if (typeof value !== "string") return undefined;
    } else {
      if (!Array.isArray(value)) return undefined;
      for (const [i, item] of value.entries()) {
        if (field === "texts") {
          if (typeof item !== "string") return undefined;
          continue;
        }
        if (typeof item !== "object" || item === null) return undefined;
        const inner = unknownFields(item as Values, field, `${path}${name}[${i}].`);
        if (!inner) return undefined;
        result.push(...inner);
      }
    }
  }
  return result;
}
