import type { Clock, Timer } from "#base/clock.ts";
import { claimNamesOf } from "#machinery/volume-binding.ts";
import type { Change } from "./plugin.ts";
import { plugins } from "./plugins/index.ts";
import type { PodInfo } from "./pod-info.ts";

/** A pod that was refused is tried again after a second at the earliest, then after two, and so on up to ten. */
const firstBackOff = 1000;
const longestBackOff = 10_000;

interface Refused {
  info: PodInfo;
  by: ReadonlySet<string>;
  attempts: number;
  triedAt: number;
  timer: Timer | undefined;
}

/** The pods that have no node yet: those to be tried now, by priority and age, and those that wait for something to change. */
export class Waiting {
  readonly #clock: Clock;
  readonly #ready: () => void;
  /** By priority, each in the order of arrival. */
  readonly #active = new Map<number, Map<string, PodInfo>>();
  readonly #refused = new Map<string, Refused>();
  /** What changed since the last pod was taken: it may have been judged by how things were before. */
  #missed = new Set<Change>();
  #taken: string | undefined;

  constructor(clock: Clock, ready: () => void) {
    this.#clock = clock;
    this.#ready = ready;
  }

  /** A pod that has come, or was changed so that it may fit now. */
  add(info: PodInfo): void {
    const priority = info.pod.spec.priority ?? 0;
    const queue = this.#active.get(priority) ?? new Map<string, PodInfo>();
    this.#active.set(priority, queue.set(info.pod.metadata.uid ?? "", info));
    this.#refused.get(info.pod.metadata.uid ?? "")?.timer?.cancel();
    this.#ready();
  }

  has(uid: string): boolean {
    return this.#refused.has(uid) || [...this.#active.values()].some((queue) => queue.has(uid));
  }

  forget(uid: string): void {
    for (const queue of this.#active.values()) queue.delete(uid);
    this.#refused.get(uid)?.timer?.cancel();
    this.#refused.delete(uid);
  }

  /** Takes what is to be tried next. */
  take(): PodInfo | undefined {
    let first: Map<string, PodInfo> | undefined;
    let greatest = Number.NEGATIVE_INFINITY;
    for (const [priority, queue] of this.#active) {
      if (queue.size === 0) this.#active.delete(priority);
      else if (priority > greatest) [first, greatest] = [queue, priority];
    }
    const next = first?.values().next().value;
    if (next) first?.delete(next.pod.metadata.uid ?? "");
    this.#missed = new Set();
    this.#taken = next?.pod.metadata.uid;
    return next;
  }

  /** The pod that was taken last fits nowhere now. */
  refused(info: PodInfo, by: ReadonlySet<string>): void {
    const uid = info.pod.metadata.uid ?? "";
    const attempts = (this.#refused.get(uid)?.attempts ?? 0) + 1;
    const refused: Refused = { info, by, attempts, triedAt: this.#clock.now(), timer: undefined };
    this.#refused.set(uid, refused);
    this.#taken = undefined;
    if ([...this.#missed].some((change) => mayHope(by, change))) this.#again(refused);
  }

  /** The pods that fitted nowhere, and who refused them. */
  allRefused(): Iterable<{ info: PodInfo; by: ReadonlySet<string> }> {
    return this.#refused.values();
  }

  /**
   * Something changed: pods that may fit now are tried again, not sooner than their back-off allows. `mayFit` narrows them down to those of which the one that
   * refused them thinks otherwise now.
   */
  changed(change: Change, mayFit?: (info: PodInfo, by: ReadonlySet<string>) => boolean): void {
    this.#missed.add(change);
    for (const refused of this.#refused.values())
      if (mayHope(refused.by, change) && !this.#isTried(refused) && (mayFit?.(refused.info, refused.by) ?? true)) this.#again(refused);
  }

  /** A claim changed: pods that wait for it are tried again at once, since nothing else is to be tried then. */
  claimChanged(namespace: string | undefined, name: string): void {
    this.#missed.add("volume");
    for (const refused of this.#refused.values()) {
      const { pod } = refused.info;
      if (pod.metadata.namespace !== namespace || !claimNamesOf(pod).includes(name)) continue;
      if (mayHope(refused.by, "volume") && !this.#isTried(refused)) this.add(refused.info);
    }
  }

  /** The pod could not be judged: it is tried again after its back-off, whatever happens. */
  failed(info: PodInfo): void {
    this.refused(info, new Set());
    const refused = this.#refused.get(info.pod.metadata.uid ?? "");
    if (refused) this.#again(refused);
  }

  #again(refused: Refused): void {
    if (refused.timer) return;
    const at = refused.triedAt + Math.min(firstBackOff * 2 ** (refused.attempts - 1), longestBackOff);
    if (at <= this.#clock.now()) this.add(refused.info);
    else
      refused.timer = this.#clock.at(at, () => {
        refused.timer = undefined;
        if (this.#refused.get(refused.info.pod.metadata.uid ?? "") === refused) this.add(refused.info);
      });
  }

  #isTried({ info: { pod } }: Refused): boolean {
    return pod.metadata.uid === this.#taken || (this.#active.get(pod.spec.priority ?? 0)?.has(pod.metadata.uid ?? "") ?? false);
  }

  /** The pod as it is now, where it is known here. */
  update(info: PodInfo): void {
    const uid = info.pod.metadata.uid ?? "";
    const refused = this.#refused.get(uid);
    if (refused) refused.info = info;
    for (const queue of this.#active.values()) if (queue.has(uid)) queue.set(uid, info);
  }

  stop(): void {
    for (const { timer } of this.#refused.values()) timer?.cancel();
    this.#refused.clear();
    this.#active.clear();
  }
}

const mayHope = (by: ReadonlySet<string>, change: Change) =>
  change === "node" || plugins.some(({ name, hopes }) => by.has(name) && hopes?.includes(change));
