import { defineImage } from "./image.ts";
import { tagsOf } from "./serving.ts";

export const alpine = defineImage({
  name: "alpine",
  tags: ["latest", "edge", "3", ...Array.from({ length: 15 }, (_, i) => `3.${i + 8}`).flatMap((minor) => tagsOf(minor, 6))],
  size: "3.6Mi",
  pullSeconds: 1.3,
  command: ["/bin/sh"],
  base: "alpine",
});
