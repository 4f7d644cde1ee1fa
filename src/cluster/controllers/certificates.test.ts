import { describe, expect, test } from "vitest";
import { Random } from "#base/random.ts";
import { bytesOf } from "#base/streams.ts";
import { userOfCertificate } from "#machinery/certificate-authority.ts";
import type { Draft } from "#machinery/object.ts";
import type { CertificateSigningRequest, ClusterRole } from "#machinery/types.ts";
import { parseCertificates } from "#machinery/x509/certificate.ts";
import { formatName, nameOf } from "#machinery/x509/distinguished-name.ts";
import { type GeneralName, subjectAltName } from "#machinery/x509/extensions.ts";
import { generateKey } from "#machinery/x509/keys.ts";
import { base64Of } from "#machinery/x509/pem.ts";
import { makeRequest, requestPem } from "#machinery/x509/request.ts";
import { type Playground, playground, start } from "../../../test/kit/cluster.ts";

const resource = "certificatesigningrequests.certificates.k8s.io";
const key = generateKey(new Random(1), { type: "ec" });
const client = "kubernetes.io/kube-apiserver-client";
const kubelet = "kubernetes.io/kube-apiserver-client-kubelet";
const serving = "kubernetes.io/kubelet-serving";

/** What a name is made of: `["CN", "jane"]`. */
type Pairs = readonly (readonly ["CN" | "O", string])[];

interface Asked {
  signer?: string;
  usages?: NonNullable<CertificateSigningRequest["spec"]["usages"]>;
  subject?: Pairs;
  names?: readonly GeneralName[];
  seconds?: number;
}

function csr({
  signer = client,
  usages = ["client auth"],
  subject = [
    ["CN", "jane"],
    ["O", "dev"],
  ],
  names,
  seconds,
}: Asked): Draft<CertificateSigningRequest> {
  const request = makeRequest({ subject: nameOf(...subject), key, ...(names ? { extensions: [subjectAltName(names)] } : {}) });
  return {
    apiVersion: "certificates.k8s.io/v1",
    kind: "CertificateSigningRequest",
    metadata: { name: "req" },
    spec: {
      signerName: signer,
      usages,
      request: base64Of(bytesOf(requestPem(request))),
      ...(seconds === undefined ? {} : { expirationSeconds: seconds }),
    },
  };
}

const read = ({ api }: Playground) => api.get<CertificateSigningRequest>(resource, "req");
const decide = (play: Playground, type: "Approved" | "Denied") =>
  play.does(async (api) => {
    const request = read(play);
    const condition = { type, status: "True", reason: "KubectlApprove", message: "This CSR was approved by kubectl certificate approve." };
    if (request) await api.updateSub(resource, "approval", { ...request, status: { conditions: [condition] } });
  });
const conditions = (play: Playground) => (read(play)?.status.conditions ?? []).map(({ type, reason, message }) => `${type} ${reason}: ${message}`);
const certificateIn = (play: Playground) => {
  const pem = atob(read(play)?.status.certificate ?? "");
  const [certificate] = parseCertificates(pem);
  if (!certificate) throw new Error("no certificate");
  return { pem, certificate };
};

const node: Pairs = [
  ["O", "system:nodes"],
  ["CN", "system:node:n1"],
];
const dns: GeneralName = { type: "dns", value: "n1" };

