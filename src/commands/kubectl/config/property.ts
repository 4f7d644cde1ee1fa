import { bytesOfBase64 } from "#machinery/base64-text.ts";
import { bool } from "../../cli/flags.ts";
import { defineCommand } from "../command.ts";
import { CommandError } from "../errors.ts";
import { ConfigEditor, copyOf } from "./editor.ts";
import type { KubeConfig } from "./kubeconfig.ts";
import { unexpected } from "./unexpected.ts";

type FieldType = "string" | "bool" | "bytes" | "other";

/** The fields that entries may have, and what Go calls their types. */
const sections = {
  clusters: {
    type: "api.Cluster",
    fields: {
      server: "string",
      "tls-server-name": "string",
      "insecure-skip-tls-verify": "bool",
      "certificate-authority": "string",
      "certificate-authority-data": "bytes",
      "proxy-url": "string",
      "disable-compression": "bool",
      extensions: "other",
    },
  },
  users: {
    type: "api.AuthInfo",
    fields: {
      "client-certificate": "string",
      "client-certificate-data": "bytes",
      "client-key": "string",
      "client-key-data": "bytes",
      token: "string",
      tokenFile: "string",
      "act-as": "string",
      "act-as-uid": "string",
      username: "string",
      password: "string",
      "auth-provider": "other",
      exec: "other",
      extensions: "other",
    },
  },
  contexts: { type: "api.Context", fields: { cluster: "string", user: "string", namespace: "string", extensions: "other" } },
} as const satisfies Record<string, { type: string; fields: Record<string, FieldType> }>;

type Section = keyof typeof sections;

/** As the file spells what the command calls otherwise. */
const inFile: Readonly<Record<string, string>> = { "act-as": "as", "act-as-uid": "as-uid" };

type Property = { kind: "current-context" } | { kind: "colors" } | { kind: Section; name?: string; field?: string; type?: FieldType };

/** What a dotted name means; the name of an entry may have dots too. */
function propertyOf(path: string): Property {
  const [first = "", ...rest] = path.split(".");
  if (first === "current-context" && rest.length === 0) return { kind: "current-context" };
  if (first === "preferences" && rest.length === 1 && rest[0] === "colors") return { kind: "colors" };
  if (!(first in sections)) {
    const known = ["current-context", "preferences", "kind", "apiVersion", "extensions"].includes(first);
    throw new CommandError(known ? `unable to parse one or more field values of ${path}` : `unable to parse ${path} after [] at api.Config`);
  }
  const kind = first as Section;
  const { type, fields } = sections[kind];
  if (rest.length === 0) return { kind };
  const at = rest.findIndex((part, i) => i > 0 && part in fields);
  const name = rest.slice(0, at < 0 ? undefined : at).join(".");
  if (at < 0) return { kind, name };
  if (at < rest.length - 1) throw new CommandError(`unable to parse one or more field values of ${path}`);
  const field = rest[at] ?? "";
  const fieldType = (fields as Readonly<Record<string, FieldType>>)[field];
  if (!fieldType) throw new CommandError(`unable to parse ${path} after [{${kind} map[string]*${type}} {${name} ${type}}] at ${type}`);
  return { kind, name, field, type: fieldType };
}

export const setProperty = defineCommand({
  name: "set",
  usage: "PROPERTY_NAME PROPERTY_VALUE",
  summary: "Set an individual value in a kubeconfig file",
  description: `Set an individual value in a kubeconfig file.

 PROPERTY_NAME is the path to the value, with dots: clusters.NAME.server, users.NAME.token, contexts.NAME.namespace, current-context.

 PROPERTY_VALUE is the new value; certificates and keys are given as base64, unless with --set-raw-bytes.`,
  examples: "# Where a cluster's server is\nkubectl config set clusters.lab.server https://10.0.0.1:6443",
  flags: { "set-raw-bytes": bool({ help: "Certificates and keys are given as they are." }) },
  run(context) {
    const { args, flags, kube, out, process } = context;
    const [path = "", value = ""] = args;
    if (args.length !== 2) throw unexpected(context);
    if (!value) throw new CommandError("you cannot use set to unset a property");
    if (!path) throw new CommandError("you must specify a property");
    const editor = new ConfigEditor(process, kube.files);
    editor.save(withProperty(copyOf(editor.config), path, value, flags["set-raw-bytes"]), false);
    out.line(`Property ${JSON.stringify(path)} set.`);
  },
});

function withProperty(config: KubeConfig, path: string, value: string, raw: boolean): KubeConfig {
  const property = propertyOf(path);
  if (property.kind === "current-context") return { ...config, currentContext: value };
  if (property.kind === "colors") return { ...config, preferences: { ...config.preferences, colors: booleanOf(value) } };
  const { kind, name, field, type } = property;
  if (name === undefined || field === undefined) throw new CommandError("can't set a map to a value: map[]");
  const entries = config[kind] as Map<string, object>;
  const start = { clusters: { server: "" }, users: {}, contexts: { cluster: "", user: "" } }[kind];
  const set = type === "bool" ? booleanOf(value) : type === "bytes" ? bytesText(value, raw) : value;
  if (type === "other") throw new CommandError(`unable to parse one or more field values of ${path}`);
  entries.set(name, { ...start, ...entries.get(name), [inFile[field] ?? field]: set });
  return config;
}

function booleanOf(text: string): boolean {
  if (/^(1|t|T|TRUE|true|True)$/.test(text)) return true;
  if (/^(0|f|F|FALSE|false|False)$/.test(text)) return false;
  throw new CommandError(`strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`);
}

function bytesText(value: string, raw: boolean): string {
  if (raw) return btoa(value);
  try {
    bytesOfBase64(value);
    return value;
  } catch {
    throw new CommandError("error decoding input value: illegal base64 data at input byte 0");
  }
}

export const unsetProperty = defineCommand({
  name: "unset",
  usage: "PROPERTY_NAME",
  summary: "Unset an individual value in a kubeconfig file",
  description: "Unset an individual value in a kubeconfig file.\n\n PROPERTY_NAME is the path to the value, with dots.",
  examples: "# No current context\nkubectl config unset current-context\n\n# No namespace in a context\nkubectl config unset contexts.lab.namespace",
  run(context) {
    const { args, kube, out, process } = context;
    const [path = ""] = args;
    if (args.length !== 1) throw unexpected(context);
    if (!path) throw new CommandError("you must specify a property");
    const editor = new ConfigEditor(process, kube.files);
    editor.save(withoutProperty(copyOf(editor.config), path), false);
    out.line(`Property ${JSON.stringify(path)} unset.`);
  },
});

function withoutProperty(config: KubeConfig, path: string): KubeConfig {
  const property = propertyOf(path);
  if (property.kind === "current-context") return { ...config, currentContext: "" };
  if (property.kind === "colors") {
    const { colors: _, ...preferences } = config.preferences;
    return { ...config, preferences };
  }
  const { kind, name, field, type } = property;
  const entries = config[kind] as Map<string, object>;
  if (name === undefined) entries.clear();
  else if (field === undefined) entries.delete(name);
  else {
    const entry = entries.get(name);
    if (!entry) throw new CommandError(`current map key \`${name}\` is invalid`);
    const { [inFile[field] ?? field]: _, ...rest } = entry as Record<string, unknown>;
    const isKept = type === "string" && ["server", "cluster", "user"].includes(field);
    entries.set(name, isKept ? { ...rest, [field]: "" } : rest);
  }
  return config;
}
