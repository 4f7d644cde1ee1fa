import { expect, test } from "vitest";
import { fuzz } from "./fuzz.ts";

test("whatever is sent is answered, and changes nothing that its sender may not change", { timeout: 60_000 }, async () => {
  const { answers, defects } = await fuzz(7, 2500);
  expect(defects).toEqual([]);
  // It is worth something only where requests come as far as the store.
  expect(answers[201]).toBeGreaterThan(50);
  expect(answers[422]).toBeGreaterThan(50);
});
