import { bodyText } from "#base/http.ts";
import { bytesOf } from "#base/streams.ts";
import { CelProblem } from "#machinery/cel/problem.ts";
import type { KubeObject } from "#machinery/object.ts";
import { badRequest, internalError, StatusError } from "#machinery/status.ts";
import type { MutatingWebhook, Service, Status, ValidatingWebhook, WebhookClientConfig } from "#machinery/types.ts";
import { backend } from "../../subresources/proxy.ts";
import type { AdmissionRequest } from "../plugin.ts";
import { concerns } from "../policies/match.ts";
import { Evaluation, type PolicySpec, requestOf } from "../policies/policies.ts";

export type Webhook = MutatingWebhook | ValidatingWebhook;

/** What a webhook answered. */
export interface Review {
  uid?: string;
  allowed?: boolean;
  status?: Partial<Status>;
  patch?: string;
  patchType?: string;
  warnings?: string[];
}

/** Nobody is asked about those who are asked. */
const exempt = new Set([
  "validatingwebhookconfigurations.admissionregistration.k8s.io",
  "mutatingwebhookconfigurations.admissionregistration.k8s.io",
]);

/** Asks one webhook after the other whom a request concerns; gives what those said who allow it, and refuses it with the first that does not. */
export async function* reviews(
  configurations: readonly (KubeObject & { readonly webhooks?: readonly Webhook[] })[],
  request: AdmissionRequest,
): AsyncIterable<{ webhook: Webhook; review: Review }> {
  for (const configuration of configurations)
    for (const webhook of configuration.webhooks ?? []) {
      const review = await ask(configuration, webhook, request);
      if (!review) continue;
      for (const warning of review.warnings ?? []) request.warn(warning);
      if (!review.allowed) throw denial(webhook, review);
      yield { webhook, review };
    }
}

/** Asks one webhook about a request; undefined where it does not concern it, or could not be asked and need not be. */
async function ask(configuration: KubeObject, webhook: Webhook, request: AdmissionRequest): Promise<Review | undefined> {
  if (exempt.has(request.resource.name) || !concerns({ ...webhook, resourceRules: webhook.rules ?? [] }, request, true)) return undefined;
  const name = JSON.stringify(webhook.name);
  try {
    if (!hasConditions(configuration, webhook, request)) return undefined;
    if (request.dryRun && webhook.sideEffects !== "None" && webhook.sideEffects !== "NoneOnDryRun")
      throw badRequest(`admission webhook ${name} does not support dry run`);
    return await called(webhook, request);
  } catch (error) {
    if (!(error instanceof WebhookFailure || error instanceof CelProblem)) throw error;
    if (webhook.failurePolicy === "Ignore") return undefined;
    throw internalError(`failed calling webhook ${name}: ${error.message}`);
  }
}

class WebhookFailure extends Error {}

const policies = new WeakMap<Webhook, KubeObject & { spec: PolicySpec }>();

/** Whether a webhook's own conditions hold: they are those of a policy without variables. */
function hasConditions({ apiVersion, kind, metadata }: KubeObject, webhook: Webhook, request: AdmissionRequest): boolean {
  const { matchConditions } = webhook;
  if (!matchConditions?.length) return true;
  let policy = policies.get(webhook);
  if (!policy) {
    policy = { apiVersion, kind, metadata, spec: { matchConditions } };
    policies.set(webhook, policy);
  }
  return new Evaluation(policy, request, undefined).matches;
}

const urlOf = ({ url, service }: WebhookClientConfig, timeoutSeconds: number): string =>
  url
    ? `${url}?timeout=${timeoutSeconds}s`
    : `https://${service?.name}.${service?.namespace}.svc:${service?.port ?? 443}${service?.path ?? "/"}?timeout=${timeoutSeconds}s`;

async function called({ clientConfig, timeoutSeconds = 10 }: Webhook, request: AdmissionRequest): Promise<Review> {
  const { object, old, operation, api, random, kubelets } = request;
  const url = urlOf(clientConfig, timeoutSeconds);
  const fail = (why: string) => new WebhookFailure(`failed to call webhook: ${why}`);
  const asked = { ...requestOf(request), object: operation === "DELETE" ? null : object, oldObject: old ?? null, options: null };
  const { service } = clientConfig;
  if (!service) throw fail(`Post ${JSON.stringify(url)}: Not simulated by Podyard: webhooks outside of the cluster`);
  const found = api.get<Service>("services", service.name, service.namespace);
  if (!found) throw fail(`Post ${JSON.stringify(url)}: service ${JSON.stringify(service.name)} not found`);

  let text: string;
  try {
    const { pod, port } = backend(found, String(service.port ?? 443), api, random, service.namespace);
    const body = bytesOf(JSON.stringify({ kind: "AdmissionReview", apiVersion: "admission.k8s.io/v1", request: asked }));
    const { pathname, search, host } = new URL(url);
    const answered = await kubelets.proxy(pod, port, {
      method: "POST",
      url: pathname + search,
      headers: { host, accept: "application/json, */*", "content-type": "application/json" },
      body,
    });
    text = await bodyText(answered);
    if (answered.status !== 200) throw fail(refusalOf(answered.status, text));
  } catch (error) {
    if (error instanceof StatusError) throw fail(`Post ${JSON.stringify(url)}: ${error.message}`);
    throw error;
  }
  return reviewOf(text, asked.uid);
}

function refusalOf(status: number, text: string): string {
  if (status === 404) return "the server could not find the requested resource";
  if (status >= 500) return `an error on the server (${JSON.stringify(text.trim())}) has prevented the request from succeeding`;
  return `the server responded with the status code ${status} but did not return more information`;
}

function reviewOf(text: string, uid: string): Review {
  const wrong = (why: string) => new WebhookFailure(`received invalid webhook response: ${why}`);
  let review: { kind?: string; apiVersion?: string; response?: Review };
  try {
    review = JSON.parse(text);
  } catch {
    throw wrong("couldn't get version/kind; json parse error");
  }
  const { kind, apiVersion, response } = review ?? {};
  if (kind !== "AdmissionReview" || !apiVersion?.startsWith("admission.k8s.io/"))
    throw wrong(`expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got ${apiVersion ?? ""}, Kind=${kind ?? ""}`);
  if (!response) throw new WebhookFailure("webhook response was absent");
  if (response.uid !== uid) throw wrong(`expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(response.uid ?? "")}`);
  return response;
}

/** What a webhook's no becomes. */
function denial({ name }: Webhook, { status = {} }: Review): StatusError {
  const by = `admission webhook ${JSON.stringify(name)} denied the request`;
  const why = status.message || status.reason;
  return new StatusError(Math.max(status.code ?? 0, 400), status.reason ?? "", why ? `${by}: ${why}` : `${by} without explanation`, status.details);
}
