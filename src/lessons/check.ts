import { bodyText } from "#base/http.ts";
import type { Client } from "#machinery/client.ts";
import { jsonPathText } from "#machinery/json-path/evaluate.ts";
import { parseJsonPath, relaxed } from "#machinery/json-path/parse.ts";
import type { KubeObject } from "#machinery/object.ts";
import type { Status } from "#machinery/types.ts";

/** A goal: that a command succeeds, or that objects of the cluster are as said. */
export type Check = CommandCheck | ResourceCheck;

export interface CommandCheck {
  name: string;
  /** Passes when it exits with 0. */
  command: string;
}

export interface ResourceCheck {
  name: string;
  /** As kubectl takes it: `pods`, `deploy`, `deployments.apps`. */
  resource: string;
  namespace?: string | undefined;
  object?: string | undefined;
  selector?: string | undefined;
  jsonpath?: string | undefined;
  equals?: string | number | boolean | undefined;
  /** `Available`, or `Ready=False`. */
  condition?: string | undefined;
  count?: number | undefined;
}

export interface CheckResult {
  name: string;
  passed: boolean;
  /** What was found, for the learner to read. */
  message: string;
}

export interface CheckContext {
  /** Asks as the cluster's administrator. */
  client: Client;
  run(command: string): Promise<{ exitCode: number; stdout: string; stderr: string; timedOut: boolean }>;
}

/** Checks one goal. What is wrong with the check itself is a failed check that says so. */
export async function checkGoal(check: Check, context: CheckContext): Promise<CheckResult> {
  try {
    const message = "command" in check ? await commandFailure(check, context) : await resourceFailure(check, context);
    return { name: check.name, passed: message === undefined, message: message ?? "passed" };
  } catch (error) {
    return { name: check.name, passed: false, message: error instanceof Error ? error.message : String(error) };
  }
}

async function commandFailure({ command }: CommandCheck, { run }: CheckContext): Promise<string | undefined> {
  const { exitCode, stdout, stderr, timedOut } = await run(command);
  if (timedOut) return "the command did not end in time";
  if (exitCode === 0) return undefined;
  const [said = ""] = (stderr.trim() || stdout.trim()).split("\n").slice(-1);
  return `the command exited with ${exitCode}${said ? `: ${said}` : ""}`;
}

async function resourceFailure(check: ResourceCheck, { client }: CheckContext): Promise<string | undefined> {
  const objects = await objectsOf(check, client);
  const what = `${check.resource}${check.object ? `/${check.object}` : ""}`;
  if (check.count !== undefined && objects.length !== check.count) return `expected ${check.count} of ${what}, found ${objects.length}`;
  if (check.count === undefined && objects.length === 0) return `found no ${what}`;
  for (const object of objects) {
    const failure = objectFailure(check, object);
    if (failure) return `${check.resource}/${object.metadata.name}: ${failure}`;
  }
  return undefined;
}

function objectFailure({ jsonpath, equals, condition }: ResourceCheck, object: KubeObject): string | undefined {
  if (condition !== undefined) {
    const [type = "", wanted = "True"] = condition.split("=", 2);
    const found = conditionsOf(object).find((one) => one.type.toLowerCase() === type.toLowerCase());
    if (!found) return `has no condition ${type}`;
    if (found.status.toLowerCase() !== wanted.toLowerCase()) return `condition ${found.type} is ${found.status}, expected ${wanted}`;
  }
  if (jsonpath === undefined) return undefined;
  const value = jsonPathText(parseJsonPath(relaxed(jsonpath)), object, { allowMissing: true });
  if (equals === undefined) return value === "" ? `${jsonpath} is empty` : undefined;
  return value === String(equals)
    ? undefined
    : `${jsonpath} is ${value === "" ? "empty" : JSON.stringify(value)}, expected ${JSON.stringify(String(equals))}`;
}

function conditionsOf(object: KubeObject): { type: string; status: string }[] {
  const { status } = object as { status?: { conditions?: { type: string; status: string }[] } };
  return status?.conditions ?? [];
}

async function objectsOf({ resource, namespace, object, selector }: ResourceCheck, client: Client): Promise<readonly KubeObject[]> {
  const found = await resourceNamed(resource, client);
  if (!found) throw new Error(`the server doesn't have a resource type "${resource}"`);
  const root = found.group ? `/apis/${found.group}/${found.version}` : `/api/${found.version}`;
  const path = `${root}${found.namespaced ? `/namespaces/${encodeURIComponent(namespace ?? "default")}` : ""}/${found.name}`;
  const query = selector ? `?labelSelector=${encodeURIComponent(selector)}` : "";
  if (object === undefined) return ((await get(client, path + query)) as { items: KubeObject[] }).items;
  const one = (await get(client, `${path}/${encodeURIComponent(object)}`, true)) as KubeObject | undefined;
  return one ? [one] : [];
}

interface Resource {
  group: string;
  version: string;
  name: string;
  namespaced: boolean;
}

interface Discovered {
  name: string;
  singularName?: string;
  namespaced: boolean;
  kind: string;
  shortNames?: string[];
}

/** The resource that a name means: plural, singular, short name or kind, with its group where one is said; core first, then in the order of discovery. */
async function resourceNamed(name: string, client: Client): Promise<Resource | undefined> {
  const [plain = "", ...rest] = name.toLowerCase().split(".");
  const wanted = rest.length > 0 ? rest.join(".") : undefined;
  if (wanted === undefined) {
    const core = await inGroup("", "v1", "/api/v1", plain, client);
    if (core) return core;
  }
  const { groups } = (await get(client, "/apis")) as { groups: { name: string; preferredVersion: { version: string } }[] };
  for (const group of groups) {
    if (wanted !== undefined && group.name !== wanted) continue;
    const { version } = group.preferredVersion;
    const found = await inGroup(group.name, version, `/apis/${group.name}/${version}`, plain, client);
    if (found) return found;
  }
  return undefined;
}

async function inGroup(group: string, version: string, path: string, name: string, client: Client): Promise<Resource | undefined> {
  const { resources } = (await get(client, path)) as { resources: Discovered[] };
  const found = resources.find(
    (one) => !one.name.includes("/") && [one.name, one.singularName, one.kind.toLowerCase(), ...(one.shortNames ?? [])].includes(name),
  );
  return found && { group, version, name: found.name, namespaced: found.namespaced };
}

async function get(client: Client, url: string, mayBeMissing = false): Promise<unknown> {
  const response = await client.fetch({ method: "GET", url, headers: { accept: "application/json" } });
  const body = JSON.parse(await bodyText(response)) as unknown;
  if (response.status === 404 && mayBeMissing) return undefined;
  if (response.status >= 400) throw new Error((body as Status).message ?? `the server answered ${response.status}`);
  return body;
}
