import type { Container, EphemeralContainer, PodSpec, Volume } from "#machinery/types.ts";
import { checkChoice, checkLabel } from "../checks.ts";
import type { Field } from "../field.ts";
import { checkEnv, checkEnvFrom } from "./env.ts";
import { checkLifecycle, checkProbes } from "./handlers.ts";
import { checkVolumeDevices, checkVolumeMounts } from "./mounts.ts";
import { checkHostPortConflicts, checkPorts } from "./ports.ts";
import { checkRequirements } from "./resource-requirements.ts";
import { checkRestartRules } from "./restart-rules.ts";
import { checkContainerSecurity } from "./security.ts";

/** What the checks of a container need of its pod. */
export interface PodContext {
  readonly spec: PodSpec;
  /** A pod, and not a template. */
  readonly isPod: boolean;
  /** The volumes in which nothing is wrong. */
  readonly volumes: ReadonlyMap<string, Volume>;
  readonly claims: ReadonlySet<string>;
  readonly hostUsers: boolean;
}

export function checkContainers(field: Field, context: PodContext): void {
  const containers = context.spec.containers ?? [];
  if (containers.length === 0) {
    field.required();
    return;
  }

  const names = new Set<string>();
  for (const [i, container] of containers.entries()) {
    const at = field.at(i);
    checkContainer(at, container, context);
    if (names.has(container.name)) at.at("name").duplicate(container.name);
    names.add(container.name);
    if (container.lifecycle) checkLifecycle(at.at("lifecycle"), container.lifecycle, context);
    checkProbes(at, container, context);
    checkRestartRules(at, container);
  }
  checkHostPortConflicts(field, containers);
}

export function checkInitContainers(field: Field, context: PodContext): void {
  const names = new Set((context.spec.containers ?? []).map((container) => container.name));
  for (const [i, container] of (context.spec.initContainers ?? []).entries()) {
    const at = field.at(i);
    const sidecar = container.restartPolicy === "Always";
    checkContainer(at, container, context);
    checkRestartRules(at, container, { init: true });
    if (names.has(container.name)) at.at("name").duplicate(container.name);
    else if (container.name) names.add(container.name);
    // Init containers run one after another: each may use the ports again.
    checkHostPortConflicts(field, [container]);

    if (sidecar) {
      if (container.lifecycle) checkLifecycle(at.at("lifecycle"), container.lifecycle, context);
      checkProbes(at, container, context);
      continue;
    }
    for (const part of ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"] as const)
      if (container[part]) at.at(part).forbidden("may not be set for init containers without restartPolicy=Always");
    for (const [j, { restartPolicy }] of (container.resizePolicy ?? []).entries())
      if (restartPolicy === "RestartContainer")
        at.at("resizePolicy", j, "restartPolicy").invalid(restartPolicy, "must not be set to 'RestartContainer' for non-sidecar initContainers");
  }
}

export function checkEphemeralContainers(field: Field, context: PodContext): void {
  const { containers = [], initContainers = [], ephemeralContainers = [] } = context.spec;
  const others = new Set([...containers, ...initContainers].map((container) => container.name));
  const names = new Set(others);
  for (const [i, container] of ephemeralContainers.entries()) {
    const at = field.at(i);
    checkContainer(at, container, context);
    checkImagePadding(at, container);
    if (names.has(container.name)) at.at("name").duplicate(container.name);
    names.add(container.name);
    const target = container.targetContainerName;
    if (target && !others.has(target)) at.at("targetContainerName").notFound(target);
    for (const part of neverEphemeral) if (isSet(container[part])) at.at(part).forbidden("cannot be set for an Ephemeral Container");
    for (const [j, mount] of (container.volumeMounts ?? []).entries())
      for (const part of ["subPath", "subPathExpr"] as const)
        if (mount[part]) at.at("volumeMounts", j, part).forbidden("cannot be set for an Ephemeral Container");
  }
}

/** In the order of the API's own type. */
const neverEphemeral = [
  "ports",
  "resources",
  "resizePolicy",
  "restartPolicy",
  "restartPolicyRules",
  "livenessProbe",
  "readinessProbe",
  "startupProbe",
  "lifecycle",
] as const;

const isSet = (value: unknown) => value !== undefined && !(typeof value === "object" && value !== null && Object.keys(value).length === 0);

/** Whatever the container is for. */
function checkContainer(field: Field, container: Container | EphemeralContainer, context: PodContext): void {
  if (!container.name) field.at("name").required();
  else checkLabel(field.at("name"), container.name);
  if (!container.image) field.at("image").required();
  checkChoice(field.at("terminationMessagePolicy"), container.terminationMessagePolicy, ["File", "FallbackToLogsOnError"]);
  checkPorts(field.at("ports"), container.ports ?? []);
  checkEnv(field.at("env"), container.env ?? []);
  checkEnvFrom(field.at("envFrom"), container.envFrom ?? []);
  checkVolumeMounts(field.at("volumeMounts"), container, context);
  checkVolumeDevices(field.at("volumeDevices"), container, context);
  checkPullPolicy(field.at("imagePullPolicy"), container.imagePullPolicy);
  checkRequirements(field.at("resources"), container.resources, context);
  checkResizePolicy(field.at("resizePolicy"), container, context.spec);
  checkContainerSecurity(field.at("securityContext"), container.securityContext, context.hostUsers);
}

export const checkPullPolicy = (field: Field, policy: string | undefined): void => checkChoice(field, policy, ["Always", "IfNotPresent", "Never"]);

export function checkImagePadding(field: Field, { image = "" }: { image?: string }): void {
  if (image.trim() !== image) field.at("image").invalid(image, "must not have leading or trailing whitespace");
}

function checkResizePolicy(field: Field, { resizePolicy = [] }: Container, { restartPolicy: ofPod }: PodSpec): void {
  const seen = new Set<string>();
  for (const [i, { resourceName, restartPolicy }] of resizePolicy.entries()) {
    if (seen.has(resourceName)) field.at(i).duplicate(resourceName);
    seen.add(resourceName);
    checkChoice(field, resourceName, ["cpu", "memory"]);
    checkChoice(field, restartPolicy, ["NotRequired", "RestartContainer"]);
    if (ofPod === "Never" && restartPolicy !== "NotRequired")
      field.invalid(restartPolicy, "must be 'NotRequired' when pod `restartPolicy` is 'Never'");
  }
}
