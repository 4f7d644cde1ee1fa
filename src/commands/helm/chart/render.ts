import { textOf } from "#base/streams.ts";
import { typed } from "../../go-template/functions.ts";
import { ExecutionProblem, TemplateProblem } from "../../go-template/problem.ts";
import { Templates } from "../../go-template/templates.ts";
import type { TemplateFunction, Value } from "../../go-template/values.ts";
import { HelmError } from "../errors.ts";
import { chartFunctions, messageEnd, messageStart, type Surroundings } from "../functions/index.ts";
import { baseName } from "../functions/paths.ts";
import { type Capabilities, capabilitiesObject } from "./capabilities.ts";
import { type Chart, countsAsTemplate, type Dict, fullPath, isDict } from "./chart.ts";
import { FilesObject } from "./files-object.ts";
import type { Metadata } from "./metadata.ts";

/** What a release tells its templates about itself. */
export interface ReleaseFacts {
  name: string;
  namespace: string;
  revision: number;
  isUpgrade: boolean;
}

export interface RenderOptions extends Surroundings {
  /** A key that is not there is a failure. */
  strict?: boolean;
}

interface Page {
  source: string;
  values: Dict;
  base: string;
}

/** What the templates of a chart, and of those that it needs, make of values: texts by template. Throws a `HelmError`. */
export function render(chart: Chart, values: Dict, release: ReleaseFacts, capabilities: Capabilities, options: RenderOptions): Map<string, string> {
  const pages = new Map<string, Page>();
  const top: Dict = {
    Release: {
      Name: release.name,
      Namespace: release.namespace,
      IsUpgrade: release.isUpgrade,
      IsInstall: !release.isUpgrade,
      Revision: BigInt(release.revision),
      Service: "Helm",
    },
    Capabilities: capabilitiesObject(capabilities),
  };
  collect(chart, values, top, pages);
  return rendered(pages, options);
}

/** Every template with what it sees: a chart that another needs sees its own part of the values alone. */
function collect(chart: Chart, values: Dict, top: Dict, pages: Map<string, Page>): Dict {
  const subcharts: Dict = {};
  const scope: Dict = {
    ...top,
    Chart: { ...metadataObject(chart.metadata), IsRoot: chart.parent === undefined },
    Files: FilesObject.of(chart.files),
    Values: values,
    Subcharts: subcharts,
  };
  for (const sub of chart.dependencies) {
    const inner = values[sub.metadata.name];
    subcharts[sub.metadata.name] = collect(sub, isDict(inner) ? inner : {}, top, pages);
  }
  const path = fullPath(chart);
  for (const { name, bytes } of chart.templates)
    if (countsAsTemplate(chart, name)) pages.set(`${path}/${name}`, { source: textOf(bytes), values: scope, base: `${path}/templates` });
  return scope;
}

/** The metadata under the names of its fields in Go, with what was not said as nothing. */
function metadataObject(metadata: Metadata): Dict {
  const { maintainers = [], dependencies = [] } = metadata;
  return {
    Name: metadata.name,
    Home: metadata.home ?? "",
    Sources: metadata.sources ?? [],
    Version: metadata.version,
    Description: metadata.description ?? "",
    Keywords: metadata.keywords ?? [],
    Maintainers: maintainers.map(({ name = "", email = "", url = "" }) => ({ Name: name, Email: email, URL: url })),
    Icon: metadata.icon ?? "",
    APIVersion: metadata.apiVersion,
    Condition: metadata.condition ?? "",
    Tags: metadata.tags ?? "",
    AppVersion: metadata.appVersion ?? "",
    Deprecated: metadata.deprecated ?? false,
    Annotations: metadata.annotations ?? {},
    KubeVersion: metadata.kubeVersion ?? "",
    Dependencies: dependencies.map((dependency) => ({
      Name: dependency.name,
      Version: dependency.version ?? "",
      Repository: dependency.repository,
      Condition: dependency.condition ?? "",
      Tags: dependency.tags ?? [],
      Enabled: dependency.enabled ?? false,
      ImportValues: dependency["import-values"] ?? [],
      Alias: dependency.alias ?? "",
    })),
    Type: metadata.type ?? "",
  };
}

/** Templates lie in each other's reach; those deepest in the tree are read first, so that a parent's definitions count. */
function sorted(names: Iterable<string>): string[] {
  const depth = (name: string) => name.split("/").length;
  return [...names].sort((a, b) => depth(b) - depth(a) || (a < b ? 1 : a > b ? -1 : 0));
}

