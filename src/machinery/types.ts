/** The types of every kind that the API serves, as recorded from the real server. */
export type * from "#generated/types.ts";
