// In the order in which the real server asks them.

export { defaultIngressClass, defaultStorageClass } from "./default-class.ts";
export { defaultTolerationSeconds } from "./default-toleration-seconds.ts";
export { namespaceLifecycle } from "./namespace-lifecycle.ts";
export { priority } from "./priority.ts";
export { runtimeClass } from "./runtime-class.ts";
export { serviceAccount } from "./service-account.ts";
export { storageObjectInUseProtection } from "./storage-object-in-use-protection.ts";
export { taintNodesByCondition } from "./taint-nodes-by-condition.ts";
