import type { HttpResponse } from "#base/http.ts";
import { bytesOf, Pipe } from "#base/streams.ts";
import type { Change, Entry } from "#cluster/store/store.ts";
import { emptyOf } from "#machinery/conform.ts";
import type { KubeObject } from "#machinery/object.ts";
import { protobufFrame, writeProtobuf } from "#machinery/protobuf-writer.ts";
import { gone } from "#machinery/status.ts";
import type { Core } from "../core.ts";
import type { Resource } from "../registry.ts";
import { readSelection, type Selection } from "../selection.ts";
import { partialOf, tableOf } from "../table.ts";
import { warningHeaders } from "./answer.ts";
import { type ListQuery, listQuery } from "./list-options.ts";
import { contentType, type Form, formsOf, listForms, negotiate, protobufStream, watchForms } from "./negotiation.ts";
import type { ApiRequest } from "./request.ts";
import { includeOf, jsonOf, shown } from "./serialize.ts";

/** As long as a watch lasts when nobody says how long; the real server takes up to twice as long, so that not all end at once. */
const shortestDefaultSeconds = 1800;
/** So long before its end a watch that wants bookmarks gets one, from where the next can go on. */
const lastBookmarkMilliseconds = 2000;
const oldPath = /^\/(?:api|apis\/[^/]+)\/[^/]+\/watch\//;
/** Who lets so much lie unread has gone away. */
const mostUnreadBytes = 16 * 1024 * 1024;

type EventType = "ADDED" | "MODIFIED" | "DELETED";

/** Answers a watch: a stream of what happens, from a version on. */
export function watch(core: Core, resource: Resource, namespace: string, name: string, request: ApiRequest): HttpResponse {
  const { http, info } = request;
  negotiate(http.headers["accept"], formsOf(resource.kind, listForms));
  const form = negotiate(http.headers["accept"], formsOf(resource.kind, watchForms));
  const asked = listQuery(info.query, "watch");
  // The paths that were there before the parameter know no bookmarks.
  const query = oldPath.test(info.path) ? { ...asked, bookmarks: false } : asked;
  const selection = readSelection(resource, namespace, name ? { ...query, fields: `metadata.name=${name}` } : query);
  const stream = new WatchStream(core, resource, selection, query, new EventWriter(core, resource, form, info.query));
  if (http.signal?.aborted) stream.end();
  else http.signal?.addEventListener("abort", () => stream.end(), { once: true });
  const headers = {
    "content-type": form.media === "json" ? contentType(form) : protobufStream,
    "cache-control": "no-cache, private",
    ...warningHeaders(request.warnings),
  };
  return { status: 200, headers, body: { read: () => stream.pipe.read(), take: () => stream.pipe.take(), cancel: () => stream.end() } };
}

class WatchStream {
  readonly pipe: Pipe;
  readonly #core: Core;
  readonly #selection: Selection;
  readonly #writer: EventWriter;
  readonly #isOfLists: boolean;
  readonly #ends: (() => void)[] = [];

  constructor(core: Core, resource: Resource, selection: Selection, query: ListQuery, writer: EventWriter) {
    this.pipe = new Pipe(core.tasks);
    this.#core = core;
    this.#selection = selection;
    this.#writer = writer;
    this.#isOfLists = writer.isOfLists;

    const { resourceVersion: from = 0 } = query;
    const wantsState = query.sendInitialEvents ?? from === 0;
    const isFromNow = query.sendInitialEvents === false && from === 0;
    const missed = wantsState || isFromNow ? [] : core.store.since(resource.collection.prefixOf(selection.namespace), from);
    if (!missed) {
      this.#push(writer.expired(from, core.store.compacted));
      this.pipe.close();
      return;
    }
    if (wantsState) this.#sendState(query);
    for (const change of missed) this.#hear(change);
    this.#ends.push(resource.collection.watch(selection.namespace, (change) => this.#hear(change, from)));
    this.#endInTime(query);
  }

  end(): void {
    for (const end of this.#ends.splice(0)) end();
    this.pipe.close();
  }

  #sendState(query: ListQuery): void {
    for (const entry of this.#selection.entries()) this.#push(this.#writer.event("ADDED", entry));
    if (query.bookmarks) this.#push(this.#writer.bookmark(this.#core.store.revision, true));
  }

  /** A selected object that comes into the selection is added to it, one that leaves it deleted. */
  #hear({ type, entry, old, revision }: Change, after = 0): void {
    if (revision <= after) return;
    const was = old !== undefined && this.#selection.matches(old);
    const is = type === "put" && this.#selection.matches(entry);
    if (is) this.#push(this.#writer.event(was ? "MODIFIED" : "ADDED", entry));
    else if (was) this.#push(type === "delete" ? this.#writer.event("DELETED", entry) : this.#writer.left(old, revision));
  }

