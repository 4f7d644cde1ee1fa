import type { HTTPIngressPath, Ingress, IngressBackend } from "#machinery/types.ts";

/** A place that the rules of ingresses make, most exact first where several fit. */
export interface Place {
  ingress: Ingress;
  host: string;
  path: string;
  type: string;
  backend: IngressBackend;
  /** The path as a regular expression, where the controller reads it as one. */
  pattern: RegExp | undefined;
}

export const annotation = ({ metadata }: Ingress, name: string): string | undefined => metadata.annotations?.[`nginx.ingress.kubernetes.io/${name}`];

/** The places of a host: its own, those of a wildcard, those of no host. */
export function placesFor(ingresses: readonly Ingress[], host: string): Place[] {
  const all = ingresses.flatMap((ingress) =>
    (ingress.spec?.rules ?? []).flatMap((rule) => (rule.http?.paths ?? []).map((path) => placeOf(ingress, rule.host ?? "", path))),
  );
  const wildcard = `*${host.slice(host.indexOf("."))}`;
  for (const name of [host, wildcard, ""]) {
    const own = all.filter((place) => place.host === name);
    if (own.length === 0) continue;
    // Where one path of a host is a regular expression, all are.
    const regular = own.some(({ ingress }) => readsPatterns(ingress));
    return own.map((place) => (regular ? { ...place, pattern: patternOf(place.path) } : place)).sort(byLength);
  }
  return [];
}

const placeOf = (ingress: Ingress, host: string, { path = "/", pathType, backend }: HTTPIngressPath): Place => ({
  ingress,
  host,
  path: path || "/",
  type: pathType,
  backend,
  pattern: undefined,
});

const readsPatterns = (ingress: Ingress) => annotation(ingress, "use-regex") === "true" || annotation(ingress, "rewrite-target") !== undefined;
const byLength = (a: Place, b: Place) => b.path.length - a.path.length;

function patternOf(path: string): RegExp | undefined {
  try {
    return new RegExp(`^${path}`, "i");
  } catch {
    // A path that is no expression fits nothing.
    return undefined;
  }
}

/** The place that a path leads to. */
export function placeAt(places: readonly Place[], path: string): Place | undefined {
  return (
    places.find(({ type, path: own, pattern }) => type === "Exact" && pattern === undefined && own === path) ??
    places.find((place) => fits(place, path))
  );
}

function fits({ type, path: own, pattern }: Place, path: string): boolean {
  if (type === "Exact") return own === path;
  if (pattern) return pattern.test(path);
  const prefix = own.replace(/\/$/, "");
  return path === prefix || path.startsWith(`${prefix}/`);
}

/** The path as it goes to the service: another where an annotation says so. */
export function rewritten({ ingress, path: own, pattern }: Place, path: string): string {
  const target = annotation(ingress, "rewrite-target");
  if (target === undefined) return path;
  const groups = (pattern ?? patternOf(own))?.exec(path) ?? [];
  return target.replace(/\$(\d)/g, (_, number: string) => groups[Number(number)] ?? "") || "/";
}
