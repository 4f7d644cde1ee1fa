/** A text further in. */
export const indented = (text: string, spaces: number): string => text.replace(/^(?=.)/gm, " ".repeat(spaces));

/** An entry of `containers`, and what is in it beyond name and image. */
export function container(name: string, image: string, more = ""): string {
  return `- name: ${name}\n  image: ${image}${more && `\n${indented(more, 2)}`}`;
}

export interface Metadata {
  namespace?: string;
  labels?: string;
  annotations?: string;
}

export interface PodExtras extends Metadata {
  /** What stands in the spec before the containers, and behind them. */
  before?: string;
  spec?: string;
}

export function metadata(name: string, { namespace, labels, annotations }: Metadata = {}): string {
  const parts = [`name: ${name}`];
  if (namespace) parts.push(`namespace: ${namespace}`);
  if (labels) parts.push(`labels:\n${indented(labels, 2)}`);
  if (annotations) parts.push(`annotations:\n${indented(annotations, 2)}`);
  return `metadata:\n${indented(parts.join("\n"), 2)}`;
}

/** The spec of a pod, not indented. */
export function podSpec(containers: string, { before, spec }: PodExtras = {}): string {
  return [before, `containers:\n${containers}`, spec].filter(Boolean).join("\n");
}

export function pod(name: string, containers: string, extras: PodExtras = {}): string {
  return `apiVersion: v1\nkind: Pod\n${metadata(name, extras)}\nspec:\n${indented(podSpec(containers, extras), 2)}\n`;
}

export interface WorkloadExtras extends PodExtras {
  kind?: string;
  replicas?: number;
  /** Labels that select its pods. */
  app: string;
  /** Of the workload's own spec, before the template. */
  own?: string;
}

/** A workload of `apps/v1` with a selector and a template. */
export function workload(name: string, containers: string, extras: WorkloadExtras): string {
  const { kind = "Deployment", replicas, app, own } = extras;
  const parts = [`selector:\n  matchLabels:\n${indented(app, 4)}`];
  if (replicas !== undefined) parts.push(`replicas: ${replicas}`);
  if (own) parts.push(own);
  parts.push(`template:\n  metadata:\n    labels:\n${indented(app, 6)}\n  spec:\n${indented(podSpec(containers, extras), 4)}`);
  return `apiVersion: apps/v1\nkind: ${kind}\n${metadata(name, extras)}\nspec:\n${indented(parts.join("\n"), 2)}\n`;
}

export interface ServiceExtras extends Metadata {
  type?: string;
  selector: string;
  ports: string;
  headless?: boolean;
}

export function service(name: string, extras: ServiceExtras): string {
  const { type, selector, ports, headless } = extras;
  const parts = [`ports:\n${ports}`];
  if (headless) parts.push("clusterIP: None");
  parts.push(`selector:\n${indented(selector, 2)}`);
  if (type) parts.push(`type: ${type}`);
  return `apiVersion: v1\nkind: Service\n${metadata(name, extras)}\nspec:\n${indented(parts.join("\n"), 2)}\n`;
}

export function claim(name: string, storage: string, labels?: string): string {
  return `apiVersion: v1\nkind: PersistentVolumeClaim\n${metadata(name, labels ? { labels } : {})}\nspec:\n  accessModes:\n    - ReadWriteOnce\n  resources:\n    requests:\n      storage: ${storage}\n`;
}

/** Several manifests in one file. */
export const together = (...manifests: readonly string[]): string => manifests.join("---\n");
