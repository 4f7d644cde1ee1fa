import { textOf } from "#base/streams.ts";
import { ServerError } from "../../kubectl/errors.ts";
import { type Capabilities, defaultCapabilities } from "../chart/capabilities.ts";
import { type Chart, crdsOf, type Dict } from "../chart/chart.ts";
import { HelmError, messageOf } from "../errors.ts";
import type { WaitStrategy } from "../flags.ts";
import { existing, owned } from "../kube/ownership.ts";
import type { ApplyMethod, Wanted } from "../kube/resources.ts";
import { statusOf } from "../kube/status.ts";
import { waitForStatus } from "../kube/wait.ts";
import { goTimestamp, type Release, setStatus } from "../release/release.ts";
import { systemLabels } from "../release/storage.ts";
import { type Configuration, nameProblem } from "./configuration.ts";
import { runHooks } from "./hooks.ts";
import { manifestText, renderRelease, settleDependencies } from "./render-release.ts";
import { uninstall } from "./uninstall.ts";

/** How a release is installed or changed. */
export interface ApplyOptions {
  dryRun: "none" | "client" | "server";
  wait: WaitStrategy;
  waitForJobs: boolean;
  timeout: number;
  noHooks: boolean;
  forceConflicts: boolean;
  forceReplace: boolean;
  rollbackOnFailure: boolean;
  takeOwnership: boolean;
  description: string;
  labels: Readonly<Record<string, string>>;
  skipSchema: boolean;
  subNotes: boolean;
  enableDns: boolean;
  hideSecret: boolean;
}

export interface InstallOptions extends ApplyOptions {
  serverSide: boolean;
  createNamespace: boolean;
  replace: boolean;
  skipCrds: boolean;
}

/** Waits as it was asked for. */
export async function waitFor(
  configuration: Configuration,
  wanted: readonly Wanted[],
  options: Pick<ApplyOptions, "wait" | "waitForJobs" | "timeout">,
) {
  if (options.wait === "hookOnly") return;
  await waitForStatus(configuration.context, wanted, options.timeout, (object) => statusOf(object, options.waitForJobs));
}

export function checkLabels(labels: Readonly<Record<string, string>>): void {
  if (Object.keys(labels).some((key) => systemLabels.includes(key)))
    throw new HelmError(`user supplied labels contains system reserved label name. System labels: [${systemLabels.join(" ")}]`);
}

/** A release before anything is known of it. */
export function draft(
  configuration: Configuration,
  name: string,
  chart: Chart,
  values: Dict,
  labels: Readonly<Record<string, string>>,
  serverSide: boolean,
): Release {
  const at = goTimestamp(configuration.now);
  return {
    name,
    namespace: configuration.context.namespace,
    version: 1,
    info: { firstDeployed: at, lastDeployed: at, deleted: "", description: "", status: "unknown", notes: "" },
    chart,
    config: values,
    manifest: "",
    hooks: [],
    labels: { ...labels },
    applyMethod: serverSide ? "ssa" : "csa",
  };
}

/** Installs a chart as a new release. Throws a `HelmError`. */
export async function install(configuration: Configuration, name: string, chart: Chart, values: Dict, given: InstallOptions): Promise<Release> {
  const { context, resources, releases } = configuration;
  const { log } = context;
  const options = { ...given, wait: given.wait === "hookOnly" && given.rollbackOnFailure ? ("watcher" as const) : given.wait };
  const isDry = options.dryRun !== "none";
  const isOnline = options.dryRun !== "client";
  if (isOnline) {
    try {
      await resources.checkReachable();
    } catch (problem) {
      log.error(`cluster reachability check failed: ${messageOf(problem)}`);
      throw new HelmError(`cluster reachability check failed: ${messageOf(problem)}`);
    }
  }
  if (!isDry && options.hideSecret) {
    log.error("hiding Kubernetes secrets requires a dry-run mode");
    throw new HelmError("hiding Kubernetes secrets requires a dry-run mode");
  }
  await checkName(configuration, name, isDry, options.replace);
  settleDependencies(context, chart, values);
  const crds = crdsOf(chart);
  if (isOnline && !options.skipCrds && crds.length > 0) {
    if (isDry) log.warn("This chart or one of its subcharts contains CRDs. Rendering may fail or contain inaccuracies.");
    else await installCrds(configuration, crds, { serverSide: options.serverSide, forceConflicts: options.forceConflicts });
  }
  const capabilities: Capabilities = isOnline ? await configuration.capabilities() : defaultCapabilities;
  const release = draft(configuration, name, chart, values, options.labels, options.serverSide);
  checkLabels(options.labels);
  const rendered = await renderRelease(context, {
    chart,
    values,
    release: { name, namespace: context.namespace, revision: 1, isUpgrade: false },
    capabilities,
    online: isOnline,
    skipSchema: options.skipSchema,
    subNotes: options.subNotes,
    enableDns: options.enableDns,
  });
  release.hooks = rendered.hooks;
  release.manifest = manifestText(rendered.manifests, options.hideSecret);
  release.info.notes = rendered.notes;
  setStatus(release, "pending-install", "Initial install underway");
  let wanted: Wanted[] = [];
  let adopted: Wanted[] = [];
  if (isOnline) {
    wanted = owned(await built(configuration, release.manifest, "release manifest"), release);
    try {
      adopted = await existing(resources, wanted, release, options.takeOwnership);
    } catch (problem) {
      throw new HelmError(`unable to continue with install: ${messageOf(problem)}`);
    }
  }
  if (isDry) {
    release.info.description = "Dry run complete";
    return release;
  }
  if (options.createNamespace) await createNamespace(configuration, options.serverSide);
  if (options.replace) await replaceOld(configuration, release);
  await releases.create(release);
  try {
    await perform(configuration, release, wanted, adopted, options);
  } catch (problem) {
    await fail(configuration, release, problem, options);
  }
  return release;
}

