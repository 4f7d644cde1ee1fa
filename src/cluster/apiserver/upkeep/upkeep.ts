import type { Clock } from "#base/clock.ts";
import type { Tasks } from "#base/tasks.ts";
import type { Store } from "#cluster/store/store.ts";
import type { Api } from "#machinery/client.ts";
import type { KubeObject } from "#machinery/object.ts";
import type { Kind } from "../kind.ts";
import type { Registry } from "../registry.ts";
import { apiServices, endpointSlices, keepApiServices } from "./api-services.ts";
import { Expiry } from "./expiry.ts";
import { flowSchemas, keepFlowSchemas, priorityLevels } from "./flow-schemas.ts";
import { definitions, keepRegistrations } from "./registrations.ts";

/** What the API server's own loops work with. */
export interface Upkeep {
  readonly store: Store;
  readonly clock: Clock;
  readonly tasks: Tasks;
  readonly registry: Registry;
  /** Kinds that are served while the APIService of their group is available. */
  readonly aggregated?: readonly Kind[];
  readonly api: Api;
  /** Applies an object's status under a manager's name. */
  applyStatus(resource: string, manager: string, object: KubeObject): Promise<void>;
}

/** Starts what an API server does of itself, with no controller beside it, as far as it serves the kinds that this is about. */
export function startUpkeep(upkeep: Upkeep): void {
  const { store, clock, registry } = upkeep;
  for (const { kind, isStorage, collection } of registry.all())
    if (kind.ttlSeconds && isStorage) new Expiry(store, clock, collection, kind.ttlSeconds);
  const serves = (...resources: string[]) => resources.every((name) => registry.named(name));
  if (serves(apiServices, "services", endpointSlices)) keepApiServices(upkeep);
  if (serves(apiServices, definitions)) keepRegistrations(upkeep);
  if (serves(flowSchemas, priorityLevels)) keepFlowSchemas(upkeep);
}
