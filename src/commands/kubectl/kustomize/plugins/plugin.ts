import type { Struct } from "../decode.ts";
import type { Place } from "../place.ts";
import type { Item, Transform } from "../resource.ts";

/** A builtin of kustomize: what its configuration holds, and what it does then. */
export interface Plugin<Config = never> {
  readonly kind: string;
  readonly shape: Struct;
  /** A transformer gives what it makes of a build's objects. */
  transformer?(config: Config, place: Place): Transform;
  /** A generator gives objects of its own. */
  generator?(config: Config, place: Place): () => Item[];
}

export const definePlugin = <Config>(plugin: Plugin<Config>): Plugin<Config> => plugin;

/** What every configuration in a file of its own has. */
export const metadata = { apiVersion: "any", kind: "any", metadata: "any" } as const;

export interface Metadata {
  metadata?: { name?: string; namespace?: string };
}
