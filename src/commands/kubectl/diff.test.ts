import { expect, test } from "vitest";
import { Seat } from "../../../test/kit/seat.ts";

const map = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, labels: {app: shop}}\ndata: {k: v}`;

test("what pruning would take away is shown as gone, but for what was not applied", async () => {
  const seat = await Seat.boot("envtest");
  for (const name of ["stays", "goes"]) await seat.run(`cat > ${name}.yaml <<'END'\n${map(name)}\nEND\nkubectl apply -f ${name}.yaml`);
  await seat.run("kubectl create configmap other && kubectl label configmap other app=shop");

  expect(await seat.said("kubectl diff -f stays.yaml")).toBe("");
  const { stdout, exitCode } = await seat.run("kubectl diff -f stays.yaml --prune -l app=shop");
  expect(exitCode).toBe(1);
  const lines = stdout.split("\n");
  expect(lines[0]).toMatch(/^diff -u -N \/tmp\/LIVE-\d+\/v1\.ConfigMap\.default\.goes \/tmp\/MERGED-\d+\/v1\.ConfigMap\.default\.goes$/);
  expect(lines.filter((line) => line.startsWith("diff "))).toHaveLength(1);
  expect(lines.filter((line) => line.startsWith("+") && !line.startsWith("+++"))).toEqual([]);
  expect(lines).toContain("-  name: goes");

  expect(await seat.said("kubectl diff -f stays.yaml --prune --prune-allowlist=apps/v1/Deployment")).toBe("");
  expect(await seat.said("kubectl diff -f stays.yaml --prune --prune-allowlist=Deployment")).toContain("invalid GroupVersionKind format: Deployment");
});
