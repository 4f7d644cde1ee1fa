import { formatTime } from "#machinery/time.ts";
import type { FlowSchema, FlowSchemaCondition, PriorityLevelConfiguration } from "#machinery/types.ts";
import { Soon } from "./soon.ts";
import type { Upkeep } from "./upkeep.ts";

export const flowSchemas = "flowschemas.flowcontrol.apiserver.k8s.io";
export const priorityLevels = "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io";
const manager = "api-priority-and-fairness-config-consumer-v1";

/** Says of each FlowSchema whether the priority level that it leads to is there. */
export function keepFlowSchemas({ api, clock, tasks, registry, applyStatus }: Upkeep): void {
  const isThere = (level: string) => registry.named(priorityLevels)?.collection.get(undefined, level) !== undefined;
  const told = (flow: FlowSchema) => {
    const level = levelOf(flow);
    const wanted = dangling(level, isThere(level));
    const now = flow.status?.conditions?.find(({ type }) => type === wanted.type);
    return { wanted, now, isSaid: now?.status === wanted.status && now?.reason === wanted.reason && now?.message === wanted.message };
  };
  const soon = new Soon(tasks, async (name) => {
    const flow = api.get<FlowSchema>(flowSchemas, name);
    if (!flow || flow.metadata.deletionTimestamp) return;
    const { wanted, now, isSaid } = told(flow);
    if (isSaid) return;
    const lastTransitionTime = now && now.status === wanted.status ? now.lastTransitionTime : formatTime(clock.now());
    const status = { conditions: [{ ...wanted, lastTransitionTime }] };
    await applyStatus(flowSchemas, manager, { apiVersion: flow.apiVersion, kind: flow.kind, metadata: { name }, status } as FlowSchema);
  });
  const add = ({ metadata }: FlowSchema) => soon.add(metadata.name ?? "");

  for (const flow of api.list<FlowSchema>(flowSchemas, { matters: (object) => !told(object as FlowSchema).isSaid })) add(flow);
  api.watch<FlowSchema>(flowSchemas, ({ type, object, old }) => {
    if (type !== "DELETED" && (object.spec !== old?.spec || object.status !== old?.status)) add(object);
  });
  api.watch<PriorityLevelConfiguration>(priorityLevels, ({ type, object }) => {
    if (type === "MODIFIED") return;
    for (const flow of api.list<FlowSchema>(flowSchemas)) if (levelOf(flow) === object.metadata.name) add(flow);
  });
}

const levelOf = ({ spec }: FlowSchema) => spec?.priorityLevelConfiguration.name ?? "";

function dangling(level: string, isThere: boolean): FlowSchemaCondition {
  const leads = `This FlowSchema references the PriorityLevelConfiguration object named ${JSON.stringify(level)}`;
  return isThere
    ? { type: "Dangling", status: "False", reason: "Found", message: `${leads} and it exists` }
    : { type: "Dangling", status: "True", reason: "NotFound", message: `${leads} but there is no such object` };
}
