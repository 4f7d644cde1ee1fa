import { textOf } from "#base/streams.ts";
import { fromJson, type Value } from "../../go-template/values.ts";
import { pathOf } from "../../kubectl/api/discovery.ts";
import { isNotFound } from "../../kubectl/errors.ts";
import type { Capabilities } from "../chart/capabilities.ts";
import { type Chart, crdsOf, type Dict } from "../chart/chart.ts";
import { coalesceValues } from "../chart/coalesce.ts";
import { isInRange, type Notices, processDependencies } from "../chart/dependencies.ts";
import { type ReleaseFacts, render } from "../chart/render.ts";
import { schemaProblems } from "../chart/schema.ts";
import type { Context } from "../command.ts";
import { HelmError } from "../errors.ts";
import { type Hook, type Manifest, sortManifests } from "../release/manifests.ts";

export interface RenderAsked {
  chart: Chart;
  values: Dict;
  release: ReleaseFacts;
  capabilities: Capabilities;
  /** Whether templates may look objects up. */
  online: boolean;
  skipSchema: boolean;
  subNotes: boolean;
  enableDns: boolean;
}

export interface Rendered {
  hooks: Hook[];
  manifests: Manifest[];
  notes: string;
}

/** Templates made something that is no YAML; what they made is kept, so that it can be shown. */
export class BadManifests extends HelmError {
  readonly text: string;
  constructor(message: string, text: string) {
    super(message);
    this.text = text;
  }
}

/** What is said of values that do not fit. */
export const noticesOf = ({ log }: Pick<Context, "log">): Notices => ({
  say: (text) => log.info(text),
  warn: (message, pairs) => log.warn(message, pairs),
});

/** Says in the log what a chart and those that it needs depend on. */
export function tellDependencies({ log }: Pick<Context, "log">, { metadata, dependencies }: Chart): void {
  log.debug("number of dependencies in the chart", { chart: metadata.name, dependencies: dependencies.length });
  for (const sub of dependencies) tellDependencies({ log }, sub);
}

/** Settles which dependencies count, and says in the log where that fails. Throws a `HelmError`. */
export function settleDependencies(context: Context, chart: Chart, values: Dict): void {
  try {
    processDependencies(chart, values, noticesOf(context));
  } catch (problem) {
    if (!(problem instanceof HelmError)) throw problem;
    context.log.error("chart dependencies processing failed", { error: problem.message });
    throw new HelmError(`chart dependencies processing failed: ${problem.message}`);
  }
}

/** Renders a chart for a release: hooks and manifests in order, and the notes. Throws a `HelmError`. */
export async function renderRelease(context: Context, asked: RenderAsked): Promise<Rendered> {
  const { chart, release, capabilities } = asked;
  const wanted = chart.metadata.kubeVersion;
  const { version, normalized } = capabilities.kubeVersion;
  const values = coalesceValues(chart, asked.values, noticesOf(context).say);
  if (!asked.skipSchema) {
    const problems = schemaProblems(chart, values);
    if (problems) throw new HelmError(`values don't meet the specifications of the schema(s) in the following chart(s):\n${problems}`);
  }
  if (wanted && !isInRange(wanted, normalized ?? version))
    throw new HelmError(`chart requires kubeVersion: ${wanted} which is incompatible with Kubernetes ${version}`);
  tellDependencies(context, chart);
  const texts = await renderedTexts(context, asked, values, release);
  const notes: string[] = [];
  for (const [name, text] of [...texts]) {
    if (!name.endsWith("NOTES.txt")) continue;
    if (asked.subNotes || name === `${chart.metadata.name}/templates/NOTES.txt`) notes.push(text);
    texts.delete(name);
  }
  try {
    const { hooks, manifests, unknown } = sortManifests(texts);
    for (const hookTypes of unknown) context.log.info("skipping unknown hooks", { hookTypes });
    return { hooks, manifests, notes: notes.join("\n") };
  } catch (problem) {
    if (!(problem instanceof HelmError)) throw problem;
    const all = [...texts].filter(([, text]) => text.trim() !== "").map(([name, text]) => `---\n# Source: ${name}\n${text}\n`);
    throw new BadManifests(problem.message, all.join(""));
  }
}

/** Thrown out of a template that asks for an object that is not yet known. */
class Unknown extends Error {
  readonly query: readonly [apiVersion: string, kind: string, namespace: string, name: string];
  constructor(query: Unknown["query"]) {
    super("unknown object");
    this.query = query;
  }
}

/**
 * Templates run without waiting, and the cluster answers later: whenever one asks for an object that is not yet known, it is fetched, and
 * rendering begins anew.
 */
async function renderedTexts(context: Context, asked: RenderAsked, values: Dict, release: ReleaseFacts): Promise<Map<string, string>> {
  const { machine } = context.process;
  const known = new Map<string, Value>();
  const lookup = (...query: Unknown["query"]): Value => {
    const key = query.join("\0");
    if (!known.has(key)) throw new Unknown(query);
    return known.get(key);
  };
  for (;;) {
    try {
      return render(asked.chart, values, release, asked.capabilities, {
        now: () => machine.clock.now(),
        random: machine.random,
        lookup: asked.online ? lookup : undefined,
        addressOf: asked.enableDns ? (name) => machine.net.resolve(name)[0] ?? "" : undefined,
      });
    } catch (problem) {
      if (!(problem instanceof Unknown)) throw problem;
      known.set(problem.query.join("\0"), await lookedUp(context, ...problem.query));
    }
  }
}

async function lookedUp({ kube }: Context, apiVersion: string, kind: string, namespace: string, name: string): Promise<Value> {
  const [group = "", version = ""] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
  const resource = (await kube.discovery()).ofKind({ group, version, kind });
  if (!resource) throw new HelmError(`unable to get apiresource from unstructured: ${apiVersion}, Kind=${kind}`);
  try {
    const found = await kube.server.get<Dict>(pathOf(resource, namespace || undefined, name || undefined));
    return fromJson(found);
  } catch (problem) {
    // What is not there is an empty map, not a failure.
    if (isNotFound(problem)) return {};
    throw problem;
  }
}

/** The documents one after another, each with the template that it came from. */
export function manifestText(manifests: readonly Manifest[], hideSecrets = false): string {
  return manifests
    .map(({ name, content, kind, apiVersion }) =>
      hideSecrets && kind === "Secret" && apiVersion === "v1"
        ? `---\n# Source: ${name}\n# HIDDEN: The Secret output has been suppressed\n`
        : `---\n# Source: ${name}\n${content}\n`,
    )
    .join("");
}

/** The definitions of custom resources, as `--include-crds` shows them. */
export const crdText = (chart: Chart): string =>
  crdsOf(chart)
    .map(({ filename, bytes }) => `---\n# Source: ${filename}\n${textOf(bytes)}\n`)
    .join("");
