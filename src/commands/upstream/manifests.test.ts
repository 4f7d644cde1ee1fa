import { expect, test } from "vitest";
import { Seat } from "../../../test/kit/seat.ts";

const seat = await Seat.boot("kubeadm-2node");

test("metrics-server as its project publishes it wants to be told not to ask for certificates", async () => {
  const url = "https://github.com/kubernetes-sigs/metrics-server/releases/latest/download/components.yaml";
  expect(await seat.said(`kubectl apply -f ${url} | tail -1; curl -s -o /dev/null -w '%{http_code}' ${url}`)).toBe(
    "apiservice.apiregistration.k8s.io/v1beta1.metrics.k8s.io created\n302",
  );
  await seat.said(
    `kubectl patch -n kube-system deployment metrics-server --type=json -p '[{"op":"add","path":"/spec/template/spec/containers/0/args/-","value":"--kubelet-insecure-tls"}]'; kubectl rollout status deploy/metrics-server -n kube-system; sleep 60`,
  );
  expect(await seat.said("kubectl top node --no-headers | wc -l")).toBe("2");
});

test("ingress-nginx is reached at a port of each node", async () => {
  const url = "https://raw.githubusercontent.com/kubernetes/ingress-nginx/controller-v1.12.0/deploy/static/provider/baremetal/deploy.yaml";
  await seat.said(`kubectl apply -f ${url}; kubectl create deploy web --image=nginx; kubectl expose deploy web --port 80`);
  await seat.said(
    `kubectl create ingress web --class=nginx --rule="shop.local/*=web:80"; kubectl rollout status -n ingress-nginx deploy/ingress-nginx-controller; sleep 5`,
  );
  expect(
    await seat.said(
      `curl -s -H 'Host: shop.local' http://node01:$(kubectl get svc -n ingress-nginx ingress-nginx-controller -o jsonpath='{.spec.ports[0].nodePort}') | grep title`,
    ),
  ).toBe("<title>Welcome to nginx!</title>");
  expect(await seat.said("kubectl get deploy -n ingress-nginx -o jsonpath='{.items[0].spec.template.spec.containers[0].image}'")).toBe(
    "registry.k8s.io/ingress-nginx/controller:v1.12.0",
  );
});

test.for(["cloud", "kind"])("the manifest for %s is taken by the server", async (provider) => {
  const url = `https://raw.githubusercontent.com/kubernetes/ingress-nginx/main/deploy/static/provider/${provider}/deploy.yaml`;
  expect(await seat.said(`kubectl apply --dry-run=server -f ${url} | grep -c dry`)).toBe(await seat.said(`curl -s ${url} | grep -c ^kind`));
});

test("the documentation's examples are reached from nodes too", async () => {
  expect(await seat.said("curl -sL https://k8s.io/examples/pods/simple-pod.yaml | head -1", "node01")).toBe("apiVersion: v1");
});
