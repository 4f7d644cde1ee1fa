import type { Thing } from "../api/server.ts";
import { describeConfigMap, describeSecret, describeServiceAccount } from "./config.ts";
import { describeDeployment } from "./deployment.ts";
import type { DescribeContext } from "./events.ts";
import { describeLimitRange, describeNamespace, describeQuota } from "./namespace.ts";
import { describeNode } from "./node.ts";
import { describePod } from "./pod.ts";
import { describeReplicaSet } from "./replica-set.ts";
import { describeService } from "./service.ts";

export type Describer = (object: Thing, context: DescribeContext) => Promise<string>;

/** Kinds that are described in a way of their own, as `Kind` or `Kind.group`. */
export const describers: Readonly<Record<string, Describer>> = {
  ConfigMap: describeConfigMap,
  "Deployment.apps": describeDeployment,
  LimitRange: describeLimitRange,
  Namespace: describeNamespace,
  Node: describeNode,
  Pod: describePod,
  "ReplicaSet.apps": describeReplicaSet,
  ResourceQuota: describeQuota,
  Secret: describeSecret,
  Service: describeService,
  ServiceAccount: describeServiceAccount,
};
