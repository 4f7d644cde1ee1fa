import type { RuntimeContainer, RuntimeImage, RuntimeSandbox } from "#machinery/container-runtime.ts";
import type { Machine as Node } from "#machinery/machines.ts";
import { labelsOf, nanos, rfcNano } from "./containers.ts";

const bindOf = (uid: string, volume: string) =>
  volume.startsWith("/") ? volume : `/var/lib/kubelet/pods/${uid}/volumes/kubernetes.io~projected/${volume}`;

/** Everything that `crictl inspect` says of a container. */
export function containerDetails(container: RuntimeContainer, pid: number): object {
  const {
    id,
    name,
    attempt,
    sandbox,
    state,
    createdAt,
    startedAt,
    finishedAt,
    exitCode,
    reason,
    message,
    image,
    imageId,
    args,
    env,
    cwd,
    user,
    mounts,
    logPath,
  } = container;
  const mounted = mounts.map(({ volume, path, readOnly }) => ({
    containerPath: path,
    gidMappings: [],
    hostPath: bindOf(sandbox.uid, volume),
    propagation: "PROPAGATION_PRIVATE",
    readonly: readOnly,
    selinuxRelabel: false,
    uidMappings: [],
  }));
  return {
    info: {
      config: {
        args: [],
        command: args,
        envs: env.map(([key, value]) => ({ key, value })),
        image: { image: imageId, user_specified_image: image },
        labels: labelsOf(container),
        log_path: `${name}/${attempt}.log`,
        metadata: { attempt, name },
        mounts: mounted.map(({ containerPath, hostPath, readonly }) => ({
          container_path: containerPath,
          host_path: hostPath,
          ...(readonly ? { readonly } : {}),
        })),
      },
      pid: state === "running" ? pid : 0,
      removing: false,
      runtimeSpec: {
        hostname: sandbox.name,
        linux: { cgroupsPath: `kubelet-kubepods-besteffort-pod${sandbox.uid.replaceAll("-", "_")}.slice:cri-containerd:${id}` },
        process: { args, cwd, env: env.map(([key, value]) => `${key}=${value}`), user: { uid: Number(user.split(":")[0]) || 0, gid: 0 } },
      },
      runtimeType: "io.containerd.runc.v2",
      sandboxID: sandbox.id,
      snapshotter: "overlayfs",
    },
    status: {
      annotations: {
        "io.kubernetes.container.hash": id.slice(0, 8),
        "io.kubernetes.container.restartCount": String(attempt),
        "io.kubernetes.container.terminationMessagePath": "/dev/termination-log",
        "io.kubernetes.container.terminationMessagePolicy": "File",
      },
      createdAt: rfcNano(createdAt),
      exitCode,
      finishedAt: rfcNano(finishedAt),
      id,
      image: { annotations: {}, image, runtimeHandler: "", userSpecifiedImage: "" },
      imageId,
      imageRef: imageId,
      labels: labelsOf(container),
      logPath,
      message,
      metadata: { attempt, name },
      mounts: mounted,
      reason,
      resources: null,
      startedAt: rfcNano(startedAt),
      state: `CONTAINER_${state.toUpperCase()}`,
      user: { linux: { gid: "0", supplementalGroups: ["0"], uid: user.split(":")[0] || "0" } },
    },
  };
}

