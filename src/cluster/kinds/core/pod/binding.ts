import { defineSubresource } from "#cluster/apiserver/kind.ts";
import type { KubeObject } from "#machinery/object.ts";
import { badRequest, conflict, invalid, notFound } from "#machinery/status.ts";
import { formatTime } from "#machinery/time.ts";
import type { Binding, Pod, PodCondition } from "#machinery/types.ts";

const on = { group: "", resource: "pods/binding" };

/** What the scheduler does when it has found a node: the pod is that node's from now on. */
export const binding = defineSubresource<Pod>({
  name: "binding",
  verbs: ["create"],
  sends: { group: "", version: "v1", kind: "Binding" },

  async create(pod, sent, context) {
    const { target, metadata } = sent as Binding;
    if (metadata.name !== context.name) throw badRequest("name in URL does not match name in Binding object");
    if (!pod) throw notFound({ group: "", resource: "pods" }, context.name);
    const problems = problemsOf(target);
    if (problems.length > 0) throw invalid({ group: "", kind: "Binding" }, metadata.name ?? "", problems);
    refuse(pod, metadata);

    const { annotations = {} } = metadata;
    const scheduled: PodCondition = { type: "PodScheduled", status: "True", lastTransitionTime: formatTime(context.now) };
    const others = (pod.status.conditions ?? []).filter(({ type }) => type !== scheduled.type);
    const bound: Pod = {
      ...pod,
      metadata: { ...pod.metadata, ...(Object.keys(annotations).length ? { annotations: { ...pod.metadata.annotations, ...annotations } } : {}) },
      spec: { ...pod.spec, nodeName: target.name ?? "" },
      status: { ...pod.status, conditions: [...others, scheduled] },
    };
    if (!context.dryRun) await context.write(bound);
    return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 } as unknown as KubeObject;
  },
});

function problemsOf({ kind, name }: Binding["target"]) {
  if (kind && kind !== "Node")
    return [
      {
        type: "FieldValueNotSupported",
        path: ["target", "kind"],
        text: `Unsupported value: "${kind}": supported values: "Node", "<empty>"`,
      } as const,
    ];
  return name ? [] : [{ type: "FieldValueRequired", path: ["target", "name"], text: "Required value" } as const];
}

function refuse({ metadata, spec }: Pod, { uid, resourceVersion }: Binding["metadata"]): void {
  const { name } = metadata;
  if (uid && uid !== metadata.uid) throw stale(metadata, `UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`);
  if (resourceVersion && resourceVersion !== metadata.resourceVersion)
    throw stale(metadata, `ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${metadata.resourceVersion}`);
  if (metadata.deletionTimestamp) throw conflict(on, name, `pod ${name} is being deleted, cannot be assigned to a host`);
  if (spec.nodeName) throw conflict(on, name, `pod ${name} is already assigned to node "${spec.nodeName}"`);
  if (spec.schedulingGates?.length) throw conflict(on, name, `pod ${name} has non-empty .spec.schedulingGates`);
}

const stale = ({ namespace, name }: Pod["metadata"], why: string) =>
  conflict(
    { group: "", resource: "pods" },
    name,
    `StorageError: invalid object, Code: 4, Key: /pods/${namespace}/${name}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: ${why}`,
  );
