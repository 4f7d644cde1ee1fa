import { byteLength } from "#machinery/names.ts";
import type {
  AllocatedDeviceStatus,
  AllocationResult,
  DeviceRequestAllocationResult,
  NetworkDeviceData,
  ResourceClaimConsumerReference,
  ResourceResourceClaim,
} from "#machinery/types.ts";
import { checkChoice, checkLabel, same } from "../shared/checks.ts";
import { checkConditions } from "../shared/conditions.ts";
import type { Field } from "../shared/field.ts";
import { checkSame } from "../shared/go-value.ts";
import { checkInterfaceAddress } from "../shared/ip.ts";
import { checkNodeSelector } from "../shared/pod-spec/affinity.ts";
import { checkDriverName } from "../shared/storage.ts";
import { checkBindingConditions } from "./binding-conditions.ts";
import { checkRequestName, checkRequestNames, mostConfigurations, mostRequests, requestNames } from "./claim-rules.ts";
import { checkConfiguration, checkFreeForm } from "./configuration.ts";
import { checkEach, checkSet } from "./lists.ts";
import { checkPoolName, checkShareId } from "./names.ts";

const mostConsumers = 256;
const mostConditions = 8;
const mostAddresses = 16;

interface DeviceName {
  driver: string;
  pool: string;
  device: string;
  shareID?: string;
}

/** Which device: of whom, of which pool, and which share of it. */
export const deviceKey = ({ driver, pool, device, shareID }: DeviceName): string => [driver, pool, device, ...(shareID ? [shareID] : [])].join("/");

/** What was allocated, by key. */
export const allocatedDevices = (allocation: AllocationResult | undefined): ReadonlySet<string> =>
  new Set((allocation?.devices?.results ?? []).map(deviceKey));

/** Who got which devices, and how those are. */
export function checkClaimStatus(field: Field, claim: ResourceResourceClaim, old: ResourceResourceClaim): void {
  const { allocation, reservedFor = [], devices } = claim.status;
  checkSet(field.at("reservedFor"), reservedFor, mostConsumers, checkConsumer, ({ uid = "" }) => uid);
  const allocated = allocatedDevices(allocation);
  checkSet(field.at("devices"), devices, Number.POSITIVE_INFINITY, (at, device) => checkDeviceStatus(at, device, allocated), deviceKey);

  if (reservedFor.length > 0 && !allocation) field.at("reservedFor").forbidden("may not be specified when `allocated` is not set");
  else if (reservedFor.length > 0 && claim.metadata.deletionTimestamp) {
    const before = old.status.reservedFor ?? [];
    if (reservedFor.some((consumer) => !before.some((other) => same(consumer, other))))
      field.at("reservedFor").forbidden("new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set");
  }

  if (!allocation) return;
  if (old.status.allocation) checkSame(field.at("allocation"), "*resource.AllocationResult", allocation, old.status.allocation);
  else checkAllocation(field.at("allocation"), allocation, requestNames(claim.spec.devices ?? {}));
}

function checkConsumer(field: Field, { resource, name, uid }: ResourceClaimConsumerReference): void {
  if (!resource) field.at("resource").required();
  if (!name) field.at("name").required();
  if (!uid) field.at("uid").required();
}

function checkAllocation(field: Field, { devices = {}, nodeSelector }: AllocationResult, names: ReadonlySet<string>): void {
  const at = field.at("devices");
  checkEach(at.at("results"), devices.results, mostRequests, (of, result) => checkResult(of, result, names));
  // Those of the claim, and those of the class.
  checkEach(at.at("config"), devices.config, 2 * mostConfigurations, (of, { source, requests, opaque }) => {
    checkChoice(of.at("source"), source, ["FromClaim", "FromClass"]);
    checkRequestNames(of.at("requests"), requests, names);
    checkConfiguration(of, opaque);
  });
  if (nodeSelector) checkNodeSelector(field.at("nodeSelector"), nodeSelector);
}

function checkResult(field: Field, result: DeviceRequestAllocationResult, names: ReadonlySet<string>): void {
  checkRequestName(field.at("request"), result.request ?? "", names);
  checkDeviceName(field, result);
  checkBindingConditions(field, result);
  if (result.shareID !== undefined) checkShareId(field.at("shareID"), result.shareID);
}

function checkDeviceName(field: Field, { driver, pool, device }: DeviceName): void {
  checkDriverName(field.at("driver"), driver);
  checkPoolName(field.at("pool"), pool);
  checkLabel(field.at("device"), device ?? "");
}

function checkDeviceStatus(field: Field, status: AllocatedDeviceStatus, allocated: ReadonlySet<string>): void {
  checkDeviceName(field, status);
  if (status.shareID !== undefined) checkShareId(field.at("shareID"), status.shareID);
  if (!allocated.has(deviceKey(status))) {
    const { driver, pool, device, shareID = "" } = status;
    field.invalid({ Driver: driver, Pool: pool, Device: device, ShareID: shareID }, "must be an allocated device in the claim");
  }
  const { conditions = [], data, networkData } = status;
  if (conditions.length > mostConditions) field.at("conditions").tooMany(conditions.length, mostConditions);
  checkConditions(field.at("conditions"), conditions);
  if (data !== undefined) checkFreeForm(field.at("data"), data);
  if (networkData) checkNetwork(field.at("networkData"), networkData);
}

function checkNetwork(field: Field, { interfaceName = "", hardwareAddress = "", ips }: NetworkDeviceData): void {
  if (byteLength(interfaceName) > 256) field.at("interfaceName").tooLong(256);
  if (byteLength(hardwareAddress) > 128) field.at("hardwareAddress").tooLong(128);
  checkSet(field.at("ips"), ips, mostAddresses, checkInterfaceAddress, (ip) => ip);
}
