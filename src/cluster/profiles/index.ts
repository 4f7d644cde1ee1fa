export { bare } from "./bare.ts";
export { envtest } from "./envtest.ts";
export { empty, minikube } from "./minikube.ts";
