import { type Signal, signal } from "@preact/signals";
import { applied, emptySet, type LiveSet, listed, type WatchLine } from "./live-set.ts";
import type { KubeObject } from "./objects.ts";

/** Where a watch stands. `refused`: the server says no (401, 403, 404) and asking again would not help. */
export type Link = "connecting" | "live" | "lost" | "refused";

export interface Watched<T extends KubeObject> {
  readonly set: Signal<LiveSet<T>>;
  readonly link: Signal<Link>;
  stop(): void;
}

const longestWait = 4_000;

/**
 * Lists a resource and watches it from there on, for as long as the page lives: a lost connection is taken up where it broke, a version that the server
 * has forgotten is listed anew. The watch comes over a WebSocket, as Kubernetes offers it, since a browser holds few HTTP connections to one host.
 */
export function watch<T extends KubeObject>(base: string, path: string, token: string, query = ""): Watched<T> {
  const set = signal<LiveSet<T>>(emptySet<T>());
  const link = signal<Link>("connecting");
  const stop = new AbortController();
  let socket: WebSocket | undefined;

  void (async () => {
    for (let wait = 500; !stop.signal.aborted; wait = Math.min(wait * 2, longestWait)) {
      try {
        if (!set.value.resourceVersion) {
          const answer = await fetch(`${base}${path}?${query}`, { headers: { authorization: `Bearer ${token}` }, signal: stop.signal });
          if (answer.status === 401 || answer.status === 403 || answer.status === 404) {
            link.value = "refused";
            return;
          }
          if (!answer.ok) throw new Error(String(answer.status));
          set.value = listed<T>(await answer.json());
        }
        const began = Date.now();
        link.value = "live";
        const going = await follow();
        if (!going) set.value = { ...set.value, resourceVersion: "" };
        if (going === undefined || Date.now() - began > 5_000) wait = 250;
      } catch {
        if (stop.signal.aborted) return;
      }
      link.value = "lost";
      await new Promise((resolve) => setTimeout(resolve, wait * (0.75 + Math.random() / 2)));
    }
  })();

  /** Gives when the watch ended: whether it can be taken up from where it is. */
  function follow(): Promise<boolean> {
    const url = new URL(`${base}${path}?${query}&watch=true&allowWatchBookmarks=true&resourceVersion=${set.value.resourceVersion}`, location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    return new Promise((resolve) => {
      const bearer = btoa(token).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
      socket = new WebSocket(url, ["json.kubernetes.io", `base64url.bearer.authorization.k8s.io.${bearer}`]);
      let lines: WatchLine<T>[] = [];
      socket.onmessage = ({ data }) => {
        lines.push(JSON.parse(String(data)) as WatchLine<T>);
        if (lines.length > 1) return;
        // Many changes of one moment are one change of the picture.
        setTimeout(() => {
          const next = applied(set.value, lines);
          lines = [];
          if (next) set.value = next;
          else {
            resolve(false);
            socket?.close();
          }
        }, 16);
      };
      socket.onclose = () => resolve(true);
    });
  }

  return {
    set,
    link,
    stop() {
      stop.abort();
      socket?.close();
    },
  };
}
