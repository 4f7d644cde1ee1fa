import { expect, test } from "vitest";
import { helmIn, recorded } from "../../../test/kit/helm.ts";

const { chart, cases } = recorded<{
  chart: Record<string, string>;
  cases: { chart: string; args: string; stdout: string; stderr: string; exitCode: number }[];
}>("templates");

const filesOf = (name: string) => Object.entries(chart).map(([path, text]) => [`${name}/${path}`, text.replaceAll("<CHART>", name)] as const);
const names = [...new Set(cases.map((one) => one.chart))];
const machine = helmIn("/home/learner/charts", Object.fromEntries(names.flatMap(filesOf)));

// Charts that the real helm created, and what it rendered of them.
test.for(cases)("helm template rel $chart $args", async ({ chart: name, args, ...rendered }) => {
  expect(await machine.run(`helm template rel ${name} ${args}`)).toEqual(rendered);
});

test("a chart that is created here renders as one that the real helm creates", async () => {
  const made = helmIn("/home/learner/made", {});
  await made.run("helm create mychart");
  for (const { chart: name, args, ...rendered } of cases)
    if (name === "mychart") expect(await made.run(`helm template rel mychart ${args}`)).toEqual(rendered);
});
