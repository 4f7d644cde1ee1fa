import type { HttpRequest, HttpResponse } from "#base/http.ts";
import type { Random } from "#base/random.ts";
import type { Api, Connected } from "#machinery/client.ts";
import type { FieldSet } from "#machinery/field-set.ts";
import type { KubeletApi } from "#machinery/kubelet.ts";
import type { nameForms } from "#machinery/names.ts";
import type { GroupVersionKind, KubeObject } from "#machinery/object.ts";
import type { Schema } from "#machinery/schema.ts";
import type { FieldError } from "#machinery/status.ts";
import type { TableColumnDefinition, TableRowCondition } from "#machinery/table.ts";
import type { JSONSchemaProps } from "#machinery/types.ts";
import type { User } from "#machinery/user.ts";
import type { Tokens } from "./tokens.ts";

/**
 * What is true of one kind. Generic code reads the declaration and never asks which kind it has; what is left out has the usual value. A
 * CustomResourceDefinition makes the same declaration at run time.
 *
 * What may be mutated: `default` and the `prepare…` functions get objects that nobody else holds. Parts that an update left as they were are
 * those of the stored object, and frozen: they went through `default` when they were written, so filling in what is missing (`??=`) never
 * touches them; whoever changes them on purpose builds them anew by spreading.
 */
export interface Kind<T extends KubeObject = KubeObject> {
  group: string;
  version: string;
  kind: string;
  plural: string;
  /** `DeploymentList` for `Deployment`, unless said. */
  listKind?: string;
  /** The kind in lower case unless said. */
  singular?: string;
  shortNames?: readonly string[];
  categories?: readonly string[];
  scope: "Namespaced" | "Cluster";
  /** All eight unless said. */
  verbs?: readonly Verb[];
  docs?: string;
  /** Made of a CustomResourceDefinition. */
  custom?: boolean;
  /** The schema of a custom resource as its definition says it, for OpenAPI. */
  declared?: JSONSchemaProps | undefined;
  /** What every client of this version is told. */
  deprecated?: string;
  /** Of a custom resource; those of built-in kinds are known. */
  schema?: Schema;

  /**
   * `kubectl get`'s columns, in order. NAME is put before them unless there is one named `Name`, and AGE after the last that is always shown (priority 0),
   * unless there is one named `Age`; `bareColumns` puts nothing. Without columns a table has NAME and CREATED AT, as Kubernetes gives for kinds that nobody wrote a printer for.
   */
  columns?: readonly Column<T>[];
  bareColumns?: boolean;
  /** The `conditions` of the object's table row: pods that have completed. */
  rowConditions?(object: T): readonly TableRowCondition[] | undefined;

  /** The metadata where it is asked for alone, if not as it is in the object. */
  bareMetadata?(metadata: T["metadata"]): T["metadata"];

  /** Fills in what was left out, beyond the schema's defaults. Mutates. Parts that are still those of `old` have been through this. */
  default?(object: T, old?: T): void;
  /** What is wrong with the object, all of it, in the real one's order. `old` on update. Metadata is checked for every kind, before. */
  validate?(object: T, old: T | undefined, context: ValidateContext): Iterable<FieldError>;
  /** Fields that belong to nobody, whoever sends them, as managedFields write them: `{"f:spec": {}}`. Those of a status that is apart need not be said. */
  unowned?: FieldSet;
  /** A write of the status leaves the metadata as it was, whatever is sent. */
  statusAlone?: boolean;
  /** A delete's preconditions fail in the words of the storage: its kind deletes in its own way. */
  storagePreconditions?: boolean;
  /** In which order the rows of a table stand, where not by name. */
  rowOrder?(a: T, b: T): number;
  /** Finalizers of any form, not only those that are known or have a domain. */
  anyFinalizers?: boolean;
  /** An update looks at the whole object again, as a create does: what is wrong with its labels is said once more. */
  revalidatesMetadata?: boolean;
  /** How names must look: a DNS subdomain unless said. */
  name?: keyof typeof nameForms | ((text: string, prefix: boolean, object: T) => string[]);

