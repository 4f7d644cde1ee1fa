import { takes, typed } from "../../go-template/functions.ts";
import { GoObject, Method, type Value } from "../../go-template/values.ts";

/** What helm says it is. */
export const helmBuild = {
  version: "v4.2.3",
  gitCommit: "43e8b7feece8beb0fcba47059ec9b522fd929a64",
  gitTreeState: "clean",
  goVersion: "go1.26.5",
  kubeClientVersion: "v1.36",
} as const;

/** What helm takes a cluster to offer that it does not ask. */
const knownVersions =
  "v1 admissionregistration.k8s.io/v1 admissionregistration.k8s.io/v1alpha1 admissionregistration.k8s.io/v1beta1 internal.apiserver.k8s.io/v1alpha1 apps/v1 apps/v1beta1 apps/v1beta2 " +
  "authentication.k8s.io/v1 authentication.k8s.io/v1alpha1 authentication.k8s.io/v1beta1 authorization.k8s.io/v1 authorization.k8s.io/v1beta1 autoscaling/v1 autoscaling/v2 batch/v1 " +
  "batch/v1beta1 certificates.k8s.io/v1 certificates.k8s.io/v1beta1 certificates.k8s.io/v1alpha1 coordination.k8s.io/v1alpha2 coordination.k8s.io/v1beta1 coordination.k8s.io/v1 " +
  "discovery.k8s.io/v1 discovery.k8s.io/v1beta1 events.k8s.io/v1 events.k8s.io/v1beta1 extensions/v1beta1 flowcontrol.apiserver.k8s.io/v1 flowcontrol.apiserver.k8s.io/v1beta1 " +
  "flowcontrol.apiserver.k8s.io/v1beta2 flowcontrol.apiserver.k8s.io/v1beta3 networking.k8s.io/v1 networking.k8s.io/v1beta1 node.k8s.io/v1 node.k8s.io/v1alpha1 node.k8s.io/v1beta1 " +
  "policy/v1 policy/v1beta1 rbac.authorization.k8s.io/v1 rbac.authorization.k8s.io/v1beta1 rbac.authorization.k8s.io/v1alpha1 resource.k8s.io/v1 resource.k8s.io/v1beta2 " +
  "resource.k8s.io/v1beta1 resource.k8s.io/v1alpha3 scheduling.k8s.io/v1alpha2 scheduling.k8s.io/v1beta1 scheduling.k8s.io/v1 storage.k8s.io/v1beta1 storage.k8s.io/v1 " +
  "storage.k8s.io/v1alpha1 storagemigration.k8s.io/v1beta1 apiextensions.k8s.io/v1beta1 apiextensions.k8s.io/v1";

/** A struct whose fields are known by name and printed in order. */
class Struct extends GoObject {
  readonly type: string;
  readonly #fields: Readonly<Record<string, Value | Method>>;
  readonly #text: string;

  constructor(type: string, fields: Readonly<Record<string, Value | Method>>, text: string) {
    super();
    this.type = type;
    this.#fields = fields;
    this.#text = text;
  }

  field(name: string): Value | Method {
    return Object.hasOwn(this.#fields, name) ? this.#fields[name] : undefined;
  }

  toGoString(): string {
    return this.#text;
  }
}

export interface KubeVersion {
  /** As the server says it: `v1.36.3-eks-1`. */
  version: string;
  /** What constraints are held against. */
  normalized?: string;
  major: string;
  minor: string;
}

/** What a chart may ask about the cluster. */
export interface Capabilities {
  kubeVersion: KubeVersion;
  apiVersions: readonly string[];
}

export const defaultCapabilities: Capabilities = {
  kubeVersion: { version: "v1.36.0", normalized: "v1.36.0", major: "1", minor: "36" },
  apiVersions: knownVersions.split(" "),
};

/** Reads `--kube-version`; undefined where it is none. */
export function kubeVersionOf(text: string): KubeVersion | undefined {
  const [, major, minor, patch = "0"] = /^v?(\d+)\.(\d+)(?:\.(\d+))?(?:\.\d+)*(?:[-+].*)?$/.exec(text.trim()) ?? [];
  if (major === undefined || minor === undefined) return undefined;
  const rest = /^v?(\d+(?:\.\d+)+)/.exec(text.trim())?.[1] ?? `${major}.${minor}.${patch}`;
  return { version: text.startsWith("v") ? text : `v${text}`, normalized: `v${rest}`, major, minor };
}

const gives = (value: Value) => new Method(takes(0, 0, () => value));

/** `.Capabilities` as templates see it. */
export function capabilitiesObject({ kubeVersion, apiVersions }: Capabilities): GoObject {
  const { version, normalized = "", major, minor } = kubeVersion;
  const kube = new Struct(
    "common.KubeVersion",
    { Version: version, Major: major, Minor: minor, GitVersion: gives(version), String: gives(normalized || version) },
    normalized || version,
  );
  const set = new Struct(
    "common.VersionSet",
    { Has: new Method(typed(["string"], (wanted) => apiVersions.includes(wanted as string))) },
    `[${apiVersions.join(" ")}]`,
  );
  const { gitCommit, gitTreeState, goVersion, kubeClientVersion } = helmBuild;
  const texts = [helmBuild.version, gitCommit, gitTreeState, goVersion, kubeClientVersion];
  const helm = new Struct(
    "version.BuildInfo",
    { Version: helmBuild.version, GitCommit: gitCommit, GitTreeState: gitTreeState, GoVersion: goVersion, KubeClientVersion: kubeClientVersion },
    `{${texts.join(" ")}}`,
  );
  const whole = `{{${[version, normalized, major, minor].join(" ")}} ${set.toGoString()} ${helm.toGoString()}}`;
  return new Struct("*common.Capabilities", { KubeVersion: kube, APIVersions: set, HelmVersion: helm }, whole);
}
