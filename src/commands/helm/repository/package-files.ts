import { bytesOf } from "#base/streams.ts";
import { yamlText } from "#machinery/go-yaml.ts";
import type { Chart, ChartFile } from "../chart/chart.ts";
import { written, writtenDependency } from "../chart/metadata.ts";

/** The files of a chart in the order in which packages hold them; Chart.yaml is written anew. */
export function packageFiles(chart: Chart, directory = ""): ChartFile[] {
  const named = (name: string, bytes: Uint8Array): ChartFile => ({ name: directory + name, bytes });
  const values = chart.raw.find(({ name }) => name === "values.yaml");
  const isOld = chart.metadata.apiVersion === "v1";
  const { dependencies: _, ...rest } = chart.metadata;
  const metadata = isOld ? rest : chart.metadata;
  const lock = !isOld && chart.lock ? yamlText({ ...chart.lock, dependencies: chart.lock.dependencies.map(writtenDependency) }) : undefined;
  return [
    named("Chart.yaml", bytesOf(yamlText(written(metadata)))),
    ...(lock === undefined ? [] : [named("Chart.lock", bytesOf(lock))]),
    ...(values ? [named("values.yaml", values.bytes)] : []),
    ...(chart.schema ? [named("values.schema.json", chart.schema)] : []),
    ...chart.templates.map(({ name, bytes }) => named(name, bytes)),
    ...chart.files.map(({ name, bytes }) => named(name, bytes)),
    ...chart.dependencies.flatMap((sub) => packageFiles(sub, `${directory}charts/${sub.metadata.name}/`)),
  ];
}
