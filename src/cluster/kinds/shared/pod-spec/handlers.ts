import { headerNameProblems } from "#machinery/names.ts";
import type { Container, Lifecycle, LifecycleHandler, Probe } from "#machinery/types.ts";
import { checkNonNegative, checkPort } from "../checks.ts";
import type { Field } from "../field.ts";
import type { PodContext } from "./containers.ts";

export function checkProbes(field: Field, { livenessProbe, readinessProbe, startupProbe }: Container, context: PodContext): void {
  if (livenessProbe) checkDecidingProbe(field.at("livenessProbe"), livenessProbe, context);
  if (readinessProbe) {
    const at = field.at("readinessProbe");
    checkProbe(at, readinessProbe, context);
    const seconds = readinessProbe.terminationGracePeriodSeconds;
    if (seconds !== undefined) at.at("terminationGracePeriodSeconds").invalid(seconds, "must not be set for readinessProbes");
  }
  if (startupProbe) checkDecidingProbe(field.at("startupProbe"), startupProbe, context);
}

/** A probe that kills the container: one success is enough. */
function checkDecidingProbe(field: Field, probe: Probe, context: PodContext): void {
  checkProbe(field, probe, context);
  if (probe.successThreshold !== 1) field.at("successThreshold").invalid(probe.successThreshold ?? 0, "must be 1");
}

function checkProbe(field: Field, probe: Probe, context: PodContext): void {
  checkHandler(field, probe, context);
  for (const part of ["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"] as const)
    checkNonNegative(field.at(part), probe[part]);
  const seconds = probe.terminationGracePeriodSeconds;
  if (seconds !== undefined && seconds <= 0) field.at("terminationGracePeriodSeconds").invalid(seconds, "must be greater than 0");
}

export function checkLifecycle(field: Field, { postStart, preStop, stopSignal }: Lifecycle, context: PodContext): void {
  if (postStart) checkHandler(field.at("postStart"), postStart, context);
  if (preStop) checkHandler(field.at("preStop"), preStop, context);
  if (stopSignal !== undefined) checkStopSignal(field.at("stopSignal"), stopSignal, context);
}

const windowsSignals = ["SIGKILL", "SIGTERM"];

function checkStopSignal(field: Field, signal: string, { spec }: PodContext): void {
  if (!spec.os) field.forbidden("may not be set for containers with empty `spec.os.name`");
  else if (spec.os.name === "windows" && !windowsSignals.includes(signal)) field.notSupported(signal, windowsSignals);
}

type Handler = Partial<Probe> & LifecycleHandler;

/** What is to be done: exactly one thing. */
function checkHandler(field: Field, handler: Handler, { spec }: PodContext): void {
  const actions = (["exec", "httpGet", "tcpSocket", "grpc", "sleep"] as const).filter((action) => handler[action] !== undefined);
  for (const [i, action] of actions.entries()) {
    const at = field.at(action);
    if (i > 0) at.forbidden("may not specify more than 1 handler type");
    else if (action === "exec") {
      if (!handler.exec?.command?.length) at.at("command").required();
    } else if (action === "httpGet") checkHttpGet(at, handler.httpGet);
    else if (action === "sleep") checkSleep(at, handler.sleep?.seconds ?? 0, spec.terminationGracePeriodSeconds);
    else checkPort(at.at("port"), handler[action]?.port);
  }
  if (actions.length === 0) field.required("must specify a handler type");
}

function checkHttpGet(field: Field, get: Handler["httpGet"]): void {
  if (!get) return;
  if (!get.path) field.at("path").required();
  checkPort(field.at("port"), get.port);
  if (get.scheme !== "HTTP" && get.scheme !== "HTTPS") field.at("scheme").notSupported(get.scheme ?? "", ["HTTP", "HTTPS"]);
  for (const header of get.httpHeaders ?? []) field.at("httpHeaders").problems(header.name, headerNameProblems(header.name ?? ""));
}

function checkSleep(field: Field, seconds: number, gracePeriod: number | undefined): void {
  if (gracePeriod !== undefined && (seconds < 0 || seconds > gracePeriod))
    field.invalid(seconds, `must be non-negative and less than terminationGracePeriodSeconds (${gracePeriod})`);
}
