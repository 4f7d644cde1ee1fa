import type { KubeObject } from "#machinery/object.ts";
import { groupVersionOf } from "#machinery/object.ts";
import { pathOf, type Resource } from "../api/discovery.ts";
import type { Call, Server, Thing } from "../api/server.ts";
import { CommandError } from "../errors.ts";

/** One object that a command works on. */
export interface Target {
  resource: Resource;
  /** "" where the kind has none. */
  namespace: string;
  name: string;
  /** What the server, or the file, holds. */
  object?: Thing;
  /** The file that it came from. */
  source?: string;
  /** Whether its namespace stands in no file, but came from the command line or the context. */
  isPlaced?: boolean;
}

/** Where a target lives in the API. */
export function targetPath({ resource, namespace, name }: Target, subresource?: string): string {
  if (name === "") throw new CommandError("resource name may not be empty");
  return pathOf(resource, namespace, name, subresource);
}

/** Fetches a target's object as it is now. */
export async function fetchTarget(server: Server, target: Target, subresource?: string, call: Call = {}): Promise<Thing> {
  return server.get(targetPath(target, subresource), call);
}

/** `deployment.apps/web`, as kubectl names what it has done something to. */
export function nameOf(object: KubeObject | Thing): string {
  const { group } = groupVersionOf(object.apiVersion ?? "v1");
  const kind = (object.kind ?? "").toLowerCase();
  return `${group ? `${kind}.${group}` : kind}/${object.metadata?.name || object.metadata?.generateName || "<unknown>"}`;
}
