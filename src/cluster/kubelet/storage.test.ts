import { expect, test } from "vitest";
import type { Pod } from "#machinery/types.ts";
import { limitsStorage, storageExceeded } from "./storage.ts";

const limited = (...limits: (string | undefined)[]) =>
  ({
    spec: {
      containers: limits.map((limit, i) => ({ name: `c${i}`, ...(limit ? { resources: { limits: { "ephemeral-storage": limit } } } : {}) })),
      volumes: [{ name: "d", emptyDir: { sizeLimit: "1Mi" } }],
    },
  }) as unknown as Pod;

const mi = 1024 * 1024;

test.for([
  ["within all limits", limited("4Mi"), { c0: mi, d: mi }, undefined],
  ["a volume", limited("4Mi"), { c0: 0, d: mi + 1 }, 'Usage of EmptyDir volume "d" exceeds the limit "1Mi". '],
  ["all together", limited("4Mi"), { c0: 4 * mi, d: 1 }, "Pod ephemeral local storage usage exceeds the total limit of containers 4Mi. "],
  [
    "one container of several",
    limited("4Mi", undefined),
    { c0: 5 * mi, c1: 0, d: 0 },
    'Container c0 exceeded its local ephemeral storage limit "4Mi". ',
  ],
] as const)("%s", ([, pod, used, message]) => {
  const bytes: Readonly<Record<string, number>> = used;
  expect(storageExceeded(pod, { container: (name) => bytes[name] ?? 0, volume: (name) => bytes[name] ?? 0 })).toBe(message);
});

test("without a limit nothing is counted", () => {
  expect(limitsStorage({ spec: { containers: [{ name: "c" }] } } as unknown as Pod)).toBe(false);
  expect(limitsStorage(limited(undefined))).toBe(true);
});
