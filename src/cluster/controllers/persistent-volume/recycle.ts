import type { ControllerContext } from "#machinery/controller.ts";
import type { Draft } from "#machinery/object.ts";
import { wholeUnits } from "#machinery/quantity.ts";
import type { Event, PersistentVolume, Pod } from "#machinery/types.ts";
import { free, setVolumePhase } from "./bind.ts";

const namespace = "default";
const prefix = "recycler-for-";
const image = "registry.k8s.io/build-image/debian-base:bookworm-v1.0.6";
const scrub = `test -e /scrub && find /scrub -mindepth 1 -delete && test -z "$(ls -A /scrub)" || exit 1`;

/** The volume that something in the namespace of the recyclers is about, by the name of the pod. */
export const recycledBy = (name: string | undefined, of: string | undefined): string | undefined =>
  of === namespace && name?.startsWith(prefix) ? name.slice(prefix.length) : undefined;

/** A pod empties the volume; then it is free for another claim. */
export async function recycle(volume: PersistentVolume, context: ControllerContext): Promise<void> {
  const { api } = context;
  if (volume.status.phase === "Failed") return;
  if (!volume.spec.hostPath && !volume.spec.nfs) return await fail(volume, "No recycler plugin found for the volume!", context);
  const pod = api.get<Pod>("pods", prefix + volume.metadata.name, namespace);
  if (!pod) {
    await api.create<Pod>("pods", recycler(volume));
    return;
  }
  await passOn(pod, volume, context);
  if (pod.metadata.deletionTimestamp || (pod.status.phase !== "Succeeded" && pod.status.phase !== "Failed")) return;
  await api.delete("pods", pod.metadata.name, namespace);
  if (pod.status.phase === "Succeeded") await finish(volume, context);
  else await fail(volume, `Recycle failed: ${pod.status.message || "pod failed, pod.Status.Message unknown"}`, context);
}

/** What is told of the pod is told of the volume too. */
async function passOn(pod: Pod, volume: PersistentVolume, { api, event }: ControllerContext): Promise<void> {
  const about = (uid: string | undefined, of: string) => api.list<Event>("events", { namespace: of, fields: { "involvedObject.uid": uid ?? "" } });
  const told = new Set(about(volume.metadata.uid, "default").map(({ message }) => message));
  for (const { type, message = "" } of about(pod.metadata.uid, namespace)) {
    const text = `Recycler pod: ${message}`;
    if (!told.has(text)) await event(volume, type === "Warning" ? "Warning" : "Normal", "RecyclerPod", text);
  }
}

async function finish(volume: PersistentVolume, context: ControllerContext): Promise<void> {
  await context.event(volume, "Normal", "VolumeRecycled", "Volume recycled");
  await free(volume, context);
}

async function fail(volume: PersistentVolume, message: string, context: ControllerContext): Promise<void> {
  await context.event(await setVolumePhase(volume, "Failed", context, message), "Warning", "VolumeFailedRecycle", message);
}

function recycler({ metadata, spec }: PersistentVolume): Draft<Pod> {
  const gibibytes = Math.floor(wholeUnits(spec.capacity?.["storage"]) / 2 ** 30);
  const source = spec.nfs ? { nfs: spec.nfs } : { hostPath: { path: spec.hostPath?.path ?? "" } };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: prefix + metadata.name, namespace },
    spec: {
      activeDeadlineSeconds: Math.max(60, 30 * gibibytes),
      restartPolicy: "Never",
      volumes: [{ name: "vol", ...source }],
      containers: [{ name: "pv-recycler", image, command: ["/bin/sh"], args: ["-c", scrub], volumeMounts: [{ name: "vol", mountPath: "/scrub" }] }],
    },
  };
}
