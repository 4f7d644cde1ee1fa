import type { ContainerStatus, Pod, PodCondition, PodStatus } from "#machinery/types.ts";
import type { PodHost } from "./pod-host.ts";
import type { PodRecord } from "./record.ts";
import { withGranted } from "./resize.ts";
import { asRun, isMirror, mirrorAnnotation } from "./static-pods.ts";
import { type StatusNow, statusOf } from "./status.ts";
import { Unreachable } from "./unreachable.ts";

/** A pod's object in the API, as its worker last saw it, and what the worker writes there. */
export class PodObject {
  readonly #host: PodHost;
  readonly #record: PodRecord;
  /** The pod as it was last; it may be gone since. */
  pod: Pod;
  gone = false;

  constructor(host: PodHost, record: PodRecord, pod: Pod) {
    this.#host = host;
    this.#record = record;
    this.pod = pod;
  }

  /** The object, if it is still there. */
  #current(): Pod | undefined {
    const { name, namespace, uid } = this.#record;
    const found = this.#host.api.get<Pod>("pods", name, namespace);
    if (!found || this.gone) return undefined;
    const owner = isMirror(found) ? found.metadata.annotations?.[mirrorAnnotation] : found.metadata.uid;
    return owner === uid ? found : undefined;
  }

  async #write(pod: Pod, status: PodStatus): Promise<void> {
    try {
      this.pod = this.#asRun(await this.#host.api.updateStatus<Pod>("pods", { ...pod, status }));
    } catch (error) {
      // It is told when somebody answers again.
      if (!(error instanceof Unreachable)) throw error;
    }
  }

  #asRun(pod: Pod): Pod {
    return isMirror(pod) ? asRun(pod, this.#record.uid) : pod;
  }

  /** Writes nothing but conditions. */
  async writeConditions(conditions: readonly PodCondition[]): Promise<void> {
    const current = this.#current();
    if (current) await this.#write(current, { ...current.status, conditions: [...conditions] });
  }

  /** Says at once that a container has started; what follows from that, the next look finds. */
  async writeStarted(name: string): Promise<void> {
    const current = this.#current();
    if (!current?.status) return;
    const started = (list: readonly ContainerStatus[] | undefined) => list?.map((one) => (one.name === name ? { ...one, started: true } : one));
    const { initContainerStatuses, containerStatuses } = current.status;
    const init = started(initContainerStatuses);
    const plain = started(containerStatuses);
    await this.#write(current, {
      ...current.status,
      ...(init ? { initContainerStatuses: init } : {}),
      ...(plain ? { containerStatuses: plain } : {}),
    });
  }

  /** Writes how things stand, if that is not what the API has already. */
  async writeStatus(): Promise<StatusNow> {
    const { clock, address } = this.#host;
    const current = this.#current();
    if (current) this.pod = this.#asRun(current);
    const pod = withGranted(this.pod, this.#record.resize);
    const now = statusOf(pod, this.#record, {
      now: clock.now(),
      hostIP: address,
      user: (container) => this.#host.userOf(pod, container),
    });
    if (current) await this.#write(current, now.status);
    return now;
  }
}
