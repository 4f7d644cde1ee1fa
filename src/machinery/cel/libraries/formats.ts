import { type Environment, Optional } from "@marcbachmann/cel-js";
import { label1035Problems, labelProblems, labelValueProblems, qualifiedNameProblems, subdomainProblems } from "../../names.ts";
import { hasFormat } from "../../structural-schema/formats.ts";

/** A named form that texts have. */
class Format {
  readonly name: string;
  readonly problems: (text: string) => readonly string[];

  constructor(name: string, problems: (text: string) => readonly string[]) {
    this.name = name;
    this.problems = problems;
  }
}

const prefixOf = (problems: (text: string) => readonly string[]) => (text: string) => problems(text.endsWith("-") ? `${text}a` : text);
const simple = (format: string, why: string) => (text: string) => (hasFormat(format, text) ? [] : [why]);

const formats: readonly Format[] = [
  new Format("dns1123Label", labelProblems),
  new Format("dns1123Subdomain", subdomainProblems),
  new Format("dns1035Label", label1035Problems),
  new Format("dns1123LabelPrefix", prefixOf(labelProblems)),
  new Format("dns1123SubdomainPrefix", prefixOf(subdomainProblems)),
  new Format("dns1035LabelPrefix", prefixOf(label1035Problems)),
  new Format("qualifiedName", qualifiedNameProblems),
  new Format("labelValue", labelValueProblems),
  new Format("uri", simple("uri", "invalid URI")),
  new Format("uuid", simple("uuid", "does not match the UUID format")),
  new Format("byte", simple("byte", "invalid base64")),
  new Format("date", simple("date", "invalid date")),
  new Format("datetime", simple("date-time", "invalid datetime")),
];

export function registerFormats(env: Environment): void {
  class Formats {}
  env.registerType("kubernetes.NamedFormat", Format);
  env.registerType("format.Namespace", Formats);
  env.registerConstant("format", "format.Namespace", new Formats());
  for (const format of formats) env.registerFunction(`format.Namespace.${format.name}(): kubernetes.NamedFormat`, () => format);
  env.registerFunction("format.Namespace.named(string): optional<kubernetes.NamedFormat>", (_: Formats, name: string) =>
    Optional.of(formats.find((each) => each.name === name)),
  );
  env.registerFunction("kubernetes.NamedFormat.validate(string): optional<list<string>>", ({ problems }: Format, text: string) => {
    const found = problems(text);
    return found.length > 0 ? Optional.of([...found]) : Optional.none();
  });
}
