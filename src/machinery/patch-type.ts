/** The ways to change an object in place. */
export type PatchType = "json" | "merge" | "strategic" | "apply";

const types: Readonly<Record<string, PatchType>> = {
  "application/json-patch+json": "json",
  "application/merge-patch+json": "merge",
  "application/strategic-merge-patch+json": "strategic",
  "application/apply-patch+yaml": "apply",
};

/** What a content type asks for; undefined where it is no patch's. */
export function patchType(contentType: string): PatchType | undefined {
  const media = contentType.split(";")[0]?.trim().toLowerCase() ?? "";
  return Object.hasOwn(types, media) ? types[media] : undefined;
}

/** All of them, as an answer 415 lists them; those that a kind without a recorded schema does not know are left out. */
export const patchTypes = (strategic: boolean): string[] => Object.keys(types).filter((media) => strategic || types[media] !== "strategic");
