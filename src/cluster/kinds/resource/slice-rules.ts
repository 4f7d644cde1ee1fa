import { subdomainProblems } from "#machinery/names.ts";
import type { Device, DeviceAttribute, ResourcePool, ResourceSliceSpec } from "#machinery/types.ts";
import { checkImmutable } from "../shared/checks.ts";
import type { Field } from "../shared/field.ts";
import { goValue } from "../shared/go-value.ts";
import { checkNodeSelector } from "../shared/pod-spec/affinity.ts";
import { checkDriverName } from "../shared/storage.ts";
import { checkCounterSetName, checkCounters, checkDevice } from "./device-rules.ts";
import { checkSet } from "./lists.ts";
import { checkPoolName } from "./names.ts";

const mostDevices = 128;
const mostElaborateDevices = 64;
const mostCounterSets = 8;

/** What a driver says of the devices that it has. */
export function checkSlice(field: Field, spec: Partial<ResourceSliceSpec>, old: ResourceSliceSpec | undefined): void {
  checkDriverName(field.at("driver"), spec.driver);
  checkPool(field.at("pool"), spec.pool);
  if (old) {
    checkImmutable(field.at("pool", "name"), spec.pool?.name ?? "", old.pool.name);
    checkImmutable(field.at("driver"), spec.driver ?? "", old.driver);
    checkImmutable(field.at("nodeName"), spec.nodeName, old.nodeName);
  }
  checkNodes(field, spec);
  const { sharedCounters, devices } = spec;
  if (sharedCounters && devices) field.invalid("", "only one of `sharedCounters` or `devices` is allowed");

  const most = devices?.some(({ taints, consumesCounters }) => taints?.length || consumesCounters?.length) ? mostElaborateDevices : mostDevices;
  const before = new Map(old?.devices?.map((device) => [device.name, device]));
  const apart = spec.perDeviceNodeSelection ?? false;
  const nameOf = ({ name = "" }: { name?: string }) => name;
  checkSet(field.at("devices"), devices, most, (at, device) => checkDevice(at, device, before.get(device.name), apart), nameOf);
  checkSet(
    field.at("sharedCounters"),
    sharedCounters,
    mostCounterSets,
    (at, { name, counters }) => {
      checkCounterSetName(at.at("name"), name);
      checkCounters(at.at("counters"), counters);
    },
    nameOf,
  );
}

function checkPool(field: Field, { name, resourceSliceCount: count = 0, generation = 0 }: Partial<ResourcePool> = {}): void {
  checkPoolName(field.at("name"), name);
  if (count <= 0) field.at("resourceSliceCount").invalid(count, "must be greater than zero");
  if (generation < 0) field.at("generation").invalid(generation, "must be greater than or equal to zero");
}

function checkNodes(field: Field, { nodeName, nodeSelector, allNodes, perDeviceNodeSelection }: Partial<ResourceSliceSpec>): void {
  const given: string[] = [];
  if (nodeName) {
    given.push("`nodeName`");
    field.at("nodeName").problems(nodeName, subdomainProblems(nodeName));
  } else if (nodeName === "") field.at("nodeName").invalid("", "must be either unset or set to a non-empty string");
  if (nodeSelector) {
    given.push("`nodeSelector`");
    const { nodeSelectorTerms: terms } = nodeSelector;
    checkNodeSelector(field.at("nodeSelector"), nodeSelector);
    if (terms?.length !== 1)
      field.at("nodeSelector", "nodeSelectorTerms").invalid(goValue("[]core.NodeSelectorTerm", terms), "must have exactly one node selector term");
  }
  for (const [name, value] of Object.entries({ allNodes, perDeviceNodeSelection })) {
    if (value) given.push(`\`${name}\``);
    else if (value === false) field.at(name).invalid(value, "must be either unset or set to true");
  }
  const oneOf = "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required";
  if (given.length === 0) field.required(oneOf);
  else if (given.length > 1) field.invalid(`{${given.join(", ")}}`, `${oneOf}, but multiple fields are set`);
}

/** Devices without what the server does not know yet: attributes of many values, and resources of nodes in terms of devices. */
export function withoutUnknown(devices: readonly Device[] | undefined): Device[] | undefined {
  return devices?.map(({ nodeAllocatableResourceMappings, attributes, ...device }) => ({
    ...device,
    ...(attributes && { attributes: Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, single(value)])) }),
  }));
}

const single = ({ bools, ints, strings, versions, ...attribute }: DeviceAttribute): DeviceAttribute => attribute;
