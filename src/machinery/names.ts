// What Kubernetes demands of names, labels and the like. Each function gives what is wrong, in the real server's words; nothing is wrong when it is empty.
// https://kubernetes.io/docs/concepts/overview/working-with-objects/names/

const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const subdomain = `${label}(\\.${label})*`;
const labelWithUnderscore = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?";
const subdomainWithUnderscore = `${labelWithUnderscore}(\\.${labelWithUnderscore})*`;
const label1035 = "[a-z]([-a-z0-9]*[a-z0-9])?";
const qualified = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";

interface Form {
  pattern: string;
  matches: RegExp;
  says: string;
  examples: readonly string[];
}

const form = (pattern: string, says: string, ...examples: string[]): Form => ({ pattern, matches: new RegExp(`^(?:${pattern})$`), says, examples });

const forms = {
  label: form(
    label,
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
    "my-name",
    "123-abc",
  ),
  subdomain: form(
    subdomain,
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
    "example.com",
  ),
  subdomainWithUnderscore: form(
    subdomainWithUnderscore,
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character",
    "example.com",
  ),
  label1035: form(
    label1035,
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
    "my-name",
    "abc-123",
  ),
  wildcard: form(
    `\\*\\.${subdomain}`,
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
    "*.example.com",
  ),
  labelKey: form(
    qualified,
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
    "MyName",
    "my.name",
    "123-abc",
  ),
  labelValue: form(
    `(${qualified})?`,
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
    "MyValue",
    "my_value",
    "12345",
  ),
  identifier: form(
    "[A-Za-z_][A-Za-z0-9_]*",
    "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'",
    "my_name",
    "MY_NAME",
    "MyName",
  ),
  percent: form("[0-9]+%", "a valid percent string must be a numeric string followed by an ending '%'", "1%", "93%"),
  headerName: form("[-A-Za-z0-9]+", "a valid HTTP header must consist of alphanumeric characters or '-'", "X-Header-Name"),
  envName: form(
    "[-._a-zA-Z][-._a-zA-Z0-9]*",
    "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit",
    "my.env-name",
    "MY_ENV.NAME",
    "MyEnvName1",
  ),
  configMapKey: form(
    "[-._a-zA-Z0-9]+",
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
    "key.name",
    "KEY_NAME",
    "key-name",
  ),
} satisfies Record<string, Form>;

/** A text that does not have its form: what it should be, examples, and the pattern. */
export function formProblem(says: string, pattern: string, ...examples: string[]): string {
  const shown = examples.map((example) => `'${example}', `).join(" or ");
  return examples.length > 0
    ? `${says} (e.g. ${shown}regex used for validation is '${pattern}')`
    : `${says} (regex used for validation is '${pattern}')`;
}

const described = ({ says, pattern, examples }: Form) => formProblem(says, pattern, ...examples);

const none: readonly string[] = Object.freeze([]);

const inForm = (text: string, wanted: Form): readonly string[] => (wanted.matches.test(text) ? none : [described(wanted)]);

function atMost(text: string, most: number, unit: "characters" | "bytes" = "characters"): readonly string[] {
  // No character takes more than three bytes of what counts as one here.
  return text.length * 3 <= most || byteLength(text) <= most ? none : [`must be no more than ${most} ${unit}`];
}

/** How long a text is as UTF-8. */
export function byteLength(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    // A surrogate is half of a character of four bytes.
    bytes += code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 2 : 3;
  }
  return bytes;
}

/** A DNS label: a namespace, a container. */
export function labelProblems(text: string): string[] {
  const problems = [...atMost(text, 63)];
  if (forms.label.matches.test(text)) return problems;
  return [...problems, forms.subdomain.matches.test(text) ? "must not contain dots" : described(forms.label)];
}

/** A DNS subdomain: what most objects are called. */
export const subdomainProblems = (text: string): string[] => [...atMost(text, 253), ...inForm(text, forms.subdomain)];

/** A DNS subdomain that may hold underscores: search paths of a pod's DNS. */
export const subdomainWithUnderscoreProblems = (text: string): string[] => [...atMost(text, 253), ...inForm(text, forms.subdomainWithUnderscore)];

/** A DNS label that does not start with a digit: a service. */
export const label1035Problems = (text: string): string[] => [...atMost(text, 63), ...inForm(text, forms.label1035)];

/** `*.example.com`. */
export const wildcardSubdomainProblems = (text: string): string[] => [...atMost(text, 253), ...inForm(text, forms.wildcard)];

