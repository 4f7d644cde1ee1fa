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
import { base64Url, bytesOfBase64Url, signingKey } from "./signing-key.ts";

export const issuer = "https://kubernetes.default.svc.cluster.local";

/** Whose token is wanted, for whom, and for how long. */
export interface TokenWanted {
  readonly account: ServiceAccount;
  /** The API server itself unless said. */
  readonly audiences?: readonly string[] | undefined;
  readonly seconds: number;
  /** The token is worth nothing once this is gone. */
  readonly pod?: Pod | undefined;
  readonly secret?: KubeObject | undefined;
  readonly node?: KubeObject | undefined;
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
    secret?: Named;
    serviceaccount: Named;
  };
  nbf: number;
  sub: string;
}

/** The record of the secret. A copy of a cluster leaves it out: it makes one of its own. */
export const tokenKeyRecord = "/apiserver/token-key";

/**
 * Tokens of service accounts: JSON Web Tokens, signed by RSA, so that anybody can check them by the cluster's public key (`/openid/v1/jwks`). All
 * simulated clusters have the same key, and it is no secret. What tells a cluster's own tokens is their id: half of it is chosen, the rest follows
 * from the whole content by a secret of this cluster's.
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

  issue({ account, audiences = [], seconds, pod, secret, node: bound }: TokenWanted): { token: string; expiresAt: number } {
    const now = Math.floor(this.#clock.now() / 1000);
    const { namespace = "", name } = account.metadata;
    const node = pod?.spec.nodeName ? this.#api.get<Node>("nodes", pod.spec.nodeName) : bound;
    const payload: Payload = {
      aud: audiences.length > 0 ? audiences : [issuer],
      exp: now + seconds,
      iat: now,
      iss: issuer,
      jti: "",
      "kubernetes.io": {
        namespace,
        ...(node ? { node: named(node) } : {}),
        ...(pod ? { pod: named(pod) } : {}),
        ...(secret ? { secret: named(secret) } : {}),
        serviceaccount: named(account),
      },
      nbf: now,
      sub: `system:serviceaccount:${namespace}:${name}`,
    };
    payload.jti = this.#idOf(payload, this.#random.hex(8));
    const key = signingKey();
    const signed = `${encode({ alg: "RS256", kid: key.id })}.${encode(payload)}`;
    return { token: `${signed}.${base64Url(key.sign(bytesOf(signed)))}`, expiresAt: payload.exp * 1000 };
  }

  /** Whose token it is; undefined for one that is wrong, too old, for somebody else, or of an account or pod that is gone. */
  authenticate(token: string, audiences: readonly string[] = [issuer]): User | undefined {
    const payload = contentOf(token);
    if (!payload || !sameText(this.#idOf(payload, payload.jti.slice(0, 8)), payload.jti)) return undefined;
    const { aud, exp, nbf, jti, "kubernetes.io": of } = payload;
    const now = this.#clock.now() / 1000;
    if (now >= exp || now < nbf || !aud.some((each) => audiences.includes(each))) return undefined;

    const { namespace, serviceaccount: account, pod, node, secret } = of;
    if (this.#api.get<ServiceAccount>("serviceaccounts", account.name, namespace)?.metadata.uid !== account.uid) return undefined;
    if (pod && this.#api.get<Pod>("pods", pod.name, namespace)?.metadata.uid !== pod.uid) return undefined;
    if (secret && this.#api.get("secrets", secret.name, namespace)?.metadata.uid !== secret.uid) return undefined;
    // A pod stands for its node.
    if (node && !pod && this.#api.get("nodes", node.name)?.metadata.uid !== node.uid) return undefined;
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

  /** The id of a token with this content, as a UUID that begins with `chosen`. */
  #idOf(payload: Payload, chosen: string): string {
    const digest = hmac(sha256, bytesOf(this.#key()), bytesOf(`${chosen} ${JSON.stringify({ ...payload, jti: "" })}`));
    const hex = Array.from(digest.subarray(0, 12), (byte) => byte.toString(16).padStart(2, "0")).join("");
    return `${chosen}-${hex.slice(0, 4)}-4${hex.slice(4, 7)}-a${hex.slice(7, 10)}-${hex.slice(10, 22)}`;
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

/** What a token says, where it is one and its signature is right. */
function contentOf(token: string): Payload | undefined {
  const [head = "", body = "", signature = "", ...more] = token.split(".");
  const [text, signed] = [bytesOfBase64Url(body), bytesOfBase64Url(signature)];
  if (more.length > 0 || !text || !signed || !signingKey().verify(bytesOf(`${head}.${body}`), signed)) return undefined;
  try {
    const payload: unknown = JSON.parse(textOf(text));
    const isToken = typeof payload === "object" && payload !== null && "jti" in payload && typeof payload.jti === "string";
    return isToken ? (payload as Payload) : undefined;
  } catch {
    return undefined;
  }
}

/** Compares in a time that does not tell where two texts differ. */
function sameText(a: string, b: string): boolean {
  let different = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) different |= a.charCodeAt(i) ^ b.charCodeAt(i % Math.max(1, b.length));
  return different === 0;
}
