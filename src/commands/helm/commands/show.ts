import { textOf } from "#base/streams.ts";
import { yamlText } from "#machinery/go-yaml.ts";
import { type Chart, crdsOf, valuesFrom } from "../chart/chart.ts";
import { written } from "../chart/metadata.ts";
import { type Asked, defineCommand, defineGroup, exactly, type HelmCommand } from "../command.ts";
import { text } from "../flags.ts";
import { findJsonPath } from "../json-path.ts";
import { loadChart } from "../repository/locate.ts";
import { chartFlags, develFlag } from "../shared-flags.ts";
import { withDevel } from "./applying.ts";

const flags = { ...chartFlags, ...develFlag };

type Part = (chart: Chart, isAll: boolean) => string;

const definition: Part = ({ metadata }) => `${yamlText(written(metadata))}\n`;

const valuesText: Part = (chart, isAll) => {
  const own = chart.raw.find(({ name }) => name === "values.yaml");
  return own ? `${isAll ? "---\n" : ""}${textOf(own.bytes)}\n` : "";
};

const readmes = ["readme.md", "readme.txt", "readme"];

const readme: Part = (chart, isAll) => {
  const found = chart.files.find(({ name }) => readmes.includes(name.toLowerCase()));
  return found ? `${isAll ? "---\n" : ""}${textOf(found.bytes)}\n` : "";
};

const crds: Part = (chart, isAll) =>
  crdsOf(chart)
    .map(({ bytes }) => {
      const content = textOf(bytes);
      return `${isAll || !content.startsWith("---") ? "---\n" : ""}${content}\n`;
    })
    .join("");

async function shown(invocation: Asked<typeof flags>, parts: readonly Part[]): Promise<void> {
  const [reference = ""] = exactly(invocation, 1);
  const given = invocation.flags;
  invocation.log.debug("original chart version", { version: given.version });
  const chart = await loadChart(invocation, reference, withDevel(invocation, given));
  invocation.out.print(parts.map((part) => part(chart, parts.length > 1)).join(""));
}

const showing = (name: string, summary: string, ...parts: Part[]): HelmCommand =>
  defineCommand({ name, usage: "[CHART] [flags]", summary, flags, run: (invocation) => shown(invocation, parts) });

const values = defineCommand({
  name: "values",
  usage: "[CHART] [flags]",
  summary: "show the chart's values",
  flags: { ...flags, jsonpath: text({ help: "supply a JSONPath expression to filter the output" }) },
  async run(invocation) {
    if (invocation.flags.jsonpath === "") return shown(invocation, [valuesText]);
    const [reference = ""] = exactly(invocation, 1);
    const chart = await loadChart(invocation, reference, invocation.flags);
    const own = chart.raw.find(({ name }) => name === "values.yaml");
    invocation.out.print(findJsonPath(invocation.flags.jsonpath, own ? valuesFrom(textOf(own.bytes)) : {}));
  },
});

export const show = defineGroup({
  name: "show",
  aliases: ["inspect"],
  summary: "show information of a chart",
  description: "What a chart says of itself.",
  commands: [
    showing("all", "show all information of the chart", definition, valuesText, readme, crds),
    showing("chart", "show the chart's definition", definition),
    showing("crds", "show the chart's CRDs", crds),
    showing("readme", "show the chart's README", readme),
    values,
  ],
});
