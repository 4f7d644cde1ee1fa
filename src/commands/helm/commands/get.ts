import { yamlText } from "#machinery/go-yaml.ts";
import { TemplateProblem } from "../../go-template/problem.ts";
import { Templates } from "../../go-template/templates.ts";
import { coalesceValues } from "../chart/coalesce.ts";
import { defineCommand, defineGroup, exactly } from "../command.ts";
import { HelmError } from "../errors.ts";
import { count, format, text, toggle } from "../flags.ts";
import { goJson, plainOf } from "../functions/encoding.ts";
import { chartFunctions } from "../functions/index.ts";
import { structJson } from "../output.ts";
import { goObjectOf } from "../release/as-object.ts";
import { releaseOf } from "./status.ts";
import { configOf, statusText } from "./status-text.ts";

const revision = { revision: count({ help: "the revision to show" }) } as const;

const all = defineCommand({
  name: "all",
  usage: "RELEASE_NAME [flags]",
  summary: "download all information for a named release",
  description: "Print all that is known of a release: values, hooks, manifest and notes.",
  flags: { ...revision, template: text({ help: "go template for formatting the output, eg: {{.Release.Name}}" }) },
  async run(invocation) {
    const { flags, out, process } = invocation;
    const [name = ""] = exactly(invocation, 1);
    const release = await releaseOf(invocation, name, flags.revision);
    if (flags.template === "") {
      out.print(statusText(release, { debug: true, metadata: true }));
      return;
    }
    const { machine } = process;
    try {
      const templates = new Templates({ functions: chartFunctions({ now: () => machine.clock.now(), random: machine.random }) });
      out.print(templates.add("_", flags.template).execute("_", { Release: goObjectOf(release) }));
    } catch (problem) {
      if (problem instanceof TemplateProblem) throw new HelmError(problem.message);
      throw problem;
    }
  },
});

const values = defineCommand({
  name: "values",
  usage: "RELEASE_NAME [flags]",
  summary: "download the values file for a named release",
  description: "Print the values that a release was made with: those that were given, or with --all the chart's own too.",
  flags: { all: toggle({ short: "a", help: "the chart's own values too" }), output: format(), ...revision },
  async run(invocation) {
    const { flags, out } = invocation;
    const [name = ""] = exactly(invocation, 1);
    const release = await releaseOf(invocation, name, flags.revision);
    const chosen = flags.all && release.chart ? plainOf(coalesceValues(release.chart, release.config, () => {})) : configOf(release);
    if (flags.output === "json") out.line(goJson(chosen));
    else {
      if (flags.output === "table") out.line(flags.all ? "COMPUTED VALUES:" : "USER-SUPPLIED VALUES:");
      out.print(yamlText(chosen));
    }
  },
});

const manifest = defineCommand({
  name: "manifest",
  usage: "RELEASE_NAME [flags]",
  summary: "download the manifest for a named release",
  description: "Print what a release made, as the YAML that was sent to the cluster.",
  flags: revision,
  async run(invocation) {
    const [name = ""] = exactly(invocation, 1);
    invocation.out.line((await releaseOf(invocation, name, invocation.flags.revision)).manifest);
  },
});

const hooks = defineCommand({
  name: "hooks",
  usage: "RELEASE_NAME [flags]",
  summary: "download all hooks for a named release",
  description: "Print the hooks of a release, as YAML documents.",
  flags: revision,
  async run(invocation) {
    const [name = ""] = exactly(invocation, 1);
    const release = await releaseOf(invocation, name, invocation.flags.revision);
    for (const { path, manifest: content } of release.hooks) invocation.out.print(`---\n# Source: ${path}\n${content}\n`);
  },
});

const notes = defineCommand({
  name: "notes",
  usage: "RELEASE_NAME [flags]",
  summary: "download the notes for a named release",
  description: "Print the notes of a release.",
  flags: revision,
  async run(invocation) {
    const [name = ""] = exactly(invocation, 1);
    const { info } = await releaseOf(invocation, name, invocation.flags.revision);
    if (info.notes !== "") invocation.out.print(`NOTES:\n${info.notes}\n`);
  },
});

const labelText = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(",");

const methods: Readonly<Record<string, string>> = { "": "client-side apply (defaulted)", csa: "client-side apply", ssa: "server-side apply" };

const metadata = defineCommand({
  name: "metadata",
  usage: "RELEASE_NAME [flags]",
  summary: "This command fetches metadata for a given release",
  description: "Print what is known about a release and its chart.",
  flags: { output: format(), ...revision },
  async run(invocation) {
    const { flags, out } = invocation;
    const [name = ""] = exactly(invocation, 1);
    const release = await releaseOf(invocation, name, flags.revision);
    const { chart, info } = release;
    const about = chart?.metadata;
    const record = {
      name: release.name,
      chart: about?.name ?? "",
      version: about?.version ?? "",
      appVersion: about?.appVersion ?? "",
      ...(about?.annotations && { annotations: about.annotations }),
      ...(Object.keys(release.labels).length > 0 && { labels: release.labels }),
      ...(about?.dependencies?.length && { dependencies: about.dependencies }),
      namespace: release.namespace,
      revision: release.version,
      status: info.status,
      deployedAt: info.lastDeployed.replace(/\.\d+/, ""),
      ...(release.applyMethod && { applyMethod: release.applyMethod }),
    };
    if (flags.output === "json") out.line(structJson(record));
    else if (flags.output === "yaml") out.print(yamlText(record));
    else
      out.print(
        `${[
          `NAME: ${record.name}`,
          `CHART: ${record.chart}`,
          `VERSION: ${record.version}`,
          `APP_VERSION: ${record.appVersion}`,
          `ANNOTATIONS: ${labelText(about?.annotations ?? {})}`,
          `LABELS: ${labelText(release.labels)}`,
          `DEPENDENCIES: ${(about?.dependencies ?? [])
            .map((d) => d.name)
            .sort()
            .join(",")}`,
          `NAMESPACE: ${record.namespace}`,
          `REVISION: ${record.revision}`,
          `STATUS: ${record.status}`,
          `DEPLOYED_AT: ${record.deployedAt}`,
          `APPLY_METHOD: ${methods[release.applyMethod] ?? `unknown (${JSON.stringify(release.applyMethod)})`}`,
        ].join("\n")}\n`,
      );
  },
});

export const get = defineGroup({
  name: "get",
  summary: "download extended information of a named release",
  description: "What is known of a release beyond its status: values, manifest, notes, hooks and metadata.",
  commands: [all, hooks, manifest, metadata, notes, values],
});
