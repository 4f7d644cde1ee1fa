import type { Tasks } from "#base/tasks.ts";
import { checkGoal } from "#lessons/check.ts";
import type { Client } from "#machinery/client.ts";
import { jsonPathText } from "#machinery/json-path/evaluate.ts";
import { parseJsonPath, relaxed } from "#machinery/json-path/parse.ts";
import type { Check, ChecksResult, ExecResult } from "./contract.ts";

export interface ChecksContext {
  client: Client;
  tasks: Tasks;
  exec(command: string): Promise<ExecResult>;
}

/** Checks goals one after the other, so that what an earlier command does a later one sees. */
export async function evaluate(checks: readonly Check[], { client, tasks, exec }: ChecksContext): Promise<ChecksResult> {
  // The API is asked inside a task, commands are run outside of one: their time must be able to pass.
  const asTask: Client = {
    fetch: (request) => tasks.run(() => client.fetch(request)),
    connect: (request) => tasks.run(() => client.connect(request)),
  };
  const results: ChecksResult["results"] = [];
  for (const check of checks) results.push(await checkGoal(check, { client: asTask, run: exec, jsonPath }));
  return { passed: results.every((result) => result.passed), results };
}

const jsonPath = (expression: string, object: unknown) => jsonPathText(parseJsonPath(relaxed(expression)), object, { allowMissing: true });