  #endInTime({ timeoutSeconds, bookmarks }: ListQuery): void {
    const { clock, random, store } = this.#core;
    const seconds = timeoutSeconds || shortestDefaultSeconds * (1 + random.fraction());
    const end = clock.now() + seconds * 1000;
    const timers = [clock.at(end, () => this.end())];
    if (bookmarks && seconds * 1000 > 2 * lastBookmarkMilliseconds)
      timers.push(clock.at(end - lastBookmarkMilliseconds, () => this.#push(this.#writer.bookmark(store.revision, false))));
    this.#ends.push(() => {
      for (const timer of timers) timer.cancel();
    });
  }

  #push(bytes: Uint8Array): void {
    // No event is a list: who wants one hears nothing, and no more.
    if (!this.#isOfLists) this.pipe.push(bytes);
    if (this.#isOfLists || this.pipe.unread > mostUnreadBytes) this.end();
  }
}

/** The bytes of events that all watchers of one form share. */
const written = new WeakMap<Entry, Map<string, Uint8Array>>();

/** Writes events in the form that a watcher asked for. */
class EventWriter {
  readonly #core: Core;
  readonly #resource: Resource;
  readonly #form: Form;
  readonly #query: URLSearchParams;
  #isFirst = true;

  constructor(core: Core, resource: Resource, form: Form, query: URLSearchParams) {
    this.#core = core;
    this.#resource = resource;
    this.#form = form;
    this.#query = query;
  }

  get isOfLists(): boolean {
    return this.#form.as === "PartialObjectMetadataList";
  }

  event(type: EventType, entry: Entry): Uint8Array {
    const { as, media, version } = this.#form;
    // Ages and heartbeats are as of now; the rest of an event is the same for all.
    if (as === "Table" || this.#resource.kind.presented) return this.#write(type, shown(this.#core, this.#resource, entry.value));
    const key = `${type} ${media} ${as ?? ""} ${version ?? ""} ${this.#resource.apiVersion}`;
    const known = written.get(entry) ?? new Map<string, Uint8Array>();
    let bytes = known.get(key);
    if (!bytes) {
      bytes = as || media !== "json" ? this.#write(type, this.#resource.read(entry.value)) : line(type, jsonOf(this.#core, this.#resource, entry));
      known.set(key, bytes);
      written.set(entry, known);
    }
    return bytes;
  }

  /** The object as it was while it was still selected, under the version that took it out. */
  left(old: Entry, revision: number): Uint8Array {
    const object = shown(this.#core, this.#resource, old.value);
    return this.#write("DELETED", { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } });
  }

  bookmark(revision: number, endsInitialEvents: boolean): Uint8Array {
    const annotations = endsInitialEvents ? { annotations: { "k8s.io/initial-events-end": "true" } } : {};
    const { gvk, apiVersion } = this.#resource;
    const metadata = { resourceVersion: String(revision), ...annotations };
    const { as, version } = this.#form;
    if (as === "Table") return this.#frame("BOOKMARK", { ...this.#table([]), metadata: { resourceVersion: metadata.resourceVersion } });
    const head = as ? { kind: "PartialObjectMetadata", apiVersion: `meta.k8s.io/${version}` } : { ...this.#nothing(), kind: gvk.kind, apiVersion };
    return this.#frame("BOOKMARK", { ...head, metadata });
  }

  #write(type: EventType, object: KubeObject): Uint8Array {
    const { as, version } = this.#form;
    return this.#frame(type, as === "Table" ? this.#table([object]) : as ? partialOf(object, this.#resource.kind, version) : object);
  }

  expired(from: number, compacted: number): Uint8Array {
    return this.#frame("ERROR", gone(`too old resource version: ${from} (${compacted})`).status);
  }

  /** What an object of the kind is that nobody has filled in. */
  #nothing(): object {
    const { schema, kind } = this.#resource;
    return kind.custom ? {} : (emptyOf(schema) as object);
  }

  #frame(type: string, object: object): Uint8Array {
    const message = this.#form.media === "protobuf" ? writeProtobuf(object) : undefined;
    return message ? protobufFrame(type, message) : line(type, JSON.stringify(object));
  }

  /** Only the first table of a watch has its columns. */
  #table(objects: readonly KubeObject[]): object {
    const metadata = { resourceVersion: objects[0]?.metadata.resourceVersion ?? "" };
    const table = tableOf(this.#resource, objects, metadata, this.#core.clock.now(), includeOf(this.#query), this.#form.version);
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    return isFirst ? table : { ...table, columnDefinitions: null };
  }
}

const line = (type: string, json: string): Uint8Array => bytesOf(`{"type":"${type}","object":${json}}\n`);