export async function built(configuration: Configuration, manifest: string, what: string): Promise<Wanted[]> {
  try {
    return await configuration.resources.build(manifest);
  } catch (problem) {
    if (problem instanceof HelmError) throw new HelmError(`unable to build kubernetes objects from ${what}: ${problem.message}`);
    throw problem;
  }
}

async function checkName({ context, releases }: Configuration, name: string, isDry: boolean, replace: boolean): Promise<void> {
  const fail = (problem: string): never => {
    context.log.error("release name check failed", { error: problem });
    throw new HelmError(`release name check failed: ${problem}`);
  };
  const wrong = nameProblem(name);
  if (wrong) fail(`release name ${JSON.stringify(name)}: ${wrong}`);
  if (isDry) return;
  const last = (await releases.history(name).catch(() => [])).at(-1);
  if (!last || (replace && (last.info.status === "uninstalled" || last.info.status === "failed"))) return;
  fail("cannot reuse a name that is still in use");
}

async function installCrds(configuration: Configuration, crds: ReturnType<typeof crdsOf>, how: ApplyMethod): Promise<void> {
  const made: Wanted[] = [];
  for (const { name, bytes } of crds) {
    let wanted: Wanted[];
    try {
      wanted = await configuration.resources.build(textOf(bytes));
    } catch (problem) {
      throw new HelmError(`failed to install CRD ${name}: ${messageOf(problem)}`);
    }
    if (wanted.length === 0) throw new HelmError(`failed to install CRD ${name}: resources are empty`);
    try {
      await configuration.resources.create(wanted, how);
      made.push(...wanted);
    } catch (problem) {
      if (problem instanceof ServerError && problem.reason === "AlreadyExists") continue;
      if (/already exists/.test(messageOf(problem))) continue;
      throw new HelmError(`failed to install CRD ${name}: ${messageOf(problem)}`);
    }
  }
  if (made.length > 0) await waitForStatus(configuration.context, made, 60_000);
  configuration.context.log.debug("clearing REST mapper cache");
  configuration.context.kube.forgetDiscovery();
}

async function createNamespace({ context, resources }: Configuration, serverSide: boolean): Promise<void> {
  const { namespace } = context;
  const text = JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels: { name: namespace } } });
  const wanted = await resources.build(text);
  try {
    await resources.create(wanted, { serverSide });
  } catch (problem) {
    if (!/already exists/.test(messageOf(problem))) throw problem;
  }
}

/** A release that takes the place of one that is gone or has failed. */
async function replaceOld({ releases }: Configuration, release: Release): Promise<void> {
  const last = (await releases.history(release.name).catch(() => [])).at(-1);
  if (!last) return;
  release.version = last.version + 1;
  if (last.info.status === "failed") return;
  setStatus(last, "superseded", "superseded by new release");
  await releases.update(last);
}

async function perform(
  configuration: Configuration,
  release: Release,
  wanted: readonly Wanted[],
  adopted: readonly Wanted[],
  options: InstallOptions,
): Promise<void> {
  const { resources, releases } = configuration;
  const { serverSide, forceConflicts } = options;
  if (!options.noHooks) await hooks(configuration, release, "pre-install", options);
  if (adopted.length === 0) {
    // A chart may consist of hooks and notes alone.
    if (wanted.length > 0) await resources.create(wanted, { serverSide, forceConflicts });
  } else {
    const { forceReplace } = options;
    await resources.update(adopted, wanted, {
      serverSide,
      forceReplace,
      forceConflicts,
      upgradeManagers: true,
      mergeUnknown: options.takeOwnership && !serverSide,
    });
  }
  await waitFor(configuration, wanted, options);
  if (!options.noHooks) await hooks(configuration, release, "post-install", options);
  setStatus(release, "deployed", options.description || "Install complete");
  await releases.update(release);
}

async function hooks(configuration: Configuration, release: Release, event: "pre-install" | "post-install", options: InstallOptions): Promise<void> {
  try {
    await runHooks(configuration, release, event, options);
  } catch (problem) {
    if (problem instanceof HelmError) throw new HelmError(`failed ${event}: ${problem.message}`);
    throw problem;
  }
}

async function fail(configuration: Configuration, release: Release, problem: unknown, options: InstallOptions): Promise<never> {
  if (!(problem instanceof HelmError || problem instanceof ServerError)) throw problem;
  const { message } = problem;
  setStatus(release, "failed", `Release ${JSON.stringify(release.name)} failed: ${message}`);
  await configuration.releases.update(release).catch(() => {});
  if (!options.rollbackOnFailure) throw problem;
  const { noHooks, timeout, wait } = options;
  try {
    await uninstall(configuration, release.name, {
      noHooks,
      timeout,
      wait,
      keepHistory: false,
      ignoreNotFound: false,
      dryRun: false,
      cascade: "background",
      description: "",
    });
  } catch (other) {
    throw new HelmError(`an error occurred while uninstalling the release. original install error: ${message}: ${messageOf(other)}`);
  }
  throw new HelmError(`release ${release.name} failed, and has been uninstalled due to rollback-on-failure being set: ${message}`);
}
