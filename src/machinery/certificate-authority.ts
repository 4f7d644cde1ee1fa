import type { Identity } from "#base/http.ts";
import type { Random } from "#base/random.ts";
import type { User } from "./user.ts";
import { type Certificate, certificatePem, makeCertificate, parseCertificates, problemOf } from "./x509/certificate.ts";
import { commonName, type DistinguishedName, valuesOf } from "./x509/distinguished-name.ts";
import {
  authorityKeyIdentifier,
  basicConstraints,
  type Extension,
  extendedKeyUsage,
  type GeneralName,
  keyIdentifier,
  keyUsage,
  subjectAltName,
} from "./x509/extensions.ts";
import { belongTogether, type PrivateKey, type PublicKey, parsePrivateKey } from "./x509/keys.ts";
import { extendedKeyUsages, type KeyUsage } from "./x509/oids.ts";
import { digestOf } from "./x509/signature.ts";

/**
 * The certificate of the authority that signs a simulated cluster's certificates: what `kube-root-ca.crt`, a kubeconfig and a control plane's disk
 * hold. It is the same for all clusters.
 */
export const clusterAuthority = `-----BEGIN CERTIFICATE-----
MIIDBzCCAe+gAwIBAgIISz+dJ8ChXmgwDQYJKoZIhvcNAQELBQAwFTETMBEGA1UE
AwwKa3ViZXJuZXRlczAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFow
FTETMBEGA1UEAwwKa3ViZXJuZXRlczCCASIwDQYJKoZIhvcNAQEBBQADggEPADCC
AQoCggEBAPexebet/XZLwY5N2ZI1wZAFqBO2Rq4yIgtVoUw/7Ilmx+aR7taj9zQc
vJudhKMY5/L91op1QKRDGOZKj+iHX6UQ5hM6wcch9P090viC0mAkcINinSha+AE6
68Q0MGq3a1TgqbJoL3y/XRAJz9B+N9wtmsaKd67GVnT5HoRG+ediQ7cwdVhBBIHV
qcTpYuvxrTZCLbHe2BkqIt4fzcZVmi+qK8ezjN6mid0NRZ5oqxu+rD9dXAm0pti4
vpaJqjp6x1F3HLkq0m0YW6iBanzLCJfj8gWbE6OCplLdYJfdypGE7tQwnfOauLo2
v86sMb25OtwdNAb7SdQXJ45byhrZApMCAwEAAaNZMFcwDgYDVR0PAQH/BAQDAgKk
MA8GA1UdEwEB/wQFMAMBAf8wHQYDVR0OBBYEFItV7Nmxqz1J199yxE0na9HT0l1C
MBUGA1UdEQQOMAyCCmt1YmVybmV0ZXMwDQYJKoZIhvcNAQELBQADggEBALjQypjT
8J9Hpuqsl8IgS5+g3Scf1piX3LDM0gzDKYhttTcI+vPklpMKotbRcOhEi2M5Altb
nRxRG/vfMtP6Z2GqFdBOZfUj91o4+cVDh42EukDVwW+QNxuJcG9Xdp6IjbMpT8/3
F/cx7K6Dn6RSufqngdkX67u+MPdn0r9bgIXCMo1cC2Kx0JXiBRjVa3m5EChsPJRl
SK6PcCc854OdgcOx2sUdBGaZxm5WnewKZmsXEbucFn/5cexvC87x4E17prdv6Bk3
pGnp5LSXIenrTDusSn6ED9Pk72Dr9DRB537b8fWGFGh6FszIDpNsM6FP9ttQeOqS
2+T7hjekdkZ7r7s=
-----END CERTIFICATE-----
`;

