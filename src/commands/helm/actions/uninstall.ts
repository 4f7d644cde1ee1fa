import { parseYaml } from "#machinery/yaml.ts";
import type { Dict } from "../chart/chart.ts";
import { HelmError, messageOf } from "../errors.ts";
import type { WaitStrategy } from "../flags.ts";
import type { Wanted } from "../kube/resources.ts";
import { waitForDelete } from "../kube/wait.ts";
import { type Manifest, sortManifests, splitManifests } from "../release/manifests.ts";
import { goTimestamp, type Release } from "../release/release.ts";
import { type Configuration, nameProblem } from "./configuration.ts";
import { runHooks } from "./hooks.ts";

export interface UninstallOptions {
  dryRun: boolean;
  keepHistory: boolean;
  ignoreNotFound: boolean;
  noHooks: boolean;
  cascade: string;
  description: string;
  wait: WaitStrategy;
  timeout: number;
}

/** Takes a release away. Gives it, and what is to be said of what stays; nothing where there was no such release and that is no failure. */
export async function uninstall(
  configuration: Configuration,
  name: string,
  options: UninstallOptions,
): Promise<{ release: Release; info: string } | undefined> {
  const { releases, resources, context } = configuration;
  await resources.checkReachable();
  if (options.dryRun) {
    try {
      return { release: await releases.last(name), info: "" };
    } catch (problem) {
      if (options.ignoreNotFound) return undefined;
      throw problem;
    }
  }
  if (nameProblem(name)) throw new HelmError(`uninstall: Release name is invalid: ${name}`);
  let all: Release[];
  try {
    all = await releases.history(name);
  } catch (problem) {
    if (options.ignoreNotFound) return undefined;
    throw new HelmError(`uninstall: Release not loaded: ${name}: ${messageOf(problem)}`);
  }
  const release = all.at(-1) as Release;
  const purge = async () => {
    for (const one of all) await releases.delete(one.name, one.version);
  };
  if (release.info.status === "uninstalled") {
    if (options.keepHistory) throw new HelmError(`the release named ${JSON.stringify(name)} is already deleted`);
    await purge();
    return { release, info: "" };
  }
  context.log.debug("uninstall: deleting release", { name });
  release.info = {
    ...release.info,
    status: "uninstalling",
    deleted: goTimestamp(configuration.now),
    description: "Deletion in progress (or silently failed)",
  };
  const hookOptions = { wait: options.wait, timeout: options.timeout, serverSide: true };
  if (options.noHooks) context.log.debug("delete hooks disabled", { release: name });
  else await runHooks(configuration, release, "pre-delete", hookOptions);
  await releases.update(release).catch(() => {});

  const { wanted, kept, problems } = await deleteManifest(configuration, release, options.cascade);
  if (problems.length > 0) {
    context.log.debug("uninstall: Failed to delete release", { error: problems.join("; ") });
    throw new HelmError(`failed to delete release: ${name}`);
  }
  const info = kept ? `These resources were kept due to the resource policy:\n${kept}` : "";
  const late: string[] = [];
  const attempt = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (problem) {
      if (!(problem instanceof HelmError)) throw problem;
      late.push(problem.message);
    }
  };
  if (options.wait !== "hookOnly") await attempt(() => waitForDelete(context, wanted, options.timeout));
  if (!options.noHooks) await attempt(() => runHooks(configuration, release, "post-delete", hookOptions));
  release.info.status = "uninstalled";
  release.info.description = options.description || "Uninstallation complete";
  if (!options.keepHistory) {
    context.log.debug("purge requested", { release: name });
    await attempt(purge);
  } else {
    await releases.update(release).catch(() => {});
    for (const other of await releases.deployed(name)) {
      other.info.status = "superseded";
      await releases.update(other).catch(() => {});
    }
  }
  if (late.length > 0) throw new HelmError(`uninstallation completed with ${late.length} error(s): ${late.join("; ")}`);
  return { release, info };
}

async function deleteManifest(
  { resources }: Configuration,
  release: Release,
  cascade: string,
): Promise<{ wanted: Wanted[]; kept: string; problems: string[] }> {
  let manifests: Manifest[];
  try {
    const texts = new Map(splitManifests(release.manifest).map((text, i) => [`manifest-${i}`, text]));
    ({ manifests } = sortManifests(texts, "uninstall"));
  } catch (problem) {
    return {
      wanted: [],
      kept: release.manifest,
      problems: [`corrupted release record. You must manually delete the resources: ${messageOf(problem)}`],
    };
  }
  const keep = manifests.filter((manifest) => annotationOf(manifest) === "keep");
  const kept = keep.map(({ kind, content }) => `[${kind}] ${metadataOf(content).name ?? ""}\n`).join("");
  let wanted: Wanted[];
  try {
    wanted = await resources.build(
      manifests
        .filter((manifest) => !keep.includes(manifest))
        .map(({ content }) => `\n---\n${content}`)
        .join(""),
    );
  } catch (problem) {
    return { wanted: [], kept: "", problems: [`unable to build kubernetes objects for delete: ${messageOf(problem)}`] };
  }
  const policy = cascade === "orphan" ? "Orphan" : cascade === "foreground" ? "Foreground" : "Background";
  return { wanted, kept, problems: await resources.delete(wanted, policy) };
}

interface Metadata {
  name?: string;
  annotations?: Record<string, string>;
}

const metadataOf = (content: string): Metadata => (((parseYaml(content).value ?? {}) as Dict)["metadata"] ?? {}) as Metadata;
const annotationOf = ({ content }: Manifest): string => metadataOf(content).annotations?.["helm.sh/resource-policy"]?.trim().toLowerCase() ?? "";
