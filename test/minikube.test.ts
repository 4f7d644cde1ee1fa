// minikube over simulated machines: what it does to the cluster.
import { expect, test } from "vitest";
import { Seat } from "./kit/seat.ts";

const ingress = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  annotations:
    nginx.ingress.kubernetes.io/rewrite-target: /$1
spec:
  ingressClassName: nginx
  rules:
  - host: shop.example
    http:
      paths:
      - path: /web/(.*)
        pathType: ImplementationSpecific
        backend: {service: {name: web, port: {number: 80}}}
      - path: /none
        pathType: Prefix
        backend: {service: {name: none, port: {number: 80}}}
`;

test("with the ingress add-on requests go through the rules to pods", async () => {
  const seat = await Seat.boot("minikube");
  const enabled = await seat.said("minikube addons enable ingress");
  expect(enabled).toContain("* Verifying ingress addon...\n* The 'ingress' addon is enabled");
  await seat.run(
    `kubectl create deployment web --image=nginx --port=80; kubectl expose deployment web; kubectl apply -f - <<'E'\n${ingress}E\nkubectl wait --for=condition=Available deployment/web --timeout=60s\nsleep 1`,
  );
  expect(await seat.said("kubectl get ingress shop --no-headers | awk '{print $2, $3, $4}'")).toBe("nginx shop.example 192.168.49.2");
  const code = (path: string, host = "shop.example") =>
    seat.said(`curl -s -o /dev/null -w '%{http_code}' -H 'Host: ${host}' http://192.168.49.2${path}`);
  expect(await seat.said("curl -s --resolve shop.example:80:192.168.49.2 http://shop.example/web/ | grep -o 'Welcome to nginx!' | head -1")).toBe(
    "Welcome to nginx!",
  );
  expect([await code("/web/nothing"), await code("/none"), await code("/"), await code("/web/", "other.example")]).toEqual([
    "404",
    "503",
    "404",
    "404",
  ]);
  await seat.said("minikube addons disable ingress");
  expect(await seat.said("minikube addons list | grep ' ingress ' | grep -c disabled; sleep 60; kubectl get ns ingress-nginx")).toContain(
    '1\nError from server (NotFound): namespaces "ingress-nginx" not found',
  );
});

test("nodes come and go, and the learner logs in to them", async () => {
  const seat = await Seat.boot("minikube");
  await seat.said("minikube node add");
  expect(await seat.said("minikube node list; kubectl get nodes --no-headers | awk '{print $1, $2}'; minikube ssh -n m02 hostname")).toBe(
    "minikube\t192.168.49.2\nminikube-m02\t192.168.49.3\nminikube Ready\nminikube-m02 Ready\nminikube-m02",
  );
  expect(
    await seat.said("minikube node stop m02 > /dev/null; minikube status -n minikube-m02 | head -3; minikube ssh -n m02 true 2>&1 | tail -1"),
  ).toBe("minikube-m02\ntype: Worker\nhost: Stopped\nX Exiting due to GUEST_STATUS: the node minikube-m02 is not running");
  expect(await seat.said("minikube node start m02 > /dev/null; minikube node delete m02 | tail -1; kubectl get nodes -o name")).toBe(
    "* Node minikube-m02 was successfully deleted.\nnode/minikube",
  );
  expect(await seat.said("echo a > f; minikube cp f /tmp/g; minikube ssh 'cat /tmp/g; exit 2'")).toBe(
    "a\nssh: Process exited with status 2\n[exit 1]",
  );
});

test("while a tunnel stands, load balancers have addresses", async () => {
  const seat = await Seat.boot("minikube");
  await seat.said(
    "kubectl create deployment web --image=nginx; kubectl expose deployment web --type=LoadBalancer --port=80; kubectl wait --for=condition=Available deployment/web --timeout=60s",
  );
  const address = "kubectl get svc web -o jsonpath='{.status.loadBalancer.ingress[0].ip}'";
  expect(await seat.said(address)).toBe("");
  expect(
    await seat.said(
      `minikube tunnel > log & sleep 3; IP=$(${address}); [ $IP = $(kubectl get svc web -o jsonpath={.spec.clusterIP}) ] && curl -s -o /dev/null -w '%{http_code}\\n' http://$IP; kill %1; wait 2> /dev/null; sleep 1; ${address}; grep services log`,
    ),
  ).toBe("200\n\tservices: [web]");
});