/** Its key, which lies on every control plane's disk. It guards nothing: certificates are looked at inside one simulated cluster and nowhere else. */
export const clusterAuthorityKey = `-----BEGIN PRIVATE KEY-----
MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQD3sXm3rf12S8GO
TdmSNcGQBagTtkauMiILVaFMP+yJZsfmke7Wo/c0HLybnYSjGOfy/daKdUCkQxjm
So/oh1+lEOYTOsHHIfT9PdL4gtJgJHCDYp0oWvgBOuvENDBqt2tU4KmyaC98v10Q
Cc/QfjfcLZrGineuxlZ0+R6ERvnnYkO3MHVYQQSB1anE6WLr8a02Qi2x3tgZKiLe
H83GVZovqivHs4zepondDUWeaKsbvqw/XVwJtKbYuL6Wiao6esdRdxy5KtJtGFuo
gWp8ywiX4/IFmxOjgqZS3WCX3cqRhO7UMJ3zmri6Nr/OrDG9uTrcHTQG+0nUFyeO
W8oa2QKTAgMBAAECggEAPyK01NX7smiS+LPtTnB3Wz+l3QhsMcDDnsH/8FCm+UsC
j0oJaBq5S0Y76SqYgX46uVxskDRc+sHDmgfNcMb44TlSe/pRJHIKYXadzQyDlVAU
gdjkGEI/zwh2yjdHVBxWtnbhqoEWAaVBknH9z7YshOn29r6azSjvJrfNSIhS8OBB
4wZBbelASsYQHHyEURY2bbb1VQQnnGmrUYAWTH/rgF5RX+ebeBYem5h1+gOR57pR
wwYy274d0jTzwSNrT3n0urOp3Cvc2P1z26K0kwww4gBx8ggMdbh6+BeEgqI2M1TJ
ZnQ6GolaNDKTYNyYy2CK1QbGKWbrVdKvKzwsCRFoaQKBgQD+kH9LxTlhDoLsBj4V
1lHNqsp+uEkk5U3ER9NzH8dIYHC/nr++4DOGpTha/T0owv6Wjz0EHJltCuE6lZIE
77ccmf8JglmJad2k7ppJ2vP+aHkcRd4ps/VsuScbfBYmvyoNb6qBAnp5PeD8l5k6
xsem1VLrtlb4QyjYQBjrTcGlnwKBgQD5Fw8BFXLJOcIL8Ef0KTd9CdRZ/+QfWyJF
EZw+wCUZjEIGDDf+fHSoMYRQm8hYC7mEqiKNUYuQG64ETR0H/CzGtHWZYocoucIE
snoeiVbdV5Aqt6lxn+jq8e3b4u3knyunVrzAqOyPw33AV7tEM6e5nANpB9kZ4UNQ
+jMgrbb2jQKBgQCSnsFi7+abm1MXBIVv6HBXaB6XnCcs5BHFkqUcctpCOqHWDGZe
Vx32WGU8Kw2105H1P+0h2CMaZiDRsGJZC4TJKX12iahueBZcL72X+k98YcoX2bob
BPa/t2jp8K+Fg6eB86YeBkJqYJSch+iOrP1DfyzybKRs+6mj3E8+ABwf+wKBgA2r
21H26Gbs+Z6IIJrhDD+bo4ERD2c9LENYNRgomaCuVw1X7FbWY9y7YwS9mCBk/Fiw
sdbJy/wr2MA5r0c56wc47l9tzfdJQsHZPeShKxhY7vu5Ot6WpUUH5EM2UFJE/jNg
CloUq280jplY91lF8IW6b2F7YcoO2BAAu3+mqS0dAoGAO3fVLqG4AxrRwk6gcTmH
dp1eWbtqkt485ffbwcwF7xLAIVr/VnCXi3Awtc4QCuPj6lQ7weQJVCwdwQYq97e5
9anAtgbjN3XNnNPtxNIotBSqeKEadf/V8b1g75pBKEaVArpz3D2w1dfOQJ5L6YPd
TSJTfaTI2zNW94AHyjaHeHA=
-----END PRIVATE KEY-----
`;

/** Who set the cluster up, in a kubeconfig: `kubernetes-admin` of `system:masters`. */
export const adminCertificate = `-----BEGIN CERTIFICATE-----
MIICbjCCAVagAwIBAgIIL2yB2UvnA1owDQYJKoZIhvcNAQELBQAwFTETMBEGA1UE
AwwKa3ViZXJuZXRlczAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFow
SjEXMBUGA1UECgwOc3lzdGVtOm1hc3RlcnMxGTAXBgNVBAMMEGt1YmVybmV0ZXMt
YWRtaW4xFDASBgkrBgEEAYPCUwIMBWFkbWluMFkwEwYHKoZIzj0CAQYIKoZIzj0D
AQcDQgAEeX28dwoF2NphcT6s+mN2CXel1T9tPlbXVB4ljv3s1HWvYuf7GpsViBc1
1VA8VVqiVRbtBnxpDhCExz3ACfhb06NWMFQwDgYDVR0PAQH/BAQDAgWgMBMGA1Ud
JQQMMAoGCCsGAQUFBwMCMAwGA1UdEwEB/wQCMAAwHwYDVR0jBBgwFoAUi1Xs2bGr
PUnX33LETSdr0dPSXUIwDQYJKoZIhvcNAQELBQADggEBADKzEIGo0GfzO1gEsGEL
NyhUZgGH4v9E6tv0woCAo5e9TuZkcS/uEF38Y0WosIxsCEu39cnANf/nk1WXRtvc
25sB0Z7Qq0lCmtlfWG0I8UolpCwV4BZma4dAZrY2ENUjIuYU8sSzJJ0mry9q1BTC
u/i8QGDO38nQiVIAKwlYh9JRjTj3PH0LtWrND3HDD+MBb14RH1R/MPlFdYxhW5+g
4s+oLM2Y+/klxcNsALHodPBq6PxBnpeMkSDvEr/7EoqAoTDom1yN4eJ2gyoOMgYf
GUuePtbMt68E7A+Ylo2bVY3v7yKb7porBMDMOuliQev7oTykCEAYPYl8qV/Un/I9
9A8=
-----END CERTIFICATE-----
`;

