import { defineImage } from "./image.ts";

export const pause = defineImage({
  name: "registry.k8s.io/pause",
  aliases: ["k8s.gcr.io/pause", "gcr.io/google_containers/pause", "gcr.io/google-containers/pause"],
  tags: ["3.10.2", "3.10.1", "3.10", "3.9", "3.8", "3.7", "3.6", "3.5", "3.4.1", "3.3", "3.2", "3.1", "3.0", "2.0", "go", "latest"],
  size: "315Ki",
  pullSeconds: 0.6,
  user: "65535:65535",
  entrypoint: ["/pause"],
  base: "none",
  servers: {
    "/pause": () => ({ signals: { TERM: { code: 0, prints: "Shutting down, got signal: Terminated\n" }, INT: { code: 0 } } }),
  },
});