const deepestInclude = 1000;

function rendered(pages: ReadonlyMap<string, Page>, options: RenderOptions): Map<string, string> {
  const plain = chartFunctions(options);
  const including = new Map<string, number>();
  let clones = 0;
  const functions = (templates: Templates): Record<string, TemplateFunction> => ({
    ...plain,
    include: typed(["string", "interface {}"], (given, data) => {
      const name = given as string;
      const depth = including.get(name) ?? 0;
      const nested = () => new TemplateProblem(`rendering template has a nested reference name: ${name}: unable to execute template`);
      if (depth > deepestInclude) throw nested();
      including.set(name, depth + 1);
      try {
        return templates.execute(name, data, "gotpl");
      } catch (problem) {
        // The stack of JavaScript may end before Go's limit.
        throw problem instanceof RangeError ? nested() : problem;
      } finally {
        including.set(name, depth);
      }
    }),
    tpl: typed(["string", "interface {}"], (source, data) => expanded(templates, source as string, data)),
  });
  const expanded = (templates: Templates, source: string, data: Value): string => {
    if (++clones > 1_000_000) throw new TemplateProblem("unable to execute template");
    // Nothing to do, and nothing that could go wrong.
    if (!source.includes("{{")) return source;
    const own = templates.clone();
    const shown = JSON.stringify(source);
    try {
      own.add("gotpl", source);
    } catch (problem) {
      if (problem instanceof TemplateProblem) throw new TemplateProblem(`cannot parse template ${shown}: ${problem.message}`, problem);
      throw problem;
    }
    try {
      return own.execute("gotpl", data).replaceAll("<no value>", "");
    } catch (problem) {
      if (problem instanceof TemplateProblem)
        throw new TemplateProblem(`error during tpl function execution for ${shown}: ${problem.message}`, problem);
      throw problem;
    }
  };
  const templates = new Templates({ functions, missing: options.strict ? "error" : "zero" });
  const names = sorted(pages.keys());
  for (const name of names) {
    try {
      templates.add(name, pages.get(name)?.source ?? "");
    } catch (problem) {
      if (problem instanceof TemplateProblem) throw new HelmError(parseProblem(name, problem.message));
      throw problem;
    }
  }
  const texts = new Map<string, string>();
  for (const name of names) {
    const page = pages.get(name);
    if (!page || baseName(name).startsWith("_")) continue;
    page.values["Template"] = { Name: name, BasePath: page.base };
    try {
      texts.set(name, templates.execute(name, page.values).replaceAll("<no value>", ""));
    } catch (problem) {
      if (problem instanceof TemplateProblem) throw new HelmError(executionProblem(problem));
      throw problem;
    }
  }
  return texts;
}

function parseProblem(name: string, message: string): string {
  const parts = message.split(": ");
  return parts.length === 1 ? `parse error in (${name}): ${message}` : `parse error at (${parts[1]}): ${parts.at(-1)}`;
}

/** What a chart's author said, or where it happened from the outermost template to the innermost. */
function executionProblem(problem: TemplateProblem): string {
  if (!(problem instanceof ExecutionProblem)) return problem.message;
  const [, location = "", rest = ""] = /^[^:]*: (.*?): (.*)$/s.exec(problem.message) ?? [];
  const told = new RegExp(`${messageStart}(.*)${messageEnd}`, "s").exec(rest)?.[1];
  if (told !== undefined) return `execution error at (${location}): ${told}`;
  const traces: string[] = [];
  for (let current: TemplateProblem | undefined = problem; current; current = current.inner) {
    const text = trace(current.message);
    if (text === undefined) return problem.message;
    if (traces.at(-1) !== text) traces.push(text);
  }
  return traces.join("").trim();
}

function trace(message: string): string | undefined {
  if (!message.startsWith("template: ")) return undefined;
  const rest = message.slice("template: ".length);
  if (rest.startsWith("no template ")) return `${message}\n`;
  const short = (text: string) => text.split(" template:")[0] ?? "";
  const [, location, name, at, said] = /^(.*?): executing "([^"]*)" at <(.*?)>: (.*)$/s.exec(rest) ?? [];
  if (location !== undefined) return `${location}\n  executing "${name}" at <${at}>:\n    ${short(said ?? "")}\n`;
  const cut = rest.lastIndexOf(": ");
  return cut < 0 ? undefined : `${rest.slice(0, cut)}\n  ${short(rest.slice(cut + 2))}\n`;
}
