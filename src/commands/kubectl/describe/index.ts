import type { Thing } from "../api/server.ts";
import { describeAutoscaler } from "./autoscaler.ts";
import { describeCertificateRequest } from "./certificate-request.ts";
import { describeConfigMap, describeSecret, describeServiceAccount } from "./config.ts";
import { describeDaemonSet, describeReplicationController, describeStatefulSet } from "./controllers.ts";
import { describeDeployment } from "./deployment.ts";
import { describeEndpointSlice, describeEndpoints, describeIpAddress, describeServiceCidr } from "./endpoints.ts";
import type { DescribeContext } from "./events.ts";
import { describeIngress, describeIngressClass } from "./ingress.ts";
import { describeCronJob, describeJob } from "./job.ts";
import { describeLimitRange, describeNamespace, describeQuota } from "./namespace.ts";
import { describeNetworkPolicy } from "./network-policy.ts";
import { describeNode } from "./node.ts";
import { describePod } from "./pod.ts";
import { describeDisruptionBudget, describePriorityClass } from "./policy.ts";
import { describeBinding, describeRole } from "./rbac.ts";
import { describeReplicaSet } from "./replica-set.ts";
import { describeService } from "./service.ts";
import {
  describeCsiNode,
  describePersistentVolume,
  describePersistentVolumeClaim,
  describeStorageClass,
  describeVolumeAttributesClass,
} from "./storage.ts";

export type Describer = (object: Thing, context: DescribeContext) => Promise<string>;

/** Kinds that are described in a way of their own, as `Kind` or `Kind.group`. */
export const describers: Readonly<Record<string, Describer>> = {
  "CertificateSigningRequest.certificates.k8s.io": describeCertificateRequest,
  "ClusterRole.rbac.authorization.k8s.io": describeRole,
  "ClusterRoleBinding.rbac.authorization.k8s.io": describeBinding,
  ConfigMap: describeConfigMap,
  "CronJob.batch": describeCronJob,
  "CSINode.storage.k8s.io": describeCsiNode,
  "DaemonSet.apps": describeDaemonSet,
  "Deployment.apps": describeDeployment,
  Endpoints: describeEndpoints,
  "EndpointSlice.discovery.k8s.io": describeEndpointSlice,
  "HorizontalPodAutoscaler.autoscaling": describeAutoscaler,
  "Ingress.networking.k8s.io": describeIngress,
  "IngressClass.networking.k8s.io": describeIngressClass,
  "IPAddress.networking.k8s.io": describeIpAddress,
  "Job.batch": describeJob,
  LimitRange: describeLimitRange,
  Namespace: describeNamespace,
  "NetworkPolicy.networking.k8s.io": describeNetworkPolicy,
  Node: describeNode,
  PersistentVolume: describePersistentVolume,
  PersistentVolumeClaim: describePersistentVolumeClaim,
  Pod: describePod,
  "PodDisruptionBudget.policy": describeDisruptionBudget,
  "PriorityClass.scheduling.k8s.io": describePriorityClass,
  "ReplicaSet.apps": describeReplicaSet,
  ReplicationController: describeReplicationController,
  ResourceQuota: describeQuota,
  "Role.rbac.authorization.k8s.io": describeRole,
  "RoleBinding.rbac.authorization.k8s.io": describeBinding,
  Secret: describeSecret,
  Service: describeService,
  ServiceAccount: describeServiceAccount,
  "ServiceCIDR.networking.k8s.io": describeServiceCidr,
  "StatefulSet.apps": describeStatefulSet,
  "StorageClass.storage.k8s.io": describeStorageClass,
  "VolumeAttributesClass.storage.k8s.io": describeVolumeAttributesClass,
};
