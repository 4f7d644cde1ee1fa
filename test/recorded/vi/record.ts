/**
 * Types the keys of `keys.txt` into the machine's own Vim and stores what it wrote: `node test/recorded/vi/record.ts`. Where the cursor was left shows as a `|`.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const here = import.meta.dirname;
const texts: Record<string, string> = {
  words: "alpha beta  gamma.delta\n  indented line (with [nested] {braces}) end\n\nfoo_bar foo-bar \"quoted text\" 'single'\nlast line 42 0x1f -7\n",
  yaml: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  labels:\n    app: web\nspec:\n  containers:\n  - name: nginx\n    image: nginx:1.25\n    ports:\n    - containerPort: 80\n  - name: side\n    image: busybox\n",
  numbers: Array.from({ length: 30 }, (_, i) => `line ${i + 1}\n`).join(""),
  tabs: "\tone\n\t\ttwo\nthree\tfour\n",
};

/** Keys as they are written in `keys.txt`: `\e`, `\r`, `\b`, `\t`, `\Cx` for Ctrl-X, and `\\`. */
const keysOf = (text: string): string =>
  text.replace(/\\(C[a-z]|.)/g, (_, name: string) =>
    name === "e" ? "\x1b" : name === "r" ? "\r" : name === "b" ? "\x7f" : name === "t" ? "\t" : name.length === 2 ? String.fromCharCode(name.charCodeAt(1) - 96) : name,
  );

const recorded: { text: string; keys: string; written: string }[] = [];
let text = "";
for (const line of readFileSync(join(here, "keys.txt"), "utf8").trimEnd().split("\n")) {
  if (line.startsWith("== ")) {
    text = texts[line.slice(3)] ?? "";
    continue;
  }
  const keys = keysOf(line);
  const cwd = mkdtempSync("/tmp/vi-");
  writeFileSync(join(cwd, "f"), text);
  // What ends the editor ends here; else the cursor is marked, and the text written.
  writeFileSync(join(cwd, "keys"), `${keys}\x1bi|\x1b:wq!\r`);
  const vim = ["-u", "NONE", "-i", "NONE", "-n", "-N", "--cmd", "set backspace=indent,eol,start nrformats=hex noesckeys", "-s", join(cwd, "keys"), "f"];
  const { status } = spawnSync("vim", vim, { cwd, env: { TERM: "xterm", PATH: process.env.PATH, HOME: cwd, LANG: "C.UTF-8", LINES: "24", COLUMNS: "80" }, timeout: 5000, stdio: ["ignore", "ignore", "ignore"] });
  if (status === 0) recorded.push({ text, keys, written: readFileSync(join(cwd, "f"), "utf8") });
  else console.error(`vim ended with ${status}: ${line}`);
  rmSync(cwd, { recursive: true, force: true });
}
writeFileSync(join(here, "vi.json.gz"), gzipSync(JSON.stringify(recorded), { level: 9 }));
console.log(`${recorded.length} cases`);