/** Names that were found good: few are used, again and again. */
const goodNames = new Set<string>();
const mostGoodNames = 500;

/** The key of a label or annotation, a finalizer, a resource: a name, perhaps with a domain in front. */
export function qualifiedNameProblems(text: string): readonly string[] {
  if (goodNames.has(text)) return none;
  const problems = problemsOfQualifiedName(text);
  if (problems.length > 0) return problems;
  if (goodNames.size === mostGoodNames) goodNames.clear();
  goodNames.add(text);
  return none;
}

function problemsOfQualifiedName(text: string): readonly string[] {
  const parts = text.split("/");
  if (parts.length > 2)
    return [`a valid label key ${described(forms.labelKey)} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  const name = parts.at(-1) ?? "";
  const problems: string[] = [];
  if (parts.length === 2) {
    const prefix = parts[0] ?? "";
    if (prefix === "") problems.push("prefix part must be non-empty");
    else for (const problem of [...atMost(prefix, 253, "bytes"), ...inForm(prefix, forms.subdomain)]) problems.push(`prefix part ${problem}`);
  }
  if (name === "") problems.push("name part must be non-empty");
  for (const problem of [...atMost(name, 63, "bytes"), ...inForm(name, forms.labelKey)]) problems.push(`name part ${problem}`);
  return problems;
}

export const labelValueProblems = (text: string): string[] => [...atMost(text, 63, "bytes"), ...inForm(text, forms.labelValue)];

export const identifierProblems = (text: string): string[] => [...inForm(text, forms.identifier)];

export const percentProblems = (text: string): string[] => [...inForm(text, forms.percent)];

export const headerNameProblems = (text: string): string[] => [...inForm(text, forms.headerName)];

export const configMapKeyProblems = (text: string): string[] => [...atMost(text, 253), ...inForm(text, forms.configMapKey), ...upwards(text)];

/** The name of an environment variable in its strict form. */
export const envNameProblems = (text: string): string[] => [...inForm(text, forms.envName), ...upwards(text)];

/** The name of an environment variable: all that can be printed but `=`. */
export function relaxedEnvNameProblems(text: string): string[] {
  if (text === "") return ["environment variable name must be non-empty"];
  return /^[\x20-\x3c\x3e-\x7e]*$/.test(text)
    ? []
    : ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
}

/** The name of a port: at most 15 of `a-z0-9-`, with a letter. */
export function portNameProblems(text: string): string[] {
  const problems = [...atMost(text, 15)];
  if (!/^[-a-z0-9]+$/.test(text)) problems.push("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
  if (!/[a-z]/.test(text)) problems.push("must contain at least one letter (a-z)");
  if (text.includes("--")) problems.push("must not contain consecutive hyphens");
  if (text.startsWith("-") || text.endsWith("-")) problems.push("must not begin or end with a hyphen");
  return problems;
}

export const portNumberProblems = (port: number): string[] => rangeProblems(port, 1, 65535);

export const rangeProblems = (value: number, least: number, most: number): string[] =>
  value >= least && value <= most ? [] : [`must be between ${least} and ${most}, inclusive`];

/** What is part of a path may not lead out of it. */
function* upwards(text: string): Iterable<string> {
  if (text === ".") yield "must not be '.'";
  else if (text === "..") yield "must not be '..'";
  else if (text.startsWith("..")) yield "must not start with '..'";
}

/** A name that stands in a URL. What is only the start of a name (`generateName`) may be what no name may. */
export function pathSegmentProblems(text: string, prefix = false): string[] {
  if (!prefix && (text === "." || text === "..")) return [`may not be '${text}'`];
  return ["/", "%"].filter((part) => text.includes(part)).map((part) => `may not contain '${part}'`);
}

export type NameProblems = (text: string, prefix: boolean) => string[];

/** The forms of names that a kind can choose from. The start of a name may end with a dash, since more comes after it. */
export const nameForms: Readonly<Record<"subdomain" | "label" | "label1035" | "path" | "any", NameProblems>> = {
  subdomain: (text, prefix) => subdomainProblems(prefix ? withoutTrailingDash(text) : text),
  label: (text, prefix) => labelProblems(prefix ? withoutTrailingDash(text) : text),
  label1035: (text, prefix) => label1035Problems(prefix ? withoutTrailingDash(text) : text),
  path: pathSegmentProblems,
  any: () => [],
};

const withoutTrailingDash = (text: string) => (text.length > 1 && text.endsWith("-") ? `${text.slice(0, -2)}a` : text);
