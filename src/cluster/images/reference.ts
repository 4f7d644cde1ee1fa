/** The name of an image, taken apart as container runtimes do. */
export interface Reference {
  /** Where it lives: `docker.io`. */
  registry: string;
  /** Its path there: `library/nginx`. */
  repository: string;
  /** `latest` where neither tag nor digest is said. */
  tag: string | undefined;
  digest: string | undefined;
  /** In full: `docker.io/library/nginx:1.27`. */
  name: string;
}

const component = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const path = new RegExp(`^${component}(?:/${component})*$`);
const domain = /^(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*(?::[0-9]+)?$/;
const tagPattern = /^[\w][\w.-]{0,127}$/;
const digestPattern = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;

/** What was read before: pods by the thousand name few images. */
const known = new Map<string, Reference>();
const mostKnown = 500;

/** Reads an image's name as a manifest says it, or says what is wrong with it. */
export function parseReference(text: string): Reference | { problem: string } {
  const before = known.get(text);
  if (before) return before;
  const reference = read(text);
  if ("problem" in reference) return reference;
  if (known.size === mostKnown) known.clear();
  known.set(text, reference);
  return reference;
}

function read(text: string): Reference | { problem: string } {
  const malformed = { problem: "invalid reference format" };
  const at = text.indexOf("@");
  const digest = at < 0 ? undefined : text.slice(at + 1);
  let rest = at < 0 ? text : text.slice(0, at);
  if (digest !== undefined && !digestPattern.test(digest)) return malformed;

  const colon = rest.lastIndexOf(":");
  let tag: string | undefined;
  if (colon > rest.lastIndexOf("/")) {
    tag = rest.slice(colon + 1);
    rest = rest.slice(0, colon);
    if (!tagPattern.test(tag)) return malformed;
  }

  const slash = rest.indexOf("/");
  const first = slash < 0 ? "" : rest.slice(0, slash);
  const hasRegistry = first !== "" && (/[.:]/.test(first) || first === "localhost" || first !== first.toLowerCase());
  let registry = hasRegistry ? first : "docker.io";
  let repository = hasRegistry ? rest.slice(slash + 1) : rest;
  if (registry === "index.docker.io") registry = "docker.io";
  if (registry === "docker.io" && repository !== "" && !repository.includes("/")) repository = `library/${repository}`;

  if (!path.test(repository)) {
    if (repository !== repository.toLowerCase() && path.test(repository.toLowerCase()))
      return { problem: `invalid reference format: repository name (${repository}) must be lowercase` };
    return malformed;
  }
  if (!domain.test(registry)) return malformed;

  if (!tag && !digest) tag = "latest";
  const name = `${registry}/${repository}${tag ? `:${tag}` : ""}${digest ? `@${digest}` : ""}`;
  return { registry, repository, tag, digest, name };
}
