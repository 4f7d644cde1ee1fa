import { expect, test } from "vitest";
import { addQuantities, canonicalQuantity, compareQuantities, formatQuantity, milliUnits, quantity, readQuantity, wholeUnits } from "./quantity.ts";

test.for([
  ["0", "0"],
  ["1000m", "1"],
  ["1.5", "1500m"],
  ["0.5", "500m"],
  [".5", "500m"],
  ["100m", "100m"],
  ["1000", "1k"],
  ["1024", "1024"],
  ["1024Ki", "1Mi"],
  ["1.5Gi", "1536Mi"],
  ["0.5Ki", "512"],
  ["0.3Ki", "307200m"],
  ["1e3", "1e3"],
  ["12e6", "12e6"],
  ["12E6", "12e6"],
  ["1E", "1E"],
  ["128974848", "128974848"],
  ["-5", "-5"],
  ["+5", "5"],
  ["0.0000000001", "1n"],
  ["100000000000000000000", "9223372036854775807"],
] as const)("%s is written %s", ([text, written]) => {
  expect(canonicalQuantity(text)).toBe(written);
});

test.for([
  ["", "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"],
  ["abc", "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"],
  ["1x", "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"],
  ["1KK", "unable to parse quantity's suffix"],
  ["1mi", "unable to parse quantity's suffix"],
] as const)("%s is none", ([text, problem]) => {
  expect(readQuantity(text)).toEqual({ problem });
});

test("amounts add up, compare and round up", () => {
  expect(formatQuantity(addQuantities(quantity("100m"), quantity("1900m")))).toBe("2");
  expect(formatQuantity(addQuantities(quantity("0"), quantity("1Gi")))).toBe("1Gi");
  expect(compareQuantities(quantity("1Gi"), quantity("1G"))).toBe(1);
  expect(compareQuantities(quantity("1000m"), quantity("1"))).toBe(0);
  expect(milliUnits("0.1")).toBe(100);
  expect(milliUnits("100u")).toBe(1);
  expect(wholeUnits("1Ki")).toBe(1024);
  expect(wholeUnits("1500m")).toBe(2);
});
