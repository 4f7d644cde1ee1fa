import type { PersistentVolumeClaim, PersistentVolumeClaimSpec } from "#machinery/types.ts";
import { checkImmutable, same } from "../../shared/checks.ts";
import { differenceText } from "../../shared/difference.ts";
import type { Field } from "../../shared/field.ts";
import { compare } from "../../shared/quantities.ts";

/** The class of a claim, as claims of long ago named it. */
export const classAnnotation = "volume.beta.kubernetes.io/storage-class";

/** A claim that has a volume can ask for more, and for other attributes; everything else stays. */
export function checkClaimChanges(field: Field, claim: PersistentVolumeClaim, old: PersistentVolumeClaim): void {
  const { spec } = claim;
  const [annotation, before] = [claim.metadata.annotations?.[classAnnotation], old.metadata.annotations?.[classAnnotation]];
  const moves = movesClass(claim, old);
  if (!moves && annotation !== before)
    field
      .at("metadata", "annotations")
      .key(classAnnotation)
      .invalid(annotation ?? "", "field is immutable");

  const [now, then] = [comparable(claim, old, moves), { ...old.spec, ...(old.spec.volumeName ? {} : { volumeName: spec.volumeName }) }];
  if (!same(now, then))
    field
      .at("spec")
      .forbidden(
        `spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n${differenceText("core.PersistentVolumeClaimSpec", now, then)}`,
      );

  const size = spec.resources?.requests?.storage;
  if (compare(size, old.spec.resources?.requests?.storage) < 0 && compare(size, old.status?.capacity?.storage) <= 0)
    field.at("spec", "resources", "requests", "storage").forbidden("field can not be less than status.capacity");
  checkImmutable(field.at("volumeMode"), spec.volumeMode, old.spec.volumeMode);
  checkAttributes(field.at("spec", "volumeAttributesClassName"), claim, old);
}

/** The class moves from the annotation to the field. */
function movesClass({ metadata, spec }: PersistentVolumeClaim, old: PersistentVolumeClaim): boolean {
  const before = old.metadata.annotations?.[classAnnotation];
  const annotation = metadata.annotations?.[classAnnotation];
  return (
    before !== undefined &&
    old.spec.storageClassName === undefined &&
    spec.storageClassName === before &&
    (annotation === undefined || annotation === before)
  );
}

/** The spec with what may change as it was. */
function comparable(claim: PersistentVolumeClaim, old: PersistentVolumeClaim, moves: boolean): PersistentVolumeClaimSpec {
  const { storageClassName, volumeAttributesClassName, ...rest } = claim.spec;
  const annotation = old.metadata.annotations?.[classAnnotation];
  const getsClass =
    storageClassName !== undefined && old.spec.storageClassName === undefined && (annotation === undefined || annotation === storageClassName);
  const bound = claim.status?.phase === "Bound";
  const requests = rest.resources?.requests;
  const className = moves || getsClass ? old.spec.storageClassName : storageClassName;
  const attributes = bound ? old.spec.volumeAttributesClassName : volumeAttributesClassName;
  return {
    ...rest,
    ...(className === undefined ? {} : { storageClassName: className }),
    ...(attributes === undefined ? {} : { volumeAttributesClassName: attributes }),
    ...(bound && requests
      ? { resources: { ...rest.resources, requests: { ...requests, storage: old.spec.resources?.requests?.storage ?? "0" } } }
      : {}),
  };
}

function checkAttributes(field: Field, { spec }: PersistentVolumeClaim, old: PersistentVolumeClaim): void {
  const now = spec.volumeAttributesClassName;
  if (now === old.spec.volumeAttributesClassName || old.status?.currentVolumeAttributesClassName === undefined) return;
  if (now === undefined) field.forbidden("update to nil is forbidden when status.currentVolumeAttributesClassName is not nil");
  else if (now === "") field.forbidden("update to empty string is forbidden when status.currentVolumeAttributesClassName is not nil");
}
