import type { Located } from "#machinery/client.ts";
import { type ControllerContext, defineController } from "#machinery/controller.ts";
import { qualified, StatusError } from "#machinery/status.ts";
import { formatTime } from "#machinery/time.ts";
import type { Namespace, NamespaceCondition } from "#machinery/types.ts";

/** What waits for finalizers is looked at again after half of this, and a second; what waits for pods, after half of their grace. */
const finalizerSeconds = 15;

/** A namespace that is being deleted is emptied, and then let go. */
export const namespaceController = defineController<Namespace>({
  name: "namespace-controller",
  watches: "namespaces",

  async reconcile(namespace, context) {
    const { api } = context;
    const { name, deletionTimestamp } = namespace.metadata;
    if (!deletionTimestamp || !namespace.spec.finalizers?.includes("kubernetes")) return;

    if (namespace.status.phase !== "Terminating") {
      await api.updateStatus("namespaces", { ...namespace, status: { ...namespace.status, phase: "Terminating" } });
      return;
    }

    const failure = await empty(name, context);
    const left = api.contents(name);
    const conditions = conditionsOf(namespace.status.conditions, left, failure, context.clock.now());
    const current = api.get<Namespace>("namespaces", name);
    if (!current) return;
    if (left.length > 0 || failure) {
      await api.updateStatus("namespaces", { ...current, status: { ...current.status, conditions } });
      return context.clock.now() + (Math.floor(secondsFor(left) / 2) + 1) * 1000;
    }
    const finalizers = current.spec.finalizers?.filter((finalizer) => finalizer !== "kubernetes") ?? [];
    await api.updateSub<Namespace>("namespaces", "finalize", { ...current, spec: { ...current.spec, finalizers } });
  },
});

/** Deletes what is in the namespace and not yet on its way: pods first, so that nothing that they need goes before them. */
async function empty(namespace: string, { api }: ControllerContext): Promise<string | undefined> {
  let failure: string | undefined;
  const contents = api.contents(namespace);
  const pods = contents.filter(({ resource }) => resource === "pods");
  for (const { resource, object } of pods.length > 0 ? pods : contents) {
    if (object.metadata.deletionTimestamp) continue;
    try {
      await api.delete(resource, object.metadata.name, namespace, { propagationPolicy: "Background" });
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      if (error.code !== 404) failure ??= error.message;
    }
  }
  return failure;
}

/** How long what is left will take. */
function secondsFor(left: readonly Located[]): number {
  const graces = left.map(({ resource, object }) => (resource === "pods" ? (object.metadata.deletionGracePeriodSeconds ?? 0) : finalizerSeconds));
  return Math.max(0, ...graces);
}

function conditionsOf(
  before: readonly NamespaceCondition[] = [],
  left: readonly Located[],
  failure: string | undefined,
  now: number,
): NamespaceCondition[] {
  const remaining = countText(
    left.map(({ resource }) => resource),
    (resource, count) => `${resource} has ${count} resource instances`,
  );
  const finalizers = countText(
    left.flatMap(({ object }) => object.metadata.finalizers ?? []),
    (finalizer, count) => `${finalizer} in ${count} resource instances`,
  );
  const wanted: [type: string, isBad: boolean, bad: [string, string], good: [string, string]][] = [
    ["NamespaceDeletionDiscoveryFailure", false, ["", ""], ["ResourcesDiscovered", "All resources successfully discovered"]],
    ["NamespaceDeletionGroupVersionParsingFailure", false, ["", ""], ["ParsedGroupVersions", "All legacy kube types successfully parsed"]],
    [
      "NamespaceDeletionContentFailure",
      failure !== undefined,
      ["ContentDeletionFailed", `Failed to delete all resource types, 1 remaining: ${failure}`],
      ["ContentDeleted", "All content successfully deleted, may be waiting on finalization"],
    ],
    [
      "NamespaceContentRemaining",
      left.length > 0,
      ["SomeResourcesRemain", `Some resources are remaining: ${remaining}`],
      ["ContentRemoved", "All content successfully removed"],
    ],
    [
      "NamespaceFinalizersRemaining",
      finalizers !== "",
      ["SomeFinalizersRemain", `Some content in the namespace has finalizers remaining: ${finalizers}`],
      ["ContentHasNoFinalizers", "All content-preserving finalizers finished"],
    ],
  ];
  return wanted.map(([type, isBad, bad, good]) => {
    const [reason, message] = isBad ? bad : good;
    const status = isBad ? "True" : "False";
    const old = before.find((condition) => condition.type === type);
    if (old?.status === status && old.reason === reason && old.message === message) return old;
    const lastTransitionTime = (old?.status === status ? old.lastTransitionTime : undefined) ?? formatTime(now);
    return { type, status, lastTransitionTime, reason, message };
  });
}

function countText(names: readonly string[], text: (name: string, count: number) => string): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => text(nameOf(name), count))
    .join(", ");
}

/** `pods.` and `deployments.apps`: the real one's names end with a dot in the core group. */
const nameOf = (name: string) => (name.includes(".") || name.includes("/") ? name : `${qualified({ group: "", resource: name })}.`);
