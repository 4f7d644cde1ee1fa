import { expect, test } from "vitest";
import { Seat } from "../../../test/kit/seat.ts";

const debug = (lines: string): string =>
  lines
    .trim()
    .split("\n")
    .map((line) => `level=DEBUG ${line.trim()}`)
    .join("\n");

const chart = `mkdir -p c/templates; printf 'apiVersion: v2\\nname: c\\nversion: 0.1.0\\n' > c/Chart.yaml
printf 'apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: one}\\ndata: {a: "{{ .Values.a }}"}\\n' > c/templates/one.yaml`;

test("--debug tells what helm does, in the real one's words", async () => {
  const seat = await Seat.boot("envtest");
  await seat.said(chart);
  const helm = (line: string) => seat.said(`helm ${line} --debug 2>&1 >/dev/null`);
  const asked = "forceConflicts=false dryRun=false fieldValidationDirective=Strict";
  expect(await helm("install r c --set a=b --dry-run=client")).toBe(
    debug(`msg="Original chart version" version=""
      msg="Chart path" path=/home/learner/c
      msg="number of dependencies in the chart" chart=c dependencies=0`),
  );
  expect(await helm("install r c --set a=b")).toBe(
    debug(`msg="Original chart version" version=""
      msg="Chart path" path=/home/learner/c
      msg="getting release history" name=r
      msg="number of dependencies in the chart" chart=c dependencies=0
      msg="creating release" key=sh.helm.release.v1.r.v1
      msg="creating resource(s)" resources=1
      msg="using server-side apply for resource creation" ${asked}
      msg="Created resource via patch" namespace=default name=one gvk="/v1, Kind=ConfigMap"
      msg="updating release" key=sh.helm.release.v1.r.v1`),
  );
  expect(await helm("upgrade r c --server-side=false --no-hooks")).toBe(
    debug(`msg="preparing upgrade" name=r
      msg="getting last revision" name=r
      msg="getting release history" name=r
      msg="copying values from old release" name=r version=1
      msg="number of dependencies in the chart" chart=c dependencies=0
      msg="determined release apply method" server_side_apply=false previous_release_apply_method=ssa
      msg="performing update" name=r
      msg="creating upgraded release" name=r
      msg="creating release" key=sh.helm.release.v1.r.v2
      msg="getting release history" name=r
      msg="upgrade hooks disabled" name=r
      msg="using client-side apply for resource creation"
      msg="using client-side apply for resource update" threeWayMergeForUnstructured=false
      msg="checking resources for changes" resources=1
      msg="no changes detected" kind=ConfigMap name=one
      msg="updating release" key=sh.helm.release.v1.r.v1
      msg="updating status for upgraded release" name=r
      msg="updating release" key=sh.helm.release.v1.r.v2`),
  );
  expect(await helm("rollback r 1 --dry-run=client")).toBe(
    debug(`msg="preparing rollback" name=r
      msg="getting last revision" name=r
      msg="getting release history" name=r
      msg="getting release history" name=r
      msg="rolling back" name=r currentVersion=2 targetVersion=1
      msg="getting release" key=sh.helm.release.v1.r.v1
      msg="performing rollback" name=r
      msg="dry run" name=r`),
  );
  expect(await helm("uninstall r")).toBe(
    debug(`msg="getting release history" name=r
      msg="uninstall: deleting release" name=r
      msg="updating release" key=sh.helm.release.v1.r.v2
      msg="starting delete resource" namespace=default name=one kind=ConfigMap
      msg="purge requested" release=r
      msg="deleting release" key=sh.helm.release.v1.r.v1
      msg="deleting release" key=sh.helm.release.v1.r.v2`),
  );
});

test("conflicts are only forced where the server applies", async () => {
  const seat = await Seat.boot("envtest");
  await seat.said(chart);
  const option = (what: string) => `invalid client ${what} option(s): forceConflicts enabled when serverSideApply disabled`;
  expect(await seat.said("helm install r c --server-side=false --force-conflicts")).toBe(`Error: INSTALLATION FAILED: ${option("create")}\n[exit 1]`);
  await seat.said("helm uninstall r; helm install r c");
  expect(await seat.said("helm upgrade r c --server-side=false --force-conflicts")).toBe(
    `level=WARN msg="upgrade failed" name=r error="${option("update")}"\nError: UPGRADE FAILED: ${option("update")}\n[exit 1]`,
  );
});

test("a chart is made after another one", async () => {
  const seat = await Seat.boot("envtest");
  await seat.said(
    `${chart}\nprintf 'of: <CHARTNAME>\\n' > c/values.yaml; printf '{{ .Values.of }} <CHARTNAME>' > c/templates/NOTES.txt; echo '<CHARTNAME>' > c/README.md`,
  );
  await seat.said("mkdir -p ~/.local/share/helm/starters; mv c ~/.local/share/helm/starters/mine");
  expect(
    await seat.said("helm create made --starter mine; cd made; cat Chart.yaml values.yaml templates/NOTES.txt; echo; cat README.md"),
  ).toBe(`Creating made
apiVersion: v2
appVersion: 0.1.0
description: A Helm chart for Kubernetes
name: made
type: application
version: 0.1.0
of: made
{{ .Values.of }} made
<CHARTNAME>`);
  const none = "/home/learner/.local/share/helm/starters/none";
  expect(await seat.said("helm create other -p none")).toBe(
    `Creating other\nError: could not load ${none}: stat ${none}: no such file or directory\n[exit 1]`,
  );
});

test("linting tells what a chart's author has to say", async () => {
  const seat = await Seat.boot("envtest");
  await seat.said(`${chart}\necho '{{ fail "no way" }}{{ required "need it" .Values.nope }}' > c/templates/bad.yaml`);
  expect(await seat.said("helm lint c 2>&1 >/dev/null")).toBe(
    'level=INFO msg="funcMap fail" message="no way"\nlevel=WARN msg="missing required value" message="need it"',
  );
});
