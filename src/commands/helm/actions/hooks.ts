import { textOf } from "#base/streams.ts";
import { parseYaml } from "#machinery/yaml.ts";
import { pathOf } from "../../kubectl/api/discovery.ts";
import type { Thing } from "../../kubectl/api/server.ts";
import type { Dict } from "../chart/chart.ts";
import { HelmError, messageOf } from "../errors.ts";
import type { WaitStrategy } from "../flags.ts";
import { hookStatusOf } from "../kube/status.ts";
import { waitForDelete, waitForStatus } from "../kube/wait.ts";
import type { Hook, HookEvent } from "../release/manifests.ts";
import { goTimestamp, type Release } from "../release/release.ts";
import type { Configuration } from "./configuration.ts";

export interface HookOptions {
  wait: WaitStrategy;
  timeout: number;
  serverSide: boolean;
}

/** Runs the hooks of an event by weight and name, each to its end. Throws a `HelmError`. `then` is called before what has succeeded is taken away. */
export async function runHooks(
  configuration: Configuration,
  release: Release,
  event: HookEvent,
  options: HookOptions,
  then: () => Promise<void> = async () => {},
): Promise<void> {
  const hooks = release.hooks
    .filter(({ events }) => events.includes(event))
    .sort((a, b) => a.weight - b.weight || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  for (const [i, hook] of hooks.entries()) {
    try {
      await runHook(configuration, release, hook, event, options);
    } catch (problem) {
      if (hook.lastRun.phase === "Failed" && problem instanceof HookFailed) {
        await outputLogs(configuration, hook, release.namespace, "hook-failed");
        await then();
        await deleteByPolicy(configuration, hook, "hook-failed", options);
        for (const earlier of hooks.slice(0, i)) await deleteByPolicy(configuration, earlier, "hook-succeeded", options);
      } else await then();
      throw problem instanceof HelmError ? problem : new HelmError(messageOf(problem));
    }
  }
  await then();
  for (const hook of hooks.toReversed()) {
    await outputLogs(configuration, hook, release.namespace, "hook-succeeded");
    await deleteByPolicy(configuration, hook, "hook-succeeded", options);
  }
}

/** A hook that did not come to a good end. */
class HookFailed extends HelmError {}

async function runHook(configuration: Configuration, release: Release, hook: Hook, event: HookEvent, options: HookOptions): Promise<void> {
  const { resources, releases } = configuration;
  const now = () => goTimestamp(configuration.now);
  // Unless said otherwise, what a hook left goes before it runs again.
  if (hook.deletePolicies.length === 0) hook.deletePolicies = ["before-hook-creation"];
  await deleteByPolicy(configuration, hook, "before-hook-creation", options);
  let wanted: Awaited<ReturnType<typeof resources.build>>;
  try {
    wanted = await resources.build(hook.manifest);
  } catch (problem) {
    throw new HelmError(`unable to build kubernetes object for ${event} hook ${hook.path}: ${messageOf(problem)}`);
  }
  hook.lastRun = { startedAt: now(), phase: "Running" };
  await releases.update(release).catch((problem: unknown) => {
    configuration.context.log.warn("failed to update release", { name: release.name, revision: release.version, error: messageOf(problem) });
  });
  hook.lastRun.phase = "Unknown";
  try {
    await resources.create(wanted, { serverSide: options.serverSide });
  } catch (problem) {
    hook.lastRun = { ...hook.lastRun, completedAt: now(), phase: "Failed" };
    throw new HelmError(`warning: Hook ${event} ${hook.path} failed: ${messageOf(problem)}`);
  }
  try {
    await waitForStatus(configuration.context, wanted, options.timeout, hookStatusOf);
  } catch (problem) {
    hook.lastRun = { ...hook.lastRun, completedAt: now(), phase: "Failed" };
    throw problem instanceof HelmError ? new HookFailed(problem.message) : problem;
  }
  hook.lastRun = { ...hook.lastRun, completedAt: now(), phase: "Succeeded" };
}

async function deleteByPolicy(configuration: Configuration, hook: Hook, policy: string, { wait, timeout }: HookOptions): Promise<void> {
  // With the definition all custom resources of a kind would go.
  if (hook.kind === "CustomResourceDefinition" || !hook.deletePolicies.includes(policy)) return;
  let wanted: Awaited<ReturnType<typeof configuration.resources.build>>;
  try {
    wanted = await configuration.resources.build(hook.manifest);
  } catch (problem) {
    throw new HelmError(`unable to build kubernetes object for deleting hook ${hook.path}: ${messageOf(problem)}`);
  }
  const problems = await configuration.resources.delete(wanted);
  if (problems.length > 0) throw new HelmError(problems.join("; "));
  if (wait !== "hookOnly") await waitForDelete(configuration.context, wanted, timeout);
}

/** Shows the logs of a hook's pods, where its annotations ask for them. */
async function outputLogs({ context }: Configuration, hook: Hook, namespace: string, policy: string): Promise<void> {
  if (!hook.outputLogPolicies.includes(policy) || (hook.kind !== "Job" && hook.kind !== "Pod")) return;
  const metadata = ((parseYaml(hook.manifest).value as Dict)["metadata"] ?? {}) as { namespace?: string };
  const query: Record<string, string> =
    hook.kind === "Job" ? { labelSelector: `job-name=${hook.name}` } : { fieldSelector: `metadata.name=${hook.name}` };
  await showLogs(context, metadata.namespace ?? namespace, query);
}

const pods = { group: "", version: "v1", plural: "pods", namespaced: true };

/** The logs of pods, container by container. */
export async function showLogs({ kube, out }: Configuration["context"], namespace: string, query: Record<string, string>): Promise<void> {
  const list = await kube.server.get<{ items?: Thing[] }>(pathOf(pods, namespace), { query });
  for (const { metadata, ...pod } of list.items ?? []) {
    const spec = (pod as Dict)["spec"] as { containers?: { name: string }[] } | undefined;
    for (const { name } of spec?.containers ?? []) {
      const path = pathOf(pods, namespace, metadata.name, "log");
      const source = await kube.server.stream("GET", path, { query: { container: name } });
      for (let bytes = await source.read(); bytes; bytes = await source.read()) out.print(textOf(bytes));
    }
  }
}
