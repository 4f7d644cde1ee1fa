/** Asks the real kubectl and helm which flags their commands have, and stores that: `node test/recorded/help/record.ts`. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { realHelm, realKubectl, run } from "../../kubectl/real-kubectl.ts";
import { globalsIn, type Named, namedIn } from "./read.ts";

const home = mkdtempSync("/tmp/help-");
const programs: Readonly<Record<string, string>> = { kubectl: realKubectl(), helm: realHelm() };
const ask = async (line: string) => {
  const [program = "", ...args] = line.split(" ");
  return (await run(programs[program] ?? program, args, { env: { HOME: home } })).stdout;
};
const recorded: Record<string, Named> = await globalsIn(home, ask);
for (const path of ["kubectl", "helm"]) Object.assign(recorded, await namedIn(path, home, ask));
writeFileSync(new URL("help.json.gz", import.meta.url), gzipSync(JSON.stringify(recorded), { level: 9 }));
rmSync(home, { recursive: true });
console.log(`${Object.keys(recorded).length} commands`);
