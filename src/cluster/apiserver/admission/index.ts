// In the order in which the real server asks them.
export { namespaceLifecycle } from "./namespace-lifecycle.ts";
export { serviceAccount } from "./service-account.ts";
export { taintNodesByCondition } from "./taint-nodes-by-condition.ts";
export { priority } from "./priority.ts";
export { defaultTolerationSeconds } from "./default-toleration-seconds.ts";
export { defaultStorageClass } from "./default-class.ts";
export { storageObjectInUseProtection } from "./storage-object-in-use-protection.ts";
export { runtimeClass } from "./runtime-class.ts";
export { defaultIngressClass } from "./default-class.ts";
