export { namespaceLifecycle } from "./namespace-lifecycle.ts";