  /** Before a create is validated: allocate, reset what clients may not set. Status is dropped already where there is a status subresource. */
  prepareCreate?(object: T, context: StrategyContext): void | Promise<void>;
  /** Before an update is validated, of the object itself and of its parts (`context.subresource`). Status is the old one already where there is a status subresource. */
  prepareUpdate?(object: T, old: T, context: StrategyContext): void | Promise<void>;
  /** After it was created or updated for good: adjust what belongs to it. */
  afterWrite?(object: T, old: T | undefined, context: StrategyContext): void | Promise<void>;
  /** After it was deleted: release what was allocated. */
  afterDelete?(object: T, context: StrategyContext): void | Promise<void>;
  /** Whether `spec` changes raise `metadata.generation`: yes where there are a spec and a status, unless said. A function tells whether two states differ in what counts. */
  generation?: boolean | ((object: T, old: T) => boolean);
  /** Whether a create that names a field of status keeps it; Kubernetes drops it wherever there is a status subresource. */
  status?: boolean;
  /** An update must name the version that it replaces (`metadata.resourceVersion: must be specified for an update`). */
  updateNeedsVersion?: boolean;
  /** A PUT of what is not there creates it. */
  createOnUpdate?: boolean;

  /** How long a delete lets the object live on, in seconds: pods. 0, or left out, is at once; undefined as answer too. */
  gracePeriod?(object: T, asked: number | undefined): number | undefined;
  /** What a delete without a word about dependents does with them: background unless said. `Unsupported` are those that own nothing, whatever is asked. */
  defaultPropagation?: "Orphan" | "Background" | "Unsupported";
  /** What a client that leaves it at that is told. */
  propagationWarning?: string;
  /** What holds an object that is to go, beside `metadata.finalizers`: a namespace's own finalizers. */
  heldBy?(object: T): readonly string[];
  /** The object as a delete marks it, beside its metadata: a namespace's phase. */
  terminating?(object: T): T;
  /** Why the object may not be deleted now, if so, as a thrown StatusError. */
  beforeDelete?(object: T, context: StrategyContext): void | Promise<void>;
  /** What a delete of an object that is gone at once answers: a Status, unless said. */
  deleteAnswers?: "Status" | "object";
  /** Objects vanish so many seconds after they were last written: events. */
  ttlSeconds?: number;
  /** What there is to say of an object that is written; of an update that changes nothing too. */
  warnings?(object: T, old: T | undefined, subresource: string): Iterable<string>;

  /** Field selectors beyond metadata.name and metadata.namespace; those marked `index` are found without a scan. */
  selectable?: Readonly<Record<string, { value: (object: T) => string; index?: boolean }>>;
  /** How a selector by another field is refused, where not in the usual words. */
  notSelectable?(path: string): string;
  /** Where objects are in etcd, under `/registry/`, where not under their plural: `services/specs`. */
  storedUnder?: string;
  /** The version that objects are stored in, where it is not this one: discovery tells of it. */
  storageVersion?: string;
  subresources?: readonly Subresource[];

  /** What the `scale` subresource shows and sets. */
  scale?: Scaling<T>;
  /** The kind is another view of objects that are stored as a kind of another group or version: events.k8s.io's Event, autoscaling/v1's HorizontalPodAutoscaler. */
  view?: View<T>;
  /** What a create gives, where nothing is stored: reviews. */
  answer?(object: T, context: StrategyContext): T | Promise<T>;
  /** The object as a client reads it at `now`, where what is stored says it shorter: heartbeats. Reads in the process give what is stored. */
  presented?(object: T, now: number, api: Api): T;
  /** Objects that are nowhere stored but seen: component statuses, metrics. */
  computed?(context: StrategyContext): readonly T[];
}

