import { expect, test } from "vitest";
import { type Case, ofCreate, ofUpdate } from "../fixture.ts";

const web = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: "default" },
  spec: {
    selector: { matchLabels: { app: "web" } },
    template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", image: "nginx" }] } },
  },
};

test.for<Case>([
  ["spec.replicas", 0],
  ["spec.replicas", -1, "spec.replicas: Invalid value: -1: must be greater than or equal to 0"],
])("judges $0 = $1", async ([path, value, ...problems]) => expect(await ofCreate("deployments.apps", web, [path, value])).toEqual(problems));
test.for<Case>([
  ["spec.selector", { matchLabels: { app: "other" } }, "x"],
])("judges a change of %s to %j", async ([path, value, ...problems]) => expect(await ofUpdate("deployments.apps", web, [path, value])).toEqual(problems));
