import type { Random } from "#base/random.ts";
import { typed } from "../../go-template/functions.ts";
import { TemplateProblem } from "../../go-template/problem.ts";
import { isNil, type TemplateFunction, type Value } from "../../go-template/values.ts";
import type { Log } from "../log.ts";
import { certificates } from "./certificates.ts";
import { dates } from "./dates.ts";
import { encoding } from "./encoding.ts";
import { lists } from "./lists.ts";
import { maps } from "./maps.ts";
import { numbers } from "./numbers.ts";
import { paths } from "./paths.ts";
import { patterns } from "./patterns.ts";
import { secrets } from "./secrets.ts";
import { strings } from "./strings.ts";
import { types } from "./types.ts";
import { versions } from "./versions.ts";

/** What functions of charts ask of the world outside. */
export interface Surroundings {
  now: () => number;
  random: Random;
  /** Looks an object up in the cluster; without it nothing is found. */
  lookup?: ((apiVersion: string, kind: string, namespace: string, name: string) => Value) | undefined;
  /** The address of a name, where looking names up is allowed. */
  addressOf?: ((name: string) => string) | undefined;
  /** Linting: what is required and missing is no failure, and is told here. */
  lint?: Pick<Log, "info" | "warn"> | undefined;
}

/** Marks what a chart's author says went wrong, so that it can be told without its surroundings. */
export const [messageStart, messageEnd] = ["HELM_ERR_START", "HELM_ERR_END"];

const told = (message: string) => new TemplateProblem(`${messageStart}${message}${messageEnd}`);

/** The functions of charts that do not render templates themselves. */
export function chartFunctions({ now, random, lookup, addressOf, lint }: Surroundings): Readonly<Record<string, TemplateFunction>> {
  return {
    ...strings,
    ...numbers,
    ...lists,
    ...maps,
    ...types,
    ...paths,
    ...patterns,
    ...versions,
    ...encoding,
    ...dates(now),
    ...secrets(random),
    ...certificates(random, now),
    getHostByName: typed(["string"], (name) => addressOf?.(name as string) ?? ""),
    lookup: typed(["string", "string", "string", "string"], (apiVersion, kind, namespace, name) =>
      lookup && !lint ? lookup(apiVersion as string, kind as string, namespace as string, name as string) : {},
    ),
    fail: typed(["string"], (message) => {
      if (!lint) throw told(message as string);
      lint.info("funcMap fail", { message: message as string });
      return "";
    }),
    required: typed(["string", "interface {}"], (message, value) => {
      if (!isNil(value) && value !== "") return value;
      if (!lint) throw told(message as string);
      lint.warn("missing required value", { message: message as string });
      return "";
    }),
  };
}
