import { expect, test } from "vitest";
import { goJson } from "#machinery/go-json.ts";
import { differenceText } from "./difference.ts";
import { goValue } from "./go-value.ts";

test.for<[string, unknown, string]>([
  [
    "rbac.RoleRef",
    { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "r" },
    '{"APIGroup":"rbac.authorization.k8s.io","Kind":"Role","Name":"r"}',
  ],
  ["*rbac.RoleRef", undefined, "null"],
  ["core.Toleration", { key: "a", tolerationSeconds: 0 }, '{"Key":"a","Operator":"","Value":"","Effect":"","TolerationSeconds":0}'],
  [
    "apps.DeploymentStrategy",
    { type: "X", rollingUpdate: { maxSurge: "25%" } },
    '{"Type":"X","RollingUpdate":{"MaxUnavailable":0,"MaxSurge":"25%"}}',
  ],
  [
    "core.ResourceRequirements",
    { limits: { memory: "1024Mi", cpu: "0.5" } },
    '{"Limits":{"cpu":"500m","memory":"1Gi"},"Requests":null,"Claims":null}',
  ],
  ["core.PodResourceClaim", { name: "a" }, '{"Name":"a","ResourceClaimName":null,"ResourceClaimTemplateName":null}'],
  [
    "resource.DeviceAttribute",
    { boolValue: true, stringValue: "a100" },
    '{"IntValue":null,"BoolValue":true,"StringValue":"a100","VersionValue":null,"IntValues":null,"BoolValues":null,"StringValues":null,"VersionValues":null}',
  ],
  ["metav1.ObjectMeta", { name: "x", labels: { a: "<b>" } }, '{"name":"x","labels":{"a":"\\u003cb\\u003e"}}'],
])("%s of %j", ([type, value, wanted]) => expect(goJson(goValue(type, value))).toBe(wanted));

test("what the API says beside a pod's security context is part of it", () => {
  expect(goValue("core.PodSpec", { containers: [], hostNetwork: true })).toMatchObject({ SecurityContext: { HostNetwork: true, HostPID: false } });
});

test("a struct inside of a struct stands in it", () => {
  const volume = goValue("core.Volume", { name: "cm", configMap: { name: "settings" } });
  expect(volume).toMatchObject({ Name: "cm", EmptyDir: null, ConfigMap: { Name: "settings", Items: null } });
});

test("differences are those of the server's own structs", () => {
  const container = (more: object) => ({ containers: [{ name: "c", image: "nginx", ...more }] });
  expect(differenceText("core.PodSpec", container({ env: [{ name: "A", value: "b" }] }), container({}))).toBe(`@@ -10,7 +10,13 @@
    "WorkingDir": "",
    "Ports": null,
    "EnvFrom": null,
-   "Env": null,
+   "Env": [
+    {
+     "Name": "A",
+     "Value": "b",
+     "ValueFrom": null
+    }
+   ],
    "Resources": {
     "Limits": null,
     "Requests": null,
`);
});
