import { expect, test } from "vitest";
import { helmIn, recorded } from "../../../test/kit/helm.ts";

const { files, cases } = recorded<{
  files: Record<string, string>;
  cases: { line: string; stdout: string; stderr: string; exitCode: number }[];
}>("lines");

// One after another: some need what earlier ones have made.
test("command lines print what the real helm prints", async () => {
  const machine = helmIn("/home/learner/lines", files);
  await machine.run("helm create web && helm create api");
  for (const { line, ...printed } of cases) expect({ line, ...(await machine.run(line)) }).toEqual({ line, ...printed });
});
