import type { Container, EphemeralContainer, VolumeMount } from "#machinery/types.ts";
import type { Field } from "../field.ts";
import type { PodContext } from "./containers.ts";
import { checkDescending } from "./paths.ts";

type AnyContainer = Container | EphemeralContainer;

export function checkVolumeMounts(field: Field, container: AnyContainer, { volumes }: PodContext): void {
  const devices = container.volumeDevices ?? [];
  const taken = new Set<string>();
  for (const [i, mount] of (container.volumeMounts ?? []).entries()) {
    const at = field.at(i);
    const { name = "", mountPath = "" } = mount;
    if (!name) at.at("name").required();
    if (!volumes.has(name)) at.at("name").notFound(name);
    if (!mountPath) at.at("mountPath").required();
    if (taken.has(mountPath)) at.at("mountPath").invalid(mountPath, "must be unique");
    taken.add(mountPath);
    if (devices.some((device) => device.name === name)) at.at("name").invalid(name, "must not already exist in volumeDevices");
    if (devices.some((device) => device.devicePath === mountPath))
      at.at("mountPath").invalid(mountPath, "must not already exist as a path in volumeDevices");

    if (mount.subPath) checkDescending(field.at("subPath"), mount.subPath);
    if (mount.subPathExpr) {
      if (mount.subPath) at.at("subPathExpr").invalid(mount.subPathExpr, "subPathExpr and subPath are mutually exclusive");
      checkDescending(field.at("subPathExpr"), mount.subPathExpr);
    }
    checkPropagation(field.at("mountPropagation"), mount, container);
    checkRecursiveReadOnly(field.at("recursiveReadOnly"), mount);
  }
}

function checkPropagation(field: Field, { mountPropagation }: VolumeMount, container: AnyContainer): void {
  if (mountPropagation === undefined) return;
  const known = ["Bidirectional", "HostToContainer", "None"];
  if (!known.includes(mountPropagation)) field.notSupported(mountPropagation, known);
  if (mountPropagation === "Bidirectional" && !container.securityContext?.privileged)
    field.forbidden("Bidirectional mount propagation is available only to privileged containers");
}

function checkRecursiveReadOnly(field: Field, { recursiveReadOnly, readOnly, mountPropagation }: VolumeMount): void {
  if (recursiveReadOnly === undefined || recursiveReadOnly === "Disabled") return;
  if (recursiveReadOnly !== "Enabled" && recursiveReadOnly !== "IfPossible") {
    field.notSupported(recursiveReadOnly, ["Disabled", "Enabled", "IfPossible"]);
    return;
  }
  if (!readOnly) field.forbidden("may only be specified when readOnly is true");
  if (mountPropagation !== undefined && mountPropagation !== "None")
    field.forbidden("may only be specified when mountPropagation is None or not specified");
}

export function checkVolumeDevices(field: Field, container: AnyContainer, { volumes }: PodContext): void {
  const mounts = container.volumeMounts ?? [];
  const names = new Set<string>();
  const paths = new Set<string>();
  for (const [i, { name = "", devicePath = "" }] of (container.volumeDevices ?? []).entries()) {
    const at = field.at(i);
    const volume = volumes.get(name);
    if (!name) at.at("name").required();
    if (names.has(name)) at.at("name").invalid(name, "must be unique");
    if (volume && !volume.persistentVolumeClaim && !volume.ephemeral)
      at.at("name").invalid(name, "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode");
    if (!volume) at.at("name").notFound(name);
    if (!devicePath) at.at("devicePath").required();
    if (paths.has(devicePath)) at.at("devicePath").invalid(devicePath, "must be unique");
    if (devicePath.split("/").includes("..")) at.at("devicePath").invalid(devicePath, "can not contain backsteps ('..')");
    else paths.add(devicePath);
    if (mounts.some((mount) => mount.name === name)) at.at("name").invalid(name, "must not already exist in volumeMounts");
    if (mounts.some((mount) => mount.mountPath === devicePath))
      at.at("devicePath").invalid(devicePath, "must not already exist as a path in volumeMounts");
    if (name) names.add(name);
  }
}
