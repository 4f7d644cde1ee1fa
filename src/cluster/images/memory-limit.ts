import type { Machine } from "#shell/process.ts";

/** How much memory the programs of a machine may take, and who hears that one took more. */
export interface MemoryLimit {
  readonly bytes: number;
  exceeded(): void;
}

const limits = new WeakMap<Machine, MemoryLimit>();

/** Limits the memory of a container, as its cgroup does: a program that takes more is ended by the kernel. */
export function limitMemory(machine: Machine, limit: MemoryLimit): void {
  limits.set(machine, limit);
}

/** The limit that so many bytes are too many for; undefined where they are not. */
export function limitBelow(machine: Machine, bytes: number): MemoryLimit | undefined {
  const limit = limits.get(machine);
  return limit && bytes > limit.bytes ? limit : undefined;
}
