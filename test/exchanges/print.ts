// node test/exchanges/print.ts [--only REGEX] [--show 3] [--ratchet]: how much of each recorded suite is answered equally, and what differs first.
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { envtest } from "./envtest.ts";
import { recordedSuites, replay } from "./replay.ts";

const { values } = parseArgs({
  options: { only: { type: "string", default: "." }, show: { type: "string", default: "0" }, ratchet: { type: "boolean", default: false } },
});
const shorten = (value: unknown) => JSON.stringify(value)?.slice(0, 300);
const ratchetFile = new URL("ratchet.json", import.meta.url);
const ratchet: Record<string, number> = values.ratchet ? JSON.parse(readFileSync(ratchetFile, "utf8")) : {};
const totals = new Map<string, { equal: number; of: number }>();
for (const suite of recordedSuites(new RegExp(values.only))) {
  const { equal, of, failed } = await replay(suite, await envtest());
  console.log(`${((100 * equal) / of).toFixed(1).padStart(5)}%  ${String(equal).padStart(5)}/${String(of).padEnd(5)} ${suite.name}`);
  for (const { id, request, differences } of failed.slice(0, Number(values.show))) {
    console.log(`        ${id}: ${request}`);
    for (const { path, want, got } of differences.slice(0, 3))
      console.log(`          ${path}\n            want ${shorten(want)}\n            got  ${shorten(got)}`);
  }
  ratchet[suite.name] = Math.max(equal, ratchet[suite.name] ?? 0);
  for (const group of [suite.name.split("-")[0] ?? "", "all"]) {
    const total = totals.get(group) ?? { equal: 0, of: 0 };
    totals.set(group, { equal: total.equal + equal, of: total.of + of });
  }
}
for (const [group, { equal, of }] of totals) console.log(`${group}: ${equal}/${of} = ${((100 * equal) / of).toFixed(2)}%`);
if (values.ratchet) writeFileSync(ratchetFile, `${JSON.stringify(Object.fromEntries(Object.entries(ratchet).sort()), null, 1)}\n`);
