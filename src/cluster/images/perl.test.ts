import { expect, test } from "vitest";
import { digitsOfPi } from "./perl.ts";

test.for([
  [1, "3"],
  [2, "3.1"],
  [5, "3.1416"],
  [20, "3.1415926535897932385"],
] as const)("%i digits of pi", ([digits, text]) => {
  expect(digitsOfPi(digits)).toBe(text);
});

test("two thousand digits end as everybody's do", () => {
  expect(digitsOfPi(2000).length).toBe(2001);
  expect(digitsOfPi(1001).slice(-10)).toBe("2164201989");
});
