import { bodySource } from "#base/http.ts";
import { bytesOf, textOf } from "#base/streams.ts";
import { NetError, type Process } from "../process.ts";
import { allOf, defineTool, type ToolCall } from "./tool.ts";

const serviceNames: Readonly<Record<number, string>> = {
  22: "ssh",
  53: "domain",
  80: "http",
  443: "https",
  3306: "mysql",
  5432: "postgresql",
  6379: "redis",
  8080: "http-alt",
};

/** How a connection to a port of a host goes: `undefined` where it is made. */
async function connected(process: Process, host: string, port: number, seconds: number): Promise<NetError["code"] | undefined> {
  const ended = new AbortController();
  const stop = () => ended.abort(process.signal.reason);
  process.signal.addEventListener("abort", stop, { once: true });
  const timer =
    seconds > 0
      ? process.machine.clock.at(process.machine.clock.now() + seconds * 1000, () => ended.abort(new NetError("ETIMEDOUT", "")))
      : undefined;
  try {
    const address = host.includes(":") ? `[${host}]` : host;
    const answer = await process.machine.net.fetch({ method: "HEAD", url: `http://${address}:${port}/`, headers: { host }, signal: ended.signal });
    bodySource(answer).cancel();
    return undefined;
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    // Somebody is there who takes the connection and speaks another protocol.
    return error.code === "ECONNRESET" ? undefined : error.code;
  } finally {
    timer?.cancel();
    process.signal.removeEventListener("abort", stop);
  }
}

const reasons: Readonly<Record<NetError["code"], string>> = {
  ENOTFOUND: "Name or service not known",
  NOINTERNET: "Name or service not known",
  ECONNREFUSED: "Connection refused",
  ECONNRESET: "Connection reset by peer",
  EHOSTUNREACH: "No route to host",
  ETIMEDOUT: "Operation now in progress",
  EADDRINUSE: "Address already in use",
  EPROTO: "Protocol error",
};

const resolved = (process: Process, host: string): string | undefined => process.machine.net.resolve(host)[0];

