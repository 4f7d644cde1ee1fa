import { describe, expect, test } from "vitest";
import { Random } from "#base/random.ts";
import { adminCertificate, adminKey, clusterAuthority, clusterAuthorityKey, issueCertificate, userOfCertificate } from "../certificate-authority.ts";
import { certificatePem, decodeCertificate, isIssuedBy, makeCertificate, parseCertificates, problemOf } from "./certificate.ts";
import { formatName, nameOf } from "./distinguished-name.ts";
import {
  basicConstraints,
  basicConstraintsIn,
  extendedKeyUsage,
  extendedKeyUsagesIn,
  keyUsage,
  keyUsagesIn,
  subjectAltName,
  subjectAltNamesIn,
} from "./extensions.ts";
import { belongTogether, encodePkcs1, encodeSec1, generateKey, parsePrivateKey, privateKeyPem, publicKeyOf } from "./keys.ts";
import { extendedKeyUsages } from "./oids.ts";
import { pem, pemBlocks } from "./pem.ts";
import { isOwnRequest, makeRequest, parseRequest, requestPem } from "./request.ts";
import { sign, verify } from "./signature.ts";

/** What OpenSSL 3.0 made: `openssl req -new -key … -subj "/CN=jane/O=dev/O=ops" -addext "subjectAltName=DNS:a.example,IP:10.0.0.1"`. */
const ofOpenssl = {
  rsa: {
    key: `-----BEGIN PRIVATE KEY-----
MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQCUNsJT5vRDBo0v
7TdYn5bfSB+h9mZiXcQ4DkNMWtzca4P9GzqlfahjEaC+C25nDgfS0Y386+uBk28h
keN7NbjY5v9wtEzFRoU2jmIXKu/IqCApVS5STfPaDZVGPJ4aW20ERiKUzIxI0xvf
WwdgMM5cneK7cHj1N2rMGm5DHQ9+Ah4lUle4OBZ8wGieJauk3GujWNJ1aHaPomcf
ffR6UCm3p94DVyLENQnrhr6Hb0x9BInlkeGgweW3Msxv+Zs/MNdp/xlu8kmbBAhq
QeFVI2Yiv49rjkWFIR+AGIkD7PLdDkKEM3UmoHLttGtJweUE8eHmmjzSd9MUCJb1
DnyDeWDnAgMBAAECggEAD0lslqnKBMW+tzRA0p+3OHVgadyXp8qjC+MQtuXiRMvE
E82EqYAB56HwUdms++0bCnf5rJ4KrtUtj6lT7KfYVmrQ6ud1yZ0h7UQXQut3Stto
Ycr62ZtXrORcwp9K8U3/uwKe23kTeQlpJQrnAllWV4AjXBDYMPaTydRqDfsH14ep
Hwh2gZGtyU3hejGrasIx4CMS13pEY5VHcyiRqTm5G6+YvPcGWZAOD8w+Y0Xzf9wY
XlTB8LuCbXn9dWgk6AYTYByURR1zguQCIumlzq+XudR6Zh0AZxIRrzuvNYO57CDB
IpWq79v61ukzeFSV7d3mb850FxlafmjMrX0BAkYGXQKBgQDP3/az3sjBmTh57ECM
9fCx81Jq6Fe2U+7VQNS5q86ziLewHM2e9tSche01dh/AHlpWmSfTA7YfzKOHrthS
k6xBU+iiJgB9JzB6R4T9Hgcl+ubEpe/ML2PqsR375670fAJht8Oi0kvoO7TsLIO4
2G1SpUecvy2mt/8rdf2lRfG1lQKBgQC2huSzF4Uh/Razl4La6ba8iM9Rz2oFkJFQ
EYX1TJtkSr91g+0DZE18fqQTb0KHW9vS5YJ0qWAcAFIRoVnajInuHTWjvXOGyq++
4Xj6PpgPPv+LyUvkYRBnHGBa4jlH6hAXSNFmS/aqvVu4i//OMd1DxGdwsdh55M17
seckpDhliwKBgQC2RlJSolUyvSGydyCa+cTWpN9t8tGGhM51m+Vr8WTMNGOtP3Rl
oVYI8b5wFGX+1h6stJshAq4d8BisjvoMXoS6u9LO67eeBlERx8irEjt+aCUV5dMB
HcTlM+1wx1S3+E02ViZrjS8WMdSRCu9tlAk4YMkMfu6Os+RBvbJty4kIiQKBgQCR
c6NR+B82e5mYmddEHdRqH1eeqPui3ZZ+yMgINvjpjgtOWUgJWOfKmpyjhBjvBsuB
HzW7Q7H7/mFn/T0+RJoxrwMsrW8fbeto4AJo4HKKS7iWq12X66WHlXxPUFE3NpWG
CJgdvdEeNHGf+ahqpx/cvel0S7TnReZdeOJqN5ddiwKBgE3JWgJWGx+jlJatgO43
RiLeuaz/LgKloorTSVHvhrhikfD37tYd1Vl8Ur3eT8N5oBeKJMV5K/rSQ21cb+9y
UecAkvVrm8bq6n8R/QZ6R6vbaNl0ygeLZqabY4qtKCJo9v8oaMx2ltDugg/6QmLL
+pijuoTH3Is3r4/1KxT859kX
-----END PRIVATE KEY-----
`,
    request: `-----BEGIN CERTIFICATE REQUEST-----
MIICnTCCAYUCAQAwKzENMAsGA1UEAwwEamFuZTEMMAoGA1UECgwDZGV2MQwwCgYD
VQQKDANvcHMwggEiMA0GCSqGSIb3DQEBAQUAA4IBDwAwggEKAoIBAQCUNsJT5vRD
Bo0v7TdYn5bfSB+h9mZiXcQ4DkNMWtzca4P9GzqlfahjEaC+C25nDgfS0Y386+uB
k28hkeN7NbjY5v9wtEzFRoU2jmIXKu/IqCApVS5STfPaDZVGPJ4aW20ERiKUzIxI
0xvfWwdgMM5cneK7cHj1N2rMGm5DHQ9+Ah4lUle4OBZ8wGieJauk3GujWNJ1aHaP
omcfffR6UCm3p94DVyLENQnrhr6Hb0x9BInlkeGgweW3Msxv+Zs/MNdp/xlu8kmb
BAhqQeFVI2Yiv49rjkWFIR+AGIkD7PLdDkKEM3UmoHLttGtJweUE8eHmmjzSd9MU
CJb1DnyDeWDnAgMBAAGgLTArBgkqhkiG9w0BCQ4xHjAcMBoGA1UdEQQTMBGCCWEu
ZXhhbXBsZYcECgAAATANBgkqhkiG9w0BAQsFAAOCAQEAhWbzZ+kz1bJ9xetAOZXh
NIbwrGdTR7ZlGWnUi8C8NwCz4X2/pMPZL5WpISZpOyrV86EE3fMnZG6e0susSp/Y
N8N9M4C64MwZZrhLj8dZFyAJOK4jnj2kGfjVlOi5y3jCNGw+5wuDBMSAnwVrhq0m
SFaK7UyYe/Ca6w6TL+INJE7IasHSg+A3NA6KrjEIYs82oqT/FHtGUCGFDN+2Wer0
IaViPC0AMxkDOgr8+SaE6crp8xpgyEl34A37KNhRe7/cK2X26tZwszCrrfwQhB5t
R/bL4JO8GaVmHRH2VYIhxZCHgFmmRdaLsEZLugr408hHyPJ9Xb2Un2DVad2GvM7Z
IA==
-----END CERTIFICATE REQUEST-----
`,
    certificate: `-----BEGIN CERTIFICATE-----
MIIDIzCCAgugAwIBAgIUP+7xnxqL0JMrNlb/6TikA4X+SjIwDQYJKoZIhvcNAQEL
BQAwKzENMAsGA1UEAwwEamFuZTEMMAoGA1UECgwDZGV2MQwwCgYDVQQKDANvcHMw
IBcNMjYxMTIzMTg0NDEwWhgPMjEyNjEwMzAxODQ0MTBaMCsxDTALBgNVBAMMBGph
bmUxDDAKBgNVBAoMA2RldjEMMAoGA1UECgwDb3BzMIIBIjANBgkqhkiG9w0BAQEF
AAOCAQ8AMIIBCgKCAQEAlDbCU+b0QwaNL+03WJ+W30gfofZmYl3EOA5DTFrc3GuD
/Rs6pX2oYxGgvgtuZw4H0tGN/OvrgZNvIZHjezW42Ob/cLRMxUaFNo5iFyrvyKgg
KVUuUk3z2g2VRjyeGlttBEYilMyMSNMb31sHYDDOXJ3iu3B49TdqzBpuQx0PfgIe
JVJXuDgWfMBoniWrpNxro1jSdWh2j6JnH330elApt6feA1cixDUJ64a+h29MfQSJ
5ZHhoMHltzLMb/mbPzDXaf8ZbvJJmwQIakHhVSNmIr+Pa45FhSEfgBiJA+zy3Q5C
hDN1JqBy7bRrScHlBPHh5po80nfTFAiW9Q58g3lg5wIDAQABoz0wOzAaBgNVHREE
EzARgglhLmV4YW1wbGWHBAoAAAEwHQYDVR0OBBYEFI18Hwnryk0qzsHTq5muwXRu
xCIfMA0GCSqGSIb3DQEBCwUAA4IBAQBxVpPr4IqInNMDTCzEhZtGG+ymwyEUVT4h
w1imH1POaDkoXugHkmqpyu2hdTG/xeQiYJbP8nXauiKwsxg52kyAtBlRKRVW8r3R
qSC6Y0gAUlHloEKp+84+TUI87guTBPKxYRbBZlV5GPCTSAc4iKKhjM1Nx9JZnWw5
X4Ic0yNjlKksBEH3H+B9zlX+j4dEhP2K+ose3i0nc/AO/7m/gaPRq0szGVoybyI3
HsYiwW+zDFZiHQMH1ipyMy9il4A4IozFw174RFiDJ/hy4N5h6DifnXrNXguy7ddV
UZHqKS6+r6gYCDa11FoUR1ZVMjXMZ67cTi3kFph66zgnE55VEM1J
-----END CERTIFICATE-----
`,
  },
  ec: {
    key: `-----BEGIN EC PRIVATE KEY-----
MHcCAQEEID+eDPTWZBdf/7hOvCa2edL5IW88jju4Xc2tEGNhqaBxoAoGCCqGSM49
AwEHoUQDQgAEpm4XqWNdb9Kvn8tsxls6uGhkERHoPPNfllK0Nbs9kid85BB20ct/
lGi+f9kXaKxWmwswFiE5IuNnHvrGEV2mxw==
-----END EC PRIVATE KEY-----
`,
    request: `-----BEGIN CERTIFICATE REQUEST-----
MIIBFDCBugIBADArMQ0wCwYDVQQDDARqYW5lMQwwCgYDVQQKDANkZXYxDDAKBgNV
BAoMA29wczBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABKZuF6ljXW/Sr5/LbMZb
OrhoZBER6DzzX5ZStDW7PZInfOQQdtHLf5Rovn/ZF2isVpsLMBYhOSLjZx76xhFd
psegLTArBgkqhkiG9w0BCQ4xHjAcMBoGA1UdEQQTMBGCCWEuZXhhbXBsZYcECgAA
ATAKBggqhkjOPQQDAgNJADBGAiEA6tUrEk+gTiOwWzdargCyqMzrqkTD/MOMT222
chDBZQ4CIQDKfwiDp+fUbLh1jJKbwIZmIjCVt3AfGkSe6rVids8TSA==
-----END CERTIFICATE REQUEST-----
`,
    certificate: `-----BEGIN CERTIFICATE-----
MIIBmDCCAT2gAwIBAgIUae+23SWM3dxD1qC0IuOe0xY12jMwCgYIKoZIzj0EAwIw
KzENMAsGA1UEAwwEamFuZTEMMAoGA1UECgwDZGV2MQwwCgYDVQQKDANvcHMwIBcN
MjYxMTIzMTg0NDEwWhgPMjEyNjEwMzAxODQ0MTBaMCsxDTALBgNVBAMMBGphbmUx
DDAKBgNVBAoMA2RldjEMMAoGA1UECgwDb3BzMFkwEwYHKoZIzj0CAQYIKoZIzj0D
AQcDQgAEpm4XqWNdb9Kvn8tsxls6uGhkERHoPPNfllK0Nbs9kid85BB20ct/lGi+
f9kXaKxWmwswFiE5IuNnHvrGEV2mx6M9MDswGgYDVR0RBBMwEYIJYS5leGFtcGxl
hwQKAAABMB0GA1UdDgQWBBRXmFtBL3I0+higLw92a6U3v4PxWTAKBggqhkjOPQQD
AgNJADBGAiEAiBy0/ua9Xv8sm6gLrYH8mUMa/s658v2gq8pRsRkNEeQCIQCU5RvS
UNZVUjCrpG+hrct1EhE/uXZBaR2CmFovApUxkw==
-----END CERTIFICATE-----
`,
  },
  ed25519: {
    key: `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEICJpfky0RqxdAADDYbRsTy7tpgrT4ADXN4qaZrg75sgm
-----END PRIVATE KEY-----
`,
    request: `-----BEGIN CERTIFICATE REQUEST-----
MIHYMIGLAgEAMCsxDTALBgNVBAMMBGphbmUxDDAKBgNVBAoMA2RldjEMMAoGA1UE
CgwDb3BzMCowBQYDK2VwAyEA667wmvQcKYzpSSJfSlg9fARqEq0wNpEgKFZ9Gwc9
UAmgLTArBgkqhkiG9w0BCQ4xHjAcMBoGA1UdEQQTMBGCCWEuZXhhbXBsZYcECgAA
ATAFBgMrZXADQQAZxsxn2s5gvD9VS6GPoZknfQABY/Ge9c8ZBolMUtI6GXPetzNW
i1E2YWqXTtFa9vPHPwUwBdouMPn25y53CsAO
-----END CERTIFICATE REQUEST-----
`,
    certificate: `-----BEGIN CERTIFICATE-----
MIIBVzCCAQmgAwIBAgIUNyCZGwSuxsG08yy/L8wffaQ5FyowBQYDK2VwMCsxDTAL
BgNVBAMMBGphbmUxDDAKBgNVBAoMA2RldjEMMAoGA1UECgwDb3BzMCAXDTI2MTEy
MzE4NDQxMFoYDzIxMjYxMDMwMTg0NDEwWjArMQ0wCwYDVQQDDARqYW5lMQwwCgYD
VQQKDANkZXYxDDAKBgNVBAoMA29wczAqMAUGAytlcAMhAOuu8Jr0HCmM6UkiX0pY
PXwEahKtMDaRIChWfRsHPVAJoz0wOzAaBgNVHREEEzARgglhLmV4YW1wbGWHBAoA
AAEwHQYDVR0OBBYEFG3VwcEp7oicZGkyqB8vFRpmGK0RMAUGAytlcANBAHfPnAL9
yRhNl45n3M93kmeg86p1HpHVEjsY9sHe/rGrM4lDzZADWCtlKg1lfTGgpuOUsPR7
2vWBytcIhtPAmgs=
-----END CERTIFICATE-----
`,
  },
};

