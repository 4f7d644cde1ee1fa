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

test("the Gateway API's kinds come without a controller", async () => {
  const url = "https://github.com/kubernetes-sigs/gateway-api/releases/download/v1.2.0/standard-install.yaml";
  expect(await seat.said(`kubectl apply -f ${url}`)).toBe(
    ["gatewayclasses", "gateways", "grpcroutes", "httproutes", "referencegrants"]
      .map((plural) => `customresourcedefinition.apiextensions.k8s.io/${plural}.gateway.networking.k8s.io created`)
      .join("\n"),
  );
  const objects = `
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: nginx}
spec: {controllerName: gateway.nginx.org/nginx-gateway-controller}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: front}
spec:
  gatewayClassName: nginx
  listeners:
  - {name: https, protocol: HTTPS, port: 443, hostname: shop.local, tls: {certificateRefs: [{name: shop-tls}]}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: shop}
spec:
  parentRefs: [{name: front}]
  hostnames: [shop.local]
  rules:
  - filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /}}}]
    backendRefs: [{name: shop, port: 80}]`;
  await seat.said(`kubectl wait --for=condition=Established crd --all; kubectl apply -f - <<'E'${objects}\nE`);
  expect(await seat.said("kubectl get gtw --no-headers | awk '{print $1, $2, $3}'; kubectl get gc --no-headers | awk '{print $3}'")).toBe(
    "front nginx Unknown\nUnknown",
  );
  expect(await seat.said("kubectl get gtw,gc,httproute -o name")).toBe(
    "gateway.gateway.networking.k8s.io/front\ngatewayclass.gateway.networking.k8s.io/nginx\nhttproute.gateway.networking.k8s.io/shop",
  );
  expect(
    await seat.said(
      "kubectl get httproute shop -o jsonpath='{.spec.rules[0].matches[0].path}{.spec.rules[0].backendRefs[0].weight}{.spec.parentRefs[0].kind}'",
    ),
  ).toBe('{"type":"PathPrefix","value":"/"}1Gateway');
});

test.for([
  [".spec.rules[0].backendRefs[0].port", "Must have port for Service reference"],
  [".spec.rules[0].filters[0].urlRewrite", "filter.urlRewrite must be specified for URLRewrite filter.type"],
] as const)("a route without %s is refused", async ([path, message]) => {
  expect(await seat.said(`kubectl get httproute shop -o json | jq 'del(${path})' | kubectl apply -f -`)).toContain(message);
});

test("the documentation's examples are reached from nodes too", async () => {
  expect(await seat.said("curl -sL https://k8s.io/examples/pods/simple-pod.yaml | head -1", "node01")).toBe("apiVersion: v1");
});
