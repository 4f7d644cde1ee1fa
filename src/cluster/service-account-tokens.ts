import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import type { Clock } from "#base/clock.ts";
import type { Random } from "#base/random.ts";
import { bytesOf, textOf } from "#base/streams.ts";
import type { Api } from "#machinery/client.ts";
import type { KubeObject } from "#machinery/object.ts";
import type { Pod, ServiceAccount } from "#machinery/types.ts";
import type { User } from "#machinery/user.ts";
import type { Records } from "./store/store.ts";

const issuer = "https://kubernetes.default.svc.cluster.local";
const keyRecord = "/token-key";

interface Claims {
  aud: string[];
  exp: number;
  iat: number;
  iss: string;
  jti: string;
  "kubernetes.io": { namespace: string; serviceaccount: Named; pod?: Named; node?: Named };
  nbf: number;
  sub: string;
}

interface Named {
  name: string;
  uid: string;
}

export interface TokenWanted {
  serviceAccount: ServiceAccount;
  /** The API server itself unless said. */
  audiences?: readonly string[] | undefined;
  expirationSeconds?: number | undefined;
  /** The token is worth nothing once this pod is gone. */
  pod?: Pod | undefined;
}

/** Tokens by which service accounts make themselves known. Their signature is judged, and whether what they name is still there. */
export class ServiceAccountTokens {
  readonly #api: Api;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #records: Records;

  constructor(api: Api, clock: Clock, random: Random, records: Records) {
    this.#api = api;
    this.#clock = clock;
    this.#random = random;
    this.#records = records;
  }

  issue({ serviceAccount, audiences = [issuer], expirationSeconds = 3600, pod }: TokenWanted): { token: string; expiresAt: number } {
    const { namespace = "", name } = serviceAccount.metadata;
    const iat = Math.floor(this.#clock.now() / 1000);
    const nodeName = pod?.spec.nodeName;
    const node = nodeName ? this.#api.get("nodes", nodeName) : undefined;
    const claims: Claims = {
      aud: [...audiences],
      exp: iat + expirationSeconds,
      iat,
      iss: issuer,
      jti: this.#random.uuid(),
      "kubernetes.io": {
        namespace,
        ...(node ? { node: named(node) } : {}),
        ...(pod ? { pod: named(pod) } : {}),
        serviceaccount: named(serviceAccount),
      },
      nbf: iat,
      sub: `system:serviceaccount:${namespace}:${name}`,
    };
    const text = `${base64Url(bytesOf(header))}.${base64Url(bytesOf(JSON.stringify(claims)))}`;
    return { token: `${text}.${this.#signature(text)}`, expiresAt: claims.exp * 1000 };
  }

  /** Whose token it is; undefined where it is nobody's any more, or never was. */
  authenticate(token: string): User | undefined {
    const [head = "", body = "", signature = ""] = token.split(".");
    if (!signature || !sameText(signature, this.#signature(`${head}.${body}`))) return undefined;
    const claims = JSON.parse(textOf(fromBase64Url(body))) as Claims;
    const now = this.#clock.now() / 1000;
    if (claims.exp <= now || !claims.aud.includes(issuer)) return undefined;

    const { namespace, serviceaccount, pod, node } = claims["kubernetes.io"];
    const account = this.#api.get("serviceaccounts", serviceaccount.name, namespace);
    if (account?.metadata.uid !== serviceaccount.uid) return undefined;
    if (pod && this.#api.get("pods", pod.name, namespace)?.metadata.uid !== pod.uid) return undefined;
    return {
      name: claims.sub,
      uid: serviceaccount.uid,
      groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, "system:authenticated"],
      extra: {
        "authentication.kubernetes.io/credential-id": [`JTI=${claims.jti}`],
        ...(node ? { "authentication.kubernetes.io/node-name": [node.name], "authentication.kubernetes.io/node-uid": [node.uid] } : {}),
        ...(pod ? { "authentication.kubernetes.io/pod-name": [pod.name], "authentication.kubernetes.io/pod-uid": [pod.uid] } : {}),
      },
    };
  }

  #signature(text: string): string {
    let key = this.#records.get<string>(keyRecord);
    if (!key) {
      key = this.#random.hex(64);
      this.#records.put(keyRecord, key);
    }
    return base64Url(hmac(sha256, bytesOf(key), bytesOf(text)));
  }
}

const header = JSON.stringify({ alg: "HS256", kid: "podyard" });

const named = ({ metadata }: KubeObject): Named => ({ name: metadata.name, uid: metadata.uid ?? "" });

/** Compares in a time that does not tell where they differ. */
function sameText(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
}

function base64Url(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function fromBase64Url(text: string): Uint8Array {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}
