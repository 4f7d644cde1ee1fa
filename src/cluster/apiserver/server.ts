import type { Clock } from "#base/clock.ts";
import type { HttpRequest, HttpResponse } from "#base/http.ts";
import type { Random } from "#base/random.ts";
import type { Tasks } from "#base/tasks.ts";
import type { Entry, Store } from "#cluster/store/store.ts";
import type { Api, Client, Connected } from "#machinery/client.ts";
import type { KubeletApi } from "#machinery/kubelet.ts";
import { component, type User } from "#machinery/user.ts";
import { Admission } from "./admission/admission.ts";
import { plugins } from "./admission/index.ts";
import { authorize } from "./authorization/authorize.ts";
import { Authorizer } from "./authorization/authorizer.ts";
import type { Core } from "./core.ts";
import { Definitions } from "./custom/definitions.ts";
import { Dependents } from "./dependents.ts";
import { Discovery } from "./discovery/discovery.ts";
import { Router } from "./http/router.ts";
import type { Kind } from "./kind.ts";
import { LocalApi } from "./local-api.ts";
import { OpenApi } from "./openapi/openapi.ts";
import type { FieldDocs } from "./openapi/schemas.ts";
import { otherPaths } from "./other-paths.ts";
import { Registry } from "./registry.ts";
import { accessReviews } from "./reviews/access.ts";
import { identityReviews } from "./reviews/identity.ts";
import { Tokens } from "./tokens.ts";
import { statusApplier } from "./upkeep/status-applier.ts";
import { startUpkeep } from "./upkeep/upkeep.ts";

export interface ApiServerOptions {
  store: Store;
  clock: Clock;
  random: Random;
  tasks: Tasks;
  /** What is served, in the order of discovery. */
  kinds: readonly Kind[];
  /** Kinds that are served while the APIService of their group is available. */
  aggregated?: readonly Kind[];
  /** Where a pod's logs, commands and ports are. */
  kubelets: KubeletApi;
  /** Whether something lies in the store otherwise than it would be written now, though it is the same: it is written again then. */
  isStale?: (entry: Entry) => boolean;
  /** Where clients reach it, as discovery says: `192.168.49.2:8443`. */
  address?: string;
  /** What is said of fields in prose: `kubectl explain`. Asked for when somebody reads the API's description. */
  docs?: () => Promise<FieldDocs>;
}

export interface ApiServer {
  /** The API for somebody in the same process; `manager` is what managedFields calls them: the user's name unless said. */
  api(user: User, manager?: string): Api;
  /** The API for a command that speaks HTTP. */
  client(user: User): Client;
  fetch(request: HttpRequest, user: User): Promise<HttpResponse>;
  connect(request: HttpRequest, user: User): Promise<Connected | HttpResponse>;
  /** The tokens of service accounts. */
  readonly tokens: Tokens;
  readonly registry: Registry;
}

/** An API server over a store: the hub of a cluster. */
export function apiServer(options: ApiServerOptions): ApiServer {
  const { store, address = "127.0.0.1:6443" } = options;
  const registry = new Registry(store, options.kinds);
  const dependents = new Dependents(store);
  const localApi = (user: User, manager: string): Api =>
    new LocalApi(() => core, dependents, { user, manager, dryRun: false, unheard: true, warn: () => {} });
  const self = component("system:apiserver");
  const system = localApi(self, "kube-apiserver");
  const tokens = new Tokens(store, options.clock, options.random, system);
  const core: Core = {
    ...options,
    address,
    registry,
    admission: new Admission(plugins),
    api: system,
    tokens,
  };
  const authorizer = new Authorizer(system);
  for (const kind of [...accessReviews(authorizer), ...identityReviews(tokens)]) registry.add(kind);
  new Definitions({ registry, api: system, clock: options.clock, tasks: options.tasks });
  const discovery = new Discovery(registry, address);
  const openApi = new OpenApi(registry, discovery, options.docs ?? (async () => ({})));
  const router = new Router(core, (request) => authorize(authorizer, request), otherPaths(core, discovery, openApi));
  startUpkeep({ ...options, registry, api: system, applyStatus: statusApplier(registry, (request) => router.fetch(request, self)) });
  return {
    registry,
    api: (user, manager = user.name.replace(/^system:/, "")) => localApi(user, manager),
    client: (user) => ({ fetch: (request) => router.fetch(request, user), connect: (request) => router.connect(request, user) }),
    fetch: (request, user) => router.fetch(request, user),
    connect: (request, user) => router.connect(request, user),
    tokens,
  };
}
