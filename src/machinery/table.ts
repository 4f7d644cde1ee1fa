import type { KubeObject } from "./object.ts";

/** What `kubectl get` asks for: `meta.k8s.io/v1` Table. */
export interface Table {
  kind: "Table";
  apiVersion: "meta.k8s.io/v1";
  metadata: { resourceVersion?: string; continue?: string; remainingItemCount?: number };
  columnDefinitions: TableColumnDefinition[];
  rows: TableRow[];
}

export interface TableColumnDefinition {
  name: string;
  type: "string" | "integer" | "number" | "boolean" | "date";
  format: string;
  description: string;
  /** 0 is always shown, more only with `-o wide`. */
  priority: number;
}

export interface TableRow {
  cells: unknown[];
  object: KubeObject;
  conditions?: readonly TableRowCondition[];
}

export interface TableRowCondition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}
