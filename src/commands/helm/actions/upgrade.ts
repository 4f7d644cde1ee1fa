import { ServerError } from "../../kubectl/errors.ts";
import type { Chart, Dict } from "../chart/chart.ts";
import { coalesceTables, coalesceValues } from "../chart/coalesce.ts";
import { processDependencies } from "../chart/dependencies.ts";
import { HelmError, messageOf } from "../errors.ts";
import { copied } from "../functions/convert.ts";
import { existing, owned } from "../kube/ownership.ts";
import { keyOf, UpdateFailed, type Wanted } from "../kube/resources.ts";
import { goTimestamp, isPending, type Release } from "../release/release.ts";
import { ReleaseNotFound } from "../release/storage.ts";
import { type Configuration, nameProblem, serverSideOf } from "./configuration.ts";
import { runHooks } from "./hooks.ts";
import { type ApplyOptions, built, checkLabels, waitFor } from "./install.ts";
import { manifestText, noticesOf, renderRelease } from "./render-release.ts";
import { rollback } from "./rollback.ts";

export interface UpgradeOptions extends ApplyOptions {
  serverSide: string;
  reuseValues: boolean;
  resetValues: boolean;
  resetThenReuseValues: boolean;
  cleanupOnFail: boolean;
  maxHistory: number;
}

/** Makes a new revision of a release out of a chart. Throws a `HelmError`. */
export async function upgrade(configuration: Configuration, name: string, chart: Chart, given: Dict, asked: UpgradeOptions): Promise<Release> {
  const { releases, resources } = configuration;
  const options = { ...asked, wait: asked.wait === "hookOnly" && asked.rollbackOnFailure ? ("watcher" as const) : asked.wait };
  await resources.checkReachable();
  const { log } = configuration.context;
  if (nameProblem(name)) throw new HelmError(`release name is invalid: ${name}`);
  log.debug("preparing upgrade", { name });
  const { current, release, serverSide } = await prepare(configuration, name, chart, given, options);
  releases.maxHistory = options.maxHistory;
  log.debug("performing update", { name });
  const before = await currentObjects(configuration, current);
  const wanted = owned(await built(configuration, release.manifest, "new release manifest"), release);
  const known = new Set(before.map(keyOf));
  try {
    const fresh = wanted.filter((one) => !known.has(keyOf(one)));
    before.push(...(await existing(resources, fresh, release, options.takeOwnership)));
  } catch (problem) {
    throw new HelmError(`unable to continue with update: ${messageOf(problem)}`);
  }
  if (options.dryRun !== "none") {
    log.debug("dry run for release", { name });
    release.info.description = options.description || "Dry run complete";
    return release;
  }
  log.debug("creating upgraded release", { name });
  await releases.create(release);
  let created: readonly Wanted[] = [];
  try {
    created = await perform(configuration, current, release, before, wanted, serverSide, options);
  } catch (problem) {
    if (!(problem instanceof HelmError || problem instanceof ServerError)) throw problem;
    await fail(configuration, release, problem instanceof UpdateFailed ? problem.created : created, problem, options);
  }
  log.debug("updating status for upgraded release", { name });
  await releases.update(release);
  return release;
}

async function currentObjects(configuration: Configuration, current: Release): Promise<Wanted[]> {
  try {
    return await built(configuration, current.manifest, "current release manifest");
  } catch (problem) {
    if (problem instanceof HelmError && problem.message.includes("no matches for kind"))
      throw new HelmError(
        `current release manifest contains removed kubernetes api(s) for this kubernetes version and it is therefore unable to build the kubernetes objects for performing the diff. error from kubernetes: ${problem.message}`,
      );
    throw problem;
  }
}

async function prepare(configuration: Configuration, name: string, chart: Chart, given: Dict, options: UpgradeOptions) {
  const { context, releases } = configuration;
  if (options.dryRun === "none" && options.hideSecret) throw new HelmError("hiding Kubernetes secrets requires a dry-run mode");
  const none = () => new HelmError(`${JSON.stringify(name)} has no deployed releases`);
  let last: Release;
  try {
    last = await releases.last(name);
  } catch (problem) {
    throw problem instanceof ReleaseNotFound ? none() : problem;
  }
  if (isPending(last)) throw new HelmError("another operation (install/upgrade/rollback) is in progress");
  let current = last;
  if (last.info.status !== "deployed") {
    const deployed = (await releases.deployed(name)).at(-1);
    if (deployed) current = deployed;
    else if (last.info.status !== "failed" && last.info.status !== "superseded") throw none();
  }
  const values = reusedValues(configuration, chart, current, given, options);
  processDependencies(chart, values, noticesOf(context));
  const rendered = await renderRelease(context, {
    chart,
    values,
    release: { name, namespace: current.namespace, revision: last.version + 1, isUpgrade: true },
    // The release is looked up in the cluster all the same, and so is what the cluster offers.
    capabilities: await configuration.capabilities(),
    online: options.dryRun !== "client",
    skipSchema: options.skipSchema,
    subNotes: options.subNotes,
    enableDns: options.enableDns,
  });
  checkLabels(options.labels);
  const serverSide = serverSideOf(options.serverSide, last.applyMethod);
  context.log.debug("determined release apply method", {
    server_side_apply: serverSide,
    previous_release_apply_method: last.applyMethod,
  });
  const labels = Object.fromEntries(Object.entries({ ...last.labels, ...options.labels }).filter(([, value]) => value !== "null"));
  const release: Release = {
    name,
    namespace: current.namespace,
    version: last.version + 1,
    info: {
      firstDeployed: current.info.firstDeployed,
      lastDeployed: goTimestamp(configuration.now),
      deleted: "",
      description: "Preparing upgrade",
      status: "pending-upgrade",
      notes: rendered.notes,
    },
    chart,
    config: values,
    manifest: manifestText(rendered.manifests, options.hideSecret),
    hooks: rendered.hooks,
    labels,
    applyMethod: serverSide ? "ssa" : "csa",
  };
  await configuration.resources.build(release.manifest);
  return { current, release, serverSide };
}

