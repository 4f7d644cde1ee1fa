import { notSupported, required } from "#machinery/field-error.ts";
import { validateManagerName } from "#machinery/metadata.ts";
import type { FieldValidation } from "#machinery/patch.ts";
import { type FieldError, invalid } from "#machinery/status.ts";
import type { WriteOptions } from "../core.ts";
import type { ApiRequest } from "./request.ts";

/** What a write's query asks for beside what is written. */
export interface WriteQuery extends WriteOptions {
  /** As the query names it; empty where the client's program is taken for it. */
  readonly fieldManager: string;
  readonly fieldValidation: FieldValidation;
}

const longestManager = 128;

/** The query of a create, update, patch or delete; `kind` is the options' own, for errors: `CreateOptions`. */
export function writeQuery({ info: { query }, http, user, warnings }: ApiRequest, kind: string, needsManager = false): WriteQuery {
  const fieldManager = query.get("fieldManager") ?? "";
  const dryRun = query.getAll("dryRun");
  const fieldValidation = query.get("fieldValidation") || "Warn";
  const errors: FieldError[] = [];
  if (kind === "PatchOptions" && needsManager && !fieldManager) errors.push(required(["fieldManager"], "is required for apply patch"));
  errors.push(...validateManagerName(fieldManager, ["fieldManager"]));
  if (dryRun.some((each) => each !== "All") || dryRun.length > 1) errors.push(notSupported(["dryRun"], dryRun, ["All"]));
  if (!isValidation(fieldValidation)) errors.push(notSupported(["fieldValidation"], fieldValidation, ["", "Ignore", "Strict", "Warn"]));
  if (errors.length > 0) throw invalid({ group: "meta.k8s.io", kind }, "", errors);
  return {
    user,
    fieldManager,
    manager: fieldManager || programOf(http.headers["user-agent"]),
    dryRun: dryRun.length > 0,
    fieldValidation: fieldValidation as FieldValidation,
    warn: (text) => warnings.push(text),
  };
}

const isValidation = (text: string): text is FieldValidation => text === "Ignore" || text === "Strict" || text === "Warn";

/** The client's program, as its User-Agent names it first: `kubectl`. */
function programOf(userAgent = ""): string {
  const program = userAgent
    .split("/")[0]
    ?.replace(/[^\x20-\x7e]/g, "")
    .slice(0, longestManager);
  return program || "unknown";
}
