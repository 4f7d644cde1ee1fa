export { bare } from "./bare.ts";
export { envtest } from "./envtest.ts";
export { kubeadm1Node, kubeadm2Node, threeNode } from "./kubeadm.ts";
export { empty, minikube } from "./minikube.ts";
