import type { Controller, FreeController } from "#machinery/controller.ts";
import { clusterRoleAggregationController } from "./cluster-role-aggregation.ts";
import { cronJobController } from "./cron-job.ts";
import { csrApprovingController } from "./csr-approving.ts";
import { csrCleaner } from "./csr-cleaner.ts";
import { csrSigningController } from "./csr-signing.ts";
import { daemonSetController } from "./daemon-set.ts";
import { deploymentController } from "./deployment.ts";
import { disruptionController } from "./disruption.ts";
import { endpointSliceController } from "./endpoint-slice.ts";
import { endpointSliceMirroringController } from "./endpoint-slice-mirroring.ts";
import { endpointsController } from "./endpoints.ts";
import { ephemeralVolumeController } from "./ephemeral-volume.ts";
import { garbageCollector } from "./garbage-collector.ts";
import { horizontalPodAutoscalerController } from "./horizontal-pod-autoscaler.ts";
import { ingressStatusController } from "./ingress-status.ts";
import { jobOrphans } from "./job/orphans.ts";
import { jobController } from "./job.ts";
import { namespaceController } from "./namespace.ts";
import { nodeIpamController } from "./node-ipam.ts";
import { nodeLifeCycleController, nodeRegistrar } from "./node-life-cycle.ts";
import { persistentVolumeController } from "./persistent-volume.ts";
import { persistentVolumeClaimController } from "./persistent-volume-claim.ts";
import { podGarbageCollector } from "./pod-garbage-collector.ts";
import { provisionerController } from "./provisioner.ts";
import { pvProtectionController } from "./pv-protection.ts";
import { pvcProtectionController } from "./pvc-protection.ts";
import { replicaSetController } from "./replica-set.ts";
import { replicationController } from "./replication-controller.ts";
import { resourceQuotaController } from "./resource-quota.ts";
import { rootCaController } from "./root-ca.ts";
import { serviceAccountController } from "./service-account.ts";
import { statefulSetController } from "./stateful-set.ts";
import { taintEvictionController } from "./taint-eviction.ts";
import { ttlController } from "./ttl.ts";
import { ttlAfterFinishedController } from "./ttl-after-finished.ts";
import { volumeExpansionController } from "./volume-expansion.ts";

/** The controllers of kube-controller-manager. */
export const controllers: readonly (Controller | FreeController)[] = [
  namespaceController,
  serviceAccountController,
  rootCaController,
  nodeIpamController,
  ttlController,
  nodeLifeCycleController,
  nodeRegistrar,
  taintEvictionController,
  podGarbageCollector,
  deploymentController,
  replicaSetController,
  replicationController,
  daemonSetController,
  statefulSetController,
  jobController,
  jobOrphans,
  cronJobController,
  ttlAfterFinishedController,
  horizontalPodAutoscalerController,
  // Those who know better about their own come first.
  garbageCollector,
  disruptionController,
  endpointsController,
  endpointSliceController,
  endpointSliceMirroringController,
  resourceQuotaController,
  persistentVolumeClaimController,
  persistentVolumeController,
  provisionerController,
  ephemeralVolumeController,
  pvcProtectionController,
  pvProtectionController,
  volumeExpansionController,
  clusterRoleAggregationController,
  csrApprovingController,
  csrSigningController,
  csrCleaner,
  ingressStatusController,
];
