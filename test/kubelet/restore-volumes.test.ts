import { expect, test } from "vitest";
import { Cluster } from "#cluster/cluster.ts";
import type { Draft } from "#machinery/object.ts";
import type { PersistentVolume, PersistentVolumeClaim, Pod } from "#machinery/types.ts";
import { admin } from "#machinery/user.ts";

const start = Date.UTC(2026, 10, 23, 13);

const claim = (name: string, storageClassName: string): Draft<PersistentVolumeClaim> => ({
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name, namespace: "default" },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } }, storageClassName },
});

const byHand: Draft<PersistentVolume> = {
  apiVersion: "v1",
  kind: "PersistentVolume",
  metadata: { name: "by-hand" },
  spec: { accessModes: ["ReadWriteOnce"], capacity: { storage: "2Gi" }, hostPath: { path: "/srv/by-hand" }, storageClassName: "manual" },
};

const pod: Draft<Pod> = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "user", namespace: "default" },
  spec: {
    volumes: ["made", "found"].map((name) => ({ name, persistentVolumeClaim: { claimName: name } })),
    containers: [
      {
        name: "main",
        image: "busybox:1.36",
        command: ["sh", "-c", "echo x >> /made/x; echo x >> /found/x; sleep 1000"],
        volumeMounts: ["made", "found"].map((name) => ({ name, mountPath: `/${name}` })),
      },
    ],
  },
};

/** What there is of volumes at the end, whatever they are called. */
function seen(cluster: Cluster) {
  const api = cluster.api(admin);
  return {
    claims: api.list<PersistentVolumeClaim>("persistentvolumeclaims").map(({ metadata, status }) => [metadata.name, status.phase]),
    volumes: api
      .list<PersistentVolume>("persistentvolumes")
      .map(({ spec, status }) => [spec.claimRef?.name, status.phase])
      .sort(),
    pods: api.list<Pod>("pods", { namespace: "default" }).map(({ metadata, status }) => [metadata.name, status.phase]),
  };
}

test("wherever the object goes away while claims are bound and volumes made, all comes to be bound", async () => {
  const cluster = await Cluster.boot({ profile: "kubeadm-2node", seed: 4, now: start });
  await cluster.clock.advance(start + 30_000);
  const checkpoint = cluster.journal.checkpoint();
  cluster.journal.take();
  const pieces: string[] = [];
  cluster.journal.onDirty = () => {
    queueMicrotask(() => {
      const piece = cluster.journal.take();
      if (piece !== undefined) pieces.push(piece);
    });
  };
  const api = cluster.api(admin);
  await cluster.tasks.run(async () => {
    await api.create("persistentvolumes", byHand);
    await api.create("persistentvolumeclaims", claim("made", "local-path"));
    await api.create("persistentvolumeclaims", claim("found", "manual"));
    await api.create("pods", pod);
  });
  const created = pieces.length;
  await cluster.clock.advance(start + 60_000);
  expect(seen(cluster)).toEqual({
    claims: [
      ["found", "Bound"],
      ["made", "Bound"],
    ],
    volumes: [
      ["found", "Bound"],
      ["made", "Bound"],
    ],
    pods: [["user", "Running"]],
  });

  const whole = seen(cluster);
  // Each third write, for the sake of time; which ones, is different with every change of what is written.
  for (let cut = created; cut < pieces.length; cut += 3) {
    const again = await Cluster.restore({ checkpoint, pieces: pieces.slice(0, cut), now: start + 30_000, seed: cut });
    await again.clock.advance(start + 90_000);
    expect(seen(again), `after write ${cut}`).toEqual(whole);
    await again.close();
  }
});
