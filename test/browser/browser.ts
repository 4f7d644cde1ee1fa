// A real browser and the terminals of a session's page in it.
import chromium from "@sparticuz/chromium";
import { type Browser, type BrowserContextOptions, chromium as driver, type Page } from "playwright-core";

/** Chromium out of npm; its switches for AWS Lambda that would make it one process, or lower its guard, are left out. */
export async function openBrowser(): Promise<Browser> {
  const args = chromium.args.filter((arg) => !/single-process|no-zygote|disable-web-security|allow-running-insecure/.test(arg));
  return await driver.launch({ executablePath: await chromium.executablePath(), args, headless: true });
}

/** A page that fails the test when a script of it throws or the console shows an error. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<{ page: Page; errors: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-US", ...options });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  return { page, errors };
}

// biome-ignore lint/complexity/useRegexLiterals: escapes of terminals are control characters
const escapes = new RegExp("\\u001b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\\u0007\\u001b]*(?:\\u0007|\\u001b\\\\)|[()][0-9A-B]|[=>78cDEHM])", "g");

/** What a terminal showed as text: without escapes, a line's end as `\n`. */
export const plain = (text: string) => text.replace(escapes, "").replaceAll("\r\n", "\n").replaceAll("\r", "").replaceAll("\u0007", "");

const prompt = /[$#] $/;

/** Listens to the terminals of a page: what came over the sockets, by terminal name. Made before the page opens them. */
export class Terminals {
  readonly #page: Page;
  readonly #texts = new Map<string, string>();

  constructor(page: Page) {
    this.#page = page;
    page.on("websocket", (socket) => {
      const name = new URL(socket.url()).searchParams.get("name");
      if (!name) return;
      const decoder = new TextDecoder();
      socket.on("framereceived", ({ payload }) => {
        if (typeof payload !== "string") this.#texts.set(name, this.raw(name) + decoder.decode(payload, { stream: true }));
      });
    });
  }

  raw(name: string): string {
    return this.#texts.get(name) ?? "";
  }

  /** Waits until what the terminal has shown since `from` satisfies `done`, and gives it as plain text. */
  async until(name: string, from: number, done: (text: string) => boolean, what: string, timeoutMs = 30_000): Promise<string> {
    const end = Date.now() + timeoutMs;
    for (;;) {
      const text = plain(this.raw(name).slice(from));
      if (done(text)) return text;
      if (Date.now() > end) throw new Error(`terminal ${name}: waited for ${what}; it showed:\n${text}`);
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
  }

  /** Waits for the first prompt. */
  async ready(name = "t1"): Promise<void> {
    await this.until(name, 0, (text) => prompt.test(text), "a prompt");
  }

  async front(name: string): Promise<void> {
    await this.#page.locator(`#tab-${name}`).click();
    await this.#page.locator(`#pane-${name} .xterm-helper-textarea`).focus();
  }

  /** Types a line and Enter; gives what came until the next prompt. */
  async line(name: string, line: string, timeoutMs?: number): Promise<string> {
    const from = this.raw(name).length;
    await this.#page.keyboard.type(line);
    await this.#page.keyboard.press("Enter");
    const shown = await this.until(name, from, (text) => text.includes("\n") && prompt.test(text), `the prompt after ${line}`, timeoutMs);
    return shown.slice(shown.indexOf("\n") + 1);
  }

  /** Types a line whose command goes on; gives what came until `done`. */
  async start(name: string, line: string, done: (text: string) => boolean): Promise<string> {
    const from = this.raw(name).length;
    await this.#page.keyboard.type(line);
    await this.#page.keyboard.press("Enter");
    const shown = await this.until(name, from, (text) => text.includes("\n") && done(text.slice(text.indexOf("\n") + 1)), `the output of ${line}`);
    return shown.slice(shown.indexOf("\n") + 1);
  }

  /** Ends the running command. */
  async interrupt(name: string): Promise<void> {
    const from = this.raw(name).length;
    await this.#page.keyboard.press("Control+C");
    await this.until(name, from, (text) => prompt.test(text), "the prompt after Ctrl-C");
  }
}