export interface Scaling<T extends KubeObject> {
  replicas(object: T): number;
  /** What was last observed. */
  current(object: T): number;
  /** As text: `app=web`. */
  selector(object: T): string;
  scaled(object: T, replicas: number): T;
}

/** Both ways between a view and what is stored; both give new objects, which may share parts with what they were made of. */
export interface View<T extends KubeObject> {
  /** As it is stored: group, version and plural. */
  of: { group: string; version: string; plural: string };
  read(stored: KubeObject): T;
  write(object: T): KubeObject;
}

export type Verb = "create" | "delete" | "deletecollection" | "get" | "list" | "patch" | "update" | "watch";

export const allVerbs: readonly Verb[] = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

export interface Column<T extends KubeObject> extends Partial<Omit<TableColumnDefinition, "name" | "type">> {
  name: string;
  type: TableColumnDefinition["type"];
  /** Rows have the cell, but no definition tells of it: so it is with the age of IPAddress. */
  undefined?: boolean;
  cell(object: T, now: number): unknown;
}

export interface ValidateContext {
  /** Which part is written: "" is the object itself. */
  subresource: string;
  api: Api;
}

export interface StrategyContext {
  subresource: string;
  /** What the API server itself may do: everything. */
  api: Api;
  kubelets: KubeletApi;
  now: number;
  random: Random;
  user: User;
  dryRun: boolean;
  /** Adds a Warning header to the answer. */
  warn(text: string): void;
}

/**
 * A subresource: a part of the object with the same kind (`part`), an action (`create`), or a connection (`connect`). The usual ones are in
 * `subresources/`, ready to be named in a declaration.
 */
export interface Subresource<T extends KubeObject = KubeObject> {
  name: string;
  verbs: readonly Verb[];
  /** What is sent and answered, where it is not the kind itself: Scale, Binding, Eviction. */
  sends?: GroupVersionKind;
  /** Older versions of that which are still taken. */
  aliases?: readonly string[];
  /** Refuses a query that cannot be read, before anybody looks whether the object is there. */
  checkQuery?(query: URLSearchParams): void;
  /** What is stored when `object` is written to this part: the old object but for what the part may change. */
  part?(object: T, old: T): T;
  /** Paths that this part may own in managedFields: `status`. */
  owns?: readonly string[];
  /** Whoever sends the whole object is noted for all that differs in it, though only the part is taken. */
  tracksWhole?: boolean;
  /** Fills in what was left out of what is sent to `create`. */
  default?(sent: KubeObject): void;
  create?(object: T | undefined, sent: KubeObject, context: SubresourceContext): Promise<KubeObject>;
  /** Whether a path may follow it: what is asked of whoever is behind a proxy. Then any method will do, too. */
  takesPath?: boolean;
  /** The object's name in what stands in the URL, where more may stand there: `http:web:80`. */
  nameOf?(text: string): string;
  connect?(object: T, request: ConnectRequest, context: SubresourceContext): Promise<HttpResponse | Connected>;
}

export interface SubresourceContext extends StrategyContext {
  name: string;
  namespace: string;
  kubelets: KubeletApi;
  tokens: Tokens;
  /** Stores what this subresource makes of the object. */
  write(object: KubeObject): Promise<KubeObject>;
}

export interface ConnectRequest {
  /** What stands in the URL as the object's name. */
  name: string;
  /** What follows the subresource, as it was sent: `/index.html`, or nothing. */
  rest: string;
  /** The whole URL as it was sent. */
  original: string;
  /** Its URL is what follows the subresource, with the query: `/index.html?x=1`. */
  http: HttpRequest;
  query: URLSearchParams;
}

export const defineKind = <T extends KubeObject>(kind: Kind<T>): Kind => kind as unknown as Kind;

/** For subresources that belong to one kind. */
export const defineSubresource = <T extends KubeObject>(subresource: Subresource<T>): Subresource => subresource as unknown as Subresource;
