import { expect, test } from "vitest";
import { Seat } from "../../../../test/kit/seat.ts";

const seat = await Seat.boot("minikube");

const pod = (name: string, args: string, volume: string) => `
apiVersion: v1
kind: Pod
metadata: {name: ${name}}
spec:
  containers: [{name: r, image: "redis:7", args: [${args}], volumeMounts: [{name: d, mountPath: /data}]}]
  volumes: [{name: d, ${volume}}]`;

const apply = (text: string) => seat.said(`kubectl apply -f - <<'E'${text}\nE`);
const redis = (name: string, command: string) => seat.said(`kubectl exec ${name} -- redis-cli ${command}`);
const ready = (name: string) => seat.said(`kubectl wait --for=condition=Ready pod/${name} --timeout=60s`);

test("a server that is told to end writes a snapshot, and the next one on the same disk begins with it", async () => {
  await apply(`
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: d}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}`);
  const kept = pod("kept", "", "persistentVolumeClaim: {claimName: d}");
  await apply(kept);
  await ready("kept");
  await redis("kept", "set greeting hello");
  expect(await seat.said("kubectl exec kept -- ls /data")).toBe("");
  await seat.said("kubectl delete pod kept");
  await apply(kept);
  await ready("kept");
  expect(await redis("kept", "get greeting")).toBe("hello");
  expect(await seat.said("kubectl exec kept -- sh -c 'ls /data; head -c 9 /data/dump.rdb'")).toBe("dump.rdb\nREDIS0011");
});

test("SAVE writes what there is by then", async () => {
  await apply(pod("saving", "", "emptyDir: {}"));
  await ready("saving");
  await redis("saving", "set before 1");
  expect(await redis("saving", "save")).toBe("OK");
  await redis("saving", "set after 2");
  expect(await seat.said("kubectl exec saving -- grep -c before /data/dump.rdb")).toBe("1");
  expect(await seat.said("kubectl exec saving -- grep -c after /data/dump.rdb")).toContain("0");
});

test("with a log of commands nothing is lost, and what expires expires in time", async () => {
  await apply(pod("logging", '--appendonly, "yes", --save, ""', "emptyDir: {}"));
  await ready("logging");
  await redis("logging", "set k v ex 500");
  await redis("logging", "rpush l a b");
  expect(await seat.said("kubectl exec logging -- ls /data/appendonlydir")).toBe(
    "appendonly.aof.1.base.rdb\nappendonly.aof.1.incr.aof\nappendonly.aof.manifest",
  );
  await seat.said("kubectl exec logging -- sh -c 'kill 1'; sleep 6");
  await ready("logging");
  expect(await redis("logging", "lrange l 0 -1")).toBe("a\nb");
  expect(Number(await redis("logging", "ttl k"))).toBeLessThan(496);
  expect(await seat.said("kubectl logs logging -p | tail -4")).not.toContain("RDB");
});
