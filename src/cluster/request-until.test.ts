import { expect, test } from "vitest";
import type { HttpRequest, HttpResponse } from "#base/http.ts";
import { bytesOf } from "#base/streams.ts";
import { answerUntil } from "./request-until.ts";

const request = (signal?: AbortSignal): HttpRequest => ({ method: "GET", url: "/", headers: {}, signal });
const whole: HttpResponse = { status: 200, headers: {}, body: bytesOf("ok") };
const stream: HttpResponse = { status: 200, headers: {}, body: { read: async () => undefined, cancel: () => {} } };

/** The signal that a request is answered under. */
async function signalOf(asking: AbortSignal | undefined, asked: AbortSignal, answer: HttpResponse): Promise<AbortSignal> {
  let seen: AbortSignal | undefined;
  await answerUntil(asked, request(asking), async (until) => {
    seen = until.signal;
    return answer;
  });
  if (!seen) throw new Error("the request has no signal");
  return seen;
}

test.each([
  ["who asked", 0],
  ["what is asked", 1],
])("a stream ends with %s", async (_, which) => {
  const ends = [new AbortController(), new AbortController()] as const;
  const signal = await signalOf(ends[0].signal, ends[1].signal, stream);
  expect(signal.aborted).toBe(false);
  ends[which]?.abort("over");
  expect([signal.aborted, signal.reason]).toEqual([true, "over"]);
});

test("what has ended already ends it at once", async () => {
  const ended = new AbortController();
  ended.abort("before");
  expect((await signalOf(ended.signal, new AbortController().signal, stream)).reason).toBe("before");
  expect((await signalOf(undefined, ended.signal, stream)).reason).toBe("before");
});

test("after a whole answer neither end is listened to", async () => {
  const [asking, asked] = [new AbortController(), new AbortController()];
  const signal = await signalOf(asking.signal, asked.signal, whole);
  asked.abort();
  asking.abort();
  expect(signal.aborted).toBe(false);
});
