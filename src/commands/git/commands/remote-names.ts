import type { Repository } from "../repository.ts";

/** The remotes that are configured. */
export const namesOf = (repository: Repository): string[] =>
  [...new Set(repository.settings().flatMap(({ key }) => /^remote\.(.+)\.(?:url|fetch|pushurl)$/.exec(key)?.[1] ?? []))].sort();

/** Where a remote is. */
export const addressOf = (repository: Repository, name: string, pushes = false): string =>
  (pushes ? repository.setting(`remote.${name}.pushurl`) : undefined) ?? repository.setting(`remote.${name}.url`) ?? name;

/** The remote that is meant where none is named. */
export const usualRemote = (repository: Repository): string =>
  repository.setting(`branch.${repository.branch()}.remote`) ?? (namesOf(repository).length === 1 ? (namesOf(repository)[0] ?? "origin") : "origin");