/** What `crictl inspectp` says of a pod's sandbox. */
export function sandboxDetails(
  { id, uid, name, namespace, attempt, createdAt, ready, address, labels, annotations, hostNetwork }: RuntimeSandbox,
  pid: number,
): object {
  return {
    containersStatuses: [],
    info: {
      config: {
        hostname: hostNetwork ? "" : name,
        labels,
        log_directory: `/var/log/pods/${namespace}_${name}_${uid}`,
        metadata: { attempt, name, namespace, uid },
      },
      image: "registry.k8s.io/pause:3.10.1",
      pid: ready ? pid : 0,
      processStatus: ready ? "running" : "deleted",
      runtimeHandler: "",
      runtimeType: "io.containerd.runc.v2",
    },
    status: {
      annotations,
      createdAt: rfcNano(createdAt),
      id,
      labels,
      linux: { namespaces: { options: { ipc: "POD", network: hostNetwork ? "NODE" : "POD", pid: "CONTAINER", targetId: "", usernsOptions: null } } },
      metadata: { attempt, name, namespace, uid },
      network: hostNetwork ? { additionalIps: [], ip: "" } : { additionalIps: [], ip: address },
      runtimeHandler: "",
      state: ready ? "SANDBOX_READY" : "SANDBOX_NOTREADY",
    },
  };
}

export const imageDetails = ({ id, tags, digests, sizeBytes, user }: RuntimeImage): object => ({
  info: { imageSpec: { architecture: "amd64", config: { User: user }, os: "linux" } },
  status: {
    id,
    pinned: tags.some((tag) => tag.includes("/pause:")),
    repoDigests: digests,
    repoTags: tags,
    size: String(sizeBytes),
    spec: null,
    uid: null,
    username: user,
  },
});

/** A container as `crictl ps -o json` lists it. */
export const containerListed = (container: RuntimeContainer): object => ({
  annotations: {
    "io.kubernetes.container.hash": container.id.slice(0, 8),
    "io.kubernetes.container.restartCount": String(container.attempt),
    "io.kubernetes.container.terminationMessagePath": "/dev/termination-log",
    "io.kubernetes.container.terminationMessagePolicy": "File",
  },
  createdAt: nanos(container.createdAt),
  id: container.id,
  image: { annotations: {}, image: container.imageId, runtimeHandler: "", userSpecifiedImage: container.image },
  imageId: container.imageId,
  imageRef: container.imageId,
  labels: labelsOf(container),
  metadata: { attempt: container.attempt, name: container.name },
  podSandboxId: container.sandbox.id,
  state: `CONTAINER_${container.state.toUpperCase()}`,
});

export const sandboxListed = ({ id, uid, name, namespace, attempt, createdAt, ready, labels, annotations }: RuntimeSandbox): object => ({
  annotations,
  createdAt: nanos(createdAt),
  id,
  labels,
  metadata: { attempt, name, namespace, uid },
  runtimeHandler: "",
  state: ready ? "SANDBOX_READY" : "SANDBOX_NOTREADY",
});

export const imageListed = ({ id, tags, digests, sizeBytes, user }: RuntimeImage): object => ({
  id,
  pinned: tags.some((tag) => tag.includes("/pause:")),
  repoDigests: digests,
  repoTags: tags,
  size: String(sizeBytes),
  spec: null,
  uid: null,
  username: user,
});

/** What `crictl info` says of the runtime. */
export const runtimeDetails = ({ name }: Node): object => ({
  status: {
    conditions: [
      { message: "", reason: "", status: true, type: "RuntimeReady" },
      { message: "", reason: "", status: true, type: "NetworkReady" },
    ],
  },
  cniconfig: { PluginDirs: ["/opt/cni/bin"], PluginConfDir: "/etc/cni/net.d", PluginMaxConfNum: 1, Prefix: "eth" },
  config: {
    containerd: {
      defaultRuntimeName: "runc",
      runtimes: { runc: { runtimeType: "io.containerd.runc.v2", options: { SystemdCgroup: true } } },
      snapshotter: "overlayfs",
    },
    containerdEndpoint: "/run/containerd/containerd.sock",
    containerdRootDir: "/var/lib/containerd",
    rootDir: "/var/lib/containerd/io.containerd.grpc.v1.cri",
    sandboxImage: "registry.k8s.io/pause:3.10.1",
    stateDir: "/run/containerd/io.containerd.grpc.v1.cri",
  },
  golang: "go1.25.9",
  lastCNILoadStatus: "OK",
  nodeName: name,
});
