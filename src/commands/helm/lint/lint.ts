import { textOf } from "#base/streams.ts";
import { parseYaml, parseYamlDocuments, YamlError } from "#machinery/yaml.ts";
import { noticesOf, tellDependencies } from "../actions/render-release.ts";
import { readArchive } from "../chart/archive.ts";
import { defaultCapabilities, type KubeVersion } from "../chart/capabilities.ts";
import { type Chart, type ChartFile, chartFrom, crdsOf, type Dict, isDict, yamlProblem } from "../chart/chart.ts";
import { coalesceTables, coalesceValues } from "../chart/coalesce.ts";
import { processDependencies } from "../chart/dependencies.ts";
import { readDirectory } from "../chart/directory.ts";
import { render } from "../chart/render.ts";
import { schemaProblems } from "../chart/schema.ts";
import type { Context } from "../command.ts";
import { HelmError, messageOf } from "../errors.ts";
import { copied } from "../functions/convert.ts";
import { chartFileFindings } from "./chart-file.ts";
import { objectFindings } from "./objects.ts";

/** What is to be said of a part of a chart. */
export interface Finding {
  severity: "INFO" | "WARNING" | "ERROR";
  path: string;
  message: string;
}

interface Options {
  kubeVersion: KubeVersion | undefined;
  skipSchema: boolean;
}

/** Looks for what is wrong with a chart; `errors` are what kept it from being looked at. */
export function lintChart(context: Context, path: string, values: Dict, options: Options): { findings: Finding[]; errors: string[] } {
  const { fs } = context.process.machine;
  const absolute = fs.resolve(context.process.cwd, path);
  const isPackage = /\.(tgz|tar\.gz)$/.test(path);
  let files: ChartFile[];
  try {
    if (isPackage && !fs.stat(absolute)) throw new HelmError(`unable to open tarball: open ${path}: no such file or directory`);
    if (!isPackage && !fs.stat(`${absolute}/Chart.yaml`))
      throw new HelmError(`unable to check Chart.yaml file in chart: stat ${path.replace(/\/+$/, "")}/Chart.yaml: no such file or directory`);
    files = isPackage ? readArchive(fs.read(absolute)) : readDirectory(fs, absolute);
  } catch (problem) {
    if (problem instanceof HelmError) return { findings: [], errors: [problem.message] };
    throw problem;
  }
  const findings: Finding[] = [];
  const add = (severity: Finding["severity"], about: string, message: string | undefined): boolean => {
    if (message !== undefined) findings.push({ severity, path: about, message });
    return message === undefined;
  };
  const chartFile = files.find(({ name }) => name === "Chart.yaml");
  findings.push(...chartFileFindings(textOf(chartFile?.bytes ?? new Uint8Array())));
  checkValues(files, values, options, add);
  checkTemplates(context, files, values, options, add);
  checkDependencies(files, absolute, add);
  checkCrds(files, add);
  return { findings, errors: [] };
}

type Add = (severity: Finding["severity"], path: string, message: string | undefined) => boolean;

function attempt<T>(work: () => T): { value: T } | { problem: string } {
  try {
    return { value: work() };
  } catch (problem) {
    if (problem instanceof HelmError || problem instanceof YamlError)
      return { problem: problem instanceof YamlError ? yamlProblem(problem) : problem.message };
    throw problem;
  }
}

function checkValues(files: readonly ChartFile[], given: Dict, { skipSchema }: Options, add: Add): void {
  const file = files.find(({ name }) => name === "values.yaml");
  if (!add("INFO", "values.yaml", file ? undefined : "file does not exist") || !file) return;
  const read = attempt(() => (parseYaml(textOf(file.bytes)).value ?? {}) as Dict);
  if ("problem" in read) {
    add("ERROR", "values.yaml", `unable to parse YAML: ${read.problem}`);
    return;
  }
  const schema = files.find(({ name }) => name === "values.schema.json");
  if (!schema || skipSchema) return;
  const values = coalesceTables(copied(given) as Dict, read.value, () => {});
  const alone = { schema: schema.bytes, metadata: { name: "" }, dependencies: [] } as unknown as Chart;
  const problems = schemaProblems(alone, values).replace(/^:\n/, "");
  if (problems) add("ERROR", "values.yaml", problems);
}

