import type { KubeObject } from "#machinery/object.ts";
import type { ContainerState, ContainerStatus, EndpointSlice, Endpoints, Event, Pod, PodCondition } from "#machinery/types.ts";

/** One thing that a watcher saw. */
export interface Seen {
  type: "ADDED" | "MODIFIED" | "DELETED";
  object: KubeObject;
}

/** Objects by kind and name, in order of appearance, each with what happened to it, line by line. */
export type Histories = readonly (readonly [object: string, lines: readonly string[]])[];

const watched = new Set([
  "Pod",
  "Event",
  "Endpoints",
  "PersistentVolumeClaim",
  "EndpointSlice",
  "Deployment",
  "ReplicaSet",
  "StatefulSet",
  "DaemonSet",
  "Job",
  "PodDisruptionBudget",
]);

/** What differs from run to run, taken out of a line. */
const masks: readonly (readonly [RegExp, string])[] = [
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "<uid>"],
  [/sha256:[0-9a-f]{12,64}/g, "sha256:<digest>"],
  [/\b[0-9a-f]{64}\b/g, "<id>"],
  [/\b(node|fake)-\d\b/g, "<node>"],
  [/20\d\d-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)/g, "<time>"],
  [/\b\d{1,3}(\.\d{1,3}){3}(:\d+)?/g, "<ip>"],
  [/\b[\d.]+(ms|µs|s)\b(?= \(| including)/g, "<n>s"],
  [/Image size: \d+/g, "Image size: <n>"],
  [/-[bcdfghjklmnpqrstvwxz2456789]{6,10}-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, "-<hash>-<rand>"],
  [/-[bcdfghjklmnpqrstvwxz2456789]{8,10}\b/g, "-<hash>"],
  [/-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, "-<rand>"],
  [/pid \d+/g, "pid <n>"],
  [/port \d{4,5}\b/g, "port <n>"],
  [/(Threshold quantity): \d+, available: \d+Ki/g, "$1: <n>, available: <n>Ki"],
];

const mask = (text: string) => masks.reduce((rest, [pattern, word]) => rest.replace(pattern, word), text);

function stateText(state: ContainerState | undefined): string {
  if (state?.running) return "running";
  if (state?.waiting) return `waiting(${state.waiting.reason ?? ""}${state.waiting.message ? `: ${state.waiting.message}` : ""})`;
  if (!state?.terminated) return "-";
  const { reason, exitCode, signal, message } = state.terminated;
  return `terminated(${reason} exit=${exitCode}${signal ? ` sig=${signal}` : ""}${message ? ` msg=${JSON.stringify(message)}` : ""})`;
}

const conditionsText = (conditions: readonly PodCondition[] = []) =>
  conditions.map(({ type, status, reason, message }) => `${type}=${status}${reason ? `(${reason}${message ? `: ${message}` : ""})` : ""}`).join(", ");

function podText({ metadata, spec, status = {} }: Pod): string {
  const parts = [`phase=${status.phase}`];
  if (status.reason) parts.push(`reason=${status.reason}`);
  if (status.message) parts.push(`message=${status.message}`);
  if (metadata.deletionTimestamp) parts.push(`deleting(${metadata.deletionGracePeriodSeconds})`);
  if (spec.nodeName) parts.push("bound");
  if (status.podIP) parts.push("ip");
  const lists: readonly (readonly [string, readonly ContainerStatus[] | undefined])[] = [
    ["init", status.initContainerStatuses],
    ["container", status.containerStatuses],
    ["ephemeral", status.ephemeralContainerStatuses],
  ];
  for (const [word, list] of lists)
    for (const one of list ?? []) {
      const last = one.lastState && Object.keys(one.lastState).length > 0 ? ` last=${stateText(one.lastState)}` : "";
      parts.push(`${word} ${one.name}[${stateText(one.state)} ready=${one.ready} started=${one.started} restarts=${one.restartCount}${last}]`);
    }
  return `${parts.join(" ")} {${conditionsText(status.conditions)}}`;
}

