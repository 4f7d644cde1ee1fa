import type { HttpResponse } from "#base/http.ts";
import type { Entry } from "#cluster/store/store.ts";
import { gone, StatusError } from "#machinery/status.ts";
import { computedEntries } from "../computed.ts";
import type { Core } from "../core.ts";
import type { Resource } from "../registry.ts";
import { readSelection, type Selection } from "../selection.ts";
import { bodyIn, isPretty, whole } from "./answer.ts";
import { type Continuation, continueToken, now, readContinueToken } from "./continue-token.ts";
import { listAnswersOf } from "./list-answers.ts";
import { type ListQuery, listQuery } from "./list-options.ts";
import { type Form, formsOf, listForms, negotiate } from "./negotiation.ts";
import { writeQuery } from "./options.ts";
import type { ApiRequest } from "./request.ts";
import { type ListMeta, listJson } from "./serialize.ts";

/** Answers a list: all of it, or a page of how it was when its first page was read. */
export function list(core: Core, resource: Resource, namespace: string, request: ApiRequest): HttpResponse {
  const { http, info } = request;
  const form = negotiate(http.headers["accept"], formsOf(resource.kind, listForms));
  const query = listQuery(info.query, "list");
  const make = () => {
    const { page, metadata } = listed(core, resource, namespace, request, query);
    return bodyIn(form, listJson(core, resource, page, metadata, form, info.query), form.pretty || isPretty(http));
  };
  return whole(200, dependsOnTime(resource, form, query) ? make() : kept(core, request, make), form, request.warnings);
}

/** Whether two lists of one revision may differ: by the ages in them, by what is worked out when it is read, and by versions that are given up one day. */
const dependsOnTime = ({ kind }: Resource, { as }: Form, { continueToken, resourceVersion }: ListQuery) =>
  as === "Table" || kind.presented || kind.view || kind.computed || continueToken || (resourceVersion ?? 0) > 0;

function kept({ store }: Core, { http }: ApiRequest, make: () => Uint8Array): Uint8Array {
  return listAnswersOf(store).at(store.revision, `${http.url} ${http.headers["accept"] ?? ""} ${isPretty(http)}`, make);
}

/** What a list consists of, or the page of it that is asked for. */
export function listed(core: Core, resource: Resource, namespace: string, request: ApiRequest, query: ListQuery) {
  const selection = readSelection(resource, namespace, query);
  const from = query.continueToken ? readContinueToken(query.continueToken) : undefined;
  const computed = computedEntries(core, resource, writeQuery(request, "ListOptions"));
  const { entries, revision } = computed
    ? { entries: selection.among(computed), revision: core.store.revision }
    : snapshot(core, resource, selection, query, from);
  return pageOf(resource, entries, revision, query, from);
}

function snapshot(core: Core, resource: Resource, selection: Selection, query: ListQuery, from: Continuation | undefined) {
  const { store } = core;
  if (from && from.revision > 0 && from.revision !== store.revision) {
    const entries = store.at(resource.collection.prefixOf(selection.namespace), from.revision);
    if (!entries) throw continueExpired(from);
    return { entries: selection.of(entries), revision: from.revision };
  }
  const { resourceVersion: wanted = 0 } = query;
  if (wanted > store.revision) throw tooNew(wanted, store.revision);
  if (query.match === "Exact" || (query.limit > 0 && wanted > 0 && !query.match)) {
    const entries = store.at(resource.collection.prefixOf(selection.namespace), wanted);
    if (!entries) throw gone(`The resourceVersion for the provided list is too old.`);
    return { entries: selection.of(entries), revision: wanted };
  }
  return { entries: selection.entries(), revision: store.revision };
}

function pageOf(resource: Resource, all: readonly Entry[], revision: number, { limit, labels, fields }: ListQuery, from: Continuation | undefined) {
  const { prefix } = resource.collection;
  const rest = from ? all.filter((entry) => entry.key > prefix + from.start) : all;
  const page = limit > 0 ? rest.slice(0, limit) : rest;
  const metadata: ListMeta = { resourceVersion: String(revision) };
  const last = page.at(-1);
  if (last && page.length < rest.length) {
    metadata.continue = continueToken({ revision, start: last.key.slice(prefix.length) });
    // What a selector leaves over nobody has counted.
    if (!labels && !fields) metadata.remainingItemCount = rest.length - page.length;
  }
  return { page, metadata };
}

/** The page's revision was compacted; the token in the answer goes on with how things are now. */
function continueExpired({ start }: Continuation): StatusError {
  const error = gone(
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.",
  );
  error.status.metadata = { continue: continueToken({ revision: now, start }) };
  return error;
}

/** Nobody has that version yet: the client is to ask again. */
function tooNew(wanted: number, current: number): StatusError {
  const message = `Too large resource version: ${wanted}, current: ${current}`;
  const causes = [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }];
  return new StatusError(504, "Timeout", `Timeout: ${message}`, { causes, retryAfterSeconds: 1 }, { "retry-after": "1" });
}
