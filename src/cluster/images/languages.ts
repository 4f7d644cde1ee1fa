import { bytesOf } from "#base/streams.ts";
import type { Program } from "#shell/process.ts";
import { notSimulated } from "./database.ts";
import { defineImage, type Image } from "./image.ts";

/** A program that says its version; what it would run is not simulated. */
function versioned(flags: readonly string[], text: string, what: string): Program {
  return async (process) => {
    // Nobody types anything at its prompt.
    if (process.args.length === 1) return 0;
    if (process.args.length !== 2 || !flags.includes(process.args[1] ?? "")) return notSimulated(what)(process);
    await process.stdout.write(bytesOf(text));
    return 0;
  };
}

interface Language {
  name: string;
  aliases?: readonly string[];
  versions: readonly string[];
  size: string;
  pullSeconds: number;
  command: readonly string[];
  programs: Readonly<Record<string, Program>>;
  env?: Readonly<Record<string, string>>;
  workingDir?: string;
}

const variants = (versions: readonly string[]) => [
  "latest",
  "alpine",
  "slim",
  ...versions.flatMap((one) => [one, `${one}-alpine`, `${one}-slim`, `${one}-bookworm`]),
];

const language = ({ versions, ...rest }: Language): Image => defineImage({ ...rest, tags: variants(versions), base: "debian" });

export const nodeImage = language({
  name: "node",
  versions: ["25", "24", "23", "22", "21", "20", "18", "16", "14", "12", "lts"],
  size: "110Mi",
  pullSeconds: 7,
  command: ["node"],
  env: { NODE_VERSION: "24.11.1" },
  programs: {
    "/usr/local/bin/node": versioned(["-v", "--version"], "v24.11.1\n", "JavaScript"),
    "/usr/local/bin/npm": versioned(["-v", "--version"], "11.6.2\n", "npm"),
  },
});

export const golang = language({
  name: "golang",
  versions: ["1", "1.26", "1.25", "1.24", "1.23", "1.22", "1.21", "1.20", "1.19"],
  size: "290Mi",
  pullSeconds: 11,
  command: ["bash"],
  env: { GOLANG_VERSION: "1.26.3", GOPATH: "/go", PATH: "/go/bin:/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
  workingDir: "/go",
  programs: { "/usr/local/go/bin/go": versioned(["version"], "go version go1.26.3 linux/amd64\n", "the Go tool chain") },
});

export const openjdk = language({
  name: "eclipse-temurin",
  aliases: ["openjdk"],
  versions: ["25", "21", "17", "11", "8", "21-jre", "17-jre", "17-jdk", "11-jre"],
  size: "220Mi",
  pullSeconds: 9,
  command: ["jshell"],
  programs: {
    "/usr/local/bin/java": versioned(
      ["-version", "--version"],
      "openjdk 21.0.9 2025-10-21 LTS\nOpenJDK Runtime Environment Temurin-21.0.9+10 (build 21.0.9+10-LTS)\n",
      "Java",
    ),
    "/usr/local/bin/jshell": versioned(["--version"], "jshell 21.0.9\n", "Java"),
  },
});

/** A bash and nothing else of note. */
export const bashImage = defineImage({
  name: "bash",
  tags: ["latest", "5", "5.3", "5.2", "5.1", "5.0", "4.4", "4", "alpine3.22"],
  size: "6.3Mi",
  pullSeconds: 1.6,
  command: ["bash"],
  base: "alpine",
  tools: ["bash"],
});

/** kubectl in a pod: it speaks to the API server as the pod's service account. */
const withKubectl = (name: string, aliases: readonly string[], tags: readonly string[], entrypoint: readonly string[] | undefined) =>
  defineImage({
    name,
    aliases,
    tags,
    size: "48Mi",
    pullSeconds: 3.5,
    ...(entrypoint ? { entrypoint } : {}),
    command: entrypoint ? ["--help"] : ["/bin/bash"],
    base: "debian",
    tools: ["curl", "jq"],
    clusterTools: ["kubectl"],
  });

const kubernetes = [
  "latest",
  ...["1.36", "1.35", "1.34", "1.33", "1.32", "1.31", "1.30", "1.29", "1.28"].flatMap((minor) => [
    minor,
    `${minor}.0`,
    `${minor}.1`,
    `${minor}.2`,
    `${minor}.3`,
  ]),
];
export const kubectlImages = [
  withKubectl("bitnami/kubectl", ["bitnamilegacy/kubectl"], kubernetes, ["kubectl"]),
  withKubectl(
    "rancher/kubectl",
    ["registry.k8s.io/kubectl"],
    kubernetes.map((tag) => (tag === "latest" ? tag : `v${tag}`)),
    ["kubectl"],
  ),
  withKubectl("alpine/k8s", ["alpine/kubectl", "lachlanevenson/k8s-kubectl"], kubernetes, undefined),
];
