import { expect, test } from "vitest";
import { Seat } from "../../../test/kit/seat.ts";

test("which container files come from is told on standard output, and on standard error where they go to", async () => {
  const seat = await Seat.boot("minikube");
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "two" },
    spec: { containers: ["a", "b"].map((name) => ({ name, image: "busybox", command: ["sleep", "infinity"] })) },
  };
  await seat.said(`echo '${JSON.stringify(pod)}' | kubectl apply -f - && kubectl wait --for=condition=Ready pod/two && echo hi > x`);
  const told = 'Defaulted container "a" out of: a, b';
  expect(await seat.run("kubectl cp x two:/tmp/x")).toMatchObject({ stdout: "", stderr: `${told}\n`, exitCode: 0 });
  expect(await seat.run("kubectl cp two:/tmp/x y && cat y")).toMatchObject({ stdout: `${told}\nhi\n`, stderr: "" });
});
