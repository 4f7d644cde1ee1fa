import type { HttpResponse } from "#base/http.ts";
import { forbiddenField, invalidValue } from "#machinery/field-error.ts";
import type { LogOptions } from "#machinery/kubelet.ts";
import { badRequest, type FieldError, invalid } from "#machinery/status.ts";
import { readTime } from "#machinery/time.ts";
import type { Pod } from "#machinery/types.ts";
import { defineSubresource } from "../kind.ts";
import { checkNode, containerOf } from "./container.ts";

/** What a container printed. */
export const log = defineSubresource<Pod>({
  name: "log",
  verbs: ["get"],

  checkQuery(query) {
    for (const name of ["tailLines", "limitBytes", "sinceSeconds"]) whole(query, name);
    const since = query.get("sinceTime");
    if (since) timeOf(since);
  },

  async connect(pod, { query, http }, { api, kubelets, now }): Promise<HttpResponse> {
    const flag = (name: string) => query.has(name) && query.get(name) !== "false" && query.get(name) !== "0";
    const asked = { tailLines: whole(query, "tailLines"), limitBytes: whole(query, "limitBytes"), sinceSeconds: whole(query, "sinceSeconds") };
    const errors = [...problems(asked, query)];
    if (errors.length > 0) throw invalid({ group: "", kind: "PodLogOptions" }, pod.metadata.name ?? "", errors);

    const container = containerOf(pod, query.get("container") ?? "");
    // Nothing was printed where nothing runs yet.
    if (!pod.spec.nodeName) return { status: 204, headers: {}, body: new Uint8Array() };
    checkNode(pod, api);
    const { tailLines, limitBytes, sinceSeconds } = asked;
    const sinceTime = query.get("sinceTime");
    const options: LogOptions = {
      follow: flag("follow"),
      previous: flag("previous"),
      timestamps: flag("timestamps"),
      tailLines,
      limitBytes,
      since: sinceSeconds === undefined ? (sinceTime ? timeOf(sinceTime) : undefined) : now - sinceSeconds * 1000,
      signal: http.signal,
    };
    const body = await kubelets.logs(pod, container, options);
    return { status: 200, headers: { "content-type": "text/plain", "cache-control": "no-cache, private" }, body };
  },
});

interface Numbers {
  tailLines: number | undefined;
  limitBytes: number | undefined;
  sinceSeconds: number | undefined;
}

function* problems({ tailLines, limitBytes, sinceSeconds }: Numbers, query: URLSearchParams): Iterable<FieldError> {
  if (tailLines !== undefined && tailLines < 0) yield invalidValue(["tailLines"], tailLines, "must be greater than or equal to 0");
  if (limitBytes !== undefined && limitBytes < 1) yield invalidValue(["limitBytes"], limitBytes, "must be greater than 0");
  if (sinceSeconds !== undefined && query.has("sinceTime"))
    yield forbiddenField(["[]"], "at most one of `sinceTime` or `sinceSeconds` may be specified");
  else if (sinceSeconds !== undefined && sinceSeconds < 1) yield invalidValue(["sinceSeconds"], sinceSeconds, "must be greater than 0");
  if (query.has("stream")) yield forbiddenField(["stream"], "may not be specified");
}

function whole(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (!text) return undefined;
  if (!/^[+-]?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  const number = BigInt(text.replace(/^\+/, ""));
  if (BigInt.asIntN(64, number) !== number) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: value out of range`);
  return Number(number);
}

function timeOf(text: string): number {
  const time = readTime(text, "time");
  if (typeof time === "number") return time;
  throw badRequest(time.problem);
}
