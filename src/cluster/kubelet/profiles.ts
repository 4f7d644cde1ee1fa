import type { Container, Pod } from "#machinery/types.ts";
import type { FileSystem } from "#shell/file-system.ts";

/** Where the kubelet looks for seccomp profiles. */
const seccompRoot = "/var/lib/kubelet/seccomp";
/** Where the kernel tells which AppArmor profiles it has: `name (enforce)`, a line each. */
const loaded = "/sys/kernel/security/apparmor/profiles";

/** What containerd says of a container whose own AppArmor or seccomp profile is not on its node; undefined where nothing is missing. */
export function refusedProfile(disk: () => FileSystem, pod: Pod, { securityContext }: Container): string | undefined {
  const ofPod = pod.spec.securityContext;
  const appArmor = securityContext?.appArmorProfile ?? ofPod?.appArmorProfile;
  if (appArmor?.type === "Localhost" && !isLoaded(disk(), appArmor.localhostProfile ?? ""))
    return `failed to get container spec opts: failed to generate apparmor spec opts: apparmor profile not found ${appArmor.localhostProfile}`;

  const seccomp = securityContext?.seccompProfile ?? ofPod?.seccompProfile;
  if (seccomp?.type !== "Localhost") return undefined;
  const path = `${seccompRoot}/${seccomp.localhostProfile}`;
  const cannot = `failed to create containerd container: cannot load seccomp profile "${path}"`;
  if (disk().stat(path)?.kind !== "file") return `${cannot}: open ${path}: no such file or directory`;
  return undefined;
}

const isLoaded = (disk: FileSystem, profile: string): boolean =>
  disk.stat(loaded)?.kind === "file" &&
  disk
    .readText(loaded)
    .split("\n")
    .some((line) => line.replace(/ \(\w+\)$/, "") === profile);
