// The recorded facts that the project keeps a copy of, in test/recorded/.
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

const folder = new URL("../test/recorded/", import.meta.url);

/** A gzip JSON file of `test/recorded/`, read. */
export function recorded(path: string): unknown {
  return JSON.parse(gunzipSync(readFileSync(new URL(path, folder))).toString());
}

/** All schemas of the real server's /openapi/v3, by their id. */
export const schemas = () => recorded("openapi/schemas.json.gz") as Record<string, object>;

/** Every path of the real server by document: method, action and kind. */
export const paths = () => recorded("openapi/paths.json.gz") as Record<string, Record<string, object>>;
