import { yamlText } from "#machinery/go-yaml.ts";
import { Configuration, nameProblem } from "../actions/configuration.ts";
import { defineCommand, exactly } from "../command.ts";
import { HelmError } from "../errors.ts";
import { count, format } from "../flags.ts";
import { structJson, tableText } from "../output.ts";
import { appVersion, chartText } from "./list.ts";
import { ansiTime } from "./status-text.ts";

export const history = defineCommand({
  name: "history",
  aliases: ["hist"],
  usage: "RELEASE_NAME [flags]",
  summary: "fetch release history",
  description: `List the revisions of a release, the newest last: what each was made of and what became of it.`,
  flags: { max: count({ default: 256, help: "how many revisions to show at most" }), output: format() },
  async run(invocation) {
    const { flags, out } = invocation;
    const [name = ""] = exactly(invocation, 1);
    const configuration = new Configuration(invocation);
    await configuration.resources.checkReachable();
    if (nameProblem(name)) throw new HelmError(`release name is invalid: ${name}`);
    invocation.log.debug("getting history for release", { release: name });
    const releases = (await configuration.releases.history(name)).slice(-flags.max);
    const rows = releases.map((release) => ({
      revision: release.version,
      updated: release.info.lastDeployed,
      status: release.info.status,
      chart: chartText(release),
      app_version: appVersion(release),
      description: release.info.description,
    }));
    if (flags.output === "json") out.line(structJson(rows));
    else if (flags.output === "yaml") out.print(yamlText(rows));
    else {
      const header = ["REVISION", "UPDATED", "STATUS", "CHART", "APP VERSION", "DESCRIPTION"];
      const cells = rows.map((row) => [String(row.revision), ansiTime(row.updated), row.status, row.chart, row.app_version, row.description]);
      out.print(tableText([header, ...cells]));
    }
  },
});
