import { defineImage } from "./image.ts";

export const debian = defineImage({
  name: "debian",
  tags: [
    "latest",
    "stable",
    "stable-slim",
    "12",
    "12-slim",
    "bookworm",
    "bookworm-slim",
    "11",
    "11-slim",
    "bullseye",
    "bullseye-slim",
    "10",
    "buster",
    "buster-slim",
    "13",
    "trixie",
    "trixie-slim",
    "unstable",
    "sid",
  ],
  size: "46Mi",
  pullSeconds: 3,
  command: ["bash"],
  base: "debian",
});

export const ubuntu = defineImage({
  name: "ubuntu",
  tags: [
    "latest",
    "rolling",
    "24.04",
    "noble",
    "22.04",
    "jammy",
    "20.04",
    "focal",
    "18.04",
    "bionic",
    "16.04",
    "xenial",
    "14.04",
    "24.10",
    "25.04",
    "26.04",
  ],
  size: "28Mi",
  pullSeconds: 2.5,
  command: ["/bin/bash"],
  base: "debian",
});

/** What the pods run that empty volumes to be used again. */
export const debianBase = defineImage({
  name: "registry.k8s.io/build-image/debian-base",
  tags: ["bookworm-v1.0.6"],
  size: "29Mi",
  pullSeconds: 2,
  command: ["bash"],
  base: "debian",
});
