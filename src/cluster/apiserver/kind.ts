import type { Random } from "#base/random.ts";
import type { Api } from "#machinery/client.ts";
import type { KubeObject } from "#machinery/object.ts";
import type { FieldError } from "#machinery/status.ts";
import type { TableColumnDefinition, TableRowCondition } from "#machinery/table.ts";
import type { User } from "#machinery/user.ts";

/**
 * What is true of one kind. Generic code reads the declaration and never asks which kind it has; what is left out has the usual value. A
 * CustomResourceDefinition makes the same declaration at run time.
 */
export interface Kind<T extends KubeObject = KubeObject> {
  group: string;
  version: string;
  kind: string;
  plural: string;
  /** The kind in lower case unless said. */
  singular?: string;
  shortNames?: readonly string[];
  categories?: readonly string[];
  scope: "Namespaced" | "Cluster";
  /** All eight unless said. */
  verbs?: readonly Verb[];
  docs?: string;

  /**
   * `kubectl get`'s columns, in order. NAME is put before them, and AGE after the last that is always shown (priority 0), unless there is one named
   * `Age`; `bareColumns` puts nothing. Without columns a table has NAME and CREATED AT, as Kubernetes gives for kinds that nobody wrote a printer for.
   */
  columns?: readonly Column<T>[];
  bareColumns?: boolean;
  /** The `conditions` of the object's table row: pods that have completed. */
  rowConditions?(object: T): readonly TableRowCondition[] | undefined;

  /** Fills in what was left out, beyond the schema's defaults. Mutates the decoded object. */
  default?(object: T): void;
  /** What is wrong with the object, all of it, in the real one's order. `old` on update. Metadata is checked for every kind. */
  validate?(object: T, old: T | undefined, context: ValidateContext): Iterable<FieldError>;
  /** How names must look: a DNS subdomain unless said. */
  name?: "subdomain" | "label" | "label1035" | "path" | "any";

  /** Before a create is validated: allocate, reset what clients may not set. Status is dropped already where there is a status subresource. */
  prepareCreate?(object: T, context: StrategyContext): void | Promise<void>;
  prepareUpdate?(object: T, old: T, context: StrategyContext): void | Promise<void>;
  /** After it was deleted: release what was allocated. */
  afterDelete?(object: T, context: StrategyContext): void | Promise<void>;
  /** Whether `spec` changes raise `metadata.generation`: yes where there is a spec, unless said. */
  generation?: boolean;
  /** Whether a create that names a field of status keeps it; Kubernetes drops it wherever there is a status subresource. */
  status?: boolean;
  /** How long a delete without options lets the object live on, in seconds: pods. 0 is at once. */
  gracePeriod?(object: T, asked: number | undefined): number | undefined;
  warnings?(object: T, old: T | undefined): Iterable<string>;

  /** Field selectors beyond metadata.name and metadata.namespace; those marked `index` are found without a scan. */
  selectable?: Readonly<Record<string, { value: (object: T) => string; index?: boolean }>>;
  subresources?: readonly Subresource<T>[];
  /** What the `scale` subresource shows and sets. */
  scale?: Scaling<T>;
  /** The kind is another view of objects that are stored as a kind of another group or version: events.k8s.io's Event, autoscaling/v1's HorizontalPodAutoscaler. */
  view?: View<T>;
}

export interface Scaling<T extends KubeObject> {
  replicas(object: T): number;
  /** What was last observed. */
  current(object: T): number;
  /** As text: `app=web`. */
  selector(object: T): string;
  scaled(object: T, replicas: number): T;
}

/** Both ways between a view and what is stored; both give new objects. */
export interface View<T extends KubeObject> {
  /** As it is stored: group, version and plural. */
  of: { group: string; version: string; plural: string };
  read(stored: KubeObject): T;
  write(object: T): KubeObject;
}

export type Verb = "create" | "delete" | "deletecollection" | "get" | "list" | "patch" | "update" | "watch";

export interface Column<T extends KubeObject> extends Partial<Omit<TableColumnDefinition, "name" | "type">> {
  name: string;
  type: TableColumnDefinition["type"];
  cell(object: T, now: number): unknown;
}

export interface ValidateContext {
  /** Which part is written: "" is the object itself. */
  subresource: string;
  api: Api;
}

export interface StrategyContext {
  subresource: string;
  api: Api;
  now: number;
  random: Random;
  user: User;
  dryRun: boolean;
}

/** `status` is the same object with all but the status kept; others say what they do. */
export interface Subresource<T extends KubeObject> {
  name: string;
  verbs: readonly string[];
  /** What is sent and answered, where it is not the kind itself: Scale, Binding, Eviction. */
  sends?: { group: string; version: string; kind: string };
  run?: unknown;
  of?: T;
}

export const defineKind = <T extends KubeObject>(kind: Kind<T>): Kind => kind as unknown as Kind;
