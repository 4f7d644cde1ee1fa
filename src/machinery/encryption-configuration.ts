import { bytesOfBase64 } from "./base64-text.ts";
import { parseYaml } from "./yaml.ts";

/** What of the configuration says how the API server writes: which resources, and by the first of their providers. */
export interface EncryptionRule {
  readonly resources: readonly string[];
  readonly provider: "identity" | Cipher;
  /** The first key, that writes. */
  readonly key?: { readonly name: string; readonly secret: string };
}

export type Cipher = keyof typeof keySizes;

/** So many bytes a key of each provider may have. */
const keySizes = { aescbc: [16, 24, 32], aesgcm: [16, 24, 32], secretbox: [32] } as const;

interface Configuration {
  kind?: unknown;
  apiVersion?: unknown;
  resources?: { resources?: unknown; providers?: unknown }[] | null;
}

/**
 * Reads an EncryptionConfiguration; what is wrong with one that the API server does not start with is thrown.
 * https://kubernetes.io/docs/reference/config-api/apiserver-config.v1/#apiserver-config-k8s-io-v1-EncryptionConfiguration
 */
export function readEncryptionConfiguration(text: string): readonly EncryptionRule[] {
  const { kind, apiVersion, resources } = (parsed(text) ?? {}) as Configuration;
  if (kind !== "EncryptionConfiguration" || !/^apiserver\.config\.k8s\.io\/v1$|^v1$/.test(String(apiVersion)))
    throw new Error(`no kind ${JSON.stringify(kind ?? "")} is registered for version ${JSON.stringify(apiVersion ?? "")}`);
  if (!Array.isArray(resources) || resources.length === 0) throw new Error("resources: Required value: at least one resource must be defined");
  return resources.map(({ resources: names, providers }, i) => {
    const path = `resources[${i}]`;
    if (!Array.isArray(names) || names.length === 0) throw new Error(`${path}.resources: Required value: at least one resource must be defined`);
    if (!Array.isArray(providers) || providers.length === 0)
      throw new Error(`${path}.providers: Required value: at least one provider must be defined`);
    const [first] = providers.map((provider, j) => providerOf(provider, `${path}.providers[${j}]`));
    return { resources: names.map(String), provider: "identity" as const, ...first };
  });
}

function parsed(text: string): unknown {
  try {
    return parseYaml(text).value;
  } catch (error) {
    throw new Error(`yaml: ${error instanceof Error ? error.message : error}`);
  }
}

function providerOf(provider: unknown, path: string): Omit<EncryptionRule, "resources"> {
  const [[name, settings] = ["", undefined], ...others] = Object.entries(
    (provider ?? {}) as Record<string, { keys?: { name?: string; secret?: string }[] } | null>,
  );
  if (others.length > 0)
    throw new Error(`${path}: Invalid value: more than one provider specified in a single element, should split into different list elements`);
  if (name === "identity") return { provider: name };
  if (name === "kms") throw new Error(`${path}.kms: not simulated by Podyard: there is no KMS plugin to connect to`);
  if (!isCipher(name)) throw new Error(`${path}: Required value: at least one provider must be defined`);
  const keys = settings?.keys ?? [];
  if (keys.length === 0) throw new Error(`${path}.${name}.keys: Required value: at least one key must be defined`);
  const [first] = keys.map(({ name: keyName = "", secret = "" }, i) => {
    const at = `${path}.${name}.keys[${i}]`;
    if (keyName === "") throw new Error(`${at}.name: Required value: key name must be defined`);
    const bytes = /^[A-Za-z0-9+/]*={0,2}$/.test(secret) && secret.length % 4 === 0 ? bytesOfBase64(secret) : undefined;
    if (!bytes) throw new Error(`${at}.secret: Invalid value: "REDACTED": secrets must be base64 encoded`);
    const sizes: readonly number[] = keySizes[name];
    if (!sizes.includes(bytes.length))
      throw new Error(
        `${at}.secret: Invalid value: "REDACTED": secret is not of the expected length, got ${bytes.length}, expected one of [${sizes.join(" ")}]`,
      );
    return { name: keyName, secret };
  });
  return { provider: name, ...(first ? { key: first } : {}) };
}

const isCipher = (name: string): name is Cipher => Object.hasOwn(keySizes, name);
