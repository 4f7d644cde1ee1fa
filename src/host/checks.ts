import type { Tasks } from "#base/tasks.ts";
import { checkGoal } from "#lessons/check.ts";
import type { Client } from "#machinery/client.ts";
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
  for (const check of checks) results.push(await checkGoal(check, { client: asTask, run: exec }));
  return { passed: results.every((result) => result.passed), results };
}
