import { expect, test } from "vitest";
import { ProtobufError, readProtobuf } from "./protobuf.ts";
import { writeProtobuf } from "./protobuf-writer.ts";

const bytes = (base64: string) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

// Bodies that the real kubectl v1.36.3 sent.
test.for<[command: string, body: string, object: object]>([
  [
    "kubectl create deployment web --image=nginx --replicas=2 --port=80",
    "azhzAAoVCgdhcHBzL3YxEgpEZXBsb3ltZW50ErgBCh8KA3dlYhIAGgAiACoAMgA4AEIAWgoKA2FwcBIDd2ViEoYBCAISDAoKCgNhcHASA3dlYhpsChwKABIAGgAiACoAMgA4AEIAWgoKA2FwcBIDd2ViEkwSLgoFbmdpbngSBW5naW54KgAyCgoAEAAYUCIAKgBCAGoAcgCAAQCIAQCQAQCiAQAaADIAQgBKAFIAWABgAGgAggEAigEAmgEAwgEAIgIKACgAOAAaDAgAEAAYACAAKAA4ABoAIgA=",
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "web", labels: { app: "web" } },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: "web" } },
        template: {
          metadata: { labels: { app: "web" } },
          spec: { containers: [{ name: "nginx", image: "nginx", ports: [{ containerPort: 80 }], resources: {} }] },
        },
        strategy: {},
      },
      status: {},
    },
  ],
  [
    "kubectl create configmap a --from-literal=x=y",
    "azhzAAoPCgJ2MRIJQ29uZmlnTWFwEhsKEQoBYRIAGgAiACoAMgA4AEIAEgYKAXgSAXkaACIA",
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" }, data: { x: "y" } },
  ],
  [
    "kubectl create secret generic s --from-literal=pw=hunter2",
    "azhzAAoMCgJ2MRIGU2VjcmV0EiQKEQoBcxIAGgAiACoAMgA4AEIAEg0KAnB3EgdodW50ZXIyGgAaACIA",
    { apiVersion: "v1", kind: "Secret", metadata: { name: "s" }, data: { pw: "aHVudGVyMg==" } },
  ],
  [
    "kubectl create service nodeport web --tcp=80:8080",
    "azhzAAoNCgJ2MRIHU2VydmljZRJoCh8KA3dlYhIAGgAiACoAMgA4AEIAWgoKA2FwcBIDd2ViEkEKGwoHODAtODA4MBIDVENQGFAiBwgAEJA/GgAoABIKCgNhcHASA3dlYhoAIghOb2RlUG9ydDoAQgBSAFoAYABoABoCCgAaACIA",
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "web", labels: { app: "web" } },
      spec: { type: "NodePort", selector: { app: "web" }, ports: [{ name: "80-8080", protocol: "TCP", port: 80, targetPort: 8080 }] },
      status: { loadBalancer: {} },
    },
  ],
  [
    "kubectl create quota q --hard=cpu=1,pods=2",
    "azhzAAoTCgJ2MRINUmVzb3VyY2VRdW90YRIwChEKAXESABoAIgAqADIAOABCABIZCgoKA2NwdRIDCgExCgsKBHBvZHMSAwoBMhoAGgAiAA==",
    { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "q" }, spec: { hard: { cpu: "1", pods: "2" } }, status: {} },
  ],
  [
    "kubectl create pdb p --selector=a=b --min-available=50%",
    "azhzAAogCglwb2xpY3kvdjESE1BvZERpc3J1cHRpb25CdWRnZXQSNgoRCgFwEgAaACIAKgAyADgAQgASFQoJCAEQABoDNTAlEggKBgoBYRIBYhoKCAAYACAAKAAwABoAIgA=",
    {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: { name: "p" },
      spec: { minAvailable: "50%", selector: { matchLabels: { a: "b" } } },
      status: {},
    },
  ],
  [
    "kubectl create ingress i --rule=foo.com/bar=svc:80",
    "azhzAAofChRuZXR3b3JraW5nLms4cy5pby92MRIHSW5ncmVzcxJGChEKAWkSABoAIgAqADIAOABCABItGisKB2Zvby5jb20SIAoeChwKBC9iYXISDSILCgNzdmMSBAoAEFAaBUV4YWN0GgIKABoAIgA=",
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { name: "i" },
      spec: {
        rules: [
          { host: "foo.com", http: { paths: [{ path: "/bar", pathType: "Exact", backend: { service: { name: "svc", port: { number: 80 } } } }] } },
        ],
      },
      status: { loadBalancer: {} },
    },
  ],
  [
    "kubectl create job j --image=busybox -- sh -c 'echo hi'",
    "azhzAAoPCghiYXRjaC92MRIDSm9iEokBChEKAWoSABoAIgAqADIAOABCABJqMmgKEAoAEgAaACIAKgAyADgAQgASVBIxCgFqEgdidXN5Ym94GgJzaBoCLWMaB2VjaG8gaGkqAEIAagByAIABAIgBAJABAKIBABoFTmV2ZXIyAEIASgBSAFgAYABoAIIBAIoBAJoBAMIBABoIIAAoADAAOgAaACIA",
    {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name: "j" },
      spec: {
        template: {
          metadata: {},
          spec: {
            containers: [{ name: "j", image: "busybox", command: ["sh", "-c", "echo hi"], resources: {} }],
            restartPolicy: "Never",
          },
        },
      },
      status: {},
    },
  ],
])("%s", ([, body, object]) => {
  expect(readProtobuf(bytes(body))).toEqual(object);
  expect(writeProtobuf(object)).toEqual(bytes(body));
});

