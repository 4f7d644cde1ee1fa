import { goDuration } from "#machinery/duration.ts";
import type { Thing } from "../../kubectl/api/server.ts";
import { TimedOut, waitUntil } from "../../kubectl/waiting.ts";
import type { Context } from "../command.ts";
import { HelmError } from "../errors.ts";
import { type Wanted, whichOf } from "./resources.ts";
import { type ObjectStatus, statusOf } from "./status.ts";

const nameOf = ({ resource, namespace, name }: Wanted): string => `${resource.kind}/${namespace}/${name}`;

/** Watches objects until each is what it should be, or has failed, or the time is up. Throws a `HelmError` that names those that are not. */
export async function waitForStatus(
  { kube, log }: Pick<Context, "kube" | "log">,
  wanted: readonly Wanted[],
  timeout: number,
  statusIs: (object: Thing | undefined) => ObjectStatus = statusOf,
): Promise<void> {
  const problems: string[] = [];
  const end = kube.now + timeout;
  let late = false;
  log.debug("waiting for resources", { count: wanted.length, timeout: goDuration(timeout) });
  for (const one of wanted) {
    if (one.resource.kind === "Deployment" && (one.object["spec"] as { paused?: boolean } | undefined)?.paused) continue;
    let last: ObjectStatus = statusIs(undefined);
    const settled = (object: Thing | undefined): boolean => {
      last = statusIs(object);
      if (last.status === "Current" || last.status === "Failed") return true;
      log.debug("waiting for resource", { ...whichOf(one), expectedStatus: "Current", actualStatus: last.status });
      return false;
    };
    try {
      // A time of nothing is all the time there is.
      await waitUntil(kube, one, timeout > 0 ? Math.max(end - kube.now, 1) : 0, settled);
    } catch (problem) {
      if (!(problem instanceof TimedOut)) throw problem;
      late = true;
    }
    if (last.status !== "Current") problems.push(`resource ${nameOf(one)} not ready. status: ${last.status}, message: ${last.message}`);
  }
  if (late) problems.push("context deadline exceeded");
  if (problems.length > 0) throw new HelmError(problems.join("\n"));
  log.debug("all resources achieved desired status", { desiredStatus: "Current", resourceCount: wanted.length });
}

/** Watches objects until none of them is there any more. */
export async function waitForDelete({ kube, log }: Pick<Context, "kube" | "log">, wanted: readonly Wanted[], timeout: number): Promise<void> {
  const problems: string[] = [];
  const end = kube.now + timeout;
  let late = false;
  let there = 0;
  log.debug("waiting for resources to be deleted", { count: wanted.length, timeout: goDuration(timeout) });
  for (const one of wanted) {
    let isFirst = true;
    let last: Thing | undefined;
    try {
      await waitUntil(kube, one, timeout > 0 ? Math.max(end - kube.now, 1) : 0, (object) => {
        last = object;
        if (isFirst && object) there++;
        isFirst = false;
        return object === undefined;
      });
    } catch (problem) {
      if (!(problem instanceof TimedOut)) throw problem;
      late = true;
      const { status, message } = statusOf(last);
      problems.push(`resource ${nameOf(one)} still exists. status: ${status}, message: ${message}`);
    }
  }
  if (late) problems.push("context deadline exceeded");
  if (problems.length > 0) throw new HelmError(problems.join("\n"));
  log.debug("all resources achieved desired status", { desiredStatus: "NotFound", resourceCount: there });
}
