/**
 * Has the real kubectl build the kustomizations of `cases.txt` and stores what it said: `node test/recorded/kustomize/record.ts path/of/kubectl`.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { kustomizeCases } from "../../kit/kustomize.ts";

const here = import.meta.dirname;
const [kubectl = "kubectl"] = process.argv.slice(2);

const recorded = kustomizeCases(readFileSync(join(here, "cases.txt"), "utf8")).map(({ name, command, files }) => {
  const root = mkdtempSync("/tmp/kustomization-");
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const { stdout, stderr, status } = spawnSync(kubectl, command.split(" ").slice(1), { cwd: root, encoding: "utf8", env: { HOME: root, PATH: "/usr/bin" } });
  rmSync(root, { recursive: true });
  const plain = (text: string) =>
    text
      .replaceAll(root, "<dir>")
      .replaceAll(/\b0x[0-9a-f]{6,}/g, "<address>")
      .replaceAll(/^I\d{4} [\d:.]+ +\d+ /gm, "<log> ");
  return { name, stdout: plain(stdout), stderr: plain(stderr), exitCode: status };
});
writeFileSync(join(here, "kustomize.json.gz"), gzipSync(JSON.stringify(recorded), { level: 9 }));
console.log(`${recorded.length} kustomizations`);
