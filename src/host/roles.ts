/** What a token lets its bearer do: the owner everything, an editor whatever concerns cluster and terminals, a viewer watch. */
export type Role = "owner" | "editor" | "viewer";

const ranks: Record<Role, number> = { viewer: 0, editor: 1, owner: 2 };
const prefixes: Record<Role, string> = { owner: "pyo_", editor: "pye_", viewer: "pyv_" };
const tokenForm = /^py[oev]_[A-Za-z0-9]{32}$/;

export const mayActAs = (role: Role, wanted: Role): boolean => ranks[role] >= ranks[wanted];

/**
 * The role that a token claims by its first letters, undefined when it is no token of ours. The claim is enough to refuse by, at the edge and
 * without waking the session; what is granted is granted by the session alone, which knows the tokens' hashes.
 */
export function claimedRole(token: string): Role | undefined {
  if (!tokenForm.test(token)) return undefined;
  return (Object.keys(prefixes) as Role[]).find((role) => token.startsWith(prefixes[role]));
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

function randomText(length: number, alphabet: string): string {
  // Bytes over the largest multiple of the alphabet are left out, so that each letter is equally likely.
  const limit = 256 - (256 % alphabet.length);
  let text = "";
  while (text.length < length)
    for (const byte of crypto.getRandomValues(new Uint8Array(length + 8)))
      if (byte < limit && text.length < length) text += alphabet[byte % alphabet.length];
  return text;
}

/** A new token: 190 random bits behind the role's prefix. */
export const newToken = (role: Role): string => prefixes[role] + randomText(32, letters);

/** A new session's id: 80 random bits, easy to read out. */
export const newSessionId = (): string => randomText(16, "abcdefghijkmnpqrstuvwxyz23456789");

export const isSessionId = (text: string): boolean => /^[a-km-np-z2-9]{16}$/.test(text);

/** What is stored of a token. */
export async function hashOf(token: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Whether two hashes are the same, in a time that does not tell where they differ. */
export function sameHash(a: string, b: string): boolean {
  const [x, y] = [new TextEncoder().encode(a), new TextEncoder().encode(b)];
  return x.length === y.length && crypto.subtle.timingSafeEqual(x, y);
}
