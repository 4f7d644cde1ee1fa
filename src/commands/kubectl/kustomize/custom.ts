import { CommandError } from "../errors.ts";
import { decoded } from "./decode.ts";
import type { Place } from "./place.ts";
import * as registry from "./plugins/index.ts";
import type { Plugin } from "./plugins/plugin.ts";
import { type Item, idOf, idText, kindText, type Origin, type Transform } from "./resource.ts";

const plugins = new Map<string, Plugin>(Object.values(registry).map((plugin) => [plugin.kind, plugin as unknown as Plugin]));

/** What does something that a file of its own describes, and where that file is. */
export interface Custom<Action> {
  act: Action;
  origin: Origin | undefined;
}

export const customTransformers = (items: readonly Item[], place: Place): Custom<Transform>[] =>
  items.map((item) => ({ act: configured(item, place, "transformer"), origin: originOf(item) }));

export const customGenerators = (items: readonly Item[], place: Place): Custom<() => Item[]>[] =>
  items.map((item) => {
    try {
      return { act: configured(item, place, "generator"), origin: originOf(item) };
    } catch (error) {
      if (error instanceof CommandError) throw new CommandError(`failed to load generator: ${error.message}`);
      throw error;
    }
  });

function configured<Sort extends "transformer" | "generator">({ object }: Item, place: Place, sort: Sort): NonNullable<Acting[Sort]> {
  const id = idOf(object);
  if (id.group !== "" || id.version !== "builtin") throw new CommandError(`external plugins disabled; unable to load external plugin '${id.kind}'`);
  const plugin = plugins.get(id.kind);
  if (!plugin) throw new CommandError(`unable to load builtin ${kindText(id)}`);
  try {
    const config = decoded(object, plugin.shape, { strict: false }) as never;
    const made: Partial<Acting> = { transformer: plugin.transformer?.(config, place), generator: plugin.generator?.(config, place) };
    const act = made[sort];
    if (act) return act;
  } catch (error) {
    if (error instanceof CommandError) throw new CommandError(`plugin ${idText(id)} fails configuration: ${error.message}`);
    throw error;
  }
  throw new CommandError(`plugin ${idText(id)} not a ${sort}`);
}

interface Acting {
  transformer: Transform | undefined;
  generator: (() => Item[]) | undefined;
}

function originOf({ object, origin }: Item): Origin | undefined {
  if (!origin) return undefined;
  const { name, namespace } = object.metadata;
  return {
    configuredIn: origin.path ?? "",
    configuredBy: { apiVersion: object.apiVersion, kind: object.kind, ...(name ? { name } : {}), ...(namespace ? { namespace } : {}) },
  };
}
