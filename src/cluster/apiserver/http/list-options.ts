import { forbiddenField, notSupported } from "#machinery/field-error.ts";
import { badRequest, type FieldError, invalid } from "#machinery/status.ts";
import { isTrue } from "./request.ts";

/** What a list, a watch or a delete of many asks for. */
export interface ListQuery {
  readonly limit: number;
  readonly continueToken: string;
  /** undefined is the newest; 0 is any. */
  readonly resourceVersion: number | undefined;
  readonly match: string;
  readonly labels: string;
  readonly fields: string;
  readonly timeoutSeconds: number | undefined;
  readonly bookmarks: boolean;
  readonly sendInitialEvents: boolean | undefined;
}

/** Reads and checks the options of a list or a watch. */
export function listQuery(query: URLSearchParams, verb: "list" | "watch"): ListQuery {
  const text = (name: string) => query.get(name) ?? "";
  const limit = wholeNumber(text("limit"));
  const timeoutSeconds = wholeNumber(text("timeoutSeconds"));
  const initial = query.get("sendInitialEvents");
  // What may be of any version is read whole: there is nothing to go on with.
  const isAnyVersion = verb === "list" && query.get("resourceVersion") === "0";
  const options = {
    limit: isAnyVersion ? 0 : Math.max(0, limit ?? 0),
    continueToken: text("continue"),
    match: text("resourceVersionMatch"),
    labels: text("labelSelector"),
    fields: text("fieldSelector"),
    timeoutSeconds,
    bookmarks: isTrue(query.get("allowWatchBookmarks")),
    sendInitialEvents: initial === null ? undefined : isTrue(initial),
  };
  const version = text("resourceVersion");
  if (verb === "list" && options.continueToken && version && version !== "0" && !options.match)
    throw badRequest("specifying resource version is not allowed when using continue");
  const errors = [...(verb === "list" ? listProblems(options, version) : watchProblems(options))];
  if (errors.length > 0) throw invalid({ group: "meta.k8s.io", kind: "ListOptions" }, "", errors);
  return { ...options, resourceVersion: versionOf(version) };
}

type Options = Omit<ListQuery, "resourceVersion">;
const matchPath = ["resourceVersionMatch"];

function* listProblems({ match, continueToken, sendInitialEvents }: Options, version: string): Iterable<FieldError> {
  if (match) {
    if (!version) yield forbiddenField(matchPath, "resourceVersionMatch is forbidden unless resourceVersion is provided");
    if (continueToken) yield forbiddenField(matchPath, "resourceVersionMatch is forbidden when continue is provided");
    if (match !== "Exact" && match !== "NotOlderThan") yield notSupported(matchPath, match, ["Exact", "NotOlderThan", ""]);
    if (match === "Exact" && version === "0") yield forbiddenField(matchPath, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"');
  }
  if (sendInitialEvents !== undefined) yield forbiddenField(["sendInitialEvents"], "sendInitialEvents is forbidden for list");
}

function* watchProblems({ match, continueToken, sendInitialEvents }: Options): Iterable<FieldError> {
  const newer = "NotOlderThan";
  if (sendInitialEvents !== undefined && match !== newer)
    yield forbiddenField(matchPath, `sendInitialEvents requires setting resourceVersionMatch to ${newer}`);
  if (match && sendInitialEvents === undefined)
    yield forbiddenField(matchPath, "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
  if (match && match !== newer) yield notSupported(matchPath, match, [newer]);
  if (continueToken) yield forbiddenField(matchPath, "resourceVersionMatch is forbidden when continue is provided");
}

function wholeNumber(text: string): number | undefined {
  if (!text) return undefined;
  if (!/^[+-]?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  const number = BigInt(text.replace(/^\+/, ""));
  if (BigInt.asIntN(64, number) !== number) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: value out of range`);
  return Number(number);
}

function versionOf(text: string): number | undefined {
  if (!text) return undefined;
  const isNumber = /^\d+$/.test(text);
  if (isNumber && BigInt(text) < 2n ** 64n) return Number(text);
  const quoted = JSON.stringify(text);
  const why = isNumber ? "value out of range" : "invalid syntax";
  throw badRequest(`invalid resource version: resourceVersion: Invalid value: ${quoted}: strconv.ParseUint: parsing ${quoted}: ${why}`);
}
