// Versions and what may be asked of them, as https://semver.org has them and chart authors write them: `v1.2` is 1.2.0, `^1.2.0`, `~1.2`, `1.x`, `>=1 <2 || 4.0.0`.

/** A version that cannot be read, or an order that is none. */
export class VersionProblem extends Error {}

export interface Version {
  readonly original: string;
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  readonly pre: string;
  readonly build: string;
}

const loose = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z~-]+(?:\.[0-9A-Za-z~-]+)*))?(?:\+([0-9A-Za-z~-]+(?:\.[0-9A-Za-z~-]+)*))?$/;
const strict = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/;

/** Reads a version; throws a `VersionProblem`. */
export function parseVersion(text: string): Version {
  const found = loose.exec(text);
  if (!found) throw new VersionProblem(problemOf(text));
  const [, major = "0", minor = "0", patch = "0", pre = "", build = ""] = found;
  if ([major, minor, patch].some((segment) => /^0\d/.test(segment)) || pre.split(".").some((segment) => /^0\d+$/.test(segment)))
    throw new VersionProblem("version segment starts with 0");
  return { original: text, major: Number(major), minor: Number(minor), patch: Number(patch), pre, build };
}

function problemOf(text: string): string {
  if (text === "") return "invalid semantic version";
  const [core = ""] = text.replace(/^v/, "").split(/[-+]/);
  if (/[^\d.]/.test(core) || core.split(".").length > 3 || core.includes("..") || core === "") return "invalid semantic version";
  const [, pre] = /-([^+]*)/.exec(text) ?? [];
  if (pre !== undefined && /[^0-9A-Za-z.-]/.test(pre)) return "invalid prerelease string";
  return text.includes("+") ? "invalid metadata string" : "invalid semantic version";
}

/** The version of a text that keeps to the letter of semantic versioning; undefined where it does not. */
export const strictVersion = (text: string): Version | undefined => (strict.test(text) ? parseVersion(text) : undefined);

export const versionText = ({ major, minor, patch, pre, build }: Version): string =>
  `${major}.${minor}.${patch}${pre ? `-${pre}` : ""}${build ? `+${build}` : ""}`;

/** Which version comes first. */
export function compareVersions(a: Version, b: Version): number {
  const core = a.major - b.major || a.minor - b.minor || a.patch - b.patch;
  if (core !== 0) return Math.sign(core);
  if (a.pre === b.pre) return 0;
  if (!a.pre || !b.pre) return a.pre ? -1 : 1;
  const [x, y] = [a.pre.split("."), b.pre.split(".")];
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    const [p, q] = [x[i], y[i]];
    if (p === undefined || q === undefined) return p === undefined ? -1 : 1;
    if (p === q) continue;
    const [m, n] = [/^\d+$/.test(p), /^\d+$/.test(q)];
    if (m && n) return Math.sign(Number(p) - Number(q));
    if (m || n) return m ? -1 : 1;
    return p < q ? -1 : 1;
  }
  return 0;
}

interface Part {
  operator: string;
  original: string;
  version: Version;
  /** How much was left open: `1.x` the minor, `1.2` the patch, `*` all. */
  open: "nothing" | "patch" | "minor" | "all";
}

/** What may be asked of a version. */
export interface Constraint {
  readonly alternatives: readonly (readonly Part[])[];
}

const operators = "=|!=|>|<|>=|=>|<=|=<|~|~>|\\^";
const wild =
  "v?([0-9|x|X|\\*]+)(\\.[0-9|x|X|\\*]+)?(\\.[0-9|x|X|\\*]+)?(-([0-9A-Za-z\\-]+(\\.[0-9A-Za-z\\-]+)*))?(\\+([0-9A-Za-z\\-]+(\\.[0-9A-Za-z\\-]+)*))?";
