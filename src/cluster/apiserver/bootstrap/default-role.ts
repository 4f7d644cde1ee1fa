/**
 * A rule: verbs, API groups, resources and perhaps the names that it is limited to; or verbs and paths that are no resources. Each a list of words;
 * `core` is the group without a name.
 */
export type RuleText = readonly [verbs: string, groupsOrPaths: string, resources?: string, names?: string];

export interface DefaultRole {
  readonly name: string;
  readonly namespace?: string;
  /** The roles (admin, edit, view) that take its rules in. */
  readonly into?: string;
  /** It has the rules of all roles that go into this one. */
  readonly gathers?: string;
  readonly rules?: readonly RuleText[];
}
