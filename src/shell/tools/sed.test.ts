import { expect, test } from "vitest";
import { Seat } from "../../../test/kit/seat.ts";

test("sed's mark between brackets is a character", async () => {
  const seat = await Seat.boot("envtest");
  expect(await seat.said("echo 'web-a/b' | sed 's/web-[^/]*/P/'")).toBe("P/b");
  expect(await seat.said("echo 'a/b]c' | sed 's/[]/]/x/g'")).toBe("axbxc");
  expect(await seat.said("echo 'a/b' | sed 's/[[:alpha:]/]/x/g'")).toBe("xxx");
  expect(await seat.said("echo 'a[b' | sed 's/[/x/'")).toBe("sed: -e expression #1, char 6: unterminated `s' command\n[exit 1]");
  expect(await seat.said("echo 'a[b' | sed 'y/[/x/'")).toBe("axb");
});
