import { goDuration } from "#machinery/duration.ts";
import { controllerOf } from "#machinery/object.ts";
import { parseTime } from "#machinery/time.ts";
import type { Pod } from "#machinery/types.ts";
import { pathOf } from "../api/discovery.ts";
import type { Thing } from "../api/server.ts";
import type { Context } from "../command.ts";
import { isNotFound, messageOf, ServerError } from "../errors.ts";
import { podPath } from "../pods-of.ts";
import { type DryRun, doneText } from "../print/name.ts";
import { together } from "../together.ts";
import { TimedOut, waitUntil } from "../waiting.ts";

export interface DrainOptions {
  force: boolean;
  ignoresDaemonSets: boolean;
  deletesData: boolean;
  evicts: boolean;
  /** Seconds; negative is each pod's own. */
  grace: number;
  /** Milliseconds; 0 is for ever. */
  timeout: number;
  skipsAfter: number;
  selector: string;
  chunkSize: number;
  dryRun: DryRun;
}

/** What is to become of a pod. */
interface Fate {
  goes: boolean;
  error?: string;
  warning?: string;
}

const pods = { group: "", version: "v1", kind: "Pod", plural: "pods", singular: "pod", namespaced: true } as const;
const resource = { ...pods, shortNames: [], categories: [], verbs: [], subresources: [] };
const retryAfter = 5000;
const ended = (pod: Pod): boolean => pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";

/** Takes the pods off nodes. */
export class Drainer {
  readonly #context: Context;
  readonly #options: DrainOptions;

  constructor(context: Context, options: DrainOptions) {
    this.#context = context;
    this.#options = options;
  }

  /** Evicts the pods of a node and waits for their end; gives what went wrong. */
  async drain(node: string): Promise<readonly string[]> {
    const { out } = this.#context;
    const { pods, errors, warnings } = await this.#leaving(node);
    if (errors.length > 0) return errors;
    if (warnings) out.error(`Warning: ${warnings}`);
    if (this.#options.dryRun === "client") {
      for (const { metadata } of pods) out.line(`evicting pod ${metadata.namespace}/${metadata.name} (dry run)`);
      return [];
    }
    const failures = this.#options.evicts ? await this.#evictAll(pods) : await this.#deleteAll(pods);
    if (failures.length > 0) {
      const pending = await this.#leaving(node);
      if (pending.pods.length > 0) {
        const text = failures.length === 1 ? failures[0] : `[${failures.join(", ")}]`;
        out.error(`There are pending pods in node ${JSON.stringify(node)} when an error occurred: ${text}`);
        for (const { metadata } of pending.pods) out.error(`pod/${metadata.name}`);
      }
    }
    return failures;
  }

