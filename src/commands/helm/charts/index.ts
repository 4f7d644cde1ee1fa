import type { BundledChart } from "./chart.ts";
import { mariadb, mysql, postgresql, redis } from "./databases.ts";
import { helloWorld } from "./hello-world.ts";
import { apache, nginx, nginxOld, podinfo } from "./web.ts";
import { wordpress } from "./wordpress.ts";

/** A repository that is known without the internet, by all addresses that it goes by. */
export interface BundledRepository {
  name: string;
  urls: readonly string[];
  /** The registries that have them too, behind `oci://`. */
  registries?: readonly string[];
  charts: readonly BundledChart[];
}

export const repositories: readonly BundledRepository[] = [
  {
    name: "bitnami",
    urls: ["https://charts.bitnami.com/bitnami", "https://raw.githubusercontent.com/bitnami/charts/archive-full-index/bitnami"],
    registries: ["registry-1.docker.io/bitnamicharts", "docker.io/bitnamicharts"],
    charts: [apache, mariadb, mysql, nginx, nginxOld, postgresql, redis, wordpress],
  },
  {
    name: "podinfo",
    urls: ["https://stefanprodan.github.io/podinfo"],
    registries: ["ghcr.io/stefanprodan/charts"],
    charts: [podinfo],
  },
  { name: "examples", urls: ["https://helm.github.io/examples"], charts: [helloWorld] },
];
