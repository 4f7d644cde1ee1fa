import { expect, test } from "vitest";
import { played, testMachine } from "../../../../test/kit/shell.ts";

const pod = `# a pod
apiVersion: v1
kind: Pod
metadata:
  name: web # its name
  labels:
    app: "web"
spec:
  containers:
    - name: nginx
      image: nginx:1.25
    - name: side
      image: busybox
`;

test.for([
  ["a path", "yq .metadata.name p.yaml", "web\n"],
  ["a path that is not there", "yq .a.b p.yaml", "null\n"],
  ["a part keeps how it was written", "yq .metadata p.yaml", 'name: web # its name\nlabels:\n  app: "web"\n'],
  ["the standard input", "cat p.yaml | yq '.spec.containers[0].image'", "nginx:1.25\n"],
  ["all of a list", "yq '.spec.containers[].name' p.yaml", "nginx\nside\n"],
  ["eval", "yq eval '.kind' p.yaml", "Pod\n"],
  ["old way round", "yq e .kind p.yaml", "Pod\n"],
  ["the file alone", "yq p.yaml | head -2", "# a pod\napiVersion: v1\n"],
  ["selects", `yq '.spec.containers[] | select(.name == "side") | .image' p.yaml`, "busybox\n"],
  ["length", "yq '.spec.containers | length' p.yaml", "2\n"],
  ["keys in their order", "yq 'keys' p.yaml", "- apiVersion\n- kind\n- metadata\n- spec\n"],
  ["JSON out", "yq -o=json '.metadata.labels' p.yaml", '{\n  "app": "web"\n}\n'],
  ["JSON out, on one line", "yq -o json -I 0 '.metadata.labels' p.yaml", '{"app":"web"}\n'],
  ["JSON in", `echo '{"a":[1,{"b":2}]}' | yq -P`, "a:\n  - 1\n  - b: 2\n"],
  [
    "a change keeps comments",
    `yq '.metadata.name = "db"' p.yaml | head -6`,
    "# a pod\napiVersion: v1\nkind: Pod\nmetadata:\n  name: db # its name\n  labels:\n",
  ],
  [
    "a change in place",
    `yq -i '.spec.containers[0].image = "nginx:1.27"' p.yaml; grep image p.yaml`,
    "      image: nginx:1.27\n      image: busybox\n",
  ],
  [
    "something new",
    "yq -i '.spec.replicas = 3 | .metadata.labels.tier = \"front\"' p.yaml; yq '.spec.replicas, .metadata.labels' p.yaml",
    '3\napp: "web"\ntier: front\n',
  ],
  ["del", "yq 'del(.spec) | del(.metadata.labels)' p.yaml", "# a pod\napiVersion: v1\nkind: Pod\nmetadata:\n  name: web # its name\n"],
  ["adding to a list", `yq '.spec.containers += {"name": "new"} | .spec.containers[2]' p.yaml`, "name: new\n"],
  ["the environment", "NAME=x yq '.metadata.name = strenv(NAME) | .metadata.name' p.yaml", "x\n"],
  ["numbers of the environment", "N=5 yq -n '.a = env(N)'", "a: 5\n"],
  ["out of nothing", "yq -n '.a.b = \"c\"'", "a:\n  b: c\n"],
  ["documents", "printf 'a: 1\\n---\\na: 2\\n' | yq .a", "1\n---\n2\n"],
  ["one of them", "printf 'a: 1\\n---\\na: 2\\n' | yq 'select(documentIndex == 1)'", "a: 2\n"],
  ["by kind", "printf 'kind: A\\n---\\nkind: B\\n' | yq 'select(.kind == \"B\")'", "kind: B\n"],
  ["files together", "echo 'a: 1' > x; echo 'b: 2' > y; yq eval-all 'select(fileIndex == 0) * select(fileIndex == 1)' x y", "a: 1\nb: 2\n"],
  ["files merged", "echo 'a: 1' > x; echo 'a: 3' > y; yq ea '. as $item ireduce ({}; . * $item)' x y", "a: 3\n"],
  ["texts that look like others", 'yq -n \'.a = "true" | .b = "1"\'', 'a: "true"\nb: "1"\n'],
  ["entries", "yq '.metadata.labels | to_entries | .[0].key' p.yaml", "app\n"],
  ["tags", "yq '.spec | tag' p.yaml", "!!map\n"],
  ["a default", "yq '.x // \"none\"' p.yaml", "none\n"],
  ["joined", `yq '[.spec.containers[].name] | join(",")' p.yaml`, "nginx,side\n"],
  ["sorted keys", 'yq -n \'{"b": 1, "a": 2} | sort_keys(.)\'', "a: 2\nb: 1\n"],
] as const)("%s", async ([, command, out]) => {
  const kit = testMachine();
  kit.machine.fs.write("/root/p.yaml", pod);
  expect(await played(kit, { args: ["/bin/bash", "-c", command], cwd: "/root" })).toMatchObject({ out, err: "" });
});

test.for([
  ["a file that is not there", "yq .a x", "Error: open x: no such file or directory\n"],
  ["no YAML", "printf 'a: [1\\n' | yq .a", "Error: bad file '-': yaml: line"],
  ["another format", "yq -o xml . p.yaml", "Error: output as xml is not simulated by Podyard\n"],
  ["nothing found", "yq -e .x p.yaml", "Error: no matches found\n"],
] as const)("%s", async ([, command, err]) => {
  const kit = testMachine();
  kit.machine.fs.write("/root/p.yaml", pod);
  const got = await played(kit, { args: ["/bin/bash", "-c", command], cwd: "/root" });
  expect(got).toMatchObject({ err: expect.stringContaining(err), code: 1 });
});
