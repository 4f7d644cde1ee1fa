import { subdomainProblems } from "#machinery/names.ts";
import type { WindowsSecurityContextOptions } from "#machinery/types.ts";
import type { Field } from "../field.ts";

const mostKiB = 64;
const mostDomainCharacters = 256;
const mostUserCharacters = 104;

const netBios = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/;
const domainLabel = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?";
const dnsDomain = new RegExp(`^${domainLabel}(?:\\.${domainLabel})*$`);

export function checkWindowsOptions(field: Field, options: WindowsSecurityContextOptions | undefined): void {
  if (!options) return;
  const { gmsaCredentialSpecName: name, gmsaCredentialSpec: spec, runAsUserName: user } = options;
  if (name !== undefined) field.at("gmsaCredentialSpecName").problems(name, subdomainProblems(name));
  if (spec === "") field.at("gmsaCredentialSpec").invalid(spec, "gmsaCredentialSpec cannot be an empty string");
  else if (spec !== undefined && spec.length > mostKiB * 1024)
    field.at("gmsaCredentialSpec").invalid(spec, `gmsaCredentialSpec size must be under ${mostKiB} KiB`);
  if (user !== undefined) field.at("runAsUserName").problems(user, userProblems(user));
}

/** A user as Windows names it: `user`, or `domain\user`. */
function* userProblems(name: string): Iterable<string> {
  const parts = name.split("\\");
  if (name === "") return yield "runAsUserName cannot be an empty string";
  if (/[\x00-\x1f\x7f]/.test(name)) return yield "runAsUserName cannot contain control characters";
  if (parts.length > 2) return yield "runAsUserName cannot contain more than one backslash";

  const user = parts.at(-1) ?? "";
  const domain = parts.length === 2 ? (parts[0] ?? "") : undefined;
  if ((domain ?? "").length >= mostDomainCharacters) yield `runAsUserName's Domain length must be under ${mostDomainCharacters} characters`;
  if (domain !== undefined && !netBios.test(domain) && !dnsDomain.test(domain))
    yield "runAsUserName's Domain doesn't match the NetBios nor the DNS format";
  if (user === "") yield "runAsUserName's User cannot be empty";
  else if (user.length > mostUserCharacters) yield `runAsUserName's User length must not be longer than ${mostUserCharacters} characters`;
  if (/^[. ]+$/.test(user)) yield "runAsUserName's User cannot contain only periods or spaces";
  if (/["/\\:;|=,+*?<>@[\]]/.test(user)) yield `runAsUserName's User cannot contain the following characters: "/\\:;|=,+*?<>@[]`;
}
