import type { Machine, NameAnswer, NameRecord } from "../process.ts";
import { defineTool, type ToolCall } from "./tool.ts";

const usualServer = "10.96.0.10";

/** What `/etc/resolv.conf` says. */
function resolverOf({ fs }: Machine): { server: string; search: readonly string[]; ndots: number } {
  const text = fs.stat("/etc/resolv.conf") ? fs.readText("/etc/resolv.conf") : "";
  return {
    server: /^\s*nameserver\s+(\S+)/m.exec(text)?.[1] ?? usualServer,
    search: /^\s*search\s+(.*)$/m.exec(text)?.[1]?.trim().split(/\s+/) ?? [],
    ndots: Number(/\bndots:(\d+)/.exec(text)?.[1] ?? 1),
  };
}

const types = ["A", "AAAA", "CNAME", "SRV", "PTR"];

const isAddress = (text: string) => /^\d{1,3}(\.\d{1,3}){3}$/.test(text);
/** The name by which the owner of an address is asked for. */
const reversed = (address: string) => `${address.split(".").reverse().join(".")}.in-addr.arpa`;

/** The names to try for one that was given, in order, as the usual resolvers do. */
function candidates(name: string, { search, ndots }: { search: readonly string[]; ndots: number }): readonly string[] {
  if (name.endsWith(".")) return [name.slice(0, -1)];
  const completed = search.map((domain) => `${name}.${domain}`);
  return name.split(".").length - 1 >= ndots ? [name, ...completed] : [...completed, name];
}

/** The answer for the first name that has one, else that for the last. */
function asked(machine: Machine, name: string, type: string, server?: string): { name: string; answer: NameAnswer } {
  let last: { name: string; answer: NameAnswer } = { name, answer: { code: "NXDOMAIN", records: [] } };
  for (const candidate of candidates(name, resolverOf(machine))) {
    last = { name: candidate, answer: machine.net.query(candidate, type, server) };
    if (last.answer.code === "NOERROR") return last;
  }
  return { name, answer: last.answer };
}

/** A record as nslookup shows it. */
function told({ name, type, data }: NameRecord): string {
  switch (type) {
    case "A":
      return `Name:\t${name}\nAddress: ${data}\n`;
    case "CNAME":
      return `${name}\tcanonical name = ${data}.\n`;
    case "PTR":
      return `${name}\tname = ${data}.\n`;
    case "SRV":
      return `${name}\tservice = ${data}.\n`;
  }
}

export const nslookup = defineTool({
  name: "nslookup",
  usage: "[-type=TYPE] HOST [SERVER]",
  summary: "Query the name server about HOST.",
  plain: true,

  async run(call) {
    const { args, process, out } = call;
    const { machine } = process;
    const resolver = resolverOf(machine);
    const [name, wanted] = args.filter((arg) => !arg.startsWith("-"));
    const server = wanted ?? resolver.server;
    if (name === undefined) return call.fail("asking at a prompt is not simulated by Podyard: give a name");
    const type = args
      .find((arg) => /^-(q|t|query|type|querytype)=/i.test(arg))
      ?.split("=")[1]
      ?.toUpperCase();
    if (type && !types.includes(type) && type !== "ANY") return call.fail(`records of type ${type} are not simulated by Podyard`);
    // The tools of bind come together, and replace that of busybox.
    const isBusybox = machine.system !== "debian" && !machine.fs.stat("/bin/dig");
    await out.text(`Server:\t\t${server}\nAddress:\t${server}${isBusybox ? ":" : "#"}53\n\n`);
    return isBusybox ? askEach(call, name, type, resolver.search) : askOnce(call, name, type, wanted);
  },
});

/** As bind's does: the first name that there is. */
async function askOnce({ process, out }: ToolCall, name: string, type: string | undefined, server: string | undefined): Promise<number> {
  const found = isAddress(name)
    ? { name: reversed(name), answer: process.machine.net.query(reversed(name), "PTR", server) }
    : asked(process.machine, name, type ?? "A", server);
  const { code, records } = found.answer;
  if (code !== "NOERROR") {
    await out.text(`** server can't find ${found.name}: ${code}\n\n`);
    return 1;
  }
  if (records.length === 0) await out.text(`*** Can't find ${name}: No answer\n`);
  for (const record of records) await out.text(told(record));
  await out.text("\n");
  return 0;
}

