import { byteLength, subdomainProblems } from "#machinery/names.ts";
import type { Device, DeviceAttribute, DeviceCounterConsumption } from "#machinery/types.ts";
import { checkLabel, same } from "../shared/checks.ts";
import type { Field } from "../shared/field.ts";
import { goValue } from "../shared/go-value.ts";
import { checkNodeSelector } from "../shared/pod-spec/affinity.ts";
import { checkBindingConditions } from "./binding-conditions.ts";
import { checkCapacity } from "./capacity-rules.ts";
import { checkEach, checkMap, checkSet } from "./lists.ts";
import { checkAttributeName } from "./names.ts";
import { checkDeviceTaint } from "./taints.ts";

const mostProperties = 32;
const mostTaints = 16;
const mostConsumptions = 2;
export const mostCounters = 32;
const longestValue = 64;

/** `apart` says that each device tells for itself on which nodes it is. */
export function checkDevice(field: Field, device: Device, old: Device | undefined, apart: boolean): void {
  const { attributes = {}, capacity = {}, taints } = device;
  checkLabel(field.at("name"), device.name ?? "");
  const count = Object.keys(attributes).length + Object.keys(capacity).length;
  if (count > mostProperties) field.invalid(count, `the total number of attributes and capacities must not exceed ${mostProperties}`);
  checkMap(field.at("attributes"), attributes, Number.POSITIVE_INFINITY, checkAttributeName, checkAttribute);
  const shared = device.allowMultipleAllocations ?? false;
  checkMap(field.at("capacity"), capacity, Number.POSITIVE_INFINITY, checkAttributeName, (at, one) => checkCapacity(at, one, shared));
  if (!old || !same(old.taints, taints)) checkEach(field.at("taints"), taints, mostTaints, checkDeviceTaint);
  checkSet(field.at("consumesCounters"), device.consumesCounters, mostConsumptions, checkConsumption, ({ counterSet = "" }) => counterSet);
  if (apart) checkNodes(field, device);
  else if (device.nodeName !== undefined || device.nodeSelector || device.allNodes !== undefined)
    field.invalid(
      null,
      "`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec",
    );
  checkBindingConditions(field, device);
}

function checkNodes(field: Field, { nodeName, nodeSelector, allNodes }: Device): void {
  const given: string[] = [];
  if (nodeName) {
    given.push("`nodeName`");
    field.at("nodeName").problems(nodeName, subdomainProblems(nodeName));
  } else if (nodeName === "") field.at("nodeName").invalid("", "must not be empty");
  if (nodeSelector) {
    given.push("`nodeSelector`");
    checkNodeSelector(field.at("nodeSelector"), nodeSelector);
  }
  if (allNodes) given.push("`allNodes`");
  else if (allNodes === false) field.at("allNodes").invalid(false, "must be either unset or set to true");
  const oneOf =
    "exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec";
  if (given.length === 0) field.required(oneOf);
  else if (given.length > 1) field.invalid(`{${given.join(", ")}}`, oneOf);
}

function checkAttribute(field: Field, attribute: DeviceAttribute): void {
  const { string, version } = attribute;
  if (string !== undefined && byteLength(string) > longestValue) field.at("string").tooLong(longestValue);
  if (version !== undefined) {
    if (!semantic.test(version)) field.at("version").invalid(version, "must be a string compatible with semver.org spec 2.0.0");
    if (byteLength(version) > longestValue) field.at("version").tooLong(longestValue);
  }
  const count = Object.values(attribute).filter((value) => value !== undefined && value !== null).length;
  if (count !== 1) field.invalid(count === 0 ? "" : attributeValue(attribute), "exactly one value must be specified");
}

/** The server's own fields are named `IntValue` and so on. */
function attributeValue(attribute: DeviceAttribute): unknown {
  const fields = Object.entries(attribute).map(([name, value]) => [name.endsWith("s") ? `${name.slice(0, -1)}Values` : `${name}Value`, value]);
  return goValue("resource.DeviceAttribute", Object.fromEntries(fields));
}

const number = String.raw`(0|[1-9]\d*)`;
const before = String.raw`(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)`;
const build = "[0-9a-zA-Z-]+";
const semantic = new RegExp(`^${number}\\.${number}\\.${number}(-${before}(\\.${before})*)?(\\+${build}(\\.${build})*)?$`);

function checkConsumption(field: Field, { counterSet, counters = {} }: DeviceCounterConsumption): void {
  checkCounterSetName(field.at("counterSet"), counterSet);
  checkCounters(field.at("counters"), counters);
}

export function checkCounterSetName(field: Field, name: string | undefined): void {
  if (name) checkLabel(field, name);
  else field.required();
}

/** Amounts by name, of what devices share. */
export function checkCounters(field: Field, counters: Readonly<Record<string, unknown>> = {}): void {
  if (Object.keys(counters).length === 0) field.required();
  else checkMap(field, counters, mostCounters, checkLabel, () => {});
}
