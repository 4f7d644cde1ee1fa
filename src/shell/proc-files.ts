import { modulesOf, settingAt, settingOf } from "./kernel-settings.ts";
import type { Process, ProcessInfo } from "./process.ts";

const kilobytes = { total: 4_024_104, free: 1_436_780, available: 2_620_452 };
const states: Readonly<Record<ProcessInfo["state"], string>> = { R: "R (running)", S: "S (sleeping)", T: "T (stopped)", Z: "Z (zombie)" };

/** What a file of `/proc` says, made when it is opened; undefined where there is none. */
export function procText(process: Process, path: string): string | undefined {
  const { machine } = process;
  const { clock, processes } = machine;
  const own = path.replace(/^\/proc\/(self|thread-self)\//, `/proc/${process.pid}/`);
  const [, pid, name] = /^\/proc\/(\d+)\/(\w+)$/.exec(own) ?? [];
  if (pid !== undefined && name !== undefined) return ofProcess(process, Number(pid), name);
  const started = Math.min(clock.now(), ...processes.list().map((one) => one.startedAt));
  const up = (clock.now() - started) / 1000;
  switch (path) {
    case "/proc/version":
      return "Linux version 6.12.48 (debian-kernel@lists.debian.org) (gcc-12) #1 SMP PREEMPT_DYNAMIC Debian 6.12.48-1 (2025-09-20)\n";
    case "/proc/uptime":
      return `${up.toFixed(2)} ${(2 * up).toFixed(2)}\n`;
    case "/proc/loadavg":
      return `0.00 0.00 0.00 1/${processes.list().length} ${process.pid}\n`;
    case "/proc/meminfo":
      return `MemTotal:       ${kilobytes.total} kB\nMemFree:        ${kilobytes.free} kB\nMemAvailable:   ${kilobytes.available} kB\nSwapTotal:             0 kB\nSwapFree:              0 kB\n`;
    case "/proc/cpuinfo":
      return [0, 1]
        .map(
          (cpu) =>
            `processor\t: ${cpu}\nvendor_id\t: GenuineIntel\nmodel name\t: Intel(R) Xeon(R) Processor\ncpu MHz\t\t: 2600.000\ncpu cores\t: 2\n\n`,
        )
        .join("");
    case "/proc/mounts":
      return [
        "overlay / overlay rw,relatime 0 0",
        "proc /proc proc rw,nosuid,nodev,noexec,relatime 0 0",
        ...machine.fs.mounts().map(([at, mount]) => `tmpfs ${at} tmpfs ${mount.readOnly ? "ro" : "rw"},relatime 0 0`),
      ]
        .join("\n")
        .concat("\n");
    case "/proc/sys/kernel/random/uuid":
      return `${machine.random.uuid()}\n`;
    case "/proc/filesystems":
      return "nodev\tproc\nnodev\ttmpfs\nnodev\toverlay\n";
    case "/proc/swaps":
      return "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n";
    case "/proc/modules":
      return modulesOf(machine.fs)
        .map((module) => `${module} 16384 0 - Live 0x0000000000000000\n`)
        .join("");
  }
  const setting = settingAt(path);
  return setting === undefined ? undefined : `${settingOf(machine.fs, machine.hostname, setting)}\n`;
}

function ofProcess(process: Process, pid: number, name: string): string | undefined {
  const info = process.machine.processes.list().find((one) => one.pid === pid);
  if (!info) return undefined;
  const command = (info.args[0] ?? "").split("/").at(-1) ?? "";
  switch (name) {
    case "cmdline":
      return info.args.map((arg) => `${arg}\0`).join("");
    case "comm":
      return `${command.slice(0, 15)}\n`;
    case "environ":
      return [...(pid === process.pid ? process.env : (info.env ?? []))].map(([key, value]) => `${key}=${value}\0`).join("");
    case "status":
      return `Name:\t${command.slice(0, 15)}\nUmask:\t0022\nState:\t${states[info.state]}\nTgid:\t${pid}\nPid:\t${pid}\nPPid:\t${info.parentPid}\n`;
    case "cgroup":
      return "0::/\n";
    case "mounts":
      return procText(process, "/proc/mounts");
  }
  return undefined;
}
