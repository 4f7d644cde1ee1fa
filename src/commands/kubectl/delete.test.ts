import { expect, test } from "vitest";
import { Seat } from "../../../test/kit/seat.ts";

const file = (...names: string[]) =>
  names.map((name) => `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}, labels: {app: p}}}`).join("\n---\n");

test("what the server only tries to delete stays", async () => {
  const seat = await Seat.boot("envtest");
  await seat.said(`echo '${file("keep", "drop")}' > two.yaml; echo '${file("keep")}' > one.yaml; kubectl apply -f two.yaml`);
  expect(await seat.said("kubectl delete -f two.yaml --dry-run=server")).toBe(
    'configmap "keep" deleted from default namespace (server dry run)\nconfigmap "drop" deleted from default namespace (server dry run)',
  );
  const prune = "kubectl apply -f one.yaml --prune -l app=p --prune-allowlist=core/v1/ConfigMap";
  expect(await seat.said(`${prune} --dry-run=server`)).toBe("configmap/keep unchanged (server dry run)\nconfigmap/drop pruned (server dry run)");
  expect(await seat.said(prune)).toBe("configmap/keep unchanged\nconfigmap/drop pruned");
  expect(await seat.said("kubectl delete -f one.yaml -o name; kubectl get cm -o name")).toBe("configmap/keep");
});
