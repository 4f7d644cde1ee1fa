import { label1035Problems, subdomainProblems } from "#machinery/names.ts";
import type { MutatingWebhook, ValidatingWebhook } from "#machinery/types.ts";
import { checkOptionalChoice, checkSelector } from "../shared/checks.ts";
import type { Field } from "../shared/field.ts";
import { checkWebhookClient } from "../shared/webhook-client.ts";
import { checkMatchConditions, sameConditions } from "./expressions.ts";
import { checkRule, failurePolicies, matchPolicies } from "./rules.ts";

type Webhook = MutatingWebhook | ValidatingWebhook;

const harmless = ["None", "NoneOnDryRun"];
const sideEffects = ["None", "NoneOnDryRun", "Some", "Unknown"];
const reviewVersions = ["v1", "v1beta1"];

/** What an older server let in may stay. */
interface Lenience {
  sideEffects: boolean;
  versions: boolean;
  names: boolean;
  conditions: boolean;
}

const known = (versions: readonly string[] = []) => versions.some((version) => reviewVersions.includes(version));

function lenienceOf(webhooks: readonly Webhook[], old: readonly Webhook[] | undefined): Lenience {
  if (!old) return { sideEffects: false, versions: false, names: false, conditions: false };
  return {
    sideEffects: !old.every((webhook) => harmless.includes(webhook.sideEffects)),
    versions: !old.every(({ admissionReviewVersions: versions }) => !versions?.length || known(versions)),
    names: new Set(old.map(({ name }) => name)).size < old.length,
    conditions: sameConditions(webhooks, old),
  };
}

export function checkWebhooks(field: Field, webhooks: readonly Webhook[] = [], old: readonly Webhook[] | undefined): void {
  const lets = lenienceOf(webhooks, old);
  for (const [i, webhook] of webhooks.entries()) {
    const at = field.at(i);
    checkWebhook(at, webhook, lets);
    checkVersions(at.at("admissionReviewVersions"), webhook.admissionReviewVersions ?? [], lets.versions);
    if (!lets.names && webhook.name && webhooks.findIndex(({ name }) => name === webhook.name) < i) at.at("name").duplicate(webhook.name);
  }
}

function checkWebhook(field: Field, webhook: Webhook, lets: Lenience): void {
  checkName(field.at("name"), webhook.name);
  for (const [i, rule] of (webhook.rules ?? []).entries()) checkRule(field.at("rules", i), rule);
  checkOptionalChoice(field.at("failurePolicy"), webhook.failurePolicy, failurePolicies);
  checkOptionalChoice(field.at("matchPolicy"), webhook.matchPolicy, matchPolicies);
  const effects = lets.sideEffects ? sideEffects : harmless;
  if (webhook.sideEffects === undefined || webhook.sideEffects === null)
    field.at("sideEffects").required(`must specify one of ${effects.join(", ")}`);
  else checkOptionalChoice(field.at("sideEffects"), webhook.sideEffects, effects);
  const { timeoutSeconds: timeout } = webhook;
  if (timeout !== undefined && (timeout < 1 || timeout > 30))
    field.at("timeoutSeconds").invalid(timeout, "the timeout value must be between 1 and 30 seconds");
  checkSelector(field.at("namespaceSelector"), webhook.namespaceSelector);
  checkSelector(field.at("objectSelector"), webhook.objectSelector);
  if ("reinvocationPolicy" in webhook) checkOptionalChoice(field.at("reinvocationPolicy"), webhook.reinvocationPolicy, ["IfNeeded", "Never"]);
  checkWebhookClient(field.at("clientConfig"), webhook.clientConfig ?? {});
  if (!lets.conditions) checkMatchConditions(field.at("matchConditions"), webhook.matchConditions ?? [], false);
}

/** A domain of three parts at least. */
function checkName(field: Field, name = ""): void {
  const problems = subdomainProblems(name);
  if (!name) field.required();
  else if (problems.length > 0) field.invalid(name, problems.join(","));
  else if (name.split(".").length < 3) field.invalid(name, "should be a domain with at least three segments separated by dots");
}

function checkVersions(field: Field, versions: readonly string[], letsUnknown: boolean): void {
  const all = reviewVersions.join(", ");
  if (versions.length === 0) {
    field.required(`must specify one of ${all}`);
    return;
  }
  for (const [i, version] of versions.entries()) {
    if (versions.indexOf(version) < i) field.at(i).invalid(version, "duplicate version");
    else field.at(i).problems(version, label1035Problems(version));
  }
  if (!letsUnknown && !known(versions)) field.invalid(versions, `must include at least one of ${all}`);
}
