import { defineTool, type ToolCall } from "./tool.ts";

const gatewayOf = (address: string): string => address.replace(/\.\d+$/, ".1");
const networkOf = (address: string): string => address.replace(/\.\d+$/, ".0/24");

/** The hardware's address, made of the network's as containers' are. */
const macOf = (address: string): string =>
  `02:42:${address
    .split(".")
    .map((part) => Number(part).toString(16).padStart(2, "0"))
    .join(":")}`;

export const ip = defineTool({
  name: "ip",
  usage: "[ OPTIONS ] OBJECT { COMMAND | help }",
  summary: "Show addresses, links and routes.",
  plain: true,

  async run(call) {
    const { args, out, err, process } = call;
    const { address } = process.machine.net;
    const [object = "", ...rest] = args.filter((arg) => !arg.startsWith("-"));
    const brief = args.some((arg) => arg === "-br" || arg === "-brief");
    const device = rest.includes("dev") ? rest[rest.indexOf("dev") + 1] : rest.findLast((word) => word === "eth0" || word === "lo");
    const isShown = (name: string) => device === undefined || device === name;
    const verb = rest.find((word) => /^(?:add|del|delete|set|change|replace|flush)$/.test(word));
    if (verb) {
      await err.line(process.user.uid === 0 ? `ip ${object} ${verb}: not simulated by Podyard` : "RTNETLINK answers: Operation not permitted");
      return 2;
    }
    if ("address".startsWith(object) && object !== "") {
      if (brief) {
        if (isShown("lo")) await out.line("lo               UNKNOWN        127.0.0.1/8 ::1/128 ");
        if (isShown("eth0")) await out.line(`eth0             UP             ${address}/24 `);
        return 0;
      }
      if (isShown("lo"))
        await out.line(
          "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000\n    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n    inet 127.0.0.1/8 scope host lo\n       valid_lft forever preferred_lft forever",
        );
      if (isShown("eth0"))
        await out.line(
          `2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default \n    link/ether ${macOf(address)} brd ff:ff:ff:ff:ff:ff link-netnsid 0\n    inet ${address}/24 brd ${address.replace(/\.\d+$/, ".255")} scope global eth0\n       valid_lft forever preferred_lft forever`,
        );
      return 0;
    }
    if ("link".startsWith(object) && object !== "") {
      if (isShown("lo"))
        await out.line(
          "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000\n    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00",
        );
      if (isShown("eth0"))
        await out.line(
          `2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP mode DEFAULT group default \n    link/ether ${macOf(address)} brd ff:ff:ff:ff:ff:ff link-netnsid 0`,
        );
      return 0;
    }
    if ("route".startsWith(object) && object.length > 0 && object !== "rule") {
      if (rest[0] === "get" && rest[1]) {
        await out.line(`${rest[1]} via ${gatewayOf(address)} dev eth0 src ${address} uid ${process.user.uid} \n    cache `);
        return 0;
      }
      if (rest[0] !== "show" || rest[1] !== "default")
        await out.line(`default via ${gatewayOf(address)} dev eth0 \n${networkOf(address)} dev eth0 proto kernel scope link src ${address} `);
      else await out.line(`default via ${gatewayOf(address)} dev eth0 `);
      return 0;
    }
    if (/^(?:neigh|neighbour|netns|rule|maddr|tunnel|xfrm|tuntap)$/.test(object)) {
      await err.line(`ip ${object}: not simulated by Podyard`);
      return 2;
    }
    await err.line(object === "" ? `Usage: ip ${ip.usage}` : `Object "${object}" is unknown, try "ip help".`);
    return object === "" ? 255 : 1;
  },
});

/** The ports of the machine that somebody listens on. */
const listening = ({ process }: ToolCall): number[] => [...(process.machine.net.listening?.() ?? [])].sort((a, b) => a - b);

export const ss = defineTool({
  name: "ss",
  usage: "[ OPTIONS ]",
  summary: "Show what listens.",
  options: ["a,all", "l,listening", "n,numeric", "t,tcp", "u,udp", "x,unix", "p,processes", "4", "6", "e", "H,no-header", "s", "o", "m", "i"],

  async run(call) {
    const { options, out } = call;
    if (!options.has("no-header")) await out.line("State  Recv-Q Send-Q Local Address:Port  Peer Address:PortProcess");
    if (!options.has("udp") || options.has("tcp"))
      for (const port of listening(call))
        await out.line(`LISTEN 0      4096   ${"0.0.0.0".padStart(13)}:${String(port).padEnd(5)}      0.0.0.0:*          `);
    return 0;
  },
});

export const netstat = defineTool({
  name: "netstat",
  usage: "[OPTION]...",
  summary: "Show what listens.",
  options: [
    "a,all",
    "l,listening",
    "n,numeric",
    "t,tcp",
    "u,udp",
    "x,unix",
    "p,programs",
    "r,route",
    "i,interfaces",
    "e",
    "4",
    "6",
    "W,wide",
    "s,statistics",
    "c",
  ],

  async run(call) {
    const { options, out, process } = call;
    const { address } = process.machine.net;
    if (options.has("route")) {
      await out.line("Kernel IP routing table\nDestination     Gateway         Genmask         Flags   MSS Window  irtt Iface");
      await out.line(
        `0.0.0.0         ${gatewayOf(address).padEnd(15)} 0.0.0.0         UG        0 0          0 eth0\n${networkOf(address).slice(0, -3).padEnd(15)} 0.0.0.0         255.255.255.0   U         0 0          0 eth0`,
      );
      return 0;
    }
    await out.line(
      `Active Internet connections (${options.has("listening") ? "only servers" : options.has("all") ? "servers and established" : "w/o servers"})`,
    );
    await out.line(
      `Proto Recv-Q Send-Q Local Address           Foreign Address         State      ${options.has("programs") ? " PID/Program name    " : ""}`,
    );
    if (options.has("listening") || options.has("all"))
      for (const port of listening(call))
        await out.line(
          `tcp        0      0 ${`0.0.0.0:${port}`.padEnd(23)} 0.0.0.0:*               LISTEN     ${options.has("programs") ? " -                   " : ""}`,
        );
    return 0;
  },
});