/** As busybox' does: a name without a dot in every domain that is searched, any other as it is; both kinds of addresses. */
async function askEach({ process, out }: ToolCall, name: string, type: string | undefined, search: readonly string[]): Promise<number> {
  const names = isAddress(name)
    ? [reversed(name)]
    : name.includes(".") || search.length === 0
      ? [name.replace(/\.$/, "")]
      : search.map((domain) => `${name}.${domain}`);
  const wanted = isAddress(name) ? ["PTR"] : type ? [type] : ["A", "AAAA"];
  let failed = 0;
  for (const one of wanted)
    for (const candidate of names) {
      const { code, records } = process.machine.net.query(candidate, one);
      if (code !== "NOERROR") {
        failed = 1;
        await out.text(`** server can't find ${candidate}: ${code}\n`);
      }
      for (const record of records) await out.text(told(record).replace(/\.\n$/, "\n"));
      await out.text("\n");
    }
  return failed;
}

export const host = defineTool({
  name: "host",
  usage: "[-t type] name [server]",
  summary: "Look up a name.",
  options: ["a", "t=", "v", "4", "6", "W="],

  async run({ options, process, out, fail }) {
    const [name, server] = options.operands;
    if (name === undefined) return fail("a name is needed");
    const type = isAddress(name) ? "PTR" : (options.get("t")?.toUpperCase() ?? "A");
    if (!types.includes(type)) return fail(`records of type ${type} are not simulated by Podyard`);
    const { answer, ...found } = asked(process.machine, type === "PTR" && isAddress(name) ? reversed(name) : name, type, server);
    if (answer.code !== "NOERROR") {
      await out.line(`Host ${found.name} not found: ${answer.code === "NXDOMAIN" ? "3(NXDOMAIN)" : "2(SERVFAIL)"}`);
      return 1;
    }
    if (answer.records.length === 0) await out.line(`${found.name} has no ${type} record`);
    for (const record of answer.records) await out.line(`${record.name} ${hostWords[record.type]} ${record.data}${record.type === "A" ? "" : "."}`);
    return 0;
  },
});

const hostWords: Readonly<Record<NameRecord["type"], string>> = {
  A: "has address",
  CNAME: "is an alias for",
  PTR: "domain name pointer",
  SRV: "has SRV record",
};

export const dig = defineTool({
  name: "dig",
  usage: "[@server] [-x address] name [type] [+short] [+search]",
  summary: "Look up a name, as the name server answers.",
  plain: true,

  async run(call) {
    const { args, process, out } = call;
    const { machine } = process;
    const wanted = args.find((arg) => arg.startsWith("@"))?.slice(1);
    const server = wanted ?? resolverOf(machine).server;
    const turned = args.indexOf("-x");
    const words = args.filter((arg) => !/^[@+-]/.test(arg));
    const typed = words.find((word) => /^(A|AAAA|SRV|CNAME|NS|MX|TXT|SOA|PTR|ANY)$/i.test(word));
    const type = turned >= 0 ? "PTR" : (typed?.toUpperCase() ?? "A");
    const given = words.find((word) => word !== typed) ?? ".";
    if (!types.includes(type) && type !== "ANY") return call.fail(`records of type ${type} are not simulated by Podyard`);
    const name = turned >= 0 ? reversed(given) : given;
    const found = args.includes("+search") ? asked(machine, name, type, wanted) : { name, answer: machine.net.query(name, type, wanted) };
    const { code, records } = found.answer;
    const dotted = (text: string) => (text.endsWith(".") ? text : `${text}.`);
    const data = (record: NameRecord) => (record.type === "A" ? record.data : dotted(record.data));
    if (args.includes("+short")) {
      for (const record of records) await out.line(data(record));
      return 0;
    }
    const authority = code === "NXDOMAIN" ? 1 : 0;
    await out.text(
      `\n; <<>> DiG 9.18.41-1~deb12u1-Debian <<>> ${args.join(" ")}\n;; global options: +cmd\n;; Got answer:\n;; ->>HEADER<<- opcode: QUERY, status: ${code}, id: ${machine.random.between(1000, 65000)}\n;; flags: qr aa rd; QUERY: 1, ANSWER: ${records.length}, AUTHORITY: ${authority}, ADDITIONAL: 1\n;; WARNING: recursion requested but not available\n\n;; QUESTION SECTION:\n;${dotted(found.name)}\t\tIN\t${type}\n\n`,
    );
    if (records.length > 0)
      await out.text(`;; ANSWER SECTION:\n${records.map((one) => `${dotted(one.name)}\t30\tIN\t${one.type}\t${data(one)}\n`).join("")}\n`);
    if (authority > 0)
      await out.text(
        `;; AUTHORITY SECTION:\ncluster.local.\t\t30\tIN\tSOA\tns.dns.cluster.local. hostmaster.cluster.local. ${Math.floor(machine.clock.now() / 1000)} 7200 1800 86400 30\n\n`,
      );
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
    const { fs, net } = process.machine;
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
    return wanted.length >= keys.length ? 0 : 2;
  },
});
