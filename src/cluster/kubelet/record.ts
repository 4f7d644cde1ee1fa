import type { Resize } from "./resize.ts";

/** What a kubelet remembers of a pod: JSON, stored whenever it changed, so that the kubelet can be built anew between any two events. */
export interface PodRecord {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  /** When the kubelet first saw the pod: its `status.startTime`. */
  readonly startTime: number;
  /** `terminated` when nothing of it runs any more, its sandbox included. */
  stage: "running" | "terminating" | "terminated";
  /** What comes next, and when. */
  step: Step;
  /** Something changed while a step was going on: look again when it is over. */
  poked?: boolean;
  /** Why the pod may never run here, as its status says. */
  rejected?: Ending;
  /** Why the pod ends before its time: an eviction, its deadline. */
  ended?: Ending;
  /** A static pod whose manifest is gone. */
  orphan?: true;
  /** When its containers must have ended, once that has begun. */
  deadline?: number;
  sandbox?: Sandbox;
  /** Containers that were created, the oldest first; of one name the last two at most. */
  containers: ContainerRecord[];
  /** Why a container could not be started at the last attempt, by name: its status waits with this. */
  startErrors: Record<string, StartError>;
  /** Restart back-offs by container. */
  restarts: Record<string, BackOff>;
  /** Pull back-offs by image. */
  pulls: Record<string, BackOff & { message: string }>;
  /** By container, what its image turned out to be. */
  images: Record<string, { name: string; id: string }>;
  /** Failed attempts to set up its volumes, in a row; undefined once they are there. */
  mounting?: { failures: number };
  /** While its containers do not have what its spec asks for. */
  resize?: Resize;
  /** When changes of the config maps and secrets that it mounts are taken over. */
  refreshAt?: number;
}

export interface Ending {
  reason: string;
  message: string;
  /** The kubelet needs what the pod has: its containers get little time, and how they end decides what is said. */
  evicted?: boolean;
  /** Where a disruption ends the pod: the reason of its DisruptionTarget condition. */
  disruption?: string;
}

export interface Sandbox {
  readonly id: string;
  readonly attempt: number;
  readonly createdAt: number;
  ready: boolean;
  readonly ip: string;
}

export interface ContainerRecord {
  readonly name: string;
  readonly kind: ContainerKind;
  readonly id: string;
  /** How often it was restarted before. */
  attempt: number;
  state: "created" | "running" | "exited";
  readonly createdAt: number;
  startedAt: number;
  finishedAt: number;
  exitCode: number;
  reason: string;
  message: string;
  /** The verdicts of its probes. */
  probes: Partial<Record<ProbeKind, ProbeRecord>>;
  killing?: Killing;
}

export interface Killing {
  /** When it gets SIGKILL. */
  deadline: number;
  /** Its preStop hook runs: the stop signal comes afterwards. */
  hook?: boolean;
  signalled?: boolean;
  /** Others are to end first. */
  waits?: boolean;
}

export type ContainerKind = "init" | "container" | "ephemeral";
export type ProbeKind = "liveness" | "readiness" | "startup";

export interface ProbeRecord {
  result: "unknown" | "success" | "failure";
  outcome: "success" | "failure" | "unknown";
  /** How often in a row the last outcome came. */
  run: number;
  /** From when on its period counts, where that is not the pod's beginning. */
  anchor?: number;
  /** When the next run is due; undefined while nothing can change its outcome. */
  due?: number | undefined;
}

export interface StartError {
  reason: string;
  message: string;
}

export interface BackOff {
  wait: number;
  updatedAt: number;
}

/** One step of a pod's life on its node. `at` is when it is over, or due. */
export type Step =
  /** Looks at the pod and does what is to be done; infinitely far off while only a change can bring work. */
  | { do: "admit" | "sync"; at: number }
  /** Volumes are set up, then the sandbox is made. */
  | { do: "mount"; at: number }
  | { do: "sandbox"; at: number }
  /** Containers are started one after the other: the first of the queue is being pulled, created, started, or its postStart hook runs. */
  | ({ do: "next" | "pull" | "create" | "start" | "hook"; at: number; since?: number } & Queue)
  /** Containers that failed a probe are being killed; then the queue goes on. */
  | ({ do: "kill"; at: number } & Queue)
  /** The pod begins to end; its containers do; its sandbox goes; what it leaves is cleaned up. */
  | { do: "terminate" | "stop" | "tear-down" | "finish" | "forget"; at: number };

export interface Queue {
  queue: readonly string[];
  /**
   * Some container could not be started: when to try again, where all that is wrong is a restart back-off; and until when nothing new comes of it, while a
   * long time passes at once.
   */
  failed?: { until?: number; rests?: number };
  /** Something was started: the next look at the runtime finds it. */
  started?: boolean;
  /** Containers that were killed to be started anew: of their end the kubelet has not heard yet when it judges their back-off. */
  killed?: readonly string[];
}

/** Far enough: nothing is due. JSON has no infinity. */
export const never = 8_640_000_000_000_000;

/** The newest container of a name. */
export const newest = (record: PodRecord, name: string): ContainerRecord | undefined => record.containers.findLast((c) => c.name === name);

/** The container of that name that came before the newest. */
export function previous(record: PodRecord, name: string): ContainerRecord | undefined {
  const last = record.containers.findLastIndex((c) => c.name === name);
  return last < 0 ? undefined : record.containers.findLast((c, i) => i < last && c.name === name);
}

export const running = (record: PodRecord): ContainerRecord[] => record.containers.filter((c) => c.state === "running");
