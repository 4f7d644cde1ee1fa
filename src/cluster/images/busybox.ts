import { defineImage, type Image } from "./image.ts";
import { oldNslookup } from "./old-nslookup.ts";
import { tagsOf } from "./serving.ts";

const box = (tags: readonly string[], more: Partial<Image> = {}): Image =>
  defineImage({
    name: "busybox",
    aliases: ["registry.k8s.io/busybox", "k8s.gcr.io/busybox", "registry.k8s.io/e2e-test-images/busybox"],
    tags,
    size: "2.1Mi",
    pullSeconds: 1.2,
    command: ["sh"],
    base: "busybox",
    ...more,
  });

const releases = (...minors: string[]) => minors.flatMap((minor) => tagsOf(minor, minor === "1.28" ? 4 : 1, "glibc", "musl"));

export const busybox: readonly Image[] = [
  box([
    "latest",
    "stable",
    "musl",
    "glibc",
    "uclibc",
    "stable-glibc",
    ...releases("1.29", "1.30", "1.31", "1.32", "1.33", "1.34", "1.35", "1.36", "1.37"),
    "1.29-1",
    "1.29-2",
    "1.29-4",
  ]),
  box(["1.27.2", ...releases("1.24", "1.25", "1.26", "1.27", "1.28")], { programs: { "/bin/nslookup": oldNslookup } }),
];
