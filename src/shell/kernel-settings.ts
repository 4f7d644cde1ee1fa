import type { FileSystem } from "./file-system.ts";

/** What a kernel that Kubernetes runs on is set to, as far as guides ask for it, by the names that `sysctl` knows. */
const usual: Readonly<Record<string, string>> = {
  "fs.file-max": "9223372036854775807",
  "fs.inotify.max_user_instances": "8192",
  "fs.inotify.max_user_watches": "1048576",
  "fs.protected_hardlinks": "1",
  "fs.protected_symlinks": "1",
  "kernel.hostname": "",
  "kernel.keys.root_maxbytes": "25000000",
  "kernel.keys.root_maxkeys": "1000000",
  "kernel.osrelease": "6.12.48",
  "kernel.ostype": "Linux",
  "kernel.panic": "10",
  "kernel.panic_on_oops": "1",
  "kernel.pid_max": "4194304",
  "kernel.randomize_va_space": "2",
  "kernel.shm_rmid_forced": "0",
  "kernel.shmmax": "18446744073692774399",
  "kernel.threads-max": "31318",
  "net.bridge.bridge-nf-call-arptables": "1",
  "net.bridge.bridge-nf-call-ip6tables": "1",
  "net.bridge.bridge-nf-call-iptables": "1",
  "net.core.netdev_max_backlog": "1000",
  "net.core.rmem_max": "212992",
  "net.core.somaxconn": "4096",
  "net.core.wmem_max": "212992",
  "net.ipv4.conf.all.forwarding": "1",
  "net.ipv4.conf.all.rp_filter": "0",
  "net.ipv4.conf.default.rp_filter": "2",
  "net.ipv4.icmp_echo_ignore_all": "0",
  "net.ipv4.ip_forward": "1",
  "net.ipv4.ip_local_port_range": "32768\t60999",
  "net.ipv4.ip_nonlocal_bind": "0",
  "net.ipv4.ip_unprivileged_port_start": "1024",
  "net.ipv4.ping_group_range": "0\t2147483647",
  "net.ipv4.tcp_fin_timeout": "60",
  "net.ipv4.tcp_keepalive_time": "7200",
  "net.ipv4.tcp_max_syn_backlog": "256",
  "net.ipv4.tcp_syncookies": "1",
  "net.ipv4.tcp_tw_reuse": "2",
  "net.ipv6.conf.all.disable_ipv6": "0",
  "net.ipv6.conf.all.forwarding": "0",
  "net.ipv6.conf.default.forwarding": "0",
  "net.netfilter.nf_conntrack_max": "131072",
  "vm.dirty_ratio": "20",
  "vm.max_map_count": "1048576",
  "vm.overcommit_memory": "1",
  "vm.panic_on_oom": "0",
  "vm.swappiness": "60",
};

export const settingNames = (): string[] => Object.keys(usual);

const root = "/proc/sys/";
/** Set by the kernel itself. */
export const isFixed = (name: string): boolean => name === "kernel.osrelease" || name === "kernel.ostype";

/** `net/ipv4/ip_forward` is another way to write `net.ipv4.ip_forward`. */
export const settingName = (text: string): string => (text.includes(".") ? text : text.replaceAll("/", "."));

export const settingPath = (name: string): string => root + name.replaceAll(".", "/");

/** The value of a setting; undefined where the kernel has none of that name. */
export function settingOf(fs: FileSystem, hostname: string, name: string): string | undefined {
  const path = settingPath(name);
  if (fs.stat(path)?.kind === "file") return fs.readText(path).trimEnd();
  return name === "kernel.hostname" ? hostname : usual[name];
}

/** The setting that a file of `/proc/sys` is. */
export const settingAt = (path: string): string | undefined => {
  const name = path.startsWith(root) ? path.slice(root.length).replaceAll("/", ".") : "";
  return usual[name] === undefined ? undefined : name;
};

/** What is loaded from the start where Kubernetes runs. */
const usualModules = ["xt_MASQUERADE", "nf_conntrack", "nf_nat", "iptable_nat", "ip_tables", "br_netfilter", "bridge", "veth", "overlay"];
const knownModules = [
  "aufs",
  "dm_mod",
  "dm_snapshot",
  "dummy",
  "fuse",
  "ip6_tables",
  "ip6table_filter",
  "ip6table_nat",
  "ip_set",
  "ip_vs",
  "ip_vs_lc",
  "ip_vs_rr",
  "ip_vs_sh",
  "ip_vs_wrr",
  "ipip",
  "iptable_filter",
  "iptable_mangle",
  "loop",
  "nf_conntrack_ipv4",
  "nfs",
  "nfsd",
  "nvme_tcp",
  "rbd",
  "sctp",
  "tun",
  "vxlan",
  "wireguard",
  "xt_comment",
  "xt_conntrack",
  "xt_mark",
  "xt_multiport",
  "xt_set",
];
const loadedPath = "/run/modules";

/** The kernel's modules that are loaded, the latest first. */
export function modulesOf(fs: FileSystem): string[] {
  return fs.stat(loadedPath)?.kind === "file" ? fs.readText(loadedPath).split("\n").filter(Boolean) : usualModules;
}

/** Loads a module; false where the kernel has none of that name. */
export function loadModule(fs: FileSystem, name: string): boolean {
  const module = name.replaceAll("-", "_");
  const loaded = modulesOf(fs);
  if (loaded.includes(module)) return true;
  if (!knownModules.includes(module)) return false;
  fs.write(loadedPath, `${[module, ...loaded].join("\n")}\n`);
  return true;
}

export function unloadModule(fs: FileSystem, name: string): void {
  fs.write(
    loadedPath,
    `${modulesOf(fs)
      .filter((one) => one !== name.replaceAll("-", "_"))
      .join("\n")}\n`,
  );
}
