import { expect, test } from "vitest";
import { helmIn, recorded } from "../../../../test/kit/helm.ts";

const { files, cases } = recorded<{
  files: Record<string, string>;
  cases: { template: string; stdout: string; stderr: string }[];
}>("functions");

const machine = helmIn("/home/learner/c", files);

// What the real helm made of each template, and what it said against it.
test.for(cases)("$template", async ({ template, stdout, stderr }) => {
  machine.write("/home/learner/c/templates/a.yaml", template);
  expect(await machine.run("helm template r .")).toMatchObject({ stdout, stderr });
});
