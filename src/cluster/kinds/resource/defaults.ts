import { formatTime } from "#machinery/time.ts";
import type { Device, DeviceClaim, DeviceSubRequest, ExactDeviceRequest } from "#machinery/types.ts";

/** One device, where a request does not say how many. */
export function defaultDeviceRequests(claim: DeviceClaim | undefined): void {
  for (const request of claim?.requests ?? []) {
    if (request.exactly) defaultRequest(request.exactly);
    for (const alternative of request.firstAvailable ?? []) defaultRequest(alternative);
  }
}

function defaultRequest(request: ExactDeviceRequest | DeviceSubRequest): void {
  request.allocationMode ||= "ExactCount";
  if (request.allocationMode === "ExactCount") request.count ||= 1;
  for (const toleration of request.tolerations ?? []) toleration.operator ||= "Equal";
}

/** Devices whose taints say since when, which is from now on unless said. */
export const withTaintTimes = (devices: readonly Device[] | undefined, now: number): Device[] | undefined =>
  devices?.map((device) =>
    device.taints ? { ...device, taints: device.taints.map((taint) => ({ ...taint, timeAdded: taint.timeAdded ?? formatTime(now) })) } : device,
  );