  async #leaving(node: string): Promise<{ pods: Pod[]; errors: string[]; warnings: string }> {
    const query = { labelSelector: this.#options.selector || undefined, fieldSelector: `spec.nodeName=${node}` };
    const { items } = await this.#context.kube.server.get<{ items: Pod[] }>(podPath(undefined), { query });
    const fates = await Promise.all(items.map(async (pod) => [pod, await this.#fate(pod)] as const));
    const told = (which: "error" | "warning") => {
      const byText = new Map<string, string[]>();
      for (const [{ metadata }, fate] of fates) {
        const text = fate[which];
        if (text !== undefined) byText.set(text, [...(byText.get(text) ?? []), `${metadata.namespace}/${metadata.name}`]);
      }
      return [...byText].map(([text, names]) => `${text}: ${names.join(", ")}`);
    };
    return {
      pods: fates.filter(([, fate]) => fate.goes).map(([pod]) => pod),
      errors: told("error").map((text) => `cannot delete ${text}`),
      warnings: told("warning").join("; "),
    };
  }

  /** Each rule may keep a pod; of those that let it go, the last has a say about warnings. */
  async #fate(pod: Pod): Promise<Fate> {
    const { skipsAfter, force, deletesData } = this.#options;
    const deleted = pod.metadata.deletionTimestamp;
    if (skipsAfter > 0 && deleted && this.#context.kube.now - parseTime(deleted) > skipsAfter * 1000) return { goes: false };
    const daemon = await this.#daemonFate(pod);
    if (!daemon.goes) return daemon;
    if (pod.metadata.annotations?.["kubernetes.io/config.mirror"] !== undefined) return { goes: false };
    if (ended(pod)) return { goes: true };
    if (!deletesData && pod.spec.volumes?.some(({ emptyDir }) => emptyDir))
      return { goes: false, error: "Pods with local storage (use --delete-emptydir-data to override)" };
    if (controllerOf(pod)) return { goes: true };
    return force
      ? { goes: true, warning: "deleting Pods that declare no controller" }
      : { goes: false, error: "Pods that declare no controller (use --force to override)" };
  }

  async #daemonFate(pod: Pod): Promise<Fate> {
    const owner = controllerOf(pod);
    if (owner?.kind !== "DaemonSet" || owner.apiVersion !== "apps/v1" || ended(pod)) return { goes: true };
    const path = pathOf({ group: "apps", version: "v1", plural: "daemonsets", namespaced: true }, pod.metadata.namespace, owner.name);
    try {
      await this.#context.kube.server.get(path);
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      return isNotFound(error) && this.#options.force ? { goes: true, warning: error.message } : { goes: false, error: error.message };
    }
    return this.#options.ignoresDaemonSets
      ? { goes: false, warning: "ignoring DaemonSet-managed Pods" }
      : { goes: false, error: "DaemonSet-managed Pods (use --ignore-daemonsets to ignore)" };
  }

  async #evictAll(pods: readonly Pod[]): Promise<string[]> {
    const { timeout } = this.#options;
    const deadline = timeout > 0 ? this.#context.kube.now + timeout : Number.POSITIVE_INFINITY;
    const { tasks } = this.#context.process.machine;
    const errors = await together(
      tasks,
      pods.map((pod) => () => this.#evict(pod, deadline)),
    );
    this.#context.process.signal.throwIfAborted();
    return errors.map(messageOf);
  }

  async #evict(start: Pod, deadline: number): Promise<void> {
    const { kube, out, process } = this.#context;
    const { dryRun, timeout } = this.#options;
    let pod = start;
    const { name = "", namespace = "" } = pod.metadata;
    const about = `error when evicting pods/${JSON.stringify(name)} -n ${JSON.stringify(namespace)}`;
    for (;;) {
      out.line(`evicting pod ${namespace}/${name}${dryRun === "server" ? " (server dry run)" : ""}`);
      await out.flush();
      if (kube.now >= deadline) throw new Error(`${about}: global timeout reached: ${goDuration(timeout)}`);
      try {
        const body = { kind: "Eviction", apiVersion: "policy/v1", metadata: { name, namespace }, deleteOptions: this.#deleteOptions() };
        await kube.server.send("POST", podPath(namespace, name, "eviction"), { body });
        break;
      } catch (error) {
        if (isNotFound(error)) return;
        if (!(error instanceof ServerError)) throw error;
        const isEnding = error.status.details?.causes?.some(({ reason }) => reason === "NamespaceTerminating") ?? false;
        if (isEnding && pod.metadata.deletionTimestamp) break;
        if (isEnding)
          out.error(
            `error when evicting pod ${JSON.stringify(name)} from terminating namespace ${JSON.stringify(namespace)} (will retry after 5s): ${error.message}`,
          );
        else if (error.reason === "TooManyRequests") out.error(`${about} (will retry after 5s): ${error.message}`);
        else throw new Error(`${about}: ${error.message}`);
        await out.flush();
        await process.sleep(retryAfter);
      }
      try {
        pod = await kube.server.get(podPath(namespace, name));
      } catch (error) {
        if (!(error instanceof ServerError)) throw error;
      }
    }
    if (dryRun !== "server") await this.#gone(pod, deadline - kube.now, "evicted");
  }

  async #deleteAll(pods: readonly Pod[]): Promise<string[]> {
    const { kube } = this.#context;
    try {
      for (const { metadata } of pods)
        try {
          await kube.server.send("DELETE", podPath(metadata.namespace, metadata.name), { body: this.#deleteOptions() });
        } catch (error) {
          if (!isNotFound(error)) throw error;
        }
      const deadline = this.#options.timeout > 0 ? kube.now + this.#options.timeout : Number.POSITIVE_INFINITY;
      for (const pod of pods) await this.#gone(pod, deadline - kube.now, "deleted");
      return [];
    } catch (error) {
      if (error instanceof ServerError || error instanceof TimedOut) return [error.message];
      throw error;
    }
  }

  #deleteOptions(): object {
    const { grace, dryRun } = this.#options;
    return { ...(grace >= 0 ? { gracePeriodSeconds: grace } : {}), ...(dryRun === "server" ? { dryRun: ["All"] } : {}) };
  }

  async #gone(pod: Pod, timeout: number, done: string): Promise<void> {
    const { kube, out } = this.#context;
    const { name = "", namespace = "", uid } = pod.metadata;
    const target = { resource, namespace, name };
    const isGone = (now: Thing | undefined) => now === undefined || now.metadata.uid !== uid;
    try {
      await waitUntil(kube, target, Number.isFinite(timeout) ? Math.max(1, timeout) : 0, isGone);
    } catch (error) {
      if (!(error instanceof TimedOut) || done !== "evicted") throw error;
      throw new Error(
        `error when waiting for pod ${JSON.stringify(name)} in namespace ${JSON.stringify(namespace)} to terminate: context deadline exceeded`,
      );
    }
    out.print(doneText({ ...pod, apiVersion: "v1", kind: "Pod" } as unknown as Thing, done));
    await out.flush();
  }
}
