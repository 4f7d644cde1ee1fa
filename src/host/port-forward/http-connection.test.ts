import { expect, test } from "vitest";
import type { HttpRequest } from "#base/http.ts";
import { bytesOf, joined, textOf } from "#base/streams.ts";
import { ByteQueue } from "./byte-queue.ts";
import { serveHttp } from "./http-connection.ts";

/** What is answered to bytes that come in pieces of a size. */
async function answered(sent: string, size: number): Promise<{ requests: HttpRequest[]; answer: string }> {
  const input = new ByteQueue();
  const requests: HttpRequest[] = [];
  const written: Uint8Array[] = [];
  const bytes = bytesOf(sent);
  for (let from = 0; from < bytes.length; from += size) input.push(bytes.slice(from, from + size));
  input.end();
  await serveHttp({
    input,
    write: async (piece) => void written.push(piece),
    answer: async (request) => {
      requests.push(request);
      return {
        status: 200,
        headers: { "content-type": "text/plain" },
        body: bytesOf(`${request.method} ${request.url} ${textOf(request.body ?? new Uint8Array())}`),
      };
    },
    next: (body) => body.read(),
  });
  return { requests, answer: textOf(joined(written)) };
}

const ok = (body: string, more = "") => `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\n${more}\r\n${body}`;
const refused = (status: string) => `HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`;

test.for([
  ["one request", "GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\n", ok("GET /a?b=c ")],
  ["one after the other", "GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n", ok("GET /1 ") + ok("GET /2 ")],
  ["a body by its length", "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhelloGET /2 HTTP/1.1\r\n\r\n", ok("POST / hello") + ok("GET /2 ")],
  [
    "a body in chunks",
    "PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: t\r\n\r\nGET /2 HTTP/1.1\r\n\r\n",
    ok("PUT / abcde") + ok("GET /2 "),
  ],
  ["the last one", "GET / HTTP/1.1\r\nConnection: close\r\n\r\nGET /2 HTTP/1.1\r\n\r\n", ok("GET / ", "Connection: close\r\n")],
  ["the old version", "GET / HTTP/1.0\r\n\r\nGET /2 HTTP/1.0\r\n\r\n", ok("GET / ", "Connection: close\r\n")],
  ["a whole address", "GET http://web:80/a HTTP/1.1\r\n\r\n", ok("GET /a ")],
  [
    "one that waits to be let go on",
    "POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx",
    `HTTP/1.1 100 Continue\r\n\r\n${ok("POST / x")}`,
  ],
  ["none", "\u0016\u0003\u0001 hello\r\n\r\n", refused("400 Bad Request")],
  ["a broken length", "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", refused("400 Bad Request")],
  ["a broken chunk", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", refused("400 Bad Request")],
  ["one that promises too much", "POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", refused("413 Payload Too Large")],
  ["one that ends too early", "GET / HTTP/1.1\r\nHost", ""],
] as const)("HTTP over bytes: %s", async ([, sent, expected]) => {
  for (const size of [1, 7, 10_000]) expect((await answered(sent, size)).answer).toBe(expected);
});
