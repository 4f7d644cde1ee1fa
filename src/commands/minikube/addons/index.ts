export { dashboardAddon } from "./dashboard.ts";
export { ingressAddon } from "./ingress.ts";
export { metricsServerAddon } from "./metrics-server.ts";
export { registryAddon } from "./registry.ts";
export { defaultStorageClassAddon, storageProvisionerAddon } from "./storage.ts";
