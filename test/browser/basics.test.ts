// Kubernetes Basics, typed by a learner in a real browser.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildAll } from "../../scripts/build.ts";
import { type Server, serve } from "../../scripts/server.ts";
import { complaints, type Step, type Variant, variants } from "../basics/basics.ts";
import { openBrowser, openPage, Terminals } from "./browser.ts";

let browser: Browser;
let server: Server;

beforeAll(async () => {
  await buildAll();
  [browser, server] = await Promise.all([openBrowser(), serve({ port: 0 })]);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const patienceMs = 60_000;

/** Lets the cluster's time pass faster than the test's, until what this gives is called. */
function hurry(url: string): () => void {
  const [, id, token] = /\/s\/([^#]+)#(.+)/.exec(url) ?? [];
  const timer = setInterval(
    () =>
      void fetch(`${server.url}/api/v1/sessions/${id}/clock`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: '{"advanceSeconds": 1}',
      }).catch(() => {}),
    200,
  );
  return () => clearInterval(timer);
}

async function play(step: Step, terminals: Terminals, page: Page): Promise<void> {
  const name = step.terminal === "second" ? "t2" : "t1";
  if (name === "t2" && (await page.locator("#tab-t2").count()) === 0) {
    await page.locator(".tab-new").click();
    await terminals.ready("t2");
  }
  await terminals.front(name);
  if (step.interrupt) await terminals.interrupt(name);

  if (step.inside) {
    await terminals.line(name, step.command);
    for (const { line, expect: wanted } of step.inside) {
      const shown = await terminals.line(name, line);
      expect.soft(complaints({ expect: wanted ?? [] }, shown), `${step.command} > ${line}\n${shown}`).toEqual([]);
    }
    return;
  }
  if (step.terminal === "second" && !step.interrupt) {
    await terminals.start(name, step.command, (text) => complaints(step, text).length === 0);
    return;
  }

  const end = Date.now() + patienceMs;
  for (;;) {
    const shown = await terminals.line(name, step.command, patienceMs);
    const wrong = complaints(step, shown);
    if (wrong.length === 0) break;
    if (!step.eventually || Date.now() > end) {
      expect(wrong, `${step.command}\n${shown}`).toEqual([]);
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, 400));
  }
  if (step.exitCode !== undefined) expect(await terminals.line(name, "echo exit=$?")).toContain(`exit=${step.exitCode}`);
}

describe.each(variants)("Kubernetes Basics, $name", (variant: Variant) => {
  test("every command gives what it should", { timeout: 400_000 }, async () => {
    // Wide enough that no command wraps: what a wrapped line looks like is the line editor's own test.
    const { page, errors } = await openPage(browser, { viewport: { width: 2600, height: 900 } });
    const terminals = new Terminals(page);
    await page.goto(server.url);
    if (variant.profile === "empty") await page.getByRole("button", { name: /minikube start/ }).click();
    else await page.getByRole("button", { name: "Start a cluster" }).click();
    await page.waitForURL("**/s/**");
    const stop = hurry(page.url());
    await terminals.ready();

    for (const module of variant.modules) {
      await terminals.front("t1");
      for (const command of module.before) await terminals.line("t1", command, patienceMs);
      for (const step of module.steps) await play(step, terminals, page);
    }
    stop();
    // Until `minikube start` there is nothing to show, and the server says so.
    expect(errors.filter((error) => !error.includes("503"))).toEqual([]);
    await page.context().close();
  });
});
