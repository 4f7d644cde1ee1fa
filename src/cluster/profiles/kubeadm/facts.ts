import { images as known, kubernetes } from "../minikube/facts.ts";

/** What several of the profiles' objects name. */
export const address = "172.30.1.2";
export const port = 6443;
export { kubernetes };

const { storageProvisioner: _, ...rest } = known;
export const images = { ...rest, localPathProvisioner: "docker.io/rancher/local-path-provisioner:v0.0.32" };
