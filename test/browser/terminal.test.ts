// The terminal as one types at it, in a real browser: editors, jobs, history, completion, pastes, sizes, and coming back.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildAll } from "../../scripts/build.ts";
import { type Server, serve } from "../../scripts/server.ts";
import { openBrowser, openPage, Terminals } from "./browser.ts";

let browser: Browser;
let server: Server;
let page: Page;
let errors: string[];
let terminals: Terminals;

beforeAll(async () => {
  await buildAll();
  [browser, server] = await Promise.all([openBrowser(), serve({ port: 0 })]);
  ({ page, errors } = await openPage(browser));
  terminals = new Terminals(page);
  await page.goto(server.url);
  await page.getByRole("button", { name: "Start a cluster" }).click();
  await page.waitForURL("**/s/**");
  await terminals.ready();
  await terminals.front("t1");
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** What is on the screen, as somebody sees it. */
const screen = async (): Promise<string> =>
  // biome-ignore lint/performance/useDomNodeTextContent: the rows are lines only as they are laid out
  (await page.locator("#pane-t1 .xterm-rows").innerText()).replaceAll("\u00a0", " ").replace(/ +$/gm, "").trimEnd();

async function shows(wanted: RegExp, timeoutMs = 10_000): Promise<string> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const text = await screen();
    if (wanted.test(text)) return text;
    if (Date.now() > end) throw new Error(`the screen never showed ${wanted}:\n${text}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const keyboard = { type: (text: string) => page.keyboard.type(text), press: (key: string) => page.keyboard.press(key) };

async function paste(text: string): Promise<void> {
  await page.evaluate((pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", pasted);
    document.activeElement?.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, text);
}

test("a file is written with vi", async () => {
  await keyboard.type("vi pod.yaml\n");
  await shows(/"pod\.yaml" \[New\]/);
  await keyboard.type("iapiVersion: v1\nkind: Pod\nmetadata:\n  name: typed\nspec:\n  containers:\n  - name: c\n    image: nginx");
  await shows(/-- INSERT --/);
  await keyboard.press("Escape");
  await keyboard.type(":%s/typed/edited/\n");
  await shows(/name: edited/);
  await keyboard.type("yyP");
  await keyboard.type("u");
  await keyboard.type(":wq\n");
  await shows(/\$$/);
  expect(await terminals.line("t1", "kubectl apply -f pod.yaml")).toContain("pod/edited created");
});

test("kubectl edit opens vi, and sends what was changed", async () => {
  await keyboard.type("kubectl edit pod edited\n");
  await shows(/# Please edit the object below/);
  await keyboard.type("/^  name: edited\n");
  await keyboard.type("O  labels:");
  await keyboard.press("Enter");
  await keyboard.type("    by: hand");
  await keyboard.press("Escape");
  await keyboard.type(":wq\n");
  await shows(/pod\/edited edited/);
  expect(await terminals.line("t1", "kubectl get pod edited -o jsonpath={.metadata.labels.by}")).toContain("hand");
});

test("a file is written with nano", async () => {
  await keyboard.type("nano note.txt\n");
  await shows(/GNU nano[\s\S]*\[ New File \]/);
  await keyboard.type("one line\nanother");
  await keyboard.press("Control+O");
  await shows(/File Name to Write: note\.txt/);
  await keyboard.press("Enter");
  await shows(/\[ Wrote 2 lines \]/);
  await keyboard.press("Control+X");
  expect(await terminals.line("t1", "cat note.txt")).toContain("one line\nanother\n");
});

test("less leafs through a text", async () => {
  await keyboard.type("seq 200 | less\n");
  await shows(/^1\s*\n2\s*\n/);
  await keyboard.type("G");
  await shows(/200/);
  await keyboard.type("q");
  await shows(/\$$/);
});

test("Ctrl-C ends what runs, and Ctrl-Z stops it for later", async () => {
  await terminals.start("t1", "sleep 1000", () => true).catch(() => "");
  await page.keyboard.press("Control+C");
  await shows(/\^C[\s\S]*\$$/);
  await keyboard.type("sleep 500\n");
  await page.keyboard.press("Control+Z");
  await shows(/\[1\]\+ +Stopped +sleep 500/);
  expect(await terminals.line("t1", "bg")).toContain("[1]+ sleep 500 &");
  expect(await terminals.line("t1", "jobs")).toContain("Running");
  await keyboard.type("fg\n");
  await shows(/fg\s*\n\s*sleep 500/);
  await page.keyboard.press("Control+C");
  expect(await terminals.line("t1", "jobs; echo none")).toContain("none");
});

test("Ctrl-R finds what was typed before, and Tab completes names of the cluster", async () => {
  await terminals.line("t1", "echo needle-in-history");
  await terminals.line("t1", "clear");
  await page.keyboard.press("Control+R");
  await keyboard.type("needle");
  await shows(/\(reverse-i-search\)`needle': echo needle-in-history/);
  await page.keyboard.press("Enter");
  await shows(/\nneedle-in-history/);
  await keyboard.type("kubectl get po ed");
  await page.keyboard.press("Tab");
  await shows(/kubectl get po edited/);
  await page.keyboard.press("Control+U");
  await keyboard.type("kubectl descr");
  await page.keyboard.press("Tab");
  await shows(/kubectl describe/);
  await page.keyboard.press("Control+U");
});

test("two hundred lines are pasted into a file", async () => {
  const lines = Array.from({ length: 200 }, (_, i) => `  line ${i + 1}: "value $x \\ ${i}"`);
  await paste(`cat > pasted.txt <<'END'\n${lines.join("\n")}\nEND\n`);
  await page.keyboard.press("Enter");
  await shows(/\$$/);
  expect(await terminals.line("t1", "wc -l pasted.txt; sed -n 200p pasted.txt")).toContain(`200 pasted.txt\n${lines[199]}\n`);
  await keyboard.type("vi pasted2.txt\n");
  await shows(/\[New\]/);
  await keyboard.type("i");
  await paste(lines.join("\n"));
  await shows(/line 200:/);
  await page.keyboard.press("Escape");
  await keyboard.type(":wq\n");
  await shows(/\$$/);
  expect(await terminals.line("t1", "diff pasted.txt pasted2.txt && echo same")).toContain("same");
});

test("programs hear of a new size, and a page that comes back shows the same screen", async () => {
  const before = await terminals.line("t1", "stty size");
  await keyboard.type("vi pod.yaml\n");
  await shows(/kind: Pod/);
  await page.setViewportSize({ width: 1000, height: 600 });
  await shows(/kind: Pod[\s\S]*All\s*$/);
  await keyboard.type("/containers\n");
  await page.reload();
  await shows(/kind: Pod[\s\S]*\/containers/);
  await page.locator("#pane-t1 .xterm-helper-textarea").focus();
  await keyboard.type(":q\n");
  await shows(/\$$/);
  expect(await terminals.line("t1", "stty size")).not.toBe(before);
  await page.setViewportSize({ width: 1440, height: 900 });
  expect(errors).toEqual([]);
});

test("ten megabytes of output freeze neither the page nor the terminal", async () => {
  await page.evaluate(() => {
    const drawn = { frames: 0 };
    Object.assign(window, { drawn });
    const count = () => {
      drawn.frames++;
      requestAnimationFrame(count);
    };
    count();
  });
  await keyboard.type(`yes ${"0123456789".repeat(7)} | head -c 10000000; echo "the" end\n`);
  // What is typed meanwhile is shown when its turn comes.
  await keyboard.type("echo typed-meanwhile\n");
  await shows(/the end\n.*typed-meanwhile\ntyped-meanwhile/s, 60_000);
  expect(await page.evaluate(() => (window as unknown as { drawn: { frames: number } }).drawn.frames)).toBeGreaterThan(3);
  await keyboard.type("seq 3 | tac | tr '\\n' ' '\n");
  await shows(/\n3 2 1/);
  expect(errors).toEqual([]);
}, 90_000);
