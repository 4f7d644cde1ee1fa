import { expect, test } from "vitest";
import { Seat } from "../../../test/kit/seat.ts";

const pod = `apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  containers:
  - name: web
    image: nginx
    resources: {requests: {cpu: 100m}, limits: {memory: 256Mi}}
  - name: monitor
    image: busybox
    command: [sh, -c, 'echo cpu=$CPU memory=$MEMORY; sleep 3600']
    env:
    - {name: CPU, valueFrom: {resourceFieldRef: {containerName: web, resource: requests.cpu, divisor: 1m}}}
    - {name: MEMORY, valueFrom: {resourceFieldRef: {containerName: web, resource: limits.memory, divisor: 1Mi}}}`;

test("a variable tells the resources of the container that it names", async () => {
  const seat = await Seat.boot("minikube");
  await seat.said(`kubectl apply -f - <<'E'\n${pod}\nE`);
  await seat.wait(20);
  expect(await seat.said("kubectl logs p -c monitor")).toBe("cpu=100 memory=256");
});