export const adminKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgTPWbXPgOU4ouF1+/
nSUu96ncloYqDYP+9YJeN2zNawqhRANCAAR5fbx3CgXY2mFxPqz6Y3YJd6XVP20+
VtdUHiWO/ezUda9i5/samxWIFzXVUDxVWqJVFu0GfGkOEITHPcAJ+FvT
-----END PRIVATE KEY-----
`;

interface Authority {
  readonly certificate: Certificate;
  readonly key: PrivateKey;
  readonly identifier: Uint8Array;
}

let known: Authority | undefined;

/** Read when it is first asked for: most clusters sign nothing. */
export function authority(): Authority {
  if (known) return known;
  const [certificate] = parseCertificates(clusterAuthority);
  const key = parsePrivateKey(clusterAuthorityKey);
  if (!certificate || !key) throw new Error("the authority of the cluster cannot be read");
  known = { certificate, key, identifier: keyIdentifier(certificate.publicKey) };
  return known;
}

export interface IssueWanted {
  subject: DistinguishedName;
  publicKey: PublicKey;
  random: Random;
  notBefore: number;
  notAfter: number;
  usages?: readonly KeyUsage[];
  extendedUsages?: readonly (keyof typeof extendedKeyUsages)[];
  names?: readonly GeneralName[];
}

/** A certificate signed by the cluster's authority, as PEM. */
export function issueCertificate(wanted: IssueWanted): string {
  const { certificate, key, identifier } = authority();
  const { subject, publicKey, random, notBefore, notAfter, usages = [], extendedUsages = [], names = [] } = wanted;
  const extensions: Extension[] = [
    ...(usages.length > 0 ? [keyUsage(usages)] : []),
    ...(extendedUsages.length > 0 ? [extendedKeyUsage(extendedUsages.map((usage) => extendedKeyUsages[usage]))] : []),
    basicConstraints(false),
    authorityKeyIdentifier(identifier),
    ...(names.length > 0 ? [subjectAltName(names)] : []),
  ];
  const serial = BigInt(`0x${random.hex(32)}`) >> 1n;
  return certificatePem(makeCertificate({ serial, key, issuer: certificate.subject, notBefore, notAfter, subject, publicKey, extensions }));
}

/** Where a certificate says its holder's uid (Kubernetes' own number). */
const userUid = "1.3.6.1.4.1.57683.2";

/**
 * Who a client certificate makes its holder: the common name is the user and the organizations are the groups; undefined where the API server would
 * not trust it. https://kubernetes.io/docs/reference/access-authn-authz/authentication/#x509-client-certificates
 */
export function userOfCertificate(pem: string, now: number): User | undefined {
  const [certificate, ...between] = readable(pem);
  if (!certificate || problemOf(certificate, { trusted: [authority().certificate], between, now, usage: "clientAuth" })) return undefined;
  const { subject, bytes } = certificate;
  const uid = subject.flat().find(({ type }) => type === userUid)?.value;
  const hex = Array.from(digestOf("sha256", bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return {
    name: commonName(subject),
    ...(uid ? { uid } : {}),
    groups: [...valuesOf(subject, "O"), "system:authenticated"],
    extra: { "authentication.kubernetes.io/credential-id": [`X509SHA256=${hex}`] },
  };
}

/** The same, where the holder has to have the certificate's key too. */
export function userOfIdentity(identity: Identity, now: number): User | undefined {
  return identityProblem(identity) === undefined ? userOfCertificate(identity.certificate, now) : undefined;
}

/** Why a client can make no use of a certificate and a key, as Go says. */
export function identityProblem({ certificate, key }: Identity): string | undefined {
  const [leaf] = readable(certificate);
  if (!leaf) return "tls: failed to find any PEM data in certificate input";
  const secret = readableKey(key);
  if (!secret) return "tls: failed to find any PEM data in key input";
  if (secret.type !== leaf.publicKey.type) return "tls: private key type does not match public key type";
  return belongTogether(secret, leaf.publicKey) ? undefined : "tls: private key does not match public key";
}

function readableKey(pem: string): PrivateKey | undefined {
  try {
    return parsePrivateKey(pem);
  } catch {
    return undefined;
  }
}

function readable(pem: string): Certificate[] {
  try {
    return parseCertificates(pem);
  } catch {
    return [];
  }
}
