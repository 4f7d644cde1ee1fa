import { readFileSync } from "node:fs";
import { zstdDecompressSync } from "node:zlib";
import { Context, type Difference, differences, Pairing } from "./normalise.ts";

/** One recorded request and what the real server answered. */
export interface Exchange {
  request: {
    id: string;
    method: string;
    path: string;
    headers?: Record<string, string>;
    body?: unknown;
    raw?: string;
    watch?: boolean;
    keep?: "status";
  };
  response: unknown;
  compare?: false;
}

export interface Suite {
  name: string;
  exchanges: Exchange[];
}

/** How a request is sent, whoever serves it. */
export type Send = (request: { method: string; path: string; headers: Record<string, string>; body?: string }) => Promise<{
  status: number;
  headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  text: string;
}>;

export interface Result {
  suite: string;
  equal: number;
  of: number;
  failed: { id: string; request: string; differences: Difference[] }[];
}

/** All recorded suites whose name matches. */
export function recordedSuites(only = /./): Suite[] {
  const packed = readFileSync(new URL("../recorded/exchanges/exchanges.jsonl.zst", import.meta.url));
  return zstdDecompressSync(packed)
    .toString()
    .trim()
    .split("\n\n")
    .flatMap((text) => {
      const [head = "{}", ...lines] = text.split("\n");
      const { suite } = JSON.parse(head);
      return only.test(suite) ? [{ name: suite, exchanges: lines.map((line) => JSON.parse(line)) }] : [];
    });
}

/** Sends a suite's requests in order and compares the answers. */
export async function replay(suite: Suite, send: Send): Promise<Result> {
  const context = new Context();
  const pairing = new Pairing();
  const result: Result = { suite: suite.name, equal: 0, of: 0, failed: [] };
  for (const { request, response, compare } of suite.exchanges) {
    const got = await answerTo(request, send, context).catch((error) => ({ status: 0, body: String(error.stack ?? error) }));
    if (compare === false) continue;
    result.of++;
    const aligned = pairing.aligned(response, got);
    const different = differences(response, aligned.got);
    if (different.length === 0) {
      result.equal++;
      aligned.keep();
    } else result.failed.push({ id: request.id, request: `${request.method} ${request.path}`, differences: different });
  }
  return result;
}

async function answerTo(step: Exchange["request"], send: Send, context: Context): Promise<unknown> {
  const headers: Record<string, string> = { accept: "application/json", ...step.headers };
  const body = step.raw === undefined ? step.body && JSON.stringify(context.fill(step.body)) : context.fill(step.raw);
  if (typeof body === "string" && !("content-type" in headers)) headers["content-type"] = "application/json";
  const request = { method: step.method, path: context.fill(step.path), headers: context.fill(headers) };
  const got = await send(typeof body === "string" ? { ...request, body } : request);

  const { warning } = got.headers;
  const answer = {
    status: got.status,
    contentType: String(got.headers["content-type"] ?? ""),
    ...(warning ? { warning: [warning].flat().map((text) => context.text(text)) } : {}),
  };
  if (step.keep === "status") return answer;
  if (step.watch)
    return {
      ...answer,
      body: got.text
        .split("\n")
        .filter(Boolean)
        .map((line) => readLine(line, context)),
    };
  try {
    const parsed = JSON.parse(got.text);
    context.answers.set(step.id, parsed);
    return { ...answer, body: context.normalise(parsed) };
  } catch {
    return { ...answer, body: context.text(got.text) };
  }
}

function readLine(line: string, context: Context): unknown {
  try {
    return context.normalise(JSON.parse(line));
  } catch {
    return context.text(line);
  }
}
