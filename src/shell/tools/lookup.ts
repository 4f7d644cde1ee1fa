import { defineTool, type ToolCall } from "./tool.ts";

const usualServer = "10.96.0.10";

/** The name server of `/etc/resolv.conf`. */
function serverOf({ process }: ToolCall): string {
  const { fs } = process.machine;
  const text = fs.stat("/etc/resolv.conf") ? fs.readText("/etc/resolv.conf") : "";
  return /^\s*nameserver\s+(\S+)/m.exec(text)?.[1] ?? usualServer;
}

export const nslookup = defineTool({
  name: "nslookup",
  usage: "[-type=TYPE] HOST [SERVER]",
  summary: "Query the name server about HOST.",
  plain: true,

  async run(call) {
    const { args, process, out } = call;
    const [name, server = serverOf(call)] = args.filter((arg) => !arg.startsWith("-"));
    if (name === undefined) return call.fail("asking at a prompt is not simulated by Podyard: give a name");
    const type = args
      .find((arg) => /^-(query)?type=/i.test(arg) || /^-q=/.test(arg))
      ?.split("=")[1]
      ?.toUpperCase();
    if (type && !["A", "AAAA", "ANY"].includes(type)) return call.fail(`records of type ${type} are not simulated by Podyard`);
    const busybox = process.machine.system !== "debian";
    await out.text(busybox ? `Server:\t\t${server}\nAddress:\t${server}:53\n\n` : `Server:\t\t${server}\nAddress:\t${server}#53\n\n`);
    const addresses = type === "AAAA" ? [] : process.machine.net.resolve(name);
    if (addresses.length === 0) {
      await out.text(busybox ? `** server can't find ${name}: NXDOMAIN\n\n` : `** server can't find ${name}: NXDOMAIN\n\n`);
      return 1;
    }
    for (const address of addresses) await out.text(`Name:\t${name}\nAddress: ${address}\n`);
    await out.text("\n");
    return 0;
  },
});

export const host = defineTool({
  name: "host",
  usage: "[-t type] name [server]",
  summary: "Look up a name.",
  options: ["a", "t=", "v", "4", "6", "W="],

  async run({ options, process, out, fail }) {
    const [name] = options.operands;
    if (name === undefined) return fail("a name is needed");
    const addresses = process.machine.net.resolve(name);
    for (const address of addresses) await out.line(`${name} has address ${address}`);
    if (addresses.length === 0) await out.line(`Host ${name} not found: 3(NXDOMAIN)`);
    return addresses.length > 0 ? 0 : 1;
  },
});

export const dig = defineTool({
  name: "dig",
  usage: "[@server] name [type] [+short]",
  summary: "Look up a name, as the name server answers.",
  plain: true,

  async run(call) {
    const { args, process, out } = call;
    const server = args.find((arg) => arg.startsWith("@"))?.slice(1) ?? serverOf(call);
    const words = args.filter((arg) => !/^[@+-]/.test(arg));
    const type = words.find((word) => /^(A|AAAA|SRV|CNAME|NS|MX|TXT|PTR|ANY)$/i.test(word))?.toUpperCase() ?? "A";
    const name = words.find((word) => word.toUpperCase() !== type) ?? ".";
    if (type !== "A" && type !== "AAAA" && type !== "ANY") return call.fail(`records of type ${type} are not simulated by Podyard`);
    const addresses = type === "AAAA" ? [] : process.machine.net.resolve(name);
    if (args.includes("+short")) {
      for (const address of addresses) await out.line(address);
      return 0;
    }
    const full = name.endsWith(".") ? name : `${name}.`;
    await out.text(
      `\n; <<>> DiG 9.18.41-1~deb12u1-Debian <<>> ${args.join(" ")}\n;; global options: +cmd\n;; Got answer:\n;; ->>HEADER<<- opcode: QUERY, status: ${addresses.length > 0 ? "NOERROR" : "NXDOMAIN"}, id: ${process.machine.random.between(1000, 65000)}\n;; flags: qr aa rd; QUERY: 1, ANSWER: ${addresses.length}, AUTHORITY: 0, ADDITIONAL: 1\n\n;; QUESTION SECTION:\n;${full}\t\tIN\t${type}\n\n`,
    );
    if (addresses.length > 0) await out.text(`;; ANSWER SECTION:\n${addresses.map((address) => `${full}\t30\tIN\tA\t${address}\n`).join("")}\n`);
    await out.text(`;; Query time: 0 msec\n;; SERVER: ${server}#53(${server}) (UDP)\n\n`);
    return 0;
  },
});

export const getent = defineTool({
  name: "getent",
  usage: "database [key ...]",
  summary: "Get entries from administrative databases.",
  options: [],

  async run({ options, process, out, fail }) {
    const [database, ...keys] = options.operands;
    const { fs, net, users } = process.machine;
    if (database === "hosts" || database === "ahosts" || database === "ahostsv4") {
      let code = 0;
      for (const key of keys) {
        const addresses = net.resolve(key);
        for (const address of addresses) await out.line(`${address.padEnd(15)} ${key}`);
        if (addresses.length === 0) code = 2;
      }
      return code;
    }
    if (database !== "passwd" && database !== "group") return fail(`Unknown database: ${database ?? ""}`);
    const lines = fs.readText(`/etc/${database}`).split("\n").filter(Boolean);
    const wanted = keys.length === 0 ? lines : lines.filter((line) => keys.some((key) => line.startsWith(`${key}:`) || line.split(":")[2] === key));
    for (const line of wanted) await out.line(line);
    return wanted.length >= keys.length || users.size === 0 ? 0 : 2;
  },
});
