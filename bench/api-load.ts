// The same load on any API server: what controllers and load tests do all day, over HTTP with connections kept.
import http from "node:http";
import https from "node:https";

export interface ApiAddress {
  /** Where the API is: paths go behind it. */
  url: string;
  token?: string;
}

/** How much of each was done in a second. */
export interface Throughput {
  "pods created by 16 clients": number;
  "pods read by 16 clients": number;
  "pods patched by 16 clients": number;
  "lists of 1,000 pods": number;
  "lists of 100 of them by label": number;
  "watch events to 100 watchers": number;
}

const clients = 16;
const pods = 1000;
const watchers = 100;
const changes = 200;
let loads = 0;

/** Puts the load on a server, in a namespace of its own. */
export async function loadOf(server: ApiAddress): Promise<Throughput> {
  const api = new Client(server);
  const namespace = `load-${process.pid}-${++loads}`;
  await api.send("POST", "/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  const base = `/api/v1/namespaces/${namespace}`;
  // Where nobody makes it; elsewhere it is there already.
  await api.send("POST", `${base}/serviceaccounts`, { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default" } }, { mayFail: true });

  const result: Throughput = {
    "pods created by 16 clients": await rateOf(pods, clients, (i) => api.send("POST", `${base}/pods`, pod(i))),
    "pods read by 16 clients": await rateOf(3000, clients, (i) => api.send("GET", `${base}/pods/p${i % pods}`)),
    "pods patched by 16 clients": await rateOf(pods, clients, (i) =>
      api.send("PATCH", `${base}/pods/p${i}`, { metadata: { labels: { patched: "yes" } } }, { type: "application/merge-patch+json" }),
    ),
    "lists of 1,000 pods": await rateOf(30, 1, () => api.send("GET", `${base}/pods`)),
    "lists of 100 of them by label": await rateOf(50, 1, () => api.send("GET", `${base}/pods?labelSelector=tenth%3D3`)),
    "watch events to 100 watchers": await watched(api, base),
  };
  await api.send("DELETE", `/api/v1/namespaces/${namespace}`);
  api.close();
  return result;
}

const pod = (i: number) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: `p${i}`, labels: { app: "load", tenth: String(i % 10) } },
  spec: {
    schedulerName: "nobody",
    containers: [
      {
        name: "main",
        image: "nginx:1.29",
        ports: [{ containerPort: 80 }],
        env: [{ name: "A", value: "b" }],
        resources: { requests: { cpu: "10m", memory: "16Mi" } },
      },
    ],
  },
});

/** Every watcher hears of every change: how many events arrive in a second. */
async function watched(api: Client, base: string): Promise<number> {
  const list = JSON.parse(await api.send("GET", `${base}/configmaps?limit=1`)) as { metadata: { resourceVersion: string } };
  const all = Promise.withResolvers<void>();
  let seen = 0;
  const path = `${base}/configmaps?watch=1&resourceVersion=${list.metadata.resourceVersion}&timeoutSeconds=120`;
  const ends = Array.from({ length: watchers }, () =>
    api.stream(path, (chunk) => {
      for (const byte of chunk) if (byte === 10 && ++seen === watchers * changes) all.resolve();
    }),
  );
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const started = performance.now();
  await rateOf(changes, 4, (i) =>
    api.send("POST", `${base}/configmaps`, { apiVersion: "v1", kind: "ConfigMap", metadata: { name: `w${i}` }, data: { k: "v" } }),
  );
  await Promise.race([all.promise, new Promise((resolve) => setTimeout(resolve, 30_000))]);
  const seconds = (performance.now() - started) / 1000;
  for (const end of ends) end();
  return seen / seconds;
}

/** Does something so many times, by so many at once; gives how often a second. */
export async function rateOf(times: number, together: number, once: (i: number) => Promise<unknown>): Promise<number> {
  let next = 0;
  const started = performance.now();
  const worker = async () => {
    while (next < times) await once(next++);
  };
  await Promise.all(Array.from({ length: together }, worker));
  return (times * 1000) / (performance.now() - started);
}

/** A client of a server for other loads than this one. */
export function sendTo(server: ApiAddress): Pick<Client, "send" | "close"> {
  const client = new Client(server);
  return { send: (...request) => client.send(...request), close: () => client.close() };
}

class Client {
  readonly #url: URL;
  readonly #headers: Record<string, string>;
  readonly #library: typeof http | typeof https;
  readonly #agent: http.Agent;

  constructor({ url, token }: ApiAddress) {
    this.#url = new URL(url);
    this.#headers = { accept: "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) };
    this.#library = this.#url.protocol === "https:" ? https : http;
    this.#agent = this.#newAgent(64);
  }

  send(method: string, path: string, body?: object, { type = "application/json", mayFail = false } = {}): Promise<string> {
    const text = body && JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const request = this.#library.request({
        ...this.#to(path),
        method,
        agent: this.#agent,
        headers: { ...this.#headers, ...(text ? { "content-type": type, "content-length": Buffer.byteLength(text) } : {}) },
      });
      request.on("error", reject).on("response", (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk)).on("error", reject);
        response.on("end", () => {
          const answer = Buffer.concat(chunks).toString();
          if ((response.statusCode ?? 500) < 300 || mayFail) resolve(answer);
          else reject(new Error(`${method} ${path}: ${response.statusCode} ${answer.slice(0, 300)}`));
        });
      });
      request.end(text);
    });
  }

  /** Reads for as long as the server writes; gives what ends it. */
  stream(path: string, hear: (chunk: Buffer) => void): () => void {
    const request = this.#library.get({ ...this.#to(path), agent: this.#newAgent(1), headers: this.#headers });
    request.on("response", (response) => response.on("data", hear).on("error", () => {})).on("error", () => {});
    return () => request.destroy();
  }

  close(): void {
    this.#agent.destroy();
  }

  #to(path: string): http.RequestOptions {
    const { hostname, port, pathname } = this.#url;
    return { hostname, port, path: pathname.replace(/\/$/, "") + path };
  }

  /** The certificate of a server that was started for this is known to nobody. */
  #newAgent(maxSockets: number): http.Agent {
    return this.#library === https
      ? new https.Agent({ keepAlive: true, maxSockets, rejectUnauthorized: false })
      : new http.Agent({ keepAlive: true, maxSockets });
  }
}