const year = 365 * 24 * 3_600_000;
const now = Date.UTC(2026, 11, 1);
const names = [
  { type: "dns", value: "a.example" },
  { type: "ip", value: new Uint8Array([10, 0, 0, 1]) },
] as const;

describe.each(["rsa", "ec", "ed25519"] as const)("what OpenSSL made of %s", (type) => {
  const { key, request, certificate } = ofOpenssl[type];

  test("a request is read, and is of the key's holder", () => {
    const read = parseRequest(request);
    const secret = parsePrivateKey(key);
    expect(read && formatName(read.subject)).toBe("O=ops,O=dev,CN=jane");
    expect(read && isOwnRequest(read)).toBe(true);
    expect(read && subjectAltNamesIn(read.extensions)).toEqual(names);
    expect(read && secret && belongTogether(secret, read.publicKey)).toBe(true);
  });

  test("a certificate verifies, until a byte is changed", () => {
    const [read] = parseCertificates(certificate);
    if (!read) throw new Error("no certificate");
    expect(isIssuedBy(read, read)).toBe(true);
    const bent = read.bytes.slice();
    bent[bent.length - 1] = (bent.at(-1) ?? 0) ^ 1;
    expect(isIssuedBy(decodeCertificate(bent), read)).toBe(false);
    expect(certificatePem(read.bytes)).toBe(certificate);
  });

  test("the key is written as it was read", () => {
    const secret = parsePrivateKey(key);
    if (!secret) throw new Error("no key");
    const written = secret.type === "ec" ? pem("EC PRIVATE KEY", encodeSec1(secret)) : privateKeyPem(secret);
    expect(written).toBe(key);
    const signature = sign(secret, new Uint8Array([1, 2, 3]));
    expect(verify(publicKeyOf(secret), new Uint8Array([1, 2, 3]), signature)).toBe(true);
    expect(verify(publicKeyOf(secret), new Uint8Array([1, 2, 4]), signature)).toBe(false);
    if (secret.type === "rsa") expect(parsePrivateKey(pem("RSA PRIVATE KEY", encodePkcs1(secret)))).toEqual(secret);
  });
});

