import { bodyText } from "#base/http.ts";
import type { Machine } from "#machinery/machines.ts";
import { type Context, Stopped } from "./command.ts";

/** The release of minikube that this one stands for. */
export const release = "v1.39.0";
export const commit = "7a9f6a841470a207de8cf4bafcccee0969d8ba10";

/** Ends the command where the cluster is not there. */
export async function needProfile({ out, machines }: Context, profile: string): Promise<void> {
  if (profile === "minikube" && machines.state() !== "absent") return;
  await out.step("shrug", `Profile ${JSON.stringify(profile)} not found. Run "minikube profile list" to view all profiles.`);
  await out.step("tip", `To start a cluster, run: "minikube start${profile === "minikube" ? "" : ` -p ${profile}`}"`);
  throw new Stopped(85);
}

/** Ends the command where the cluster does not run. */
export async function needRunning(context: Context, profile: string): Promise<void> {
  await needProfile(context, profile);
  const state = context.machines.state();
  if (state === "running") return;
  if (state === "paused") await context.out.step("shrug", `The control-plane node ${profile} apiserver is not running: (state=Paused)`);
  else await context.out.step("shrug", `The control-plane node ${profile} host is not running: state=Stopped`);
  await context.out.step("tip", `To start a cluster, run: "minikube start${profile === "minikube" ? "" : ` -p ${profile}`}"`);
  throw new Stopped(83);
}

/** Only one cluster is simulated; another's name ends the command. */
export async function onlyMinikube({ out }: Context, profile: string): Promise<void> {
  if (profile === "minikube") return;
  await out.fail("fatal", `Podyard does not simulate further clusters beside "minikube": ${JSON.stringify(profile)}`);
  throw new Stopped(64);
}

/** The first machine: where the control plane runs. */
export const primary = ({ machines }: Context): Machine | undefined =>
  machines.nodes().find(({ role }) => role === "control-plane") ?? machines.nodes()[0];

/** The answer of the API, as JSON. */
export async function ask<T>({ client }: Context, path: string): Promise<T> {
  const answer = await client.fetch({ method: "GET", url: path, headers: { accept: "application/json" } });
  const value = JSON.parse(await bodyText(answer)) as T & { message?: string };
  if (answer.status >= 400) throw new ApiProblem(answer.status, value.message ?? "");
  return value;
}

export class ApiProblem extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** Runs `work` as a task and, meanwhile, shows stages at their times; gives when both are done. */
export async function inStages(
  { process }: Context,
  work: () => Promise<void>,
  stages: readonly (readonly [afterMilliseconds: number, show: () => Promise<void>])[],
): Promise<void> {
  const { tasks, clock } = process.machine;
  const began = clock.now();
  let [done, failure]: [boolean, unknown] = [false, undefined];
  let wake: (() => void) | undefined;
  tasks.detach(async () => {
    try {
      await work();
    } catch (error) {
      failure = error ?? new Error("failed");
    }
    done = true;
    wake?.();
  });
  for (const [after, show] of stages) {
    const wait = began + after - clock.now();
    if (wait > 0 && !done) await clock.sleep(wait, process.signal);
    if (failure !== undefined) throw failure;
    await show();
  }
  if (!done)
    await tasks.block((release) => {
      wake = release;
    });
  if (failure !== undefined) throw failure;
}