// What the real server v1.36.3 answered.
test.for<[what: string, object: object, text: string]>([
  [
    "a failure",
    {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message: 'configmaps "none" not found',
      reason: "NotFound",
      details: { name: "none", kind: "configmaps" },
      code: 404,
    },
    'k8s\0\n\x0c\n\x02v1\x12\x06Status\x12U\n\x06\n\0\x12\0\x1a\0\x12\x07Failure\x1a\x1bconfigmaps "none" not found"\x08NotFound*\x18\n\x04none\x12\0\x1a\nconfigmaps(\x002\x000\x94\x03\x1a\0"\0',
  ],
  [
    "an empty list",
    { kind: "CustomResourceDefinitionList", apiVersion: "apiextensions.k8s.io/v1", metadata: { resourceVersion: "448" }, items: [] },
    'k8s\0\n7\n\x17apiextensions.k8s.io/v1\x12\x1cCustomResourceDefinitionList\x12\x0b\n\t\n\0\x12\x03448\x1a\0\x1a\0"\0',
  ],
  [
    "a group of discovery",
    {
      kind: "APIGroup",
      apiVersion: "v1",
      name: "apps",
      versions: [{ groupVersion: "apps/v1", version: "v1" }],
      preferredVersion: { groupVersion: "apps/v1", version: "v1" },
    },
    'k8s\0\n\x0e\n\x02v1\x12\x08APIGroup\x12$\n\x04apps\x12\r\n\x07apps/v1\x12\x02v1\x1a\r\n\x07apps/v1\x12\x02v1\x1a\0"\0',
  ],
  [
    "the versions of the core group",
    { kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress: "127.0.0.1:7401" }] },
    'k8s\0\n\x0f\n\0\x12\x0bAPIVersions\x12!\n\x02v1\x12\x1b\n\t0.0.0.0/0\x12\x0e127.0.0.1:7401\x1a\0"\0',
  ],
])("%s is written", ([, object, text]) => {
  expect(writeProtobuf(object)).toEqual(Uint8Array.from(text, (char) => char.charCodeAt(0)));
});

test("a custom resource has no message", () => {
  expect(writeProtobuf({ kind: "Widget", apiVersion: "example.com/v1", metadata: { name: "a" } })).toBeUndefined();
});

test.for<[what: string, body: Uint8Array]>([
  ["nothing", new Uint8Array(0)],
  ["JSON", new TextEncoder().encode("{}")],
  ["a body that was cut off", bytes("azhzAAoPCgJ2MRIJQ29uZmlnTWFwEhsKEQoBYRIAGgAiACoAMgA4AEIAEgYKAXgSAXkaACIA").slice(0, 30)],
  ["a kind that is none", bytes(btoa("k8s\0\n\x0a\n\x02v1\x12\x04Nope"))],
  ["noise", Uint8Array.from({ length: 400 }, (_, i) => (i < 4 ? ([0x6b, 0x38, 0x73, 0][i] ?? 0) : (i * 7919) & 255))],
])("%s is refused", ([, body]) => {
  expect(() => readProtobuf(body)).toThrow(ProtobufError);
});