function checkTemplates(context: Context, files: readonly ChartFile[], given: Dict, options: Options, add: Add): void {
  const directory = "templates/";
  if (!files.some(({ name }) => name.startsWith(directory))) {
    add("WARNING", directory, "directory does not exist");
    return;
  }
  const loaded = attempt(() => chartFrom(files));
  if ("problem" in loaded) {
    add("ERROR", directory, loaded.problem);
    return;
  }
  const chart = loaded.value;
  const { machine } = context.process;
  const silent = { ...noticesOf(context), say: () => {} };
  const prepared = attempt(() => {
    const values = copied(given) as Dict;
    processDependencies(chart, values, silent);
    return coalesceValues(chart, values, () => {});
  });
  if ("problem" in prepared) return;
  const problems = options.skipSchema ? "" : schemaProblems(chart, prepared.value);
  if (problems) {
    add("ERROR", directory, `values don't meet the specifications of the schema(s) in the following chart(s):\n${problems}`);
    return;
  }
  const capabilities = { ...defaultCapabilities, ...(options.kubeVersion && { kubeVersion: options.kubeVersion }) };
  const facts = { name: "test-release", namespace: context.namespace, revision: 0, isUpgrade: false };
  tellDependencies(context, chart);
  const rendered = attempt(() =>
    render(chart, prepared.value, facts, capabilities, { now: () => machine.clock.now(), random: machine.random, lint: context.log }),
  );
  if ("problem" in rendered) {
    add("ERROR", directory, rendered.problem);
    return;
  }
  for (const { name } of chart.templates) {
    const extension = /\.[^./]*$/.exec(name)?.[0] ?? "";
    const isKnown = [".yaml", ".yml", ".tpl", ".txt"].includes(extension);
    add("ERROR", name, isKnown ? undefined : `file extension '${extension}' not valid. Valid extensions are .yaml, .yml, .tpl, or .txt`);
    if (!/^\.ya?ml$/i.test(extension)) continue;
    const text = rendered.value.get(`${chart.metadata.name}/${name}`) ?? "";
    if (text.trim() !== "" && !checkText(name, text, add)) return;
  }
}

function checkText(name: string, text: string, add: Add): boolean {
  const first = text.split(/\r?\n/).find((line) => line.trim() !== "") ?? "";
  if (/^[ \t]/.test(first))
    add("WARNING", name, `document starts with an illegal indent: ${JSON.stringify(first)}, which may cause parsing problems`);
  const read = attempt(() => parseYamlDocuments(text));
  if ("problem" in read) return add("ERROR", name, `unable to parse YAML: ${read.problem}`);
  for (const { value } of read.value)
    for (const { severity, message } of objectFindings(isDict(value) ? value : {}, text)) add(severity, name, message);
  return true;
}

function checkDependencies(files: readonly ChartFile[], directory: string, add: Add): void {
  const loaded = attempt(() => chartFrom(files));
  if ("problem" in loaded) {
    add("ERROR", "", `unable to load chart\n\t${loaded.problem}`);
    return;
  }
  const { metadata, dependencies } = loaded.value;
  const wanted = (metadata.dependencies ?? []).map(({ name }) => name);
  const there = dependencies.map((chart) => chart.metadata.name);
  const unnamed = there.filter((name) => !wanted.includes(name));
  if (unnamed.length > 0) add("ERROR", directory, `chart metadata is missing these dependencies: ${unnamed.join(",")}`);
  const missing = wanted.filter((name) => !there.includes(name));
  if (missing.length > 0) add("WARNING", directory, `chart directory is missing these dependencies: ${missing.join(",")}`);
}

function checkCrds(files: readonly ChartFile[], add: Add): void {
  if (!files.some(({ name }) => name.startsWith("crds/"))) return;
  let chart: Chart;
  try {
    chart = chartFrom(files);
  } catch (problem) {
    add("ERROR", "crds/", messageOf(problem));
    return;
  }
  for (const { name, bytes } of crdsOf(chart)) {
    const read = attempt(() => parseYamlDocuments(textOf(bytes)));
    if ("problem" in read) {
      add("ERROR", name, `unable to parse YAML: ${read.problem}`);
      return;
    }
    for (const { value } of read.value) {
      const object = isDict(value) ? value : {};
      if (!String(object["apiVersion"] ?? "").startsWith("apiextensions.k8s.io")) add("ERROR", name, "apiVersion is not in 'apiextensions.k8s.io'");
      if (object["kind"] !== "CustomResourceDefinition") add("ERROR", name, "object kind is not 'CustomResourceDefinition'");
    }
  }
}
