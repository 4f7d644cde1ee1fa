import { expect, test } from "vitest";
import { Seat } from "../../../test/kit/seat.ts";

const definition = JSON.stringify({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "crontabs.stable.example.com" },
  spec: {
    group: "stable.example.com",
    scope: "Namespaced",
    names: { plural: "crontabs", singular: "crontab", kind: "CronTab", shortNames: ["ct"] },
    versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }],
  },
});

test("a kind that is gone is asked for as long as it is known", async () => {
  const seat = await Seat.boot("envtest");
  const unknown = `error: the server doesn't have a resource type "ct"`;
  const gone = "the server could not find the requested resource (get crontabs.stable.example.com";
  await seat.said(`echo '${definition}' > crd.json`);
  expect(await seat.said("kubectl get ct 2>&1; true")).toBe(unknown);
  await seat.said("kubectl apply -f crd.json && kubectl wait --for=condition=Established crd/crontabs.stable.example.com");
  expect(await seat.said("kubectl get ct 2>&1; true")).toBe("No resources found in default namespace.");
  await seat.said("kubectl delete -f crd.json");
  expect(await seat.said("kubectl get ct 2>&1; true")).toBe(
    `Error from server (NotFound): Unable to list "stable.example.com/v1, Resource=crontabs": ${gone})`,
  );
  expect(await seat.said("kubectl get ct one 2>&1; true")).toBe(`Error from server (NotFound): ${gone} one)`);
  expect(await seat.said("kubectl get ct -l a=b 2>&1; true")).toBe(
    `Error from server (NotFound): Unable to find "stable.example.com/v1, Resource=crontabs" that match label selector "a=b", field selector "": ${gone})`,
  );
  expect(await seat.said("kubectl get ct --cache-dir=elsewhere 2>&1; true")).toBe(unknown);
  expect(await seat.said("kubectl api-versions > versions; kubectl get ct 2>&1; true")).toBe(unknown);
});

test("what is known lies in files, and is forgotten with them", async () => {
  const seat = await Seat.boot("envtest");
  await seat.said(`echo '${definition}' > crd.json`);
  await seat.said("kubectl apply -f crd.json && kubectl wait --for=condition=Established crd/crontabs.stable.example.com && kubectl get ct");
  expect(await seat.said("ls ~/.kube/cache; ls -l ~/.kube/cache/discovery/*/servergroups.json | cut -c1-10")).toBe("discovery\nhttp\n-rw-rw----");
  expect(await seat.said("cat ~/.kube/cache/discovery/*/servergroups.json | jq -c '.kind, .groups[0], .groups[-1]'")).toBe(
    `"APIGroupList"
{"name":"","versions":[{"groupVersion":"v1","version":"v1"}],"preferredVersion":{"groupVersion":"v1","version":"v1"}}
{"name":"stable.example.com","versions":[{"groupVersion":"stable.example.com/v1","version":"v1"}],"preferredVersion":{"groupVersion":"stable.example.com/v1","version":"v1"}}`,
  );
  await seat.said("kubectl delete -f crd.json; rm -rf ~/.kube/cache");
  expect(await seat.said("kubectl get ct 2>&1; true")).toBe(`error: the server doesn't have a resource type "ct"`);
  expect(await seat.said("kubectl get cm --cache-dir=here -o name; ls here; KUBECACHEDIR=$PWD/there kubectl get cm; ls there")).toContain("http");
  expect(await seat.said("mkdir -p shut; chmod 500 shut; kubectl get ns default -o name --cache-dir=shut/in")).toBe("namespace/default");
});

test("a server of another build is not talked to when it must be the same", async () => {
  const seat = await Seat.boot("envtest");
  const refused = await seat.said("kubectl get cm --match-server-version 2>&1; true");
  expect(refused).toContain('error: server version (&version.Info{Major:"1", Minor:"36", EmulationMajor:"1", ');
  expect(refused).toContain('differs from client version (version.Info{Major:"1", Minor:"36", EmulationMajor:"", ');
  expect(await seat.said("kubectl config current-context --match-server-version")).toBe("kubernetes-admin@kubernetes");
  expect(await seat.said("kubectl get cm --match-server-version --server=https://127.0.0.1:1 2>&1; true")).toBe(
    `error: couldn't read version from server: Get "https://127.0.0.1:1/version?timeout=32s": dial tcp 127.0.0.1:1: connect: connection refused`,
  );
});
