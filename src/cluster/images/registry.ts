import { digestOf } from "./digest.ts";
import type { Image } from "./image.ts";
import { parseReference, type Reference } from "./reference.ts";

/** An image as a runtime holds it after a pull. */
export interface Pulled {
  readonly image: Image;
  /** `docker.io/library/nginx:1.27` */
  readonly name: string;
  /** The tag by which it was found; where it was a digest, the one of its tags that has it. */
  readonly tag: string;
  /** `docker.io/library/nginx@sha256:…` */
  readonly id: string;
  readonly sizeBytes: number;
  readonly milliseconds: number;
}

/** All registries of the world as one catalogue: what a name leads to, or how its registry refuses. */
export interface Registry {
  /** The image of a full name, if there is one. */
  find(reference: Reference): Pulled | undefined;
  /** What is called by this name on the machines themselves, though no registry has it. */
  local?(reference: Reference): Pulled | undefined;
  /** Why there is none, in the words of containerd. `resolver` is the node's name server. */
  refusal(reference: Reference, resolver: string): string;
}

export function registry(catalogue: readonly Image[]): Registry {
  const byTag = new Map<string, Image>();
  const repositories = new Map<string, readonly Image[]>();
  const pulledBefore = new Map<string, Pulled>();
  for (const image of catalogue)
    for (const name of [image.name, ...(image.aliases ?? [])]) {
      const repository = repositoryOf(name);
      repositories.set(repository, [...(repositories.get(repository) ?? []), image]);
      for (const tag of image.tags) byTag.set(`${repository}:${tag}`, image);
    }

  function find(reference: Reference): Pulled | undefined {
    const repository = mirrored(`${reference.registry}/${reference.repository}`);
    if (!reference.digest) return reference.tag === undefined ? undefined : pulled(repository, reference.tag, reference.name);

    for (const image of repositories.get(repository) ?? [])
      for (const tag of image.tags) if (manifestDigest(repository, tag) === reference.digest) return pulled(repository, tag, reference.name);
    return undefined;
  }

  function pulled(repository: string, tag: string, name: string): Pulled | undefined {
    const image = byTag.get(`${repository}:${tag}`);
    if (!image) return undefined;
    // The same name may be written in several ways, but not in many.
    const before = pulledBefore.get(name);
    if (before) return before;
    const made: Pulled = {
      image,
      name,
      tag,
      id: `${name.replace(/[:@][^/]*$/, "")}@${manifestDigest(repository, tag)}`,
      sizeBytes: bytesOfSize(image.size),
      milliseconds: image.pullSeconds * 1000,
    };
    pulledBefore.set(name, made);
    return made;
  }

  return {
    find,
    refusal(reference, resolver) {
      const known = repositories.has(mirrored(`${reference.registry}/${reference.repository}`));
      return refusal(reference, known, resolver);
    },
  };
}

/** Registries that hold what others hold, by the beginning of their names. */
const mirrors: readonly (readonly [mirror: string, original: string])[] = [
  ["public.ecr.aws/docker/", "docker.io/"],
  ["mirror.gcr.io/", "docker.io/"],
  ["public.ecr.aws/nginx/nginx", "docker.io/library/nginx"],
  ["public.ecr.aws/bitnami/", "docker.io/bitnami/"],
  ["k8s.gcr.io/busybox", "docker.io/library/busybox"],
  ["registry.k8s.io/busybox", "docker.io/library/busybox"],
  ["gcr.io/google_containers/busybox", "docker.io/library/busybox"],
  ["quay.io/prometheus/busybox", "docker.io/library/busybox"],
];

function mirrored(repository: string): string {
  const [mirror, original] = mirrors.find(([one]) => repository.startsWith(one)) ?? ["", ""];
  return original + repository.slice(mirror.length);
}

const manifestDigest = (repository: string, tag: string) => `sha256:${digestOf(`${repository}:${tag}`)}`;

function repositoryOf(name: string): string {
  const reference = parseReference(name);
  if ("problem" in reference) throw new Error(`image ${name}: ${reference.problem}`);
  return `${reference.registry}/${reference.repository}`;
}

const units: Readonly<Record<string, number>> = { Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3 };

/** `72Mi` in bytes, with digits behind that look measured. */
function bytesOfSize(size: string): number {
  const [, number = "0", unit = ""] = /^([\d.]+)([KMG]i)?$/.exec(size) ?? [];
  const bytes = Math.round(Number(number) * (units[unit] ?? 1));
  return bytes + (Number.parseInt(digestOf(size, 6), 16) % Math.max(1, Math.round(bytes / 20)));
}

const needsAccount =
  "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed";

/** Registries that answer, and how they refuse what they do not have. Any other host has no address. */
const refusals: Readonly<Record<string, (reference: Reference, known: boolean) => string>> = {
  "docker.io": (reference, known) => (known ? notThere(reference) : failedToResolve(reference, needsAccount)),
  "registry.k8s.io": notThere,
  "k8s.gcr.io": notThere,
  "gcr.io": notThere,
  "us-docker.pkg.dev": notThere,
  "mcr.microsoft.com": notThere,
  "public.ecr.aws": notThere,
  "ghcr.io": (reference, known) =>
    known
      ? notThere(reference)
      : failedToResolve(
          reference,
          `failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://ghcr.io/token?scope=repository%3A${reference.repository.replaceAll("/", "%2F")}%3Apull&service=ghcr.io: 403 Forbidden`,
        ),
  "quay.io": (reference, known) =>
    known ? notThere(reference) : failedToResolve(reference, `unexpected status from HEAD request to ${manifestUrl(reference)}: 401 Unauthorized`),
};

function refusal(reference: Reference, known: boolean, resolver: string): string {
  const refuse = refusals[reference.registry];
  if (refuse) return refuse(reference, known);

  const [host = "", port] = reference.registry.split(":");
  const isLocal = host === "localhost" || host.startsWith("127.");
  const url = manifestUrl(reference, isLocal ? "http" : "https");
  const address = host === "localhost" ? "127.0.0.1" : host;
  const failure = /^[\d.]+$/.test(address)
    ? `dial tcp ${address}:${port ?? (isLocal ? 80 : 443)}: connect: connection refused`
    : `dial tcp: lookup ${host} on ${resolver}:53: no such host`;
  return failedToResolve(reference, `failed to do request: Head "${url}": ${failure}`);
}

const failedToResolve = ({ name }: Reference, why: string) => `failed to pull and unpack image "${name}": failed to resolve image: ${why}`;

function notThere(reference: Reference): string {
  return `rpc error: code = NotFound desc = ${failedToResolve(reference, `${reference.name}: not found`)}`;
}

const manifestUrl = ({ registry, repository, tag, digest }: Reference, scheme = "https") =>
  `${scheme}://${registry}/v2/${repository}/manifests/${digest ?? tag ?? "latest"}`;
