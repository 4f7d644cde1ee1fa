// The page as a person meets it: starting a cluster, watching it change, sharing it, on a desk and on a phone, in English and in Japanese.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildAll } from "../../scripts/build.ts";
import { type Server, serve } from "../../scripts/server.ts";
import { en } from "../../web/strings.en.ts";
import { ja } from "../../web/strings.ja.ts";
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

/** Keeps a picture of the page where PICTURES names a folder. The machine may have no Japanese font: the project's own is lent to the page. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.PICTURES;
  if (!folder) return;
  const font = join(import.meta.dirname, "../../node_modules/@fontsource/noto-sans-jp/files/noto-sans-jp-japanese-400-normal.woff2");
  await page.evaluate(async (base64) => {
    const face = new FontFace(
      "Noto Sans JP",
      Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)),
    );
    document.fonts.add(await face.load());
    document.documentElement.style.fontFamily = `"Noto Sans JP", ${getComputedStyle(document.documentElement).fontFamily}`;
    await document.fonts.ready;
  }, readFileSync(font).toString("base64"));
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

async function startCluster(page: Page, terminals: Terminals, strings: typeof en = en): Promise<void> {
  await page.goto(server.url);
  await page.getByRole("button", { name: strings.start, exact: true }).click();
  await page.waitForURL("**/s/**");
  await terminals.ready();
}

test("one click gives a cluster; pods come and go in the picture as they do in the cluster", { timeout: 120_000 }, async () => {
  const { page, errors } = await openPage(browser);
  const terminals = new Terminals(page);
  await page.goto(server.url);
  await picture(page, "landing");
  await startCluster(page, terminals);
  expect(page.url()).toMatch(/\/s\/[a-z0-9]+#.+/);

  expect(await terminals.line("t1", "kubectl get nodes")).toMatch(/^minikube +Ready +control-plane/m);
  await page.locator(".node[data-ready='true']", { hasText: "minikube" }).waitFor();

  await terminals.line("t1", "kubectl create deployment web --image=nginx --replicas=3");
  await page.locator(".pod[data-tone='ready']", { hasText: "web" }).nth(2).waitFor({ timeout: 60_000 });
  await terminals.line("t1", "kubectl create deployment broken --image=gcr.io/google-samples/kubernetes-bootcamp:v10");
  await page.locator(".pod[data-tone='failing']", { hasText: "broken" }).waitFor({ timeout: 60_000 });
  await terminals.line("t1", "kubectl expose deployment web --port 80 --type NodePort");
  await page.locator(".workloads li", { hasText: "NodePort" }).waitFor();
  await page.locator(".events li", { hasText: "ErrImagePull" }).first().waitFor();

  await page.locator(".pod[data-tone='failing'] button").click();
  await page.locator(".details", { hasText: "not found" }).waitFor();
  await picture(page, "session");
  await page.locator(".command", { hasText: "kubectl describe pod broken" }).click();
  await page.keyboard.press("Enter");
  await terminals.until("t1", 0, (text) => /Failed to pull image/.test(text), "the description of the pod");

  await terminals.line("t1", "kubectl scale deployment web --replicas=1");
  await expect.poll(() => page.locator(".pod[data-tone='ready']", { hasText: "web" }).count(), { timeout: 60_000 }).toBe(1);
  await page.locator("label", { hasText: en.system }).click();
  await page.locator(".pod", { hasText: "etcd" }).waitFor();
  expect(errors).toEqual([]);
  await page.context().close();
});

test("a further terminal is its own, and a reload brings back what was on the screen", { timeout: 60_000 }, async () => {
  const { page, errors } = await openPage(browser);
  const terminals = new Terminals(page);
  await startCluster(page, terminals);
  await terminals.line("t1", "cd /tmp; MINE=first");
  await page.getByRole("button", { name: en.newTerminal }).click();
  await terminals.ready("t2");
  await terminals.front("t2");
  expect(await terminals.line("t2", "echo [$MINE]; pwd")).toMatch(/^\[\]$/m);
  await terminals.front("t1");
  expect(await terminals.line("t1", "echo [$MINE]; pwd")).toMatch(/^\[first\]\n\/tmp$/m);
  await page.reload();
  await page.locator(".xterm-rows", { hasText: "[first]" }).first().waitFor();
  await page.locator("#tab-t2").waitFor();
  expect(errors).toEqual([]);
  await page.context().close();
});

test("a viewer's link shows everything and types nothing", { timeout: 60_000 }, async () => {
  const { page } = await openPage(browser);
  const terminals = new Terminals(page);
  await startCluster(page, terminals);
  await page.getByRole("button", { name: en.share }).click();
  await picture(page, "share");
  const link = await page.getByLabel(en.shareViewer).inputValue();
  await page.getByRole("button", { name: en.close }).click();

  const guest = await openPage(browser);
  await guest.page.goto(link);
  await guest.page.locator(".note", { hasText: en.readOnly }).waitFor();
  await guest.page.locator(".node", { hasText: "minikube" }).waitFor();
  await guest.page.locator("#pane-t1 .xterm-helper-textarea").focus();
  await guest.page.keyboard.type("echo intruder");
  await guest.page.keyboard.press("Enter");
  await terminals.front("t1");
  expect(await terminals.line("t1", "echo done")).not.toContain("intruder");
  await guest.page.context().close();
  await page.context().close();
});

test("the owner stops the clock and skips ahead", { timeout: 60_000 }, async () => {
  const { page } = await openPage(browser);
  const terminals = new Terminals(page);
  await startCluster(page, terminals);
  await page.getByRole("button", { name: en.pause }).click();
  await page.locator(".clock[data-paused='true']").waitFor();
  await terminals.front("t1");
  const before = await terminals.line("t1", "date +%s");
  await page.getByRole("button", { name: en.skip(en.hour) }).click();
  await terminals.front("t1");
  await expect.poll(async () => Number.parseInt(await terminals.line("t1", "date +%s"), 10) - Number.parseInt(before, 10)).toBe(3600);
  await page.context().close();
});

test("on a phone one side at a time, with the keys that its keyboard lacks", { timeout: 60_000 }, async () => {
  const { page, errors } = await openPage(browser, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 });
  const terminals = new Terminals(page);
  await startCluster(page, terminals);
  await page.locator("#pane-t1 .xterm-helper-textarea").focus();
  await terminals.line("t1", "kubectl create deployment web --image=nginx");
  await terminals.line("t1", "kubectl get pods");
  await picture(page, "phone-terminal");
  expect(await page.locator(".side-cluster").isVisible()).toBe(false);
  for (let i = 0; i < 2; i++) await page.getByRole("button", { name: en.keys.up }).first().click();
  await page.locator("#pane-t1 .xterm-helper-textarea").focus();
  await page.keyboard.press("Enter");
  await terminals.until("t1", 0, (text) => text.includes("already exists"), "the same command again");
  await page.locator(".sides").getByRole("button", { name: en.cluster }).click();
  await page.locator(".pod", { hasText: "web" }).waitFor();
  await picture(page, "phone-cluster");
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
  expect(errors).toEqual([]);
  await page.context().close();
});

test("in Japanese from the first page on", { timeout: 60_000 }, async () => {
  const { page, errors } = await openPage(browser, { locale: "ja-JP", colorScheme: "dark" });
  const terminals = new Terminals(page);
  await page.goto(server.url);
  await picture(page, "landing-ja");
  await startCluster(page, terminals, ja as typeof en);
  await page.locator("h3", { hasText: ja.events }).waitFor();
  await picture(page, "session-ja");
  await page.getByRole("button", { name: "English" }).click();
  await page.locator("h3", { hasText: en.events }).waitFor();
  expect(await page.evaluate(() => document.documentElement.lang)).toBe("en");
  expect(errors).toEqual([]);
  await page.context().close();
});

test("a link without its key, with a wrong one, or to no session says so", { timeout: 60_000 }, async () => {
  const { page } = await openPage(browser);
  const terminals = new Terminals(page);
  await startCluster(page, terminals);
  const [session, key] = page.url().split("#");
  const stranger = await openPage(browser);
  await stranger.page.goto(String(session));
  await stranger.page.locator("h1", { hasText: en.noToken }).waitFor();
  await stranger.page.goto(`${session}#wrong`);
  await stranger.page.reload();
  await stranger.page.locator("h1", { hasText: en.forbidden }).waitFor();
  await stranger.page.goto(`${server.url}/s/nosuchsession#${key}`);
  await stranger.page.locator("h1", { hasText: en.ended }).waitFor();
  await picture(stranger.page, "ended");
  await stranger.page.context().close();
  await page.context().close();
});
