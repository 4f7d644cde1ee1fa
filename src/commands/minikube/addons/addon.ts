/** What minikube can bring into a cluster: objects, applied as they are written. */
export interface Addon {
  readonly name: string;
  readonly images: readonly string[];
  /** Said when it is enabled. */
  readonly hint?: string;
  readonly manifest: string;
  /** What has to run before it is said to be enabled. */
  readonly ready?: { readonly namespace: string; readonly labels: string };
}
