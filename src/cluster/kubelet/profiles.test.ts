import { expect, test } from "vitest";
import type { Draft } from "#machinery/object.ts";
import type { Pod, SecurityContext } from "#machinery/types.ts";
import { Seat } from "../../../test/kit/seat.ts";

const pod = (name: string, ofPod: SecurityContext, ofContainer: SecurityContext): Draft<Pod> => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "default" },
  spec: { securityContext: ofPod as object, containers: [{ name: "main", image: "nginx:1.27", securityContext: ofContainer }] },
});
const appArmor = (name: string): SecurityContext => ({ appArmorProfile: { type: "Localhost", localhostProfile: name } });
const seccomp = (name: string): SecurityContext => ({ seccompProfile: { type: "Localhost", localhostProfile: name } });
const defaults: SecurityContext = { seccompProfile: { type: "RuntimeDefault" }, appArmorProfile: { type: "RuntimeDefault" } };

test("a profile that is not on the node keeps a container from being made", async () => {
  const seat = await Seat.boot("kubeadm-1node");
  await seat.said("mkdir -p /var/lib/kubelet/seccomp/profiles && echo '{}' > /var/lib/kubelet/seccomp/profiles/audit.json");
  const pods = [
    pod("armor", {}, appArmor("k8s-deny-write")),
    pod("armor-of-pod", appArmor("k8s-deny-write"), {}),
    pod("sec", {}, seccomp("profiles/fine.json")),
    pod("there", seccomp("profiles/audit.json"), {}),
    pod("usual", appArmor("none"), defaults),
  ];
  for (const each of pods) await seat.said(`echo '${JSON.stringify(each)}' | kubectl apply -f -`);
  await seat.wait(30_000);
  const path = "/var/lib/kubelet/seccomp/profiles/fine.json";
  const said = async (name: string) =>
    await seat.said(
      `kubectl get pod ${name} -o jsonpath='{.status.phase}|{.status.containerStatuses[0].state.waiting.reason}|{.status.containerStatuses[0].state.waiting.message}'`,
    );
  const armor =
    "Pending|CreateContainerError|failed to get container spec opts: failed to generate apparmor spec opts: apparmor profile not found k8s-deny-write";
  expect(await said("armor")).toBe(armor);
  expect(await said("armor-of-pod")).toBe(armor);
  expect(await said("sec")).toBe(
    `Pending|CreateContainerError|failed to create containerd container: cannot load seccomp profile "${path}": open ${path}: no such file or directory`,
  );
  expect(await said("there")).toBe("Running||");
  expect(await said("usual")).toBe("Running||");
});
