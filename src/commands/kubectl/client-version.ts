import { CommandError } from "./errors.ts";

/** What `/version` tells of a build; a client's says nothing of emulation. */
export interface VersionInfo {
  readonly major: string;
  readonly minor: string;
  readonly emulationMajor?: string;
  readonly emulationMinor?: string;
  readonly minCompatibilityMajor?: string;
  readonly minCompatibilityMinor?: string;
  readonly gitVersion: string;
  readonly gitCommit: string;
  readonly gitTreeState: string;
  readonly buildDate: string;
  readonly goVersion: string;
  readonly compiler: string;
  readonly platform: string;
}

/** The kubectl that this one stands for. */
export const clientVersion: VersionInfo = {
  major: "1",
  minor: "36",
  gitVersion: "v1.36.3",
  gitCommit: "0f29094e5b73085e3802ecc1298ecae13866bfe6",
  gitTreeState: "clean",
  buildDate: "2026-07-22T18:10:35Z",
  goVersion: "go1.26.5",
  compiler: "gc",
  platform: "linux/amd64",
};

export const kustomizeVersion = "v5.8.1";

const fields = [
  "major",
  "minor",
  "emulationMajor",
  "emulationMinor",
  "minCompatibilityMajor",
  "minCompatibilityMinor",
  "gitVersion",
  "gitCommit",
  "gitTreeState",
  "buildDate",
  "goVersion",
  "compiler",
  "platform",
] as const;

const asStruct = (version: VersionInfo): string =>
  `version.Info{${fields.map((field) => `${field[0]?.toUpperCase()}${field.slice(1)}:${JSON.stringify(version[field] ?? "")}`).join(", ")}}`;

/** `--match-server-version`: whoever is not of the very same build is not talked to. */
export function needSameVersion(server: VersionInfo): void {
  const same = (["gitVersion", "gitCommit", "gitTreeState"] as const).every((field) => server[field] === clientVersion[field]);
  if (!same) throw new CommandError(`server version (&${asStruct(server)}) differs from client version (${asStruct(clientVersion)})`);
}