test.each([{ type: "rsa", bits: 1024 }, { type: "ec" }, { type: "ec", curve: "P-384" }, { type: "ed25519" }] as const)(
  "a new key asks for a certificate and gets one: %o",
  (wanted) => {
    const [own, authority] = [generateKey(new Random(7), wanted), generateKey(new Random(8), wanted)];
    const asked = parseRequest(
      requestPem(makeRequest({ subject: nameOf(["O", "a, b"], ["CN", "jane"]), key: own, extensions: [subjectAltName(names)] })),
    );
    if (!asked) throw new Error("no request");
    expect(isOwnRequest(asked)).toBe(true);

    const made = (subject: string, of: typeof own, isAuthority: boolean) =>
      decodeCertificate(
        makeCertificate({
          serial: 0x80n,
          issuer: nameOf(["CN", "root"]),
          key: authority,
          notBefore: now - year,
          notAfter: now + 40 * year,
          subject: nameOf(["CN", subject]),
          publicKey: publicKeyOf(of),
          extensions: [
            basicConstraints(isAuthority, isAuthority ? 0 : undefined),
            keyUsage(["digitalSignature", "decipherOnly"]),
            extendedKeyUsage([extendedKeyUsages.clientAuth]),
            ...asked.extensions,
          ],
        }),
      );
    const [root, leaf] = [made("root", authority, true), made("jane", own, false)];
    expect(basicConstraintsIn(root.extensions)).toEqual({ isAuthority: true, pathLength: 0 });
    expect(basicConstraintsIn(leaf.extensions)).toEqual({ isAuthority: false });
    expect(keyUsagesIn(leaf.extensions)).toEqual(["digitalSignature", "decipherOnly"]);
    expect(extendedKeyUsagesIn(leaf.extensions)).toEqual([extendedKeyUsages.clientAuth]);
    expect(subjectAltNamesIn(leaf.extensions)).toEqual(names);
    expect([leaf.serial, leaf.notBefore, leaf.notAfter]).toEqual([0x80n, now - year, now + 40 * year]);

    const trusted = [root];
    expect(problemOf(leaf, { trusted, now, usage: "clientAuth" })).toBeUndefined();
    expect(problemOf(leaf, { trusted, now, usage: "serverAuth" })).toBe("x509: certificate specifies an incompatible key usage");
    expect(problemOf(leaf, { trusted, now: now - 2 * year })).toBe("x509: certificate has expired or is not yet valid");
    expect(problemOf(leaf, { trusted: [], now })).toBe("x509: certificate signed by unknown authority");
  },
);

