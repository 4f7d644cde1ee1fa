import type { Volume } from "#machinery/types.ts";
import type { Field } from "../field.ts";
import { checkLocalPath } from "./paths.ts";
import { checkDownwardFile, checkItem, checkMode } from "./volume-files.ts";

type Projected = NonNullable<Volume["projected"]>;
type Source = NonNullable<Projected["sources"]>[number];

/** Several sources in one directory: no two may write the same file. */
export function checkProjected(field: Field, { defaultMode, sources }: Projected): void {
  checkMode(field.at("defaultMode"), defaultMode);
  const paths = new Set<string>();
  for (const [i, source] of (sources ?? []).entries()) checkSource(field, field.at("sources", i), source, paths);
}

/** Conflicts are told of the whole volume, as the real server does. */
function checkSource(field: Field, at: Field, source: Source, paths: Set<string>): void {
  const take = (path: string | undefined, told: string) => {
    if (!path) return;
    if (paths.has(path)) field.invalid(told, "conflicting duplicate paths");
    paths.add(path);
  };

  for (const name of ["secret", "configMap"] as const) {
    const map = source[name];
    if (!map) continue;
    if (!map.name) at.at(name, "name").required();
    for (const [j, item] of (map.items ?? []).entries()) {
      checkItem(at.at(name, "items", j), item);
      take(item.path, map.name ?? "");
    }
  }
  for (const file of source.downwardAPI?.items ?? []) {
    checkDownwardFile(at.at("downwardAPI"), file);
    take(file.path, file.path);
  }
  if (source.serviceAccountToken) {
    const { expirationSeconds = 3600, path } = source.serviceAccountToken;
    const seconds = at.at("serviceAccountToken", "expirationSeconds");
    if (expirationSeconds < 600) seconds.invalid(expirationSeconds, "may not specify a duration less than 10 minutes");
    if (expirationSeconds > 2 ** 32) seconds.invalid(expirationSeconds, "may not specify a duration larger than 2^32 seconds");
    if (!path) field.at("path").required();
    else checkLocalPath(field.at("path"), path);
  }
  if ([source.secret, source.configMap, source.downwardAPI, source.serviceAccountToken].filter(Boolean).length > 1)
    at.forbidden("may not specify more than 1 volume type per source");
}
