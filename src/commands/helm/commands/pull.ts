import { readArchive } from "../chart/archive.ts";
import { chartFrom } from "../chart/chart.ts";
import { atLeast, type Context, defineCommand } from "../command.ts";
import { HelmError } from "../errors.ts";
import { text, toggle } from "../flags.ts";
import { fetched } from "../repository/fetch.ts";
import { type ChartSource, chartUrl } from "../repository/locate.ts";
import { pulled } from "../repository/registry.ts";
import { chartFlags, develFlag } from "../shared-flags.ts";

/** A chart as an archive, out of a repository or a registry. */
async function packaged(context: Context, reference: string, source: ChartSource): Promise<{ archive: Uint8Array; fileName: string }> {
  if (reference.startsWith("oci://")) return pulled(context, reference, source.version);
  const url = await chartUrl(context, reference, source);
  return { archive: await fetched(context.process, url, source), fileName: url.slice(url.lastIndexOf("/") + 1) };
}

export const pull = defineCommand({
  name: "pull",
  aliases: ["fetch"],
  usage: "[chart URL | repo/chartname] [...] [flags]",
  summary: "download a chart from a repository and (optionally) unpack it in local directory",
  description: `Load charts and keep them as archives, or with --untar as directories.`,
  flags: {
    ...chartFlags,
    ...develFlag,
    destination: text({ short: "d", default: ".", help: "where the chart goes; --untardir is below it" }),
    prov: toggle({ help: "load the signature too, without verifying it" }),
    untar: toggle({ help: "unpack the chart" }),
    untardir: text({ default: ".", help: "the directory to unpack into" }),
  },
  async run(invocation) {
    const { flags, process } = invocation;
    const { fs } = process.machine;
    const references = atLeast(invocation, 1);
    if (flags.verify || flags.prov) throw new HelmError("Not simulated by Podyard: signatures of charts");
    const version = flags.version === "" && flags.devel ? ">0.0.0-0" : flags.version;
    for (const reference of references) {
      const { archive, fileName } = await packaged(invocation, reference, { ...flags, version });
      const directory = fs.resolve(process.cwd, flags.destination);
      if (!flags.untar) {
        if (fs.stat(directory)?.kind !== "directory") throw new HelmError(`open ${flags.destination}: no such file or directory`);
        fs.write(`${directory}/${fileName}`, archive);
        continue;
      }
      const files = readArchive(archive);
      const { name } = chartFrom(files).metadata;
      const target = `${fs.resolve(directory, flags.untardir)}/${name}`;
      if (fs.stat(target)) throw new HelmError(`failed to untar: a file or directory with the name ${target} already exists`);
      for (const file of files) {
        const path = `${target}/${file.name}`;
        fs.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
        fs.write(path, file.bytes);
      }
    }
  },
});
