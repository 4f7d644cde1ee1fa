import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { helm } from "#commands/helm/helm.ts";
import { commandsIn, noCluster } from "./commands.ts";

/** What the real helm was recorded to say. */
export const recorded = <T>(name: string): T =>
  JSON.parse(gunzipSync(readFileSync(new URL(`../recorded/helm/${name}.json.gz`, import.meta.url))).toString()) as T;

/** A machine with helm and no cluster, in a directory with files; gives what runs command lines there. */
export const helmIn = (directory: string, files: Readonly<Record<string, string>>) => commandsIn(directory, files, { helm: helm(noCluster) });
