import { bytesOf } from "#base/streams.ts";
import type { Api } from "#machinery/client.ts";
import type {
  ConfigMap,
  ConfigMapProjection,
  DownwardAPIVolumeFile,
  KeyToPath,
  Node,
  Pod,
  Secret,
  SecretProjection,
  Volume,
  VolumeProjection,
} from "#machinery/types.ts";
import { declaredNamed } from "./containers.ts";
import { base64Bytes, ConfigProblem } from "./environment.ts";
import { fieldValue, resourceValue } from "./fields.ts";

export interface ContentFile {
  content: Uint8Array;
  mode: number;
}

export interface ContentOf {
  api: Api;
  node: { name: string; address: string };
  /** A token for the pod's service account. */
  token(pod: Pod, audience: string | undefined): string;
}

const defaultMode = 0o644;

/** Whether a volume's files come out of objects of the API. */
export const isFromApi = (volume: Volume): boolean => Boolean(volume.configMap || volume.secret || volume.downwardAPI || volume.projected);

/** The files of such a volume, by path. Throws a `ConfigProblem` where something is missing. */
export function contentOf(volume: Volume, pod: Pod, context: ContentOf): Map<string, ContentFile> {
  const files = new Map<string, ContentFile>();
  const { configMap, secret, downwardAPI, projected } = volume;
  if (configMap) addConfigMap(files, configMap, configMap.defaultMode, pod, context);
  if (secret) addSecret(files, { ...secret, name: secret.secretName ?? "" }, secret.defaultMode, pod, context);
  if (downwardAPI) addDownward(files, downwardAPI.items, downwardAPI.defaultMode, pod, context);
  const problems: string[] = [];
  for (const source of projected?.sources ?? [])
    try {
      addProjection(files, source, projected?.defaultMode, pod, context);
    } catch (error) {
      if (!(error instanceof ConfigProblem)) throw error;
      if (!problems.includes(error.message)) problems.push(error.message);
    }
  if (problems.length > 0) throw new ConfigProblem(problems.length > 1 ? `[${problems.join(", ")}]` : (problems[0] ?? ""));
  return files;
}

/** The objects that a volume's files come out of, as `configmaps/name` and `secrets/name`. */
export function* sourcesOf(volume: Volume): Iterable<string> {
  const { configMap, secret, projected } = volume;
  if (configMap) yield `configmaps/${configMap.name}`;
  if (secret) yield `secrets/${secret.secretName}`;
  for (const source of projected?.sources ?? []) {
    if (source.configMap) yield `configmaps/${source.configMap.name}`;
    if (source.secret) yield `secrets/${source.secret.name}`;
  }
}

function addProjection(files: Map<string, ContentFile>, source: VolumeProjection, mode: number | undefined, pod: Pod, context: ContentOf): void {
  if (source.configMap) addConfigMap(files, source.configMap, mode, pod, context);
  if (source.secret) addSecret(files, source.secret, mode, pod, context);
  if (source.downwardAPI) addDownward(files, source.downwardAPI.items, mode, pod, context);
  if (source.serviceAccountToken) {
    const { path, audience } = source.serviceAccountToken;
    files.set(path, { content: bytesOf(context.token(pod, audience)), mode: mode ?? defaultMode });
  }
  if (source.clusterTrustBundle) throw new ConfigProblem("Not simulated by Podyard: projected cluster trust bundles");
  if (source.podCertificate) throw new ConfigProblem("Not simulated by Podyard: projected pod certificates");
}

function addConfigMap(files: Map<string, ContentFile>, source: ConfigMapProjection, mode: number | undefined, pod: Pod, { api }: ContentOf): void {
  const map = api.get<ConfigMap>("configmaps", source.name ?? "", pod.metadata.namespace);
  if (!map && !source.optional) throw new ConfigProblem(`configmap "${source.name}" not found`);
  const data = new Map<string, Uint8Array>();
  for (const [key, text] of Object.entries(map?.data ?? {})) data.set(key, bytesOf(text));
  for (const [key, text] of Object.entries(map?.binaryData ?? {})) data.set(key, base64Bytes(text));
  addItems(files, data, source.items, mode, source.optional, (key) => `configmap references non-existent config key: ${key}`);
}

function addSecret(files: Map<string, ContentFile>, source: SecretProjection, mode: number | undefined, pod: Pod, { api }: ContentOf): void {
  const secret = api.get<Secret>("secrets", source.name ?? "", pod.metadata.namespace);
  if (!secret && !source.optional) throw new ConfigProblem(`secret "${source.name}" not found`);
  const data = new Map(Object.entries(secret?.data ?? {}).map(([key, text]) => [key, base64Bytes(text)]));
  addItems(files, data, source.items, mode, source.optional, (key) => `references non-existent secret key: ${key}`);
}

function addItems(
  files: Map<string, ContentFile>,
  data: ReadonlyMap<string, Uint8Array>,
  items: readonly KeyToPath[] | undefined,
  mode: number | undefined,
  optional: boolean | undefined,
  missing: (key: string) => string,
): void {
  for (const { key, path, mode: own } of items ?? [...data.keys()].map((key) => ({ key, path: key, mode: undefined }))) {
    const content = data.get(key);
    if (content) files.set(path, { content, mode: own ?? mode ?? defaultMode });
    else if (!optional) throw new ConfigProblem(missing(key));
  }
}

function addDownward(
  files: Map<string, ContentFile>,
  items: readonly DownwardAPIVolumeFile[] | undefined,
  mode: number | undefined,
  pod: Pod,
  { api, node }: ContentOf,
): void {
  for (const { path, fieldRef, resourceFieldRef, mode: own } of items ?? []) {
    const container = resourceFieldRef?.containerName ? declaredNamed(pod.spec, resourceFieldRef.containerName)?.container : undefined;
    const text = fieldRef
      ? fieldValue(pod, fieldRef, node)
      : resourceFieldRef && container
        ? resourceValue(container, resourceFieldRef, api.get<Node>("nodes", node.name))
        : undefined;
    if (text === undefined) throw new ConfigProblem(`failed to prepare downwardAPI file ${path}`);
    files.set(path, { content: bytesOf(text), mode: own ?? mode ?? defaultMode });
  }
}