/** An object as one line: what of it a learner would notice. */
function lineOf(object: KubeObject): string {
  switch (object.kind) {
    case "Event": {
      const { type, reason, involvedObject, source, reportingComponent, message } = object as Event;
      const at = involvedObject.fieldPath ? ` ${involvedObject.fieldPath}` : "";
      return `${type} ${reason}${at} from=${source?.component || ""}|${reportingComponent || ""}: ${message}`;
    }
    case "Pod":
      return podText(object as Pod);
    case "Endpoints":
      return JSON.stringify(
        ((object as Endpoints).subsets ?? []).map(({ addresses, notReadyAddresses }) => ({
          ready: (addresses ?? []).length,
          notReady: (notReadyAddresses ?? []).length,
        })),
      );
    case "EndpointSlice":
      return JSON.stringify(((object as EndpointSlice).endpoints ?? []).map(({ conditions }) => conditions));
    default: {
      const { conditions, ...rest } = (object as KubeObject & { status?: { conditions?: PodCondition[] } }).status ?? {};
      const counts = Object.entries(rest)
        .filter(([, value]) => typeof value !== "object")
        .sort();
      return `${JSON.stringify(Object.fromEntries(counts))} {${conditionsText(conditions)}}`;
    }
  }
}

/** What happened, object by object. Equal lines in a row count once, since two watchers may see fewer steps than were taken. */
export function historiesOf(seen: readonly Seen[]): Histories {
  const histories = new Map<string, string[]>();
  for (const { type, object } of seen) {
    if (!watched.has(object.kind)) continue;
    const about = object.kind === "Event" ? (object as Event).involvedObject : undefined;
    if (about?.kind === "Node") continue;
    const on = about ? `Event ${about.kind}/${about.name}` : `${object.kind}/${object.metadata.name}`;
    const list = histories.get(on) ?? [];
    histories.set(on, list);
    const line = mask((type === "DELETED" ? "DELETED " : "") + lineOf(object));
    if (about ? !list.includes(line) : list.at(-1) !== line) list.push(line);
    // What workloads count on the way depends on which controller was quicker: where they end is compared.
    if (!/^(Event|Pod)$/.test(object.kind)) list.splice(0, list.length - 1);
  }
  return [...histories];
}

/** How many lines two histories have in the same order. */
function common(a: readonly string[], b: readonly string[]): number {
  const row = new Array<number>(b.length + 1).fill(0);
  for (const x of a) {
    let diagonal = 0;
    b.forEach((y, j) => {
      const up = row[j + 1] ?? 0;
      row[j + 1] = x === y ? diagonal + 1 : Math.max(up, row[j] ?? 0);
      diagonal = up;
    });
  }
  return row[b.length] ?? 0;
}

export interface Comparison {
  equal: number;
  of: number;
  differences: { object: string; missing: string[]; extra: string[] }[];
}

/** Pairs the objects of two runs by kind and masked name, in order, and counts the lines that both have. */
export function compare(wanted: Histories, got: Histories): Comparison {
  const grouped = (histories: Histories) => {
    const groups = new Map<string, (readonly string[])[]>();
    for (const [name, lines] of histories) groups.set(mask(name), [...(groups.get(mask(name)) ?? []), lines.map(mask)]);
    return groups;
  };
  const [a, b] = [grouped(wanted), grouped(got)];
  const result: Comparison = { equal: 0, of: 0, differences: [] };
  for (const object of new Set([...a.keys(), ...b.keys()])) {
    const [x, y] = [a.get(object) ?? [], b.get(object) ?? []];
    for (let i = 0; i < Math.max(x.length, y.length); i++) {
      const [p, q] = [x[i] ?? [], y[i] ?? []];
      const equal = common(p, q);
      const of = Math.max(p.length, q.length);
      result.equal += equal;
      result.of += of;
      if (equal < of)
        result.differences.push({ object, missing: p.filter((line) => !q.includes(line)), extra: q.filter((line) => !p.includes(line)) });
    }
  }
  return result;
}
