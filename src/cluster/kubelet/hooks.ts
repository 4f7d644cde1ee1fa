import { StatusError } from "#machinery/status.ts";
import type { Container, LifecycleHandler, Pod } from "#machinery/types.ts";
import { podText } from "./containers.ts";
import { execProblem } from "./exec.ts";
import type { PodHost } from "./pod-host.ts";
import { httpGet, portOf } from "./probes.ts";

/**
 * Runs a lifecycle hook to its end; gives why it failed, as an event or status says it. Blocks the calling task.
 * https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/
 */
export async function runHook(
  host: PodHost,
  pod: Pod,
  uid: string,
  container: Container,
  id: string,
  hook: LifecycleHandler,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const live = host.runtime.get(uid, id);
  const of = `for Container "${container.name}" in Pod "${podText(pod)}"`;
  if (!live) return undefined;
  try {
    if (hook.sleep) {
      await host.clock.sleep((hook.sleep.seconds ?? 0) * 1000, signal);
    } else if (hook.exec) {
      const command = hook.exec.command ?? [];
      const problem = execProblem(live, command);
      if (problem)
        return `Exec lifecycle hook ([${command.join(" ")}]) ${of} failed - error: rpc error: code = Unknown desc = ${problem}, message: ""`;
      const { code, stdout, stderr } = await live.run(command, signal);
      if (code !== 0)
        return `Exec lifecycle hook ([${command.join(" ")}]) ${of} failed - error: command '${command.join(" ")}' exited with ${code}: ${stderr}, message: ${JSON.stringify(stdout + stderr)}`;
    } else if (hook.httpGet) {
      const path = hook.httpGet.path ?? "";
      const port = portOf(hook.httpGet.port, container);
      const address = hook.httpGet.host || host.runtime.stack(uid)?.address || "";
      const outcome = await httpGet(host, uid, { ...hook.httpGet, address, port, path }, signal);
      if ("problem" in outcome) return `HTTP lifecycle hook (${path}) ${of} failed - error: ${outcome.problem}`;
    }
    return undefined;
  } catch (error) {
    if (error instanceof StatusError || !signal?.aborted) throw error;
    return "context deadline exceeded";
  }
}