test("blocks are found in prose, and what is no base64 is none", () => {
  expect(pemBlocks(`Bag attributes\n${pem("A", new Uint8Array([1]))}and\n-----BEGIN B-----\n*\n-----END B-----\n`)).toEqual([
    { label: "A", bytes: new Uint8Array([1]) },
  ]);
});

describe("the authority of the cluster", () => {
  const random = new Random(1);
  const own = generateKey(random, { type: "ec" });

  test("has the keys that it says", () => {
    for (const [certificate, key] of [
      [clusterAuthority, clusterAuthorityKey],
      [adminCertificate, adminKey],
    ] as const) {
      const [read, secret] = [parseCertificates(certificate)[0], parsePrivateKey(key)];
      expect(read && secret && belongTogether(secret, read.publicKey)).toBe(true);
    }
    expect(userOfCertificate(adminCertificate, now)).toMatchObject({
      name: "kubernetes-admin",
      uid: "admin",
      groups: ["system:masters", "system:authenticated"],
    });
  });

  test("whoever it certifies is known by common name and organizations", () => {
    const wanted = { subject: nameOf(["CN", "jane"], ["O", "dev"]), publicKey: publicKeyOf(own), random, notBefore: now, notAfter: now + year };
    const certificate = issueCertificate({ ...wanted, extendedUsages: ["clientAuth"] });
    expect(userOfCertificate(certificate, now + 1)).toMatchObject({ name: "jane", groups: ["dev", "system:authenticated"] });
    expect(userOfCertificate(certificate, now + 2 * year)).toBeUndefined();
    expect(userOfCertificate(issueCertificate({ ...wanted, extendedUsages: ["serverAuth"] }), now + 1)).toBeUndefined();
    expect(userOfCertificate(ofOpenssl.ec.certificate, now)).toBeUndefined();
    expect(userOfCertificate("jane", now)).toBeUndefined();
  });
});
