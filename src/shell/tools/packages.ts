import { defineTool, type ToolCall } from "./tool.ts";

/** Packages of Debian by what they bring, where that is already here under another name. */
const bringing: Readonly<Record<string, readonly string[]>> = {
  "bash-completion": [],
  "ca-certificates": [],
  "apt-transport-https": [],
  "software-properties-common": [],
  "lsb-release": [],
  gnupg: [],
  coreutils: ["ls"],
  dnsutils: ["dig", "nslookup", "host"],
  "bind9-dnsutils": ["dig", "nslookup", "host"],
  "bind9-host": ["host"],
  "iputils-ping": ["ping"],
  iproute2: ["ip", "ss"],
  "net-tools": ["netstat"],
  netcat: ["nc"],
  "netcat-openbsd": ["nc"],
  "netcat-traditional": ["nc"],
  procps: ["ps", "free", "watch", "pgrep"],
  "vim-tiny": ["vi"],
  bsdmainutils: ["column", "hexdump"],
  "util-linux": ["column"],
  "openssh-client": ["ssh"],
  "etcd-client": ["etcdctl"],
  "docker.io": ["docker"],
  "docker-ce": ["docker"],
  containerd: ["crictl"],
};

const isHere = ({ process }: ToolCall, name: string): boolean => {
  const wanted = bringing[name] ?? [name];
  return wanted.every((program) => process.machine.programs.has(program));
};

/** What no archive is there to bring: installing it says so. */
async function install(call: ToolCall, names: readonly string[]): Promise<number> {
  const { out, err } = call;
  const missing = names.filter((name) => !isHere(call, name.replace(/=.*/, "")));
  await out.line("Reading package lists... Done\nBuilding dependency tree... Done\nReading state information... Done");
  if (missing.length === 0) {
    for (const name of names) await out.line(`${name.replace(/=.*/, "")} is already the newest version.`);
    await out.line(`0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.`);
    return 0;
  }
  await out.flush();
  for (const name of missing) await err.line(`E: Unable to locate package ${name.replace(/=.*/, "")}`);
  await err.line("(This sandbox has no internet: there is no archive of packages to install from.)");
  return 100;
}

async function apt(call: ToolCall): Promise<number> {
  const { args, out, err, name, process } = call;
  const words = args.filter((arg, i) => !arg.startsWith("-") && args[i - 1] !== "-o" && args[i - 1] !== "-t");
  const [verb, ...names] = words;
  if (args.includes("--version") || args.includes("-v")) {
    await out.line("apt 2.6.1 (amd64)");
    return 0;
  }
  if (verb === undefined) {
    await out.line("apt 2.6.1 (amd64)\nUsage: apt [options] command");
    return 0;
  }
  const changes = /^(?:install|remove|purge|update|upgrade|dist-upgrade|full-upgrade|autoremove|reinstall|build-dep)$/.test(verb);
  if (changes && process.user.uid !== 0) {
    await err.line(
      `E: Could not open lock file /var/lib/dpkg/lock-frontend - open (13: Permission denied)\nE: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), are you root?`,
    );
    return 100;
  }
  if (name === "apt") await err.line("\nWARNING: apt does not have a stable CLI interface. Use with caution in scripts.\n");
  switch (verb) {
    case "install":
    case "reinstall":
      return install(call, names);
    case "update":
      await out.line("Reading package lists... Done");
      await err.line("(This sandbox has no internet: the lists of packages stay as they are.)");
      return 0;
    case "upgrade":
    case "dist-upgrade":
    case "full-upgrade":
    case "autoremove":
      await out.line(
        "Reading package lists... Done\nBuilding dependency tree... Done\nReading state information... Done\nCalculating upgrade... Done\n0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.",
      );
      return 0;
    case "clean":
    case "autoclean":
      return 0;
    case "list":
    case "search":
    case "show":
    case "policy":
    case "madison": {
      const known = names.filter((one) => isHere(call, one));
      for (const one of known) await out.line(verb === "list" ? `${one}/now [installed,local]` : `Package: ${one}\nStatus: install ok installed`);
      if (known.length < names.length) await err.line(`N: Unable to locate package ${names.filter((one) => !known.includes(one)).join(", ")}`);
      return 0;
    }
    case "remove":
    case "purge":
    case "hold":
    case "unhold":
    case "mark":
      await err.line(`${name}: ${verb} is not simulated by Podyard: programs here are part of the machine.`);
      return 100;
    default:
      await err.line(`E: Invalid operation ${verb}`);
      return 100;
  }
}

const manager = (name: string) => ({ name, usage: "[options] command", summary: "Manage packages.", plain: true, run: apt }) as const;

export const aptTool = defineTool(manager("apt"));
export const aptGet = defineTool(manager("apt-get"));
export const aptCache = defineTool(manager("apt-cache"));

