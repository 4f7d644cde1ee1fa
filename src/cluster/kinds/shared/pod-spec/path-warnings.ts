import type { Volume } from "#machinery/types.ts";

interface Placed {
  path: string;
  source: string;
}

/** Files of one volume that lie in each other's place. */
export function* pathWarnings(volumes: readonly Volume[]): Iterable<string> {
  for (const { name, configMap, secret, downwardAPI, projected } of volumes) {
    const of = (what: string, items: readonly { path: string }[] | undefined) => overlaps(name, what, placed(items));
    if (configMap) yield* of(`ConfigMap ${JSON.stringify(configMap.name ?? "")}`, configMap.items);
    if (secret) yield* of(`Secret ${JSON.stringify(secret.secretName ?? "")}`, secret.items);
    if (downwardAPI) yield* of("DownwardAPI", downwardAPI.items);
    if (!projected) continue;

    const all: Placed[] = [];
    for (const source of projected.sources ?? []) {
      const paths = pathsOf(source);
      if (paths === undefined) yield `volume ${JSON.stringify(name)} (Projected) has no sources provided`;
      else {
        yield* overlaps(name, "Projected", paths, all);
        all.push(...paths);
      }
    }
  }
}

const placed = (items: readonly { path: string }[] | undefined, source = ""): Placed[] =>
  (items ?? []).map(({ path }) => ({ path: trimmed(path), source }));

const trimmed = (path: string) => path.replace(/\/+$/, "");

type Source = NonNullable<NonNullable<Volume["projected"]>["sources"]>[number];

function pathsOf({ configMap, secret, downwardAPI, serviceAccountToken, ...rest }: Source): Placed[] | undefined {
  if (configMap?.items) return placed(configMap.items, `ConfigMap ${JSON.stringify(configMap.name ?? "")}`);
  if (secret?.items) return placed(secret.items, `Secret ${JSON.stringify(secret.name ?? "")}`);
  if (downwardAPI?.items) return placed(downwardAPI.items, "DownwardAPI");
  if (serviceAccountToken) return placed([serviceAccountToken], "ServiceAccountToken");
  return configMap || secret || downwardAPI || Object.keys(rest).length > 0 ? [] : undefined;
}

function* overlaps(volume: string, what: string, paths: readonly Placed[], before: readonly Placed[] = []): Iterable<string> {
  const all = [...before];
  for (const path of paths) {
    for (const other of all)
      if (path.path && other.path && lieTogether(path.path, other.path))
        yield `volume ${JSON.stringify(volume)} (${what}): overlapping paths: ${shown(path)} with ${shown(other)}`;
    all.push(path);
  }
}

const lieTogether = (a: string, b: string) => `${a}/`.startsWith(`${b}/`) || `${b}/`.startsWith(`${a}/`);

const shown = ({ path, source }: Placed) => (source ? `${JSON.stringify(path)} (${source})` : JSON.stringify(path));
