import { expect, test } from "vitest";
import { Seat } from "./kit/seat.ts";

const pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "demo" },
  spec: {
    securityContext: { runAsUser: 1000, runAsGroup: 3000, fsGroup: 2000, supplementalGroups: [4000] },
    volumes: [{ name: "data", emptyDir: {} }],
    containers: [
      { name: "one", image: "busybox:1.28", command: ["sleep", "1h"], volumeMounts: [{ name: "data", mountPath: "/data/demo" }] },
      { name: "two", image: "nginx", command: ["sleep", "1h"], securityContext: { runAsUser: 101, runAsGroup: 0 } },
    ],
  },
};

// https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
test("containers run as the users and groups that their pod says", async () => {
  const seat = await Seat.boot("minikube");
  await seat.said(`echo '${JSON.stringify(pod)}' | kubectl apply -f - && kubectl wait --for=condition=Ready pod/demo`);
  const one = "id; ls -l /data; cd /data/demo; echo hello > testfile; mkdir sub; ls -l; touch /etc/x";
  expect((await seat.said(`kubectl exec demo -c one -- sh -c '${one}'`)).replaceAll(/\w{3} \d\d \d\d:\d\d/g, "TIME")).toBe(
    `uid=1000 gid=3000 groups=2000,3000,4000
total 4
drwxrwsrwx 2 root 2000 4096 TIME demo
total 8
drwxr-sr-x 2 1000 2000 4096 TIME sub
-rw-r--r-- 1 1000 2000    6 TIME testfile
touch: cannot touch '/etc/x': Permission denied
command terminated with exit code 1
[exit 1]`,
  );
  expect(await seat.said("kubectl exec demo -c two -- id")).toBe("uid=101(nginx) gid=0(root) groups=0(root),2000,4000");
});

test("a node's disk is a root that a debugging pod can change to", async () => {
  const seat = await Seat.boot("minikube");
  expect(await seat.said("kubectl debug node/minikube -i --image=busybox -q -- chroot /host ls /etc/kubernetes/manifests")).toContain(
    "kube-scheduler.yaml",
  );
});
