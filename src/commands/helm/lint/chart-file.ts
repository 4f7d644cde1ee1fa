import { parseYaml, YamlError } from "#machinery/yaml.ts";
import { isDict, yamlProblem } from "../chart/chart.ts";
import { isVersion, type Metadata, metadataFrom } from "../chart/metadata.ts";
import { compareVersions, parseVersion, strictVersion, versionText } from "../chart/version.ts";
import { HelmError } from "../errors.ts";
import type { Finding } from "./lint.ts";

const known =
  "apiVersion name version kubeVersion description type keywords home sources dependencies maintainers icon appVersion deprecated annotations condition tags".split(
    " ",
  );

/** What is to be said of Chart.yaml. */
export function chartFileFindings(text: string): Finding[] {
  const findings: Finding[] = [];
  const add = (severity: Finding["severity"], message: string | undefined) => {
    if (message !== undefined) findings.push({ severity, path: "Chart.yaml", message });
  };
  let metadata: Metadata;
  let raw: unknown;
  try {
    raw = parseYaml(text).value ?? {};
    metadata = metadataFrom(raw);
  } catch (problem) {
    if (!(problem instanceof YamlError || problem instanceof HelmError)) throw problem;
    add("ERROR", `unable to parse YAML\n\t${problem instanceof YamlError ? yamlProblem(problem) : problem.message}`);
    return findings;
  }
  const fields = isDict(raw) ? raw : {};
  const unknown = Object.keys(fields).find((name) => !known.includes(name));
  if (unknown !== undefined)
    add(
      "WARNING",
      `failed to strictly parse chart metadata file\n\terror unmarshaling JSON: while decoding JSON: json: unknown field ${JSON.stringify(unknown)}`,
    );
  const { name, apiVersion, version, icon = "", type = "", dependencies = [], maintainers = [], sources = [] } = metadata;
  add("ERROR", name === "" ? "name is required" : name.includes("/") ? `chart name ${JSON.stringify(name)} is invalid` : undefined);
  if (apiVersion === "") add("ERROR", 'apiVersion is required. The value must be either "v1" or "v2"');
  else if (apiVersion !== "v1" && apiVersion !== "v2") add("ERROR", `apiVersion '${apiVersion}' is not valid. The value must be either "v1" or "v2"`);
  add("ERROR", typeProblem(fields, "version"));
  add("ERROR", versionProblem(version));
  add("ERROR", typeProblem(fields, "appVersion"));
  for (const maintainer of maintainers) {
    const problem = maintainerProblem(maintainer);
    if (problem === undefined) continue;
    add("ERROR", problem);
    break;
  }
  const badSource = sources.find((source) => !isUrl(source));
  if (badSource !== undefined) add("ERROR", `invalid source URL '${badSource}'`);
  if (icon === "") add("INFO", "icon is recommended");
  else if (!isUrl(icon)) add("ERROR", `invalid icon URL '${icon}'`);
  if (type !== "" && apiVersion !== "v2") add("ERROR", `chart type is not valid in apiVersion '${apiVersion}'. It is valid in apiVersion 'v2'`);
  if (dependencies.length > 0 && apiVersion !== "v2")
    add("ERROR", `dependencies are not valid in the Chart file with apiVersion '${apiVersion}'. They are valid in apiVersion 'v2'`);
  if (!strictVersion(version)) add("WARNING", `version '${version}' is not a valid SemVerV2`);
  return findings;
}

/** A number that was meant as a text: 1.10 would be 1.1. */
const typeProblem = (fields: Readonly<Record<string, unknown>>, name: string): string | undefined => {
  const type = typeof fields[name] === "number" ? "float64" : typeof fields[name] === "boolean" ? "bool" : undefined;
  return type && `${name} should be of type string but it's of type ${type}`;
};

function versionProblem(version: string): string | undefined {
  if (version === "") return "version is required";
  if (!isVersion(version)) return `version '${version}' is not a valid SemVer`;
  const parsed = parseVersion(version);
  return compareVersions(parsed, parseVersion("0.0.0-0")) > 0 ? undefined : `version ${versionText(parsed)} is less than or equal to 0.0.0-0`;
}

function maintainerProblem(maintainer: { name?: string; email?: string; url?: string } | null): string | undefined {
  if (!maintainer) return "a maintainer entry is empty";
  const { name = "", email = "", url = "" } = maintainer;
  if (name === "") return "each maintainer requires a name";
  if (email !== "" && !/^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(email)) return `invalid email '${email}' for maintainer '${name}'`;
  if (url !== "" && !/^([a-z]+:\/\/)?[^\s/.]+(\.[^\s/.]+)+/i.test(url)) return `invalid url '${url}' for maintainer '${name}'`;
  return undefined;
}

const isUrl = (text: string): boolean => /^[a-z][a-z0-9+.-]*:/i.test(text) && !/\s/.test(text);