export const aptMark = defineTool({
  name: "apt-mark",
  usage: "[options] {auto|manual|hold|unhold|showhold} package...",
  summary: "Mark packages to be kept as they are.",
  plain: true,

  async run({ args, process, out, fail }) {
    const { fs } = process.machine;
    const path = "/var/lib/dpkg/podyard-holds";
    const [verb, ...names] = args.filter((arg) => !arg.startsWith("-"));
    const held = new Set(fs.stat(path) ? fs.readText(path).split("\n").filter(Boolean) : []);
    if (verb === "showhold") {
      for (const name of [...held].sort()) await out.line(name);
      return 0;
    }
    if (verb !== "hold" && verb !== "unhold") return verb === "auto" || verb === "manual" ? 0 : fail("No command specified");
    if (process.user.uid !== 0) return fail("Could not create temporary file for extended state: Permission denied", 100);
    for (const name of names) {
      const isHeld = held.has(name);
      if (verb === "hold") held.add(name);
      else held.delete(name);
      await out.line(
        verb === "hold"
          ? isHeld
            ? `${name} was already set on hold.`
            : `${name} set on hold.`
          : isHeld
            ? `Canceled hold on ${name}.`
            : `${name} was already not on hold.`,
      );
    }
    fs.mkdir("/var/lib/dpkg", { recursive: true });
    fs.write(path, [...held].map((name) => `${name}\n`).join(""));
    return 0;
  },
});

export const dpkg = defineTool({
  name: "dpkg",
  usage: "[option...] action",
  summary: "Ask about packages.",
  plain: true,

  async run(call) {
    const { args, out, err, fail } = call;
    if (args.includes("--print-architecture")) {
      await out.line("amd64");
      return 0;
    }
    const names = args.filter((arg) => !arg.startsWith("-"));
    if (args.includes("-l") || args.includes("--list") || args.includes("-s") || args.includes("--status")) {
      const known = names.filter((name) => isHere(call, name));
      for (const name of known)
        await out.line(args.some((arg) => arg === "-s" || arg === "--status") ? `Package: ${name}\nStatus: install ok installed` : `ii  ${name}`);
      for (const name of names)
        if (!known.includes(name))
          await err.line(
            args.includes("-s")
              ? `dpkg-query: package '${name}' is not installed and no information is available`
              : `dpkg-query: no packages found matching ${name}`,
          );
      return known.length === names.length ? 0 : 1;
    }
    if (args.includes("-i") || args.includes("--install")) return fail("installing archives is not simulated by Podyard", 2);
    return fail("need an action option", 2);
  },
});

/** Alpine's, and those of Red Hat's family: the same, in their words. */
export const apk = defineTool({
  name: "apk",
  usage: "[OPTIONS...] COMMAND [ARGUMENTS...]",
  summary: "Manage packages.",
  plain: true,

  async run(call) {
    const { args, out, err } = call;
    const [verb, ...names] = args.filter((arg) => !arg.startsWith("-"));
    if (verb === "update" || verb === "upgrade") {
      await err.line("WARNING: updating https://dl-cdn.alpinelinux.org: DNS lookup error (there is no internet in this sandbox)");
      await out.line("OK: 0 distinct packages available");
      return 0;
    }
    if (verb !== "add") {
      await err.line(`ERROR: ${verb === undefined ? "no command given" : `${verb} is not simulated by Podyard`}`);
      return 1;
    }
    const missing = names.filter((name) => !isHere(call, name));
    if (missing.length === 0) {
      await out.line("OK: 8 MiB in 16 packages");
      return 0;
    }
    await err.line("ERROR: unable to select packages:");
    for (const name of missing) await err.line(`  ${name} (no such package):\n    required by: world[${name}]`);
    await err.line("(This sandbox has no internet: there is no archive of packages to install from.)");
    return missing.length;
  },
});

const redHat = (name: string) =>
  defineTool({
    name,
    usage: "[options] COMMAND",
    summary: "Manage packages.",
    plain: true,

    async run(call) {
      const { args, out, err } = call;
      const [verb, ...names] = args.filter((arg) => !arg.startsWith("-"));
      if (verb !== "install") {
        await err.line(`${name}: ${verb ?? "this"} is not simulated by Podyard`);
        return 1;
      }
      const missing = names.filter((one) => !isHere(call, one));
      for (const one of names)
        await (missing.includes(one) ? err.line(`No match for argument: ${one}`) : out.line(`Package ${one} is already installed.`));
      if (missing.length > 0) await err.line("Error: Unable to find a match (there is no internet in this sandbox)");
      else await out.line("Nothing to do.\nComplete!");
      return missing.length > 0 ? 1 : 0;
    },
  });
export const yum = redHat("yum");
export const dnf = redHat("dnf");
