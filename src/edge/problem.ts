import { z } from "@hono/zod-openapi";
import { type ProblemCode, ProblemError } from "#host/contract.ts";

const statuses: Record<ProblemCode, { status: 400 | 401 | 403 | 404 | 409 | 410 | 413 | 429 | 500; title: string }> = {
  bad_request: { status: 400, title: "Bad request" },
  unauthorized: { status: 401, title: "Unauthorized" },
  forbidden: { status: 403, title: "Forbidden" },
  not_found: { status: 404, title: "Not found" },
  conflict: { status: 409, title: "Conflict" },
  terminal_busy: { status: 409, title: "The terminal is busy" },
  too_large: { status: 413, title: "Too large" },
  rate_limited: { status: 429, title: "Too many requests" },
  expired: { status: 410, title: "The session has expired" },
  internal: { status: 500, title: "Internal error" },
};

/** Where the status says more than the code. */
const titles: Record<number, string> = { 405: "Method not allowed", 415: "Unsupported media type" };

export const ProblemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.enum(Object.keys(statuses) as [ProblemCode, ...ProblemCode[]]).describe("Stable: what a program may tell failures apart by."),
    detail: z.string(),
    errors: z
      .array(z.object({ field: z.string(), detail: z.string() }))
      .optional()
      .describe("What is wrong with which field."),
  })
  .openapi("Problem");

export type ProblemDocument = z.infer<typeof ProblemSchema>;

/** A request whose fields are not as they should be. */
export class ValidationError extends ProblemError {
  readonly errors: { field: string; detail: string }[];
  constructor(errors: { field: string; detail: string }[]) {
    super("bad_request", errors.map(({ field, detail }) => (field ? `${field}: ${detail}` : detail)).join("; "));
    this.errors = errors;
  }
}

/** A failure, as an exception to throw. */
export const fail = (code: ProblemCode, detail: string): ProblemError => new ProblemError(code, detail);

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** What validation found, with each field named as the sender wrote it. A session id that cannot be one is a session that is not there. */
export function validationFailure(issues: readonly Issue[], target: string): ProblemError {
  if (target === "param") return fail("not_found", "There is no such session.");
  return new ValidationError(issues.map(({ path, message }) => ({ field: fieldName(path), detail: message })));
}

function fieldName(path: readonly PropertyKey[]): string {
  let name = "";
  for (const step of path) name += typeof step === "number" ? `[${step}]` : name ? `.${String(step)}` : String(step);
  return name;
}

/** The answer to a failure. `status` stands where HTTP has a more exact one than the code's own: 405, 415. */
export function problemResponse(
  code: ProblemCode,
  detail: string,
  more: { status?: number; errors?: ProblemDocument["errors"]; headers?: Record<string, string> } = {},
): Response {
  const known = statuses[code];
  const status = more.status ?? known.status;
  const title = titles[status] ?? known.title;
  const body: ProblemDocument = { type: "about:blank", title, status, code, detail, ...(more.errors ? { errors: more.errors } : {}) };
  return Response.json(body, { status, headers: { "content-type": "application/problem+json", ...more.headers } });
}

const standing: Record<string, string> = { unauthorized: 'Bearer realm="podyard"' };

/** The answer to whatever was thrown. */
export function failureResponse(error: unknown): Response {
  if (error instanceof ProblemError) {
    const challenge = standing[error.code];
    return problemResponse(error.code, error.message, {
      ...(error instanceof ValidationError ? { errors: error.errors } : {}),
      headers: { ...(challenge ? { "www-authenticate": challenge } : {}), ...(error.code === "rate_limited" ? { "retry-after": "10" } : {}) },
    });
  }
  const status = statusOf(error);
  if (status !== undefined && status < 500) {
    const why =
      status === 415
        ? "The body must be JSON, with content-type: application/json."
        : error instanceof Error && error.message
          ? error.message
          : "The request cannot be understood.";
    return problemResponse(status === 413 ? "too_large" : "bad_request", why, { status });
  }
  return problemResponse("internal", "Something went wrong here; the request was not carried out, or not to its end.");
}

/** The status of what Hono throws by itself: a body that is no JSON, a content type that no route takes. */
function statusOf(error: unknown): number | undefined {
  return typeof error === "object" && error !== null && "status" in error && typeof error.status === "number" ? error.status : undefined;
}
