import { takes, typed } from "../../go-template/functions.ts";
import { TemplateProblem } from "../../go-template/problem.ts";
import { GoObject, Int64, Method, type TemplateFunction, type Value } from "../../go-template/values.ts";
import { compareVersions, parseConstraint, parseVersion, satisfies, type Version, VersionProblem, versionText } from "../chart/version.ts";

/** A version as templates see it. */
class GoVersion extends GoObject {
  readonly type = "*semver.Version";
  readonly version: Version;

  constructor(version: Version) {
    super();
    this.version = version;
  }

  field(name: string): Value | Method {
    const { version } = this;
    const gives = (value: Value) => new Method(takes(0, 0, () => value));
    const compared = (work: (order: number) => Value) =>
      new Method(takes(1, 1, (other) => work(compareVersions(version, other instanceof GoVersion ? other.version : version))));
    const bumped = (change: Partial<Version>) => new GoVersion({ ...version, pre: "", build: "", ...change });
    switch (name) {
      case "Major":
        return gives(new Int64(version.major, "uint64"));
      case "Minor":
        return gives(new Int64(version.minor, "uint64"));
      case "Patch":
        return gives(new Int64(version.patch, "uint64"));
      case "Prerelease":
        return gives(version.pre);
      case "Metadata":
        return gives(version.build);
      case "Original":
        return gives(version.original);
      case "String":
        return gives(versionText(version));
      case "Compare":
        return compared((order) => BigInt(order));
      case "Equal":
        return compared((order) => order === 0);
      case "LessThan":
        return compared((order) => order < 0);
      case "GreaterThan":
        return compared((order) => order > 0);
      case "LessThanEqual":
        return compared((order) => order <= 0);
      case "GreaterThanEqual":
        return compared((order) => order >= 0);
      case "IncMajor":
        return gives(bumped({ major: version.major + 1, minor: 0, patch: 0 }));
      case "IncMinor":
        return gives(bumped({ minor: version.minor + 1, patch: 0 }));
      case "IncPatch":
        return gives(bumped(version.pre ? {} : { patch: version.patch + 1 }));
      default:
        return undefined;
    }
  }

  toGoString(): string {
    return versionText(this.version);
  }
}

function problemsAsTemplates<T>(work: () => T): T {
  try {
    return work();
  } catch (problem) {
    if (problem instanceof VersionProblem) throw new TemplateProblem(problem.message);
    throw problem;
  }
}

/** Functions on versions. */
export const versions: Readonly<Record<string, TemplateFunction>> = {
  semver: typed(["string"], (text) => problemsAsTemplates(() => new GoVersion(parseVersion(text as string)))),
  semverCompare: typed(["string", "string"], (constraint, text) =>
    problemsAsTemplates(() => satisfies(parseVersion(text as string), parseConstraint(constraint as string))),
  ),
};
