import { wholeUnits } from "#machinery/quantity.ts";
import { defineImage, type Server, type ServerStart, type Serving } from "./image.ts";
import { klogHead } from "./serving.ts";

/** The value of an option, which may be spelt in several ways. */
function settingOf({ args }: ServerStart, ...names: string[]): string | undefined {
  for (const [i, arg] of args.entries()) {
    const [name = "", value] = arg.split("=");
    if (names.includes(name)) return value ?? args[i + 1];
  }
  return undefined;
}

const factors: Readonly<Record<string, number>> = { B: 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };

/** `150M` as stress counts. */
function bytesOf(text: string): number {
  const [, number = "0", unit = "B"] = /^(\d+)([BKMG]?)/i.exec(text) ?? [];
  return Number(number) * (factors[unit.toUpperCase() || "B"] ?? 1);
}

const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

function millisecondsOf(text: string): number {
  const [, number = "0", unit = "s"] = /^(\d+)([smhd]?)/.exec(text) ?? [];
  return Number(number) * (seconds[unit || "s"] ?? 1) * 1000;
}

/** `stress --vm 1 --vm-bytes 150M --vm-hang 1`: takes memory and computing time until it is ended, or somebody ends it. */
const stress: Server = (start): Serving => {
  const count = (...names: string[]) => Number(settingOf(start, ...names) ?? 0);
  const [cpu, io, vm, hdd] = [count("-c", "--cpu"), count("-i", "--io"), count("-m", "--vm"), count("-d", "--hdd")];
  if (cpu + io + vm + hdd === 0)
    return { prints: "`stress' imposes certain types of compute stress on your system\n\nUsage: stress [OPTION [ARG]] ...\n", exits: { code: 0 } };
  const timeout = settingOf(start, "-t", "--timeout");
  const info = (text: string) => `stress: info: [1] ${text}\n`;
  const takes = vm * bytesOf(settingOf(start, "--vm-bytes") ?? "256M");
  return {
    prints: info(`dispatching hogs: ${cpu} cpu, ${io} io, ${vm} vm, ${hdd} hdd`),
    ...(takes > 0 ? { memory: { bytes: takes, afterMs: 150 } } : {}),
    // Hogs of input and output wait for the disk most of the time.
    cpu: { milli: (cpu + vm) * 1000 + (io + hdd) * 150 },
    ...(timeout === undefined ? {} : { exits: { code: 0, afterMs: millisecondsOf(timeout) } }),
    signals: { TERM: { code: 143 }, INT: { code: 130 } },
  };
};

export const polinuxStress = defineImage({
  name: "polinux/stress",
  tags: ["latest", "1.0.4"],
  size: "4.1Mi",
  pullSeconds: 1.4,
  command: ["/bin/sh"],
  base: "alpine",
  servers: { "/usr/local/bin/stress": stress },
});

/** `-cpus 2`, `-mem-total 150Mi`: the one of the pages about computing time. */
const vishStress: Server = (start): Serving => {
  const cpus = Number(settingOf(start, "-cpus", "--cpus") ?? 0);
  const total = settingOf(start, "-mem-total", "--mem-total") ?? "0";
  const step = settingOf(start, "-mem-alloc-size", "--mem-alloc-size") ?? "4Ki";
  const pause = settingOf(start, "-mem-alloc-sleep", "--mem-alloc-sleep") ?? "1ms";
  const line = (where: string, text: string) => `${klogHead(start.startedAt, where)}${text}\n`;
  const bytes = wholeUnits(total);
  return {
    errors:
      line("main.go:26", `Allocating "${total}" memory, in "${step}" chunks, with a ${pause} sleep between allocations`) +
      line("main.go:39", "Spawning a thread to consume CPU").repeat(cpus) +
      line("main.go:29", `Allocated "${total}" memory`),
    ...(bytes > 0 ? { memory: { bytes, afterMs: 400 } } : {}),
    ...(cpus > 0 ? { cpu: { milli: cpus * 1000 } } : {}),
    signals: { TERM: { code: 143 }, INT: { code: 130 } },
  };
};

export const vishStressImage = defineImage({
  name: "vish/stress",
  tags: ["latest"],
  size: "1.5Mi",
  pullSeconds: 1.1,
  entrypoint: ["/stress"],
  base: "none",
  servers: { "/stress": vishStress },
});
