// How much of each recorded suite is answered equally, and what differs first:
//   node test/exchanges/print.ts [--only REGEX] [--show 3] [--without PATH] [--ratchet]
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { envtest } from "./envtest.ts";
import { type Result, recordedSuites, replay } from "./replay.ts";

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "." },
    show: { type: "string", default: "0" },
    /** Leaves out what differs in such paths alone. */
    without: { type: "string" },
    /** Lowers the counts that the test allows to what is reached now. */
    ratchet: { type: "boolean", default: false },
  },
});

const percent = ({ equal, of }: Pick<Result, "equal" | "of">, digits: number) => `${((100 * equal) / of).toFixed(digits)}%`;
const shorten = (value: unknown) => JSON.stringify(value)?.slice(0, 300);
const concerns = (path: string) => values.without === undefined || !path.includes(values.without);

const results: Result[] = [];
for (const suite of recordedSuites(new RegExp(values.only))) {
  const result = await replay(suite, await envtest());
  results.push(result);
  console.log(`${percent(result, 1).padStart(6)}  ${String(result.equal).padStart(5)}/${String(result.of).padEnd(5)} ${suite.name}`);
  const failed = result.failed.filter((each) => each.differences.some(({ path }) => concerns(path)));
  for (const { id, request, differences } of failed.slice(0, Number(values.show))) {
    console.log(`        ${id}: ${request}`);
    for (const { path, want, got } of differences.slice(0, 3))
      console.log(`          ${path}\n            want ${shorten(want)}\n            got  ${shorten(got)}`);
  }
}

const sum = (some: readonly Result[]) => some.reduce((all, { equal, of }) => ({ equal: all.equal + equal, of: all.of + of }), { equal: 0, of: 0 });
for (const [group, some] of Map.groupBy(results, ({ suite }) => suite.split("-")[0])) console.log(`${group}: ${percent(sum(some), 2)}`);
const all = sum(results);
console.log(`all: ${all.equal}/${all.of} = ${percent(all, 2)}`);

if (values.ratchet) {
  const file = new URL("ratchet.json", import.meta.url);
  const counts: Record<string, number> = JSON.parse(readFileSync(file, "utf8"));
  for (const { suite, equal, of } of results) counts[suite] = Math.min(of - equal, counts[suite] ?? 0);
  const left = Object.entries(counts).filter(([, count]) => count > 0);
  writeFileSync(file, `${JSON.stringify(Object.fromEntries(left.sort()), null, 2)}\n`);
}
