import { expect, test } from "vitest";
import {
  byteLength,
  configMapKeyProblems,
  envNameProblems,
  label1035Problems,
  labelProblems,
  labelValueProblems,
  nameForms,
  pathSegmentProblems,
  portNameProblems,
  qualifiedNameProblems,
  relaxedEnvNameProblems,
  subdomainProblems,
} from "./names.ts";

test.for([
  [labelProblems, "web", []],
  [labelProblems, "a.b", ["must not contain dots"]],
  [
    labelProblems,
    "Web",
    [
      "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
    ],
  ],
  [labelProblems, "a".repeat(64), ["must be no more than 63 characters"]],
  [subdomainProblems, "a.b-c.1", []],
  [
    subdomainProblems,
    "Bad_Name!",
    [
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
    ],
  ],
  [subdomainProblems, "a".repeat(254), ["must be no more than 253 characters"]],
  [
    label1035Problems,
    "1a",
    [
      "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
    ],
  ],
  [qualifiedNameProblems, "example.com/x", []],
  [
    qualifiedNameProblems,
    "a/b/c",
    [
      "a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
    ],
  ],
  [
    qualifiedNameProblems,
    "/",
    [
      "prefix part must be non-empty",
      "name part must be non-empty",
      "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
    ],
  ],
  [labelValueProblems, "", []],
  [labelValueProblems, "x".repeat(64), ["must be no more than 63 bytes"]],
  [configMapKeyProblems, "..a", ["must not start with '..'"]],
  [envNameProblems, "A.b-c", []],
  [relaxedEnvNameProblems, "a b", []],
  [relaxedEnvNameProblems, "a=b", ["a valid environment variable name must consist only of printable ASCII characters other than '='"]],
  [portNameProblems, "http", []],
  [
    portNameProblems,
    "-1--",
    ["must contain at least one letter (a-z)", "must not contain consecutive hyphens", "must not begin or end with a hyphen"],
  ],
  [pathSegmentProblems, "..", ["may not be '..'"]],
  [pathSegmentProblems, "a/b%", ["may not contain '/'", "may not contain '%'"]],
] as const)("%# %s", ([problems, text, expected]) => {
  expect(problems(text)).toEqual(expected);
});

test("the start of a name may end with a dash", () => {
  expect(nameForms.subdomain("web-", true)).toEqual([]);
  expect(nameForms.subdomain("web-", false)).toHaveLength(1);
});

test("lengths are of UTF-8", () => {
  for (const text of ["abc", "é", "日本", "🙂"]) expect(byteLength(text)).toBe(new TextEncoder().encode(text).length);
});
