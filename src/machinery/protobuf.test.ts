import { expect, test } from "vitest";
import { ProtobufError, readProtobuf } from "./protobuf.ts";

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
