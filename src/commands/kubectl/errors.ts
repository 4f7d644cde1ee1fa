import type { Status } from "#machinery/types.ts";

/** What a user did wrong or a command cannot do: told as `error: …`. */
export class CommandError extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The server's refusal. */
export class ServerError extends Error {
  readonly status: Status;
  constructor(status: Status) {
    super(status.message ?? "");
    this.status = status;
  }

  get reason(): string {
    return this.status.reason ?? "";
  }
}

/** No answer from the server. */
export class ConnectionError extends Error {
  readonly host: string;
  readonly refused: boolean;
  constructor(host: string, refused: boolean, message: string) {
    super(message);
    this.host = host;
    this.refused = refused;
  }
}

/** A kubeconfig that does not hold what it should. */
export class ConfigError extends Error {}

/** Several failures of one command. */
export class Problems extends Error {
  readonly errors: readonly unknown[];
  constructor(errors: readonly unknown[]) {
    super(errors.map((error) => (error instanceof Error ? error.message : String(error))).join(", "));
    this.errors = errors;
  }
}

/** Ends the command with an exit code, and with nothing more said than `message`. */
export class Exit extends Error {
  readonly exitCode: number;
  constructor(exitCode = 1, message = "") {
    super(message);
    this.exitCode = exitCode;
  }
}

/** A command that was called the wrong way. */
export const usageError = (invocation: { readonly path: string }, message: string): CommandError =>
  new CommandError(`${message}\nSee '${invocation.path} -h' for help and examples`);

export const isNotFound = (error: unknown): boolean => error instanceof ServerError && error.reason === "NotFound";
export const isConflict = (error: unknown): boolean => error instanceof ServerError && error.reason === "Conflict";

/** All failures, told in a list even when there is but one. */
export function throwListed(errors: readonly unknown[]): void {
  if (errors.length > 0) throw new Problems(errors);
}

/** All failures as one: none is nothing, one is itself. */
export function throwAll(errors: readonly unknown[]): void {
  if (errors.length === 0) return;
  throw errors.length === 1 ? errors[0] : new Problems(errors);
}

/** The same failure, saying which file it came from. */
export function withSource(error: unknown, verb: string, source: string | undefined): unknown {
  if (source === undefined) return error;
  const message = `error when ${verb} ${JSON.stringify(source)}: ${error instanceof Error ? error.message : String(error)}`;
  if (error instanceof ServerError) return new ServerError({ ...error.status, message });
  return error instanceof CommandError ? new CommandError(message, error.exitCode) : error;
}

/** What a failure prints on standard error, and the exit code it ends with. */
export function report(error: unknown): { text: string; exitCode: number } {
  if (error instanceof Exit) return { text: ended(error.message), exitCode: error.exitCode };
  if (error instanceof ServerError && error.reason === "Invalid") return { text: ended(invalidText(error.status)), exitCode: 1 };
  if (error instanceof ConfigError) return { text: `Error in configuration: ${error.message}\n`, exitCode: 1 };
  if (error instanceof Problems) return { text: ended(flat(error).map(messageOf).join("\n")), exitCode: 1 };
  const known = knownText(error);
  if (known !== undefined) return { text: ended(known), exitCode: 1 };
  if (error instanceof CommandError) return { text: ended(prefixed(error.message)), exitCode: error.exitCode };
  throw error;
}

const flat = (problems: Problems): unknown[] => problems.errors.flatMap((error) => (error instanceof Problems ? flat(error) : [error]));

const ended = (text: string): string => (text === "" || text.endsWith("\n") ? text : `${text}\n`);

const prefixed = (message: string): string => (message.startsWith("error: ") ? message : `error: ${message}`);

/** A failure among several, or within a sentence. */
export const messageOf = (error: unknown): string => knownText(error) ?? (error instanceof Error ? error.message : String(error));

function knownText(error: unknown): string | undefined {
  if (error instanceof ServerError) {
    if (error.reason === "Unauthorized") return `error: You must be logged in to the server (${error.message})`;
    return error.reason ? `Error from server (${error.reason}): ${error.message}` : `Error from server: ${error.message}`;
  }
  if (error instanceof ConnectionError)
    return error.refused
      ? `The connection to the server ${error.host} was refused - did you specify the right host or port?`
      : `Unable to connect to the server: ${error.message}`;
  return undefined;
}

function invalidText({ details, message }: Status): string {
  if (!details) return message ? `The request is invalid: ${message}` : "The request is invalid";
  const causes = [...new Set((details.causes ?? []).map((cause) => `${cause.field ?? ""}: ${cause.message ?? ""}`))];
  let about = "The request is invalid";
  if (details.kind || details.name) about = `The ${details.kind ?? ""} ${JSON.stringify(details.name ?? "")} is invalid`;
  else if (message && causes.length === 0) about += `: ${message}`;
  if (causes.length === 0) return about;
  return causes.length === 1 ? `${about}: ${causes[0]}\n` : `${about}: \n${causes.map((cause) => `* ${cause}\n`).join("")}`;
}
