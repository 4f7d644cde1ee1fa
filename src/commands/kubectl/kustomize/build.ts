import { yamlText } from "#machinery/go-yaml.ts";
import { schemaOf } from "#machinery/schema.ts";
import type { Process } from "#shell/process.ts";
import type { Thing } from "../api/server.ts";
import { accumulated, directoryOf, nothing, type Tracing, targetIn } from "./accumulate.ts";
import { updatedAt } from "./field-specs.ts";
import { schemasOf } from "./open-api.ts";
import { inOrder } from "./order.ts";
import { withNotes } from "./origin.ts";
import { Place } from "./place.ts";
import { withHashes } from "./plugins/hash.ts";
import { withReferences } from "./references.ts";
import type { Item } from "./resource.ts";
import { resolvedVars } from "./vars.ts";

/** How a build goes on: who hears of warnings, and whether files may lie outside of the directory that names them. */
export interface How {
  warn: (text: string) => void;
  /** Hears what kubectl writes into its log. */
  note?: (text: string) => void;
  anywhere?: boolean;
  /** Whether charts were asked for: what is said of them depends on it. */
  charts?: boolean;
  /** The order where the kustomization names none. */
  order?: "legacy" | "fifo";
}

/** The objects that a directory's kustomization makes, in the order in which they are applied. */
export async function built(process: Process, directory: string, how: How): Promise<Thing[]> {
  const setting = { anywhere: how.anywhere ?? false, charts: how.charts ?? false, schemas: schemaOf };
  const outer = new Place(process, process.cwd, setting);
  const place = new Place(process, directoryOf(outer, directory, directory), setting);
  const target = targetIn(place, how.warn);
  const { buildMetadata, sortOptions = { order: how.order ?? "legacy" } } = target.kustomization;
  const known = { ...target, place: new Place(process, place.directory, { ...setting, schemas: schemasOf(place, target.kustomization) }) };
  const tracing: Tracing = { line: [], path: "", isOn: buildMetadata.length > 0, warn: how.warn };
  const { items, configuration, vars } = await accumulated(known, nothing(), tracing);
  const hashed = withHashes(items);
  const named = withReferences(hashed, configuration);
  const resolved = resolvedVars(named, vars, configuration, how.note ?? (() => {}));
  const objects = inOrder(resolved.filter(isForAll), sortOptions).map((item) => withNotes(item, buildMetadata));
  return buildMetadata.includes("managedByLabel") ? objects.map((object) => updatedAt(object, labels, withBuilder, {})) : objects;
}

/** The same as one YAML text. */
export async function kustomized(process: Process, directory: string, how: How): Promise<string> {
  return (await built(process, directory, how)).map((object) => yamlText(object)).join("---\n");
}

const labels = { path: "metadata/labels", create: true };

const withBuilder = (pairs: unknown): object => ({ ...(pairs as object | null), "app.kubernetes.io/managed-by": "kustomize-v5.8.1" });

/** Not for the build alone. */
const isForAll = ({ object }: Item): boolean => {
  const local = object.metadata.annotations?.["config.kubernetes.io/local-config"];
  return local === undefined || local === "false";
};
