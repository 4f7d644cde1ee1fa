import { expect, test } from "vitest";
import { Seat } from "../../../../test/kit/seat.ts";

test.each([
  ["get", ""],
  ["describe", ""],
  ["delete", "error: "],
  ["label a=b", "error: "],
  ["scale --replicas=1", "error: "],
  ["set image a=b --local", "error: "],
  ["diff", "error: "],
  ["create --validate=false", "error: "],
  ["apply --validate=ignore", "error: "],
])("kubectl %s of a file that holds no object", async (command, prefix) => {
  const seat = await Seat.boot("envtest");
  const [name, ...rest] = command.startsWith("set image") ? ["set image", ...command.split(" ").slice(2)] : command.split(" ");
  expect(await seat.said(`echo 'replicas: 5' > x.yaml; kubectl ${name} -f x.yaml ${rest.join(" ")} 2>&1 | cat`)).toBe(
    `${prefix}unable to decode "x.yaml": Object 'Kind' is missing in '{"replicas":5}'`,
  );
});

test("a file that holds no object is told by what validates it, where that is so", async () => {
  const seat = await Seat.boot("envtest");
  for (const command of ["create", "apply", "replace"])
    expect(await seat.said(`echo 'replicas: 5' > x.yaml; kubectl ${command} -f x.yaml`)).toBe(
      `error: error validating "x.yaml": error validating data: [apiVersion not set, kind not set]; if you choose to ignore these errors, turn validation off with --validate=false\n[exit 1]`,
    );
});

test("a kustomization that is not there is one failure among others to those who go on", async () => {
  const seat = await Seat.boot("envtest");
  const problem = "unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '/home/learner'";
  expect(await seat.said("kubectl get -k .")).toBe(`${problem}\n[exit 1]`);
  expect(await seat.said("kubectl delete -k .")).toBe(`error: ${problem}\n[exit 1]`);
  expect(await seat.said("kubectl apply -k .")).toBe(`error: ${problem}\n[exit 1]`);
});
