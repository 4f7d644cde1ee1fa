import { subdomainProblems } from "#machinery/names.ts";
import { compareQuantities, quantity, zero } from "#machinery/quantity.ts";
import type { Volume } from "#machinery/types.ts";
import { checkClaimTemplate } from "../claim.ts";
import type { Field } from "../field.ts";
import { checkDriverName } from "../storage.ts";
import * as shared from "../volume-source-checks.ts";
import { checkPullPolicy } from "./containers.ts";
import { checkDescending } from "./paths.ts";
import { checkProjected } from "./projected.ts";
import { checkDownwardFile, checkItem, checkMode } from "./volume-files.ts";

export type SourceName = Exclude<keyof Volume, "name">;

type Check<N extends SourceName> = (field: Field, source: NonNullable<Volume[N]>, isPod: boolean) => void;
const needs =
  <T extends object>(...parts: (keyof T & string)[]) =>
  (field: Field, source: T): void => {
    for (const part of parts) if (!source[part]) field.at(part).required();
  };

/** What each source needs, in the order in which they are looked at. */
export const sourceChecks: { readonly [N in SourceName]: Check<N> } = {
  emptyDir: checkEmptyDir,
  hostPath: shared.checkHostPath,
  gitRepo: checkGitRepo,
  gcePersistentDisk: shared.checkGceDisk,
  awsElasticBlockStore: shared.checkAwsDisk,
  secret: checkSecret,
  nfs: shared.checkNfs,
  iscsi: (field, iscsi) => shared.checkIscsi(field, iscsi, " starting with iqn, eui, or naa"),
  glusterfs: needs("endpoints", "path"),
  flocker: shared.checkFlocker,
  persistentVolumeClaim: needs("claimName"),
  rbd: shared.checkRbd,
  cinder: (field, cinder) => shared.checkCinder(field, cinder, false),
  cephfs: shared.checkCephFs,
  quobyte: shared.checkQuobyte,
  downwardAPI: checkDownward,
  fc: shared.checkFibreChannel,
  flexVolume: shared.checkFlexVolume,
  configMap: checkConfigMap,
  azureFile: needs("secretName", "shareName"),
  vsphereVolume: needs("volumePath"),
  photonPersistentDisk: needs("pdID"),
  portworxVolume: needs("volumeID"),
  azureDisk: shared.checkAzureDisk,
  storageos: (field, storageos) => shared.checkStorageOs(field, storageos, false),
  projected: checkProjected,
  scaleIO: shared.checkScaleIo,
  csi: checkCsi,
  ephemeral: checkEphemeral,
  image: checkImage,
};

function checkEmptyDir(field: Field, { sizeLimit }: NonNullable<Volume["emptyDir"]>): void {
  if (sizeLimit !== undefined && compareQuantities(quantity(sizeLimit), zero) < 0)
    field.at("sizeLimit").forbidden("SizeLimit field must be a valid resource quantity");
}

function checkGitRepo(field: Field, { repository, directory = "" }: NonNullable<Volume["gitRepo"]>): void {
  if (!repository) field.at("repository").required();
  checkDescending(field.at("directory"), directory);
}

function checkSecret(field: Field, { secretName, defaultMode, items = [] }: NonNullable<Volume["secret"]>): void {
  if (!secretName) field.at("secretName").required();
  checkMode(field.at("defaultMode"), defaultMode);
  for (const [i, item] of items.entries()) checkItem(field.at("items", i), item);
}

function checkConfigMap(field: Field, { name, defaultMode, items = [] }: NonNullable<Volume["configMap"]>): void {
  if (!name) field.at("name").required();
  checkMode(field.at("defaultMode"), defaultMode);
  for (const [i, item] of items.entries()) checkItem(field.at("items", i), item);
}

function checkDownward(field: Field, { defaultMode, items = [] }: NonNullable<Volume["downwardAPI"]>): void {
  checkMode(field.at("defaultMode"), defaultMode);
  // The real server does not say which of the files it means.
  for (const file of items) checkDownwardFile(field, file);
}

function checkCsi(field: Field, { driver, nodePublishSecretRef }: NonNullable<Volume["csi"]>): void {
  checkDriverName(field.at("driver"), driver);
  if (!nodePublishSecretRef) return;
  const { name } = nodePublishSecretRef;
  if (!name) field.at("nodePublishSecretRef", "name").required();
  else field.at("name").problems(name, subdomainProblems(name));
}

function checkEphemeral(field: Field, { volumeClaimTemplate }: NonNullable<Volume["ephemeral"]>): void {
  if (!volumeClaimTemplate) field.at("volumeClaimTemplate").required();
  else checkClaimTemplate(field.at("volumeClaimTemplate"), volumeClaimTemplate);
}

function checkImage(field: Field, { reference, pullPolicy }: NonNullable<Volume["image"]>, isPod: boolean): void {
  if (isPod && !reference) field.at("reference").required();
  checkPullPolicy(field.at("pullPolicy"), pullPolicy);
}
