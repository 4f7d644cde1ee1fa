import { columns } from "#base/columns.ts";
import type { Usage } from "#machinery/metrics.ts";
import { milliUnits, wholeUnits } from "#machinery/quantity.ts";
import type { SortBy } from "./ask.ts";

/** Thousandths of a CPU, and bytes. */
export interface Amount {
  cpu: number;
  memory: number;
}

export const amountOf = ({ cpu, memory }: Usage): Amount => ({ cpu: milliUnits(cpu), memory: wholeUnits(memory) });

export const sum = (amounts: readonly Amount[]): Amount => ({
  cpu: amounts.reduce((all, { cpu }) => all + cpu, 0),
  memory: amounts.reduce((all, { memory }) => all + memory, 0),
});

export const cpuText = ({ cpu }: Amount): string => `${cpu}m`;
export const memoryText = ({ memory }: Amount): string => `${Math.floor(memory / 1024 ** 2)}Mi`;

/** Of the ones that use most first, or by name. */
export const bySize =
  <T>(sortBy: SortBy, amount: (item: T) => Amount, name: (item: T) => string) =>
  (a: T, b: T): number => {
    if (sortBy) return amount(b)[sortBy] - amount(a)[sortBy];
    return name(a) < name(b) ? -1 : name(a) > name(b) ? 1 : 0;
  };

/** Lines whose last cell is as wide as the others of its column. */
export const padded = (rows: readonly (readonly string[])[]): string[] => [...columns(rows.map((row) => [...row, ""]))];
