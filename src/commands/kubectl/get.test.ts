import { expect, test } from "vitest";
import { Seat } from "../../../test/kit/seat.ts";

test("one object is watched from now on, however old it is, and shown once", async () => {
  const seat = await Seat.boot("envtest");
  await seat.said("kubectl create cm old --from-literal=a=1");
  await seat.said("for i in $(seq 1 300); do kubectl label cm old n=$i --overwrite >/dev/null; done");
  const watched = (line: string) =>
    seat.said(`{ sleep 1; kubectl label cm old last=1 --overwrite >/dev/null; } & kubectl get ${line} --request-timeout=2s; wait`);
  expect(await watched("cm old -w -o name")).toBe("configmap/old\nconfigmap/old");
  expect(await watched("cm old --watch-only -o jsonpath='{.metadata.labels.last}{\"\\n\"}'")).toBe("");
  expect(await watched("cm/old -w --output-watch-events -o name")).toBe("configmap/old");
});

test("what cannot be sorted", async () => {
  const seat = await Seat.boot("envtest");
  await seat.said("kubectl create cm a; kubectl create quota q");
  const problem = `error: couldn't find any field with path "{.foo}" in the list of objects\n[exit 1]`;
  expect(await seat.said("kubectl get cm a --no-headers --sort-by=.foo | wc -l")).toBe("1");
  expect(await seat.said("kubectl get cm a --no-headers --sort-by='{.metadata.name' | wc -l")).toBe("1");
  expect(await seat.said("kubectl get cm,quota --sort-by=.foo")).toBe(problem);
  await seat.said("kubectl create cm b");
  expect(await seat.said("kubectl get cm --sort-by=.foo")).toBe("No resources found in default namespace.");
});

test("a port that there is none of, and a service without pods", async () => {
  const seat = await Seat.boot("envtest");
  expect(await seat.said("kubectl proxy --port=99999")).toBe("error: listen tcp: address 99999: invalid port\n[exit 1]");
  expect(await seat.said("kubectl logs svc/kubernetes")).toBe(
    "error: cannot get the logs from *v1.Service: invalid service 'kubernetes': Service is defined without a selector\n[exit 1]",
  );
});