describe("an approved request", () => {
  test("gets a certificate that makes its holder a user", async () => {
    const play = await playground();
    await play.make(csr({}));
    expect(conditions(play)).toEqual([]);
    await decide(play, "Approved");
    const { pem, certificate } = certificateIn(play);
    // As the real signer does: the organizations first, valid from five minutes before.
    expect(formatName(certificate.subject)).toBe("CN=jane,O=dev");
    expect([certificate.notBefore, certificate.notAfter]).toEqual([start - 300_000, start - 300_000 + 365 * 86_400_000]);
    expect(userOfCertificate(pem, start)).toMatchObject({ name: "jane", groups: ["dev", "system:authenticated"] });
  });

  test.for<[seconds: number, lasts: number]>([
    [3600, 3_600_000],
    [864_000, 864_000_000 - 300_000],
  ])("lasts as long as it asked for: %i s", async ([seconds, lasts]) => {
    const play = await playground();
    await play.make(csr({ seconds }));
    await decide(play, "Approved");
    expect(certificateIn(play).certificate.notAfter).toBe(start + lasts);
  });

  // What the real signers said to such requests.
  test.for<[Asked, string | undefined]>([
    [{ usages: ["digital signature"] }, "missing required usage for client certificate: client auth"],
    [{ usages: ["client auth", "server auth"] }, "invalid usage for client certificate: server auth"],
    [
      {
        signer: kubelet,
        subject: [
          ["O", "x"],
          ["CN", "system:node:n1"],
        ],
      },
      "subject organization is not system:nodes",
    ],
    [
      {
        signer: kubelet,
        subject: [
          ["O", "system:nodes"],
          ["CN", "n1"],
        ],
        usages: ["client auth", "digital signature"],
      },
      "subject common name does not begin with system:node:",
    ],
    [{ signer: kubelet, subject: node, names: [dns], usages: ["client auth", "digital signature"] }, "DNS subjectAltNames are not allowed"],
    [{ signer: kubelet, subject: node }, "usages did not match [client auth digital signature key encipherment]"],
    [{ signer: serving, subject: node, names: [dns], usages: ["server auth", "digital signature"] }, undefined],
    [{ signer: serving, subject: node, usages: ["server auth", "digital signature"] }, "DNS or IP subjectAltName is required"],
    [
      { signer: serving, subject: node, names: [dns], usages: ["client auth", "digital signature"] },
      "usages did not match [digital signature key encipherment server auth]",
    ],
    [
      { signer: serving, subject: node, names: [dns, { type: "email", value: "x@y.z" }], usages: ["server auth", "digital signature"] },
      "Email subjectAltNames are not allowed",
    ],
  ])("is signed, or says why not: %o", async ([asked, problem]) => {
    const play = await playground();
    await play.make(csr(asked));
    await decide(play, "Approved");
    const approved = "Approved KubectlApprove: This CSR was approved by kubectl certificate approve.";
    expect(conditions(play)).toEqual(problem === undefined ? [approved] : [approved, `Failed SignerValidationFailure: ${problem}`]);
    expect(read(play)?.status.certificate !== undefined).toBe(problem === undefined);
  });

  test("for somebody else's signer waits for that", async () => {
    const play = await playground();
    await play.make(csr({ signer: "example.com/own" }));
    await decide(play, "Approved");
    expect(read(play)?.status.certificate).toBeUndefined();
    expect(conditions(play)).toHaveLength(1);
  });
});

test("a kubelet's own is approved for those who may have it", async () => {
  const play = await playground();
  await play.make(csr({ signer: kubelet, subject: node, usages: ["client auth", "digital signature"] }));
  expect(conditions(play)).toEqual(["Approved AutoApproved: Auto approving kubelet client certificate after SubjectAccessReview."]);
  expect(userOfCertificate(certificateIn(play).pem, start)).toMatchObject({
    name: "system:node:n1",
    groups: ["system:nodes", "system:authenticated"],
  });
});

test.for<["Approved" | "Denied" | undefined, number]>([
  ["Approved", 1],
  ["Denied", 1],
  [undefined, 24],
])("%s requests are removed after %i hours", async ([decision, hours]) => {
  const play = await playground();
  await play.make(csr({}));
  if (decision) await decide(play, decision);
  await play.rest(hours * 3_600_000 - 60_000);
  expect(read(play)).toBeDefined();
  await play.rest(120_000);
  expect(read(play)).toBeUndefined();
});

test("roles are put together by their labels, and change with their parts", async () => {
  const play = await playground();
  const part = (name: string, resource: string): Draft<ClusterRole> => ({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name, labels: { "rbac.example.com/to-monitor": "true" } },
    rules: [{ apiGroups: [""], resources: [resource], verbs: ["get"] }],
  });
  const rules = () => play.api.get<ClusterRole>("clusterroles.rbac.authorization.k8s.io", "monitor")?.rules?.flatMap(({ resources }) => resources);
  await play.make(part("b", "pods"), {
    ...part("monitor", "pods"),
    metadata: { name: "monitor" },
    rules: [],
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: { "rbac.example.com/to-monitor": "true" } }] },
  } as Draft<ClusterRole>);
  expect(rules()).toEqual(["pods"]);
  await play.make(part("a", "services"));
  expect(rules()).toEqual(["services", "pods"]);
  await play.does((api) => api.delete("clusterroles.rbac.authorization.k8s.io", "b"));
  expect(rules()).toEqual(["services"]);
});