const validAlternative = new RegExp(`^(\\s*(?:${operators})?\\s*(?:${wild})\\s*)((?:\\s+|,\\s*)(?:${operators})?\\s*(?:${wild})\\s*)*$`);
const eachPart = new RegExp(`(>=|=>|<=|=<|!=|~>|=|>|<|~|\\^)?\\s*(${wild})`, "g");
const range = new RegExp(`\\s*(${wild})\\s+-\\s+(${wild})\\s*`, "g");

/** Reads a constraint; throws a `VersionProblem`. */
export function parseConstraint(text: string): Constraint {
  const rewritten = text.replace(range, (...found: unknown[]) => `>=${String(found[1])} <=${String(found[11])} `);
  return {
    alternatives: rewritten.split("||").map((alternative) => {
      if (alternative.trim() === "" && text.trim() === "") return [part("", "", "*", undefined, undefined, undefined)];
      if (!validAlternative.test(alternative)) throw new VersionProblem(`improper constraint: ${JSON.stringify(alternative)}`);
      return [...alternative.matchAll(eachPart)].map(([, operator = "", original = "", major = "", minor, patch, pre]) =>
        part(operator, original, major, minor, patch, pre),
      );
    }),
  };
}

function part(operator: string, original: string, major: string, minor: string | undefined, patch: string | undefined, pre = ""): Part {
  const isOpen = (segment: string | undefined) => segment === undefined || /^\.?[xX*]$/.test(segment);
  const open = isOpen(major) ? "all" : isOpen(minor) ? "minor" : isOpen(patch) ? "patch" : "nothing";
  const text = open === "all" ? `0.0.0${pre}` : open === "minor" ? `${major}.0.0${pre}` : open === "patch" ? `${major}${minor}.0${pre}` : original;
  try {
    return { operator, original, version: parseVersion(text), open };
  } catch {
    throw new VersionProblem("constraint parser error");
  }
}

/** Whether a version is what was asked for. Versions before a release only are where the constraint names one. */
export const satisfies = (version: Version, { alternatives }: Constraint): boolean =>
  alternatives.some((parts) => {
    const namesPre = parts.some((p) => p.version.pre !== "");
    return parts.every((p) => (version.pre === "" || namesPre) && fits(version, p));
  });

function fits(v: Version, { operator, version: c, open }: Part): boolean {
  const order = compareVersions(v, c);
  switch (operator) {
    case "!=":
      if (open === "all") return v.major !== c.major;
      if (open === "minor") return v.major !== c.major;
      if (open === "patch") return v.major !== c.major || v.minor !== c.minor;
      return order !== 0;
    case ">":
      if (open === "nothing") return order > 0;
      if (v.major !== c.major) return v.major > c.major;
      if (open === "minor") return false;
      return open === "patch" ? v.minor > c.minor : order > 0;
    case "<":
      return order < 0;
    case ">=":
    case "=>":
      return order >= 0;
    case "<=":
    case "=<":
      if (open === "nothing") return order <= 0;
      return v.major < c.major || (v.major === c.major && (open === "minor" || v.minor <= c.minor));
    case "^":
      return caret(v, c, open);
    case "":
    case "=":
      return open === "nothing" ? order === 0 : tilde(v, c, open);
    default:
      return tilde(v, c, open);
  }
}

function tilde(v: Version, c: Version, open: Part["open"]): boolean {
  if (compareVersions(v, c) < 0) return false;
  if (c.major === 0 && c.minor === 0 && c.patch === 0 && open !== "minor" && open !== "patch") return true;
  return v.major === c.major && (v.minor === c.minor || open === "minor");
}

function caret(v: Version, c: Version, open: Part["open"]): boolean {
  if (compareVersions(v, c) < 0) return false;
  if (c.major > 0 || open === "minor") return v.major === c.major;
  if (v.major > 0) return false;
  if (c.minor > 0 || open === "patch") return v.minor === c.minor;
  if (v.minor > 0) return false;
  return open === "all" || v.patch === c.patch;
}