/** What the user set before counts too, as the flags say; without any, where nothing is set now. */
function reusedValues({ context }: Configuration, chart: Chart, current: Release, given: Dict, options: UpgradeOptions): Dict {
  const { say } = noticesOf(context);
  const { log } = context;
  if (options.resetValues) {
    log.debug("resetting values to the chart's original version");
    return given;
  }
  if (options.reuseValues) {
    log.debug("reusing the old release's values");
    const old = current.chart ? coalesceValues(current.chart, current.config, say) : {};
    const merged = coalesceTables(given, copied(current.config) as Dict, say);
    chart.values = old;
    return merged;
  }
  if (options.resetThenReuseValues) {
    log.debug("merging values from old release to new values");
    return coalesceTables(given, copied(current.config) as Dict, say);
  }
  if (Object.keys(given).length > 0 || Object.keys(current.config).length === 0) return given;
  log.debug("copying values from old release", { name: current.name, version: current.version });
  return current.config;
}

async function perform(
  configuration: Configuration,
  current: Release,
  release: Release,
  before: readonly Wanted[],
  wanted: readonly Wanted[],
  serverSide: boolean,
  options: UpgradeOptions,
): Promise<readonly Wanted[]> {
  const { releases, resources } = configuration;
  const hooks = async (event: "pre-upgrade" | "post-upgrade") => {
    if (options.noHooks) return;
    try {
      await runHooks(configuration, release, event, { ...options, serverSide });
    } catch (problem) {
      if (problem instanceof HelmError) throw new HelmError(`${event} hooks failed: ${problem.message}`);
      throw problem;
    }
  };
  if (options.noHooks) configuration.context.log.debug("upgrade hooks disabled", { name: release.name });
  await hooks("pre-upgrade");
  const { forceReplace, forceConflicts } = options;
  let created: readonly Wanted[];
  try {
    created = await resources.update(before, wanted, {
      serverSide,
      forceReplace,
      forceConflicts,
      upgradeManagers: current.applyMethod !== "ssa" && serverSide,
    });
  } catch (problem) {
    await releases.update(current).catch(() => {});
    throw problem;
  }
  try {
    await waitFor(configuration, wanted, options);
  } catch (problem) {
    await releases.update(current).catch(() => {});
    throw problem instanceof HelmError ? new UpdateFailed(problem.message, created) : problem;
  }
  await hooks("post-upgrade");
  current.info.status = "superseded";
  await releases.update(current).catch(() => {});
  release.info.status = "deployed";
  release.info.description = options.description || "Upgrade complete";
  return created;
}

async function fail(
  configuration: Configuration,
  release: Release,
  created: readonly Wanted[],
  problem: Error,
  options: UpgradeOptions,
): Promise<never> {
  const { context, releases, resources } = configuration;
  const { message } = problem;
  context.log.warn("upgrade failed", { name: release.name, error: message });
  release.info.status = "failed";
  release.info.description = `Upgrade ${JSON.stringify(release.name)} failed: ${message}`;
  await releases.update(release).catch(() => {});
  if (options.cleanupOnFail && created.length > 0) {
    const problems = await resources.delete(created);
    if (problems.length > 0)
      throw new HelmError(
        `an error occurred while cleaning up resources. original upgrade error: ${message}: unable to cleanup resources: ${problems.join(", ")}`,
      );
  }
  if (!options.rollbackOnFailure) throw problem;
  const good = (await releases.history(release.name)).findLast(({ info }) => info.status === "superseded" || info.status === "deployed");
  if (!good) throw new HelmError(`unable to find a previously successful release when attempting to rollback. original upgrade error: ${message}`);
  try {
    await rollback(configuration, release.name, { ...options, dryRun: "none", revision: good.version });
  } catch (other) {
    throw new HelmError(`an error occurred while rolling back the release. original upgrade error: ${message}: ${messageOf(other)}`);
  }
  throw new HelmError(`release ${release.name} failed, and has been rolled back due to rollback-on-failure being set: ${message}`);
}
