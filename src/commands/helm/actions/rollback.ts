import { HelmError, messageOf } from "../errors.ts";
import { owned } from "../kube/ownership.ts";
import { UpdateFailed } from "../kube/resources.ts";
import { goTimestamp, type Release, setStatus } from "../release/release.ts";
import { keyOf } from "../release/storage.ts";
import { type Configuration, nameProblem, serverSideOf } from "./configuration.ts";
import { runHooks } from "./hooks.ts";
import { type ApplyOptions, built, waitFor } from "./install.ts";

export interface RollbackOptions
  extends Pick<ApplyOptions, "dryRun" | "wait" | "waitForJobs" | "timeout" | "noHooks" | "forceConflicts" | "forceReplace"> {
  /** Which revision; 0 is the one before the last. */
  revision: number;
  serverSide: string;
  cleanupOnFail: boolean;
  maxHistory: number;
}

/** Makes an earlier revision of a release the newest. Throws a `HelmError`. */
export async function rollback(configuration: Configuration, name: string, options: RollbackOptions): Promise<void> {
  const { releases, resources } = configuration;
  const { log } = configuration.context;
  await resources.checkReachable();
  log.debug("preparing rollback", { name });
  releases.maxHistory = options.maxHistory;
  if (nameProblem(name)) throw new HelmError(`prepareRollback: Release name is invalid: ${name}`);
  if (options.revision < 0) throw new HelmError("invalid release revision");
  const current = await releases.last(name);
  const history = await releases.history(name);
  const version = options.revision === 0 ? current.version - 1 : options.revision;
  const previous = history.find((release) => release.version === version);
  if (!previous) throw new HelmError(`release has no ${version} version`);
  log.debug("rolling back", { name, currentVersion: current.version, targetVersion: version });
  log.debug("getting release", { key: keyOf(name, version) });
  const serverSide = serverSideOf(options.serverSide, previous.applyMethod);
  const target: Release = {
    ...previous,
    namespace: current.namespace,
    hooks: previous.hooks.map((hook) => ({ ...hook })),
    info: {
      firstDeployed: current.info.firstDeployed,
      lastDeployed: goTimestamp(configuration.now),
      deleted: "",
      status: "pending-rollback",
      notes: previous.info.notes,
      description: `Rollback to ${version}`,
    },
    version: current.version + 1,
    applyMethod: serverSide ? "ssa" : "csa",
  };
  if (options.dryRun !== "none") {
    log.debug("performing rollback", { name });
    log.debug("dry run", { name });
    return;
  }
  log.debug("creating rolled back release", { name });
  await releases.create(target);
  log.debug("performing rollback", { name });
  await perform(configuration, current, target, serverSide, options);
  log.debug("updating status for rolled back release", { name });
  await releases.update(target);
}

async function perform(
  configuration: Configuration,
  current: Release,
  target: Release,
  serverSide: boolean,
  options: RollbackOptions,
): Promise<void> {
  const { releases, resources, context } = configuration;
  const before = await built(configuration, current.manifest, "current release manifest");
  const wanted = owned(await built(configuration, target.manifest, "new release manifest"), target);
  const hookOptions = { wait: options.wait, timeout: options.timeout, serverSide };
  if (options.noHooks) context.log.debug("rollback hooks disabled", { name: target.name });
  else await runHooks(configuration, target, "pre-rollback", hookOptions);
  const { forceReplace, forceConflicts } = options;
  try {
    await resources.update(before, wanted, { serverSide, forceReplace, forceConflicts, upgradeManagers: true });
  } catch (problem) {
    if (!(problem instanceof HelmError)) throw problem;
    const message = `Rollback ${JSON.stringify(target.name)} failed: ${problem.message}`;
    context.log.warn(message);
    current.info.status = "superseded";
    setStatus(target, "failed", message);
    await releases.update(current).catch(() => {});
    await releases.update(target).catch(() => {});
    if (options.cleanupOnFail && problem instanceof UpdateFailed) await resources.delete(problem.created);
    throw problem;
  }
  try {
    await waitFor(configuration, wanted, options);
  } catch (problem) {
    setStatus(target, "failed", `Release ${JSON.stringify(target.name)} failed: ${messageOf(problem)}`);
    await releases.update(current).catch(() => {});
    await releases.update(target).catch(() => {});
    throw new HelmError(`release ${target.name} failed: ${messageOf(problem)}`);
  }
  if (!options.noHooks) await runHooks(configuration, target, "post-rollback", hookOptions);
  for (const release of await releases.deployed(current.name)) {
    context.log.debug("superseding previous deployment", { version: release.version });
    release.info.status = "superseded";
    await releases.update(release).catch(() => {});
  }
  target.info.status = "deployed";
}
