import { expect, test } from "vitest";
import { unifiedDiff } from "./unified-diff.ts";

const lines = (from: number, to: number, change: Record<number, string | undefined> = {}): string =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i)
    .flatMap((i) => (i in change ? (change[i] ?? []) : `line ${i}`))
    .join("\n");

test.for<[string, string, string, string]>([
  ["nothing differs", "a\nb", "a\nb", ""],
  ["everything differs", "a", "b", "@@ -1 +1 @@\n-a\n+b\n"],
  [
    "a line in the middle",
    lines(1, 9),
    lines(1, 9, { 5: "other" }),
    "@@ -2,7 +2,7 @@\n line 2\n line 3\n line 4\n-line 5\n+other\n line 6\n line 7\n line 8\n",
  ],
  ["a line more", lines(1, 3), lines(1, 4), "@@ -1,3 +1,4 @@\n line 1\n line 2\n line 3\n+line 4\n"],
  ["a line less at the start", lines(1, 3), lines(2, 3), "@@ -1,3 +1,2 @@\n-line 1\n line 2\n line 3\n"],
  [
    "two places far from each other",
    lines(1, 20),
    lines(1, 20, { 2: undefined, 19: "x" }),
    "@@ -1,5 +1,4 @@\n line 1\n-line 2\n line 3\n line 4\n line 5\n@@ -16,5 +15,5 @@\n line 16\n line 17\n line 18\n-line 19\n+x\n line 20\n",
  ],
  [
    "two places near each other",
    lines(1, 9),
    lines(1, 9, { 2: "x", 8: "y" }),
    "@@ -1,9 +1,9 @@\n line 1\n-line 2\n+x\n line 3\n line 4\n line 5\n line 6\n line 7\n-line 8\n+y\n line 9\n",
  ],
])("%s", ([, before, after, wanted]) => expect(unifiedDiff(before, after)).toBe(wanted));

test("lines that a long text is full of do not decide what belongs together", () => {
  const long = Array.from({ length: 210 }, (_, i) => (i % 2 ? "}" : `line ${i}`));
  const other = [...long.slice(0, 100), "new", "}", ...long.slice(100)];
  expect(unifiedDiff(long.join("\n"), other.join("\n"))).toBe("@@ -98,6 +98,8 @@\n }\n line 98\n }\n+new\n+}\n line 100\n }\n line 102\n");
});