function portsOf(text: string): number[] {
  const [from = Number.NaN, to = from] = text
    .split("-")
    .map((one) => Number(Object.entries(serviceNames).find(([, name]) => name === one)?.[0] ?? one));
  if (!(from >= 1 && to <= 65535 && to >= from) || to - from > 1000) return [];
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

export const nc = defineTool({
  name: "nc",
  usage: "[-46hklnuvz] [-p source_port] [-w timeout] [destination] [port]",
  summary: "Open a connection to a port, or listen on one.",
  options: ["4", "6", "C", "c", "D", "d", "e=", "h", "i=", "k", "l", "N", "n", "p=", "q=", "r", "s=", "t", "U", "u", "v", "w=", "X=", "x=", "z"],

  async run(call) {
    const { options, process, err, name } = call;
    const isBusybox = process.machine.system !== "debian";
    const [host = "", portText = ""] = options.operands;
    if (options.has("l")) return listen(call, Number(options.get("p") ?? (portText || host)));
    if (host === "" || portText === "") {
      await err.line(
        isBusybox
          ? "BusyBox nc\n\nUsage: nc [-iN] [-wN] [-l] [-p PORT] [-f FILE|IPADDR PORT] [-e PROG]"
          : "usage: nc [-46CDdFhklNnrStUuvZz] [destination] [port]",
      );
      return 1;
    }
    const ports = portsOf(portText);
    if (ports.length === 0) return call.fail(`port number invalid: ${portText}`);
    const address = resolved(process, host);
    const told = options.has("v");
    if (address === undefined)
      return call.fail(isBusybox ? `bad address '${host}'` : `getaddrinfo for host "${host}" port ${portText}: Name or service not known`);
    const seconds = Number(options.get("w") ?? 0);
    let code = 1;
    for (const port of ports) {
      const udp = options.has("u");
      // Nobody answers to a datagram, and so none is refused.
      const problem = udp ? undefined : await connected(process, host, port, seconds);
      if (problem === undefined) code = 0;
      if (isBusybox) {
        if (problem === undefined && told) await err.line(`${host} (${address}:${port}) open`);
        else if (problem === "ETIMEDOUT") await call.fail(`${host} (${address}:${port}): Connection timed out`);
        else if (problem) await call.fail(`${host} (${address}:${port}): ${reasons[problem]}`);
      } else if (told) {
        const service = `[${udp ? "udp" : "tcp"}/${serviceNames[port] ?? "*"}]`;
        const shown = host === address ? host : `${host} (${address})`;
        if (problem === undefined)
          await err.line(`Connection to ${shown.replace(/ \(.*/, "")} ${host === address ? "" : `(${address}) `}${port} port ${service} succeeded!`);
        else
          await err.line(`${name}: connect to ${shown} port ${port} (tcp) ${problem === "ETIMEDOUT" ? "timed out" : "failed"}: ${reasons[problem]}`);
      }
      await err.flush();
      if (problem === undefined && !options.has("z")) return talk(call, host, port);
    }
    return code;
  },
});

/** Sends what comes as a request, and shows the answer as it came: what one types at a web server. */
async function talk({ process, in: input, out }: ToolCall, host: string, port: number): Promise<number> {
  const request = textOf(await allOf(input));
  const [head = "", ...rest] = request.replaceAll("\r\n", "\n").split("\n\n");
  const [first = "", ...lines] = head.split("\n");
  const [, method, path] = /^([A-Z]+) (\S+)/.exec(first) ?? [];
  if (!method || !path) return 0;
  const headers = Object.fromEntries(
    lines
      .filter((line) => line.includes(":"))
      .map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
  );
  const body = rest.join("\n\n");
  try {
    const answer = await process.machine.net.fetch({
      method,
      url: new URL(path, `http://${host}:${port}`).href,
      headers: { host, ...headers },
      ...(body && { body: bytesOf(body) }),
      signal: process.signal,
    });
    const shown = Object.entries(answer.headers).map(
      ([name, value]) => `${name.replace(/\b[a-z]/g, (letter) => letter.toUpperCase())}: ${String(value)}\r\n`,
    );
    await out.text(`HTTP/1.1 ${answer.status} ${answer.status === 200 ? "OK" : answer.status === 404 ? "Not Found" : ""}\r\n${shown.join("")}\r\n`);
    await out.flush();
    const source = bodySource(answer);
    for (let bytes = await source.read(process.signal); bytes; bytes = await source.read(process.signal)) await out.bytes(bytes);
    return 0;
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    return 1;
  }
}

/** Listens, shows the first request that comes, answers it with what is piped in, and ends; with `-k` goes on. */
async function listen(call: ToolCall, port: number): Promise<number> {
  const { process, options, out, in: input, err } = call;
  if (!(port > 0 && port < 65536)) return call.fail("missing port number");
  let wake = () => {};
  let done = false;
  let end: () => void;
  try {
    end = process.machine.net.listen(port, async (request) => {
      const url = new URL(request.url, "http://localhost");
      const lines = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}\r\n`);
      await out.text(`${request.method} ${url.pathname}${url.search} HTTP/1.1\r\n${lines.join("")}\r\n${request.body ? textOf(request.body) : ""}`);
      await out.flush();
      const answer = textOf(await allOf(input)).replaceAll("\r\n", "\n");
      const split = answer.indexOf("\n\n");
      const status = Number(/^HTTP\/\S+ (\d{3})/.exec(answer)?.[1] ?? 200);
      done = !options.has("k");
      wake();
      return { status, headers: {}, body: bytesOf(/^HTTP\//.test(answer) ? answer.slice(split < 0 ? answer.length : split + 2) : answer) };
    });
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    return call.fail("Address already in use");
  }
  if (options.has("v")) await err.line(`Listening on 0.0.0.0 ${port}`);
  await err.flush();
  const stop = () => wake();
  process.signal.addEventListener("abort", stop, { once: true });
  try {
    while (!done && !process.signal.aborted)
      await process.machine.tasks.block((woken) => {
        wake = woken;
      });
  } finally {
    end();
    process.signal.removeEventListener("abort", stop);
  }
  return 0;
}

export const telnet = defineTool({
  name: "telnet",
  usage: "[host [port]]",
  summary: "Open a connection to a port.",
  options: ["4", "6", "8", "E", "K", "L", "a", "b=", "d", "e=", "l=", "n=", "r"],

  async run(call) {
    const { options, process, out, err } = call;
    const [host, port = "23"] = options.operands;
    if (!host) return call.fail("a host is needed here: there is no prompt of telnet's own");
    const address = resolved(process, host);
    if (address === undefined) {
      await err.line(`telnet: could not resolve ${host}/${port}: Name or service not known`);
      return 1;
    }
    await out.line(`Trying ${address}...`);
    await out.flush();
    const problem = await connected(process, host, Number(port), 0);
    if (problem) {
      await err.line(`telnet: Unable to connect to remote host: ${problem === "ETIMEDOUT" ? "Connection timed out" : reasons[problem]}`);
      return 1;
    }
    await out.line(`Connected to ${host}.\nEscape character is '^]'.`);
    await out.flush();
    const code = await talk(call, host, Number(port));
    await out.line("Connection closed by foreign host.");
    return code === 0 ? 1 : code;
  },
});

export const ping = defineTool({
  name: "ping",
  usage: "[-c count] [-i interval] [-W timeout] destination",
  summary: "Send echo requests to a host.",
  options: ["4", "6", "A", "c=", "D", "f", "i=", "I=", "n", "O", "p=", "q", "s=", "t=", "v", "w=", "W="],

  async run(call) {
    const { options, process, out } = call;
    const { clock, random } = process.machine;
    const [host] = options.operands;
    if (!host) return call.fail("usage error: Destination address required");
    const address = resolved(process, host);
    const isBusybox = process.machine.system !== "debian";
    if (address === undefined) return call.fail(isBusybox ? `bad address '${host}'` : `${host}: Name or service not known`, isBusybox ? 1 : 2);
    const count = options.get("c") === undefined ? Number.POSITIVE_INFINITY : Number(options.get("c"));
    const interval = Number(options.get("i") ?? 1) * 1000;
    const wait = Number(options.get("W") ?? options.get("w") ?? (isBusybox ? 10 : 1));
    await out.line(isBusybox ? `PING ${host} (${address}): 56 data bytes` : `PING ${host} (${address}) 56(84) bytes of data.`);
    let [sent, received] = [0, 0];
    const times: number[] = [];
    const startedAt = clock.now();
    let stopped = false;
    const release = process.onSignal("INT", () => {
      stopped = true;
      woken.abort();
    });
    const woken = new AbortController();
    process.signal.addEventListener("abort", () => woken.abort(process.signal.reason), { once: true });
    while (sent < count && !stopped) {
      await out.flush();
      sent++;
      // Who refuses a connection is there, and would have answered.
      const problem = await connected(process, address, 9, wait);
      const isThere = problem === undefined || problem === "ECONNREFUSED";
      if (isThere) {
        received++;
        const time = 0.03 + random.between(0, 60) / 1000;
        times.push(time);
        if (!options.has("q"))
          await out.line(
            isBusybox
              ? `64 bytes from ${address}: seq=${sent - 1} ttl=64 time=${time.toFixed(3)} ms`
              : `64 bytes from ${address}: icmp_seq=${sent} ttl=64 time=${time.toFixed(3)} ms`,
          );
      } else if (problem === "EHOSTUNREACH" && !isBusybox)
        await out.line(`From ${process.machine.net.address} icmp_seq=${sent} Destination Host Unreachable`);
      await out.flush();
      if (sent < count && !stopped) {
        try {
          await process.sleep(interval, woken.signal);
        } catch (error) {
          if (!stopped) throw error;
        }
      }
    }
    release();
    const loss = sent === 0 ? 0 : Math.round(((sent - received) * 100) / sent);
    await out.line(`\n--- ${host} ping statistics ---`);
    await out.line(
      isBusybox
        ? `${sent} packets transmitted, ${received} packets received, ${loss}% packet loss`
        : `${sent} packets transmitted, ${received} received, ${loss}% packet loss, time ${clock.now() - startedAt}ms`,
    );
    if (received > 0) {
      const [min, max] = [Math.min(...times), Math.max(...times)];
      const mean = times.reduce((sum, one) => sum + one, 0) / times.length;
      const spread = Math.sqrt(times.reduce((sum, one) => sum + (one - mean) ** 2, 0) / times.length);
      await out.line(
        isBusybox
          ? `round-trip min/avg/max = ${[min, mean, max].map((one) => one.toFixed(3)).join("/")} ms`
          : `rtt min/avg/max/mdev = ${[min, mean, max, spread].map((one) => one.toFixed(3)).join("/")} ms`,
      );
    }
    return received > 0 ? 0 : 1;
  },
});
