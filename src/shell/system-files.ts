import { Layer, type LayerFile } from "./file-layer.ts";
import type { Machine } from "./process.ts";

type System = Machine["system"];

interface User {
  uid: number;
  home: string;
  shell: string;
}

const nologin = "/usr/sbin/nologin";

const users: Record<System, Record<string, User>> = {
  debian: {
    root: { uid: 0, home: "/root", shell: "/bin/bash" },
    daemon: { uid: 1, home: "/usr/sbin", shell: nologin },
    bin: { uid: 2, home: "/bin", shell: nologin },
    sys: { uid: 3, home: "/dev", shell: nologin },
    mail: { uid: 8, home: "/var/mail", shell: nologin },
    "www-data": { uid: 33, home: "/var/www", shell: nologin },
    nobody: { uid: 65534, home: "/nonexistent", shell: nologin },
  },
  alpine: {
    root: { uid: 0, home: "/root", shell: "/bin/sh" },
    bin: { uid: 1, home: "/bin", shell: "/sbin/nologin" },
    daemon: { uid: 2, home: "/sbin", shell: "/sbin/nologin" },
    guest: { uid: 405, home: "/dev/null", shell: "/sbin/nologin" },
    nobody: { uid: 65534, home: "/", shell: "/sbin/nologin" },
  },
  busybox: {
    root: { uid: 0, home: "/root", shell: "/bin/sh" },
    daemon: { uid: 1, home: "/usr/sbin", shell: "/bin/false" },
    bin: { uid: 2, home: "/bin", shell: "/bin/false" },
    "www-data": { uid: 33, home: "/var/www", shell: "/bin/false" },
    nobody: { uid: 65534, home: "/home", shell: "/bin/false" },
  },
};

/** The users of a machine: those of its system, and further ones. */
export function usersOf(
  system: System,
  further: Readonly<Record<string, { uid: number; home: string; shell?: string }>> = {},
): ReadonlyMap<string, User> {
  const all = { ...users[system] };
  for (const [name, user] of Object.entries(further)) all[name] = { shell: "/bin/sh", ...user };
  return new Map(Object.entries(all));
}

/** What tells a machine's users to those who look for them in files. */
export function accountFiles(all: ReadonlyMap<string, User>): Record<string, string> {
  const lines = (line: (name: string, user: User) => string) => [...all].map(([name, user]) => `${line(name, user)}\n`).join("");
  return {
    "/etc/passwd": lines((name, { uid, home, shell }) => `${name}:x:${uid}:${uid}:${name}:${home}:${shell}`),
    "/etc/group": lines((name, { uid }) => `${name}:x:${uid}:`),
  };
}

const osRelease: Record<System, string> = {
  debian: `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
HOME_URL="https://www.debian.org/"
SUPPORT_URL="https://www.debian.org/support"
BUG_REPORT_URL="https://bugs.debian.org/"
`,
  alpine: `NAME="Alpine Linux"
ID=alpine
VERSION_ID=3.22.1
PRETTY_NAME="Alpine Linux v3.22"
HOME_URL="https://alpinelinux.org/"
BUG_REPORT_URL="https://gitlab.alpinelinux.org/alpine/aports/-/issues"
`,
  busybox: "",
};

const directories = [
  "/dev",
  "/proc",
  "/sys",
  "/etc",
  "/root",
  "/home",
  "/tmp",
  "/var",
  "/var/log",
  "/var/run",
  "/var/tmp",
  "/run",
  "/mnt",
  "/opt",
  "/srv",
  "/usr",
  "/usr/bin",
  "/usr/local/bin",
  "/usr/local/sbin",
  "/usr/lib",
];
const devices = ["null", "zero", "full", "random", "urandom", "tty", "stdin", "stdout", "stderr"];
const layers = new Map<string, Layer>();

/** The files that every machine of a system has, but for its tools. */
export function systemFiles(system: System, bare: boolean): Layer {
  const key = `${system} ${bare}`;
  const known = layers.get(key);
  if (known) return known;
  const files: Record<string, LayerFile> = {};
  for (const directory of directories)
    files[directory] = { directory: true, mode: directory === "/tmp" || directory === "/var/tmp" ? 0o1777 : directory === "/root" ? 0o700 : 0o755 };
  for (const device of devices) files[`/dev/${device}`] = { device: true };
  Object.assign(files, accountFiles(usersOf(system)));
  files["/etc/hosts"] = "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n";
  if (!bare && osRelease[system]) files["/etc/os-release"] = osRelease[system];
  if (!bare && system === "debian") {
    files["/bin"] = { link: "usr/bin" };
    files["/sbin"] = { link: "usr/sbin" };
    files["/usr/sbin"] = { directory: true };
    for (const part of ["kernel", "fs", "vm", "net/core", "net/bridge", "net/ipv4", "net/ipv6/conf/all", "net/netfilter"])
      files[`/proc/sys/${part}`] = { directory: true };
    for (const directory of [
      "/etc/sysctl.d",
      "/etc/modules-load.d",
      "/etc/apt/sources.list.d",
      "/etc/apt/keyrings",
      "/etc/profile.d",
      "/etc/systemd/system",
    ])
      files[directory] = { directory: true };
    files["/etc/fstab"] = "# UNCONFIGURED FSTAB FOR BASE SYSTEM\n";
    files["/etc/sysctl.conf"] = "# Settings of the kernel: see sysctl.d(5).\n";
    files["/etc/host.conf"] = "multi on\n";
    files["/etc/debian_version"] = "12.11\n";
    files["/etc/shells"] = "# /etc/shells: valid login shells\n/bin/sh\n/usr/bin/sh\n/bin/bash\n/usr/bin/bash\n";
  }
  if (!bare && system === "alpine") files["/etc/alpine-release"] = "3.22.1\n";
  if (!bare && system !== "debian") files["/usr/bin/env"] = { link: "../../bin/env" };
  const layer = new Layer(files);
  layers.set(key, layer);
  return layer;
}
