import { expect, test } from "vitest";
import type { HttpRequest, HttpResponse } from "#base/http.ts";
import { bytesOf, Pipe } from "#base/streams.ts";
import { noNet, played, testMachine } from "../../../../test/kit/shell.ts";
import { type Net, NetError } from "../../process.ts";

/** A small network: what answers, refuses, stays silent. */
function serving(seen: HttpRequest[] = []) {
  const kit = testMachine({ net: noNet });
  const net: Net = {
    ...noNet,
    query: () => ({ code: "NXDOMAIN", records: [] }),
    resolve: (name) => (/^[\d.]+$/.test(name) ? [name] : name === "web" ? ["10.96.0.7"] : []),
    fetch: async (request) => {
      seen.push(request);
      const url = new URL(request.url);
      if (url.hostname === "nowhere.example") throw new NetError("ENOTFOUND", "NXDOMAIN");
      if (url.hostname === "10.0.0.8") throw new NetError("ECONNREFUSED", "refused");
      if (url.hostname === "10.0.0.9") {
        await kit.clock.sleep(130_000, request.signal);
        throw new NetError("ETIMEDOUT", "timed out");
      }
      return answerTo(request, url, kit);
    },
  };
  const { machine } = testMachine({ net, tasks: kit.tasks, clock: kit.clock });
  return { ...kit, machine };
}

function answerTo(request: HttpRequest, url: URL, kit: ReturnType<typeof testMachine>): HttpResponse {
  const plain = { "content-type": "text/plain", server: "test" };
  if (url.pathname === "/missing") return { status: 404, headers: plain, body: bytesOf("not here\n") };
  if (url.pathname === "/moved") return { status: 302, headers: { ...plain, location: "/" }, body: bytesOf("") };
  if (url.pathname === "/echo")
    return {
      status: 200,
      headers: plain,
      body: bytesOf(`${request.method} ${request.headers["content-type"] ?? "-"} ${request.body ? new TextDecoder().decode(request.body) : ""}\n`),
    };
  if (url.pathname === "/slow") {
    const body = new Pipe(kit.tasks);
    kit.tasks.detach(async () => {
      for (let i = 1; i <= 3; i++) {
        await body.write(bytesOf(`tick ${i}\n`));
        await kit.clock.sleep(1000);
      }
      body.close();
    });
    return { status: 200, headers: plain, body };
  }
  return { status: 200, headers: plain, body: bytesOf("hello\n") };
}

const table =
  "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n                                 Dload  Upload   Total   Spent    Left  Speed\n";

test.for([
  ["curl -s web", "hello\n", "", 0],
  ["curl -s http://web:80/echo -d a=1 -d b=2", "POST application/x-www-form-urlencoded a=1&b=2\n", "", 0],
  ["curl -s web/echo --json '{}'", "POST application/json {}\n", "", 0],
  ["curl -s -X PUT -H 'Content-Type: text/x' web/echo --data-binary x", "PUT text/x x\n", "", 0],
  ["curl -s -G -d q=1 web/echo", "GET - \n", "", 0],
  ["curl -sI web/missing", "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nServer: test\r\n\r\n", "", 0],
  ["curl -s -o /dev/null -w '%{http_code} %{size_download}\\n' web/missing", "404 9\n", "", 0],
  ["curl -sf web/missing", "", "", 22],
  ["curl -fsS web/missing", "", "curl: (22) The requested URL returned error: 404\n", 22],
  ["curl -s web/moved; curl -sL web/moved", "hello\n", "", 0],
  ["curl -s http://10.0.0.8:8080 || echo $?", "7\n", "", 0],
  ["curl -sS http://10.0.0.8:8080", "", "curl: (7) Failed to connect to 10.0.0.8 port 8080 after 0 ms: Couldn't connect to server\n", 7],
  ["curl -sS nowhere.example", "", "curl: (6) Could not resolve host: nowhere.example\n", 6],
  ["curl -sS --connect-timeout 2 10.0.0.9", "", "curl: (28) Failed to connect to 10.0.0.9 port 80 after 2000 ms: Timeout was reached\n", 28],
  ["curl -sS -m 1.5 web/slow", "tick 1\ntick 2\n", "curl: (28) Operation timed out after 1500 milliseconds with 14 bytes received\n", 28],
  ["curl -s web/slow", "tick 1\ntick 2\ntick 3\n", "", 0],
  ["curl -s -k https://web/", "hello\n", "", 0],
  ["curl -s https://web/ || echo $?", "60\n", "", 0],
  ["curl -s --resolve app.test:80:10.96.0.7 http://app.test/", "hello\n", "", 0],
  ["curl", "", "curl: try 'curl --help' or 'curl --manual' for more information\n", 2],
  ["curl --nonsense x", "", "curl: option --nonsense: is unknown\ncurl: try 'curl --help' or 'curl --manual' for more information\n", 2],
  [
    "curl foo://x",
    "",
    `${table}\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0\ncurl: (1) Protocol "foo" not supported or disabled in libcurl\n`,
    1,
  ],
  ["curl -sO web/missing; cat missing", "not here\n", "", 0],
  ["wget -qO- web", "hello\n", "", 0],
  ["wget -q web && cat index.html", "hello\n", "", 0],
  ["wget -q web/missing", "", "", 8],
] as const)("%s", async ([command, out, err, code]) => {
  expect(await played(serving(), { args: ["bash", "-c", command], cwd: "/tmp" })).toMatchObject({ out, err, code });
});

test("curl tells what it sends and gets", async () => {
  const result = await played(serving(), { args: ["bash", "-c", "curl -sv web/echo -H 'X-A: b' >/dev/null"] });
  expect(result.err).toBe(
    "*   Trying 10.96.0.7:80...\n* Connected to web (10.96.0.7) port 80 (#0)\n> GET /echo HTTP/1.1\n> Host: web\n> User-Agent: curl/7.88.1\n> Accept: */*\n> X-A: b\n> \n< HTTP/1.1 200 OK\n< Content-Type: text/plain\n< Server: test\n< \n* Connection #0 to host web left intact\n",
  );
});

test("Ctrl-C ends a transfer that goes on", async () => {
  const kit = serving();
  const { out, code } = await played(kit, { args: ["timeout", "-s", "INT", "1.5", "curl", "-s", "web/slow"] });
  expect({ out, code }).toEqual({ out: "tick 1\ntick 2\n", code: 124 });
});
