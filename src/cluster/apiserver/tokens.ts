import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import type { Clock } from "#base/clock.ts";
import type { Random } from "#base/random.ts";
import { bytesOf, textOf } from "#base/streams.ts";
import type { Store } from "#cluster/store/store.ts";
import type { Api } from "#machinery/client.ts";
import type { KubeObject } from "#machinery/object.ts";
import type { Node, Pod, ServiceAccount } from "#machinery/types.ts";
import type { User } from "#machinery/user.ts";

export const issuer = "https://kubernetes.default.svc.cluster.local";

/** Whose token is wanted, for whom, and for how long. */
export interface TokenWanted {
  readonly account: ServiceAccount;
  /** The API server itself unless said. */
  readonly audiences?: readonly string[] | undefined;
  readonly seconds: number;
  /** The token is worth nothing once this pod is gone. */
  readonly pod?: Pod | undefined;
}

interface Named {
  name: string;
  uid: string;
}

interface Payload {
  aud: readonly string[];
  exp: number;
  iat: number;
  iss: string;
  jti: string;
  "kubernetes.io": {
    namespace: string;
    node?: Named;
    pod?: Named;
    serviceaccount: Named;
  };
  nbf: number;
  sub: string;
}

/** The record of the secret. A copy of a cluster leaves it out: it makes one of its own. */
export const tokenKeyRecord = "/apiserver/token-key";

/**
 * Tokens of service accounts: JSON Web Tokens over a secret of the cluster's own, signed by HMAC-SHA256. Only this API server can check them; a
 * public key that others could check them by is not simulated.
 */
export class Tokens {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #api: Api;

  constructor(store: Store, clock: Clock, random: Random, api: Api) {
    this.#store = store;
    this.#clock = clock;
    this.#random = random;
    this.#api = api;
  }

  issue({ account, audiences = [], seconds, pod }: TokenWanted): { token: string; expiresAt: number } {
    const now = Math.floor(this.#clock.now() / 1000);
    const { namespace = "", name } = account.metadata;
    const node = pod?.spec.nodeName ? this.#api.get<Node>("nodes", pod.spec.nodeName) : undefined;
    const payload: Payload = {
      aud: audiences.length > 0 ? audiences : [issuer],
      exp: now + seconds,
      iat: now,
      iss: issuer,
      jti: this.#random.uuid(),
      "kubernetes.io": {
        namespace,
        ...(node ? { node: named(node) } : {}),
        ...(pod ? { pod: named(pod) } : {}),
        serviceaccount: named(account),
      },
      nbf: now,
      sub: `system:serviceaccount:${namespace}:${name}`,
    };
    const signed = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(payload)}`;
    return { token: `${signed}.${base64Url(this.#signature(signed))}`, expiresAt: payload.exp * 1000 };
  }

  /** Whose token it is; undefined for one that is wrong, too old, for somebody else, or of an account or pod that is gone. */
  authenticate(token: string, audiences: readonly string[] = [issuer]): User | undefined {
    const end = token.lastIndexOf(".");
    const signed = token.slice(0, end);
    if (end < 0 || !sameText(base64Url(this.#signature(signed)), token.slice(end + 1))) return undefined;
    const { aud, exp, nbf, jti, "kubernetes.io": of } = decode(signed.slice(signed.indexOf(".") + 1));
    const now = this.#clock.now() / 1000;
    if (now >= exp || now < nbf || !aud.some((each) => audiences.includes(each))) return undefined;

    const { namespace, serviceaccount: account, pod, node } = of;
    if (this.#api.get<ServiceAccount>("serviceaccounts", account.name, namespace)?.metadata.uid !== account.uid) return undefined;
    if (pod && this.#api.get<Pod>("pods", pod.name, namespace)?.metadata.uid !== pod.uid) return undefined;
    return {
      name: `system:serviceaccount:${namespace}:${account.name}`,
      uid: account.uid,
      groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, "system:authenticated"],
      extra: {
        "authentication.kubernetes.io/credential-id": [`JTI=${jti}`],
        ...(node ? { "authentication.kubernetes.io/node-name": [node.name], "authentication.kubernetes.io/node-uid": [node.uid] } : {}),
        ...(pod ? { "authentication.kubernetes.io/pod-name": [pod.name], "authentication.kubernetes.io/pod-uid": [pod.uid] } : {}),
      },
    };
  }

  #signature(signed: string): Uint8Array {
    return hmac(sha256, bytesOf(this.#key()), bytesOf(signed));
  }

  #key(): string {
    let key = this.#store.records.get<string>(tokenKeyRecord);
    if (!key) {
      key = this.#random.hex(64);
      this.#store.records.put(tokenKeyRecord, key);
    }
    return key;
  }
}

const named = ({ metadata }: KubeObject): Named => ({ name: metadata.name ?? "", uid: metadata.uid ?? "" });

const encode = (value: object): string => base64Url(bytesOf(JSON.stringify(value)));

function decode(text: string): Payload {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return JSON.parse(textOf(Uint8Array.from(binary, (char) => char.charCodeAt(0))));
}

const base64Url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

/** Compares in a time that does not tell where two texts differ. */
function sameText(a: string, b: string): boolean {
  let different = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) different |= a.charCodeAt(i) ^ b.charCodeAt(i % Math.max(1, b.length));
  return different === 0;
}
