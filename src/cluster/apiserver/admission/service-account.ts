import type { Random } from "#base/random.ts";
import { pathSegmentProblems } from "#machinery/names.ts";
import { forbidden } from "#machinery/status.ts";
import type { Container, Pod, ServiceAccount, Volume } from "#machinery/types.ts";
import { definePlugin } from "./plugin.ts";

const mountPath = "/var/run/secrets/kubernetes.io/serviceaccount";
/** Seven seconds more than an hour: by them a token that was asked for by this plugin is told apart. */
const tokenSeconds = 3607;

/** Gives each pod its service account, and its containers the account's token. */
export const serviceAccount = definePlugin<Pod>({
  name: "ServiceAccount",
  operations: ["CREATE"],
  resources: ["pods"],

  mutate(request) {
    const { object: pod, namespace, api, resource, random } = request;
    // A mirror of what a node runs on its own has no account.
    if (pod.metadata.annotations?.["kubernetes.io/config.mirror"]) return;

    const name = pod.spec.serviceAccountName || "default";
    const account = api.get<ServiceAccount>("serviceaccounts", name, namespace);
    if (!account) {
      const problems = pathSegmentProblems(name, false);
      const why =
        problems.length > 0
          ? `invalid resource name ${JSON.stringify(name)}: [${problems.join(" ")}]`
          : `serviceaccount ${JSON.stringify(name)} not found`;
      const looking = `error looking up service account ${namespace}/${name}: ${why}`;
      throw forbidden(resource.on, pod.metadata.name || pod.metadata.generateName || "", looking);
    }
    const spec = { ...pod.spec, serviceAccountName: name, serviceAccount: name };
    if (!spec.imagePullSecrets?.length && account.imagePullSecrets?.length) spec.imagePullSecrets = account.imagePullSecrets;
    const mounts = spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true;
    request.object = { ...pod, spec: mounts ? withToken(spec, random) : spec };
  },
});

function withToken(spec: Pod["spec"], random: Random): Pod["spec"] {
  const containers = [...spec.containers, ...(spec.initContainers ?? [])];
  if (containers.every(mountsIt)) return spec;
  const name = `kube-api-access-${random.suffix()}`;
  const mounted = (container: Container): Container =>
    mountsIt(container) ? container : { ...container, volumeMounts: [...(container.volumeMounts ?? []), { name, readOnly: true, mountPath }] };
  return {
    ...spec,
    ...(spec.initContainers ? { initContainers: spec.initContainers.map(mounted) } : {}),
    containers: spec.containers.map(mounted),
    volumes: [...(spec.volumes ?? []), tokenVolume(name)],
  };
}

const mountsIt = ({ volumeMounts }: Container): boolean => volumeMounts?.some((mount) => mount.mountPath === mountPath) ?? false;

const tokenVolume = (name: string): Volume => ({
  name,
  projected: {
    sources: [
      { serviceAccountToken: { expirationSeconds: tokenSeconds, path: "token" } },
      { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
      { downwardAPI: { items: [{ path: "namespace", fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" } }] } },
    ],
    defaultMode: 0o644,
  },
});
