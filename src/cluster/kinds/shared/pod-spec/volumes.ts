import { quoted } from "#machinery/field-error.ts";
import { subdomainProblems } from "#machinery/names.ts";
import type { ObjectMeta, Volume } from "#machinery/types.ts";
import { checkLabel } from "../checks.ts";
import type { Field } from "../field.ts";
import { type SourceName, sourceChecks } from "./volume-sources.ts";

/** The volumes of a pod; gives those that containers may mount: in which nothing is wrong. `meta` is the pod's, and there is none in a template. */
export function checkVolumes(field: Field, volumes: readonly Volume[], meta: ObjectMeta | undefined): Map<string, Volume> {
  const podName = meta?.name ?? "";
  const made = new Set(podName ? volumes.filter((volume) => volume.ephemeral).map((volume) => `${podName}-${volume.name}`) : []);
  const good = new Map<string, Volume>();
  for (const [i, volume] of volumes.entries()) {
    const at = field.at(i);
    const before = at.count;
    checkSource(at, volume, meta);
    if (!volume.name) at.at("name").required();
    else checkLabel(at.at("name"), volume.name);
    if (good.has(volume.name)) at.at("name").duplicate(volume.name);
    if (at.count === before) good.set(volume.name, volume);

    const claim = volume.persistentVolumeClaim?.claimName;
    if (claim && made.has(claim))
      at.at("persistentVolumeClaim", "claimName").invalid(claim, "must not reference a PVC that gets created for an ephemeral volume");
  }
  return good;
}

/** Exactly one source: the first is looked at, every other is one too many. */
function checkSource(field: Field, volume: Volume, meta: ObjectMeta | undefined): void {
  const sources = sourceNames.filter((name) => volume[name] !== undefined);
  for (const [i, name] of sources.entries()) {
    if (i > 0) field.at(nameOfSecond[name] ?? name).forbidden("may not specify more than 1 volume type");
    else checkOne(field, volume, name, meta);
    if (name === "iscsi" && volume.iscsi?.initiatorName !== undefined && `${volume.name}:${volume.iscsi.targetPortal}`.length > 64) {
      const why = "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.";
      field.at("name").invalid(volume.name, why);
    }
  }
  if (sources.length === 0) field.required("must specify a volume type");
}

const sourceNames = Object.keys(sourceChecks) as SourceName[];

/** Two slips of the real server: so it names these where they are one too many, and a disk where it is looked at. */
const nameOfSecond: Partial<Record<SourceName, string>> = { cephfs: "cephFS", downwardAPI: "downwarAPI" };
const nameOfFirst: Partial<Record<SourceName, string>> = { gcePersistentDisk: "persistentDisk" };

function checkOne(field: Field, volume: Volume, name: SourceName, meta: ObjectMeta | undefined): void {
  const check = sourceChecks[name] as (field: Field, source: unknown, isPod: boolean) => void;
  check(field.at(nameOfFirst[name] ?? name), volume[name], meta !== undefined);
  if (name !== "ephemeral" || !meta?.name || !volume.name) return;
  const claim = `${meta.name}-${volume.name}`;
  for (const why of subdomainProblems(claim)) field.at("name").invalid(volume.name, `PVC name ${quoted(claim)}: ${why}`);
}
