import { computed, signal } from "@preact/signals";
import { type ClockState, Refusal, readSession, type SessionState, setClock } from "./api.ts";
import type { ClusterEvent, Deployment, KubeObject, Node, Pod, Service } from "./objects.ts";
import { watch } from "./watch.ts";

/** Which session this page shows, out of its address: /s/{id}#{token}. The token stays in the fragment and in this tab's memory. */
export const id = location.pathname.split("/")[2] ?? "";
export const token = rememberedToken();

function rememberedToken(): string {
  const key = `podyard.token.${id}`;
  const given = location.hash.slice(1);
  if (given) sessionStorage.setItem(key, given);
  return given || sessionStorage.getItem(key) || "";
}

/** The tokens of all roles are known only to whoever made the session, in this browser. */
export interface Links {
  editor?: string;
  viewer?: string;
}
export const links: Links = JSON.parse(localStorage.getItem(`podyard.links.${id}`) ?? "{}") as Links;

export type Standing = "loading" | "there" | "noToken" | "refused" | "gone" | "unreachable";
export const standing = signal<Standing>(token ? "loading" : "noToken");
export const session = signal<SessionState | undefined>(undefined);

/** The cluster's now: it runs with the browser's clock from where the server said it was, unless it is paused. */
const offset = signal(0);
export const paused = signal(false);
const pausedAt = signal(0);
export const tick = signal(Date.now());
export const clusterNow = computed(() => (paused.value ? pausedAt.value : tick.value + offset.value));

function tookClock({ now, paused: stands }: ClockState): void {
  offset.value = Date.parse(now) - Date.now();
  pausedAt.value = Date.parse(now);
  paused.value = stands;
}

export async function changeClock(change: { paused?: boolean; advanceSeconds?: number }): Promise<void> {
  tookClock(await setClock(id, token, change));
}

const kubernetes = `/k8s/${id}`;
const watches = {
  nodes: watch<Node>(kubernetes, "/api/v1/nodes", token),
  pods: watch<Pod>(kubernetes, "/api/v1/pods", token),
  deployments: watch<Deployment>(kubernetes, "/apis/apps/v1/deployments", token),
  services: watch<Service>(kubernetes, "/api/v1/services", token),
  events: watch<ClusterEvent>(kubernetes, "/api/v1/events", token),
};

const byName = (a: KubeObject, b: KubeObject) =>
  (a.metadata.namespace ?? "").localeCompare(b.metadata.namespace ?? "") || a.metadata.name.localeCompare(b.metadata.name);
const byAge = (a: KubeObject, b: KubeObject) =>
  (a.metadata.creationTimestamp ?? "").localeCompare(b.metadata.creationTimestamp ?? "") || byName(a, b);

export const nodes = computed(() => [...watches.nodes.set.value.objects.values()].sort(byName));
export const pods = computed(() => [...watches.pods.set.value.objects.values()].sort(byAge));
export const deployments = computed(() => [...watches.deployments.set.value.objects.values()].sort(byName));
export const services = computed(() => [...watches.services.set.value.objects.values()].sort(byName));
export const link = computed(() => watches.pods.link.value);

/** When an event was last seen, in milliseconds. */
export const seenAt = (event: ClusterEvent): number =>
  Date.parse(
    event.series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? event.firstTimestamp ?? event.metadata.creationTimestamp ?? "",
  ) || 0;

/** The namespaces that the cluster keeps for itself. */
export const isSystem = (namespace: string | undefined): boolean => namespace?.startsWith("kube-") ?? false;

/** Whether what is the cluster's own is shown too. */
export const system = signal(false);

/** The newest events, newest first. */
export const events = computed(() =>
  [...watches.events.set.value.objects.values()]
    .filter(({ metadata }) => system.value || !isSystem(metadata.namespace))
    .sort((a, b) => seenAt(b) - seenAt(a))
    .slice(0, 60),
);

/** What is selected in the picture, by uid. */
export const selected = signal<string | undefined>(undefined);

export async function load(): Promise<void> {
  if (!token) return;
  try {
    const found = await readSession(id, token);
    session.value = found;
    tookClock(found.clock);
    standing.value = "there";
  } catch (error) {
    const code = error instanceof Refusal ? error.code : "unreachable";
    standing.value =
      code === "unauthorized" || code === "forbidden" ? "refused" : code === "not_found" || code === "expired" ? "gone" : "unreachable";
    if (standing.value === "unreachable") setTimeout(load, 2_000);
  }
}

setInterval(() => {
  if (!document.hidden) tick.value = Date.now();
}, 1_000);
