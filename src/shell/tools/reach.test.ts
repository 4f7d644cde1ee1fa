import { expect, test } from "vitest";
import { type HttpRequest, textResponse } from "#base/http.ts";
import { noNet, played, testMachine } from "../../../test/kit/shell.ts";
import { type Net, NetError } from "../process.ts";

const net: Net = {
  ...noNet,
  resolve: (name) => (/^[\d.]+$/.test(name) ? [name] : name === "web" ? ["10.96.0.7"] : []),
  fetch: async (request: HttpRequest) => {
    const { hostname, port } = new URL(request.url);
    if (hostname === "10.9.9.9") {
      await new Promise((_, fail) => request.signal?.addEventListener("abort", () => fail(request.signal?.reason)));
    }
    if (hostname === "10.8.8.8") throw new NetError("EHOSTUNREACH", "no route");
    if ((hostname === "web" || hostname === "10.96.0.7") && port !== "81" && port !== "9")
      return textResponse(200, request.method === "HEAD" ? "" : "hello\n");
    throw new NetError("ECONNREFUSED", "refused");
  },
};

test.for([
  ["an open port", "debian", "nc -zv web 80", "", "Connection to web (10.96.0.7) 80 port [tcp/http] succeeded!\n", 0],
  ["a closed one", "debian", "nc -zv web 81", "", "nc: connect to web (10.96.0.7) port 81 (tcp) failed: Connection refused\n", 1],
  ["nothing is said unless asked", "debian", "nc -z web 81", "", "", 1],
  ["a name that is not there", "debian", "nc -zv nowhere 80", "", 'nc: getaddrinfo for host "nowhere" port 80: Name or service not known\n', 1],
  ["busybox says it otherwise", "busybox", "nc -zv web 80", "", "web (10.96.0.7:80) open\n", 0],
  ["refused by busybox", "busybox", "nc -z -w 2 web 81", "", "nc: web (10.96.0.7:81): Connection refused\n", 1],
  ["a request is typed", "debian", "printf 'GET / HTTP/1.1\\r\\nHost: web\\r\\n\\r\\n' | nc web 80 | tail -1", "hello\n", "", 0],
  [
    "telnet connects",
    "debian",
    "telnet web 80 </dev/null",
    "Trying 10.96.0.7...\nConnected to web.\nEscape character is '^]'.\nConnection closed by foreign host.\n",
    "",
    1,
  ],
  [
    "telnet is refused",
    "debian",
    "telnet web 81 </dev/null",
    "Trying 10.96.0.7...\n",
    "telnet: Unable to connect to remote host: Connection refused\n",
    1,
  ],
  ["ping a name that is not there", "debian", "ping -c 1 nowhere", "", "ping: nowhere: Name or service not known\n", 2],
] as const)("%s", async ([, system, command, out, err, code]) => {
  const kit = testMachine({ net, ...(system === "busybox" ? { base: "busybox" } : {}) });
  const shell = system === "busybox" ? "/bin/sh" : "/bin/bash";
  expect(await played(kit, { args: [shell, "-c", command] })).toMatchObject({ out, err, code });
});

test("ping tells what came back", async () => {
  const { out, code } = await played(testMachine({ net }), { args: ["/bin/bash", "-c", "ping -c 2 10.96.0.7"] });
  expect(out).toMatch(/^PING 10\.96\.0\.7 \(10\.96\.0\.7\) 56\(84\) bytes of data\.\n64 bytes from 10\.96\.0\.7: icmp_seq=1 ttl=64 time=0\.\d+ ms\n/);
  expect(out).toContain("2 packets transmitted, 2 received, 0% packet loss, time 1000ms\n");
  expect(code).toBe(0);
});

test("nc -l shows what comes", async () => {
  const kit = testMachine({
    net: {
      ...net,
      listen: (_port, handler) => {
        kit.tasks.detach(async () => void (await handler({ method: "GET", url: "http://x/path", headers: { host: "x" } })));
        return () => {};
      },
    },
  });
  expect((await played(kit, { args: ["/bin/bash", "-c", "nc -l -p 8080"] })).out).toBe("GET /path HTTP/1.1\r\nhost: x\r\n\r\n");
});

test.for([
  ["apt-get update && apt-get install -y curl jq", 0, "curl is already the newest version."],
  ["apt-get install -y nosuch", 100, "E: Unable to locate package nosuch"],
  ["apt install vim", 0, "vim is already the newest version."],
  ["apt-mark hold kubelet && apt-mark showhold", 0, "kubelet set on hold.\nkubelet\n"],
  ["dpkg --print-architecture", 0, "amd64"],
  ["file /etc/passwd /etc /bin/bash", 0, "/etc/passwd: ASCII text\n/etc:        directory\n/bin/bash:   ELF"],
  ["su - nobody -s /bin/bash -c 'id -un'", 0, "nobody\n"],
  ["ip -br a | grep -c eth0; ip route | head -1", 0, "1\ndefault via 10.0.0.1 dev eth0"],
  ["printf '#!/bin/bash\\necho' > s; file s", 0, "s: Bourne-Again shell script, ASCII text executable"],
] as const)("%s", async ([command, code, text]) => {
  const got = await played(testMachine({ net }), { args: ["/bin/bash", "-c", command], cwd: "/root" });
  expect({ text: got.out + got.err, code: got.code }).toEqual({ text: expect.stringContaining(text), code });
});
