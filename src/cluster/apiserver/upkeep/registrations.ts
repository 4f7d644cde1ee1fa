import type { APIService, CustomResourceDefinition } from "#machinery/types.ts";
import { groupPriority } from "../discovery/groups.ts";
import { apiServices } from "./api-services.ts";
import { Soon } from "./soon.ts";
import type { Upkeep } from "./upkeep.ts";

export const definitions = "customresourcedefinitions.apiextensions.k8s.io";
const automanaged = "kube-aggregator.kubernetes.io/automanaged";

/** Registers the groups and versions that CustomResourceDefinitions serve as APIServices, as long as they do. */
export function keepRegistrations({ api, tasks }: Upkeep): void {
  const soon = new Soon(tasks, async (name) => {
    const dot = name.indexOf(".");
    const [version, group] = [name.slice(0, dot), name.slice(dot + 1)];
    const isServed = api.list<CustomResourceDefinition>(definitions).some((each) => each.spec.group === group && serves(each, version));
    const registered = api.get<APIService>(apiServices, name);
    if (registered && !isServed && registered.metadata.labels?.[automanaged] === "true") await api.delete(apiServices, name);
    if (registered || !isServed) return;
    await api.create<APIService>(apiServices, {
      apiVersion: "apiregistration.k8s.io/v1",
      kind: "APIService",
      metadata: { name, labels: { [automanaged]: "true" } },
      spec: { group, version, ...groupPriority(group, version) },
    });
  });
  const add = ({ spec }: CustomResourceDefinition) => {
    for (const { name } of spec.versions) soon.add(`${name}.${spec.group}`);
  };

  for (const definition of api.list<CustomResourceDefinition>(definitions)) add(definition);
  api.watch<CustomResourceDefinition>(definitions, ({ object, old }) => {
    add(object);
    if (old && old.spec !== object.spec) add(old);
  });
}

const serves = ({ spec, status }: CustomResourceDefinition, version: string) =>
  spec.versions.some(({ name, served }) => served && name === version) &&
  status.conditions?.some(({ type, status: is }) => type === "Established" && is === "True") === true;
