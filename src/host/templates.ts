import type { Snapshot } from "#cluster/template.ts";

/**
 * By profile, booted clusters that a Worker brings along, so that the first session of an isolate is as quick as the others. `scripts/build.ts` puts
 * them in the place of this module; where nothing was built, an isolate boots each profile once.
 */
export const templates: Readonly<Record<string, () => Promise<Snapshot>>> = {};
