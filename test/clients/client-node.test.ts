// @kubernetes/client-node against a session: what programs written with a client library do.
import { PassThrough, Writable } from "node:stream";
import {
  ApiException,
  AppsV1Api,
  Attach,
  CoordinationV1Api,
  CoreV1Api,
  CustomObjectsApi,
  Exec,
  KubeConfig,
  KubernetesObjectApi,
  Log,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
  type V1ConfigMap,
  type V1Pod,
  type V1Status,
  Watch,
} from "@kubernetes/client-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildAll } from "../../scripts/build.ts";
import { type Server, serve } from "../../scripts/server.ts";
import { newSession, type TestSession } from "../kubectl/session.ts";

const namespace = "default";
let server: Server;
let session: TestSession;
let config: KubeConfig;
let core: CoreV1Api;

beforeAll(async () => {
  await buildAll();
  server = await serve({ port: 0 });
  session = await newSession(server.url);
  config = new KubeConfig();
  config.loadFromString(await (await session.call("GET", "/kubeconfig")).text());
  core = config.makeApiClient(CoreV1Api);
});

afterAll(async () => {
  await session?.end();
  await server?.stop();
});

/** Waits until something holds. */
async function until<T>(what: string, look: () => T | Promise<T>): Promise<NonNullable<T>> {
  const end = Date.now() + 40_000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const isReady = (pod: V1Pod) => pod.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;

async function running(name: string, image: string, command?: string[]): Promise<void> {
  await core.createNamespacedPod({
    namespace,
    body: {
      metadata: { name, labels: { run: name } },
      spec: { restartPolicy: "Never", containers: [{ name, image, ...(command ? { command } : {}) }] },
    },
  });
  await until(`${name} is ready`, async () => isReady(await core.readNamespacedPod({ namespace, name })));
}

test("lists, reads and refuses with the words of the server", async () => {
  const { items } = await core.listNode();
  expect(items.map(({ metadata }) => metadata?.name)).toEqual(["minikube"]);
  expect(items[0]?.status?.nodeInfo?.kubeletVersion).toBe("v1.36.3");
  const refused = await core.readNamespacedPod({ namespace, name: "nobody" }).then(undefined, (error: unknown) => error);
  expect(refused).toBeInstanceOf(ApiException);
  expect(JSON.parse((refused as ApiException<string>).body)).toMatchObject({ reason: "NotFound", message: 'pods "nobody" not found' });
});

test("creates, replaces, patches in three ways, applies and deletes", async () => {
  const name = "settings";
  const made = await core.createNamespacedConfigMap({ namespace, body: { metadata: { name }, data: { color: "red" } } });
  const replaced = await core.replaceNamespacedConfigMap({ namespace, name, body: { ...made, data: { color: "green", size: "1" } } });
  await expect(core.replaceNamespacedConfigMap({ namespace, name, body: made })).rejects.toMatchObject({ code: 409 });
  expect(replaced.data).toEqual({ color: "green", size: "1" });

  const patch = (body: object, strategy: string) =>
    core.patchNamespacedConfigMap({ namespace, name, body }, setHeaderOptions("Content-Type", strategy));
  expect((await patch([{ op: "replace", path: "/data/color", value: "blue" }], PatchStrategy.JsonPatch)).data?.color).toBe("blue");
  expect((await patch({ data: { size: null } }, PatchStrategy.MergePatch)).data).toEqual({ color: "blue" });
  expect((await patch({ metadata: { labels: { a: "b" } } }, PatchStrategy.StrategicMergePatch)).metadata?.labels).toEqual({ a: "b" });

  const applied = (fieldManager: string, color: string, force = false) =>
    core.patchNamespacedConfigMap(
      { namespace, name, body: { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { color } }, fieldManager, force },
      setHeaderOptions("Content-Type", PatchStrategy.ServerSideApply),
    );
  await expect(applied("one", "black")).rejects.toMatchObject({ code: 409 });
  expect((await applied("one", "black", true)).data?.color).toBe("black");
  await expect(applied("two", "white")).rejects.toMatchObject({ code: 409 });

  await core.deleteNamespacedConfigMap({ namespace, name });
  await expect(core.readNamespacedConfigMap({ namespace, name })).rejects.toMatchObject({ code: 404 });
});

test("handles objects of any kind, and custom resources", async () => {
  const objects = KubernetesObjectApi.makeApiClient(config);
  await objects.create({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "boats.example.com" },
    spec: {
      group: "example.com",
      names: { plural: "boats", singular: "boat", kind: "Boat" },
      scope: "Namespaced",
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: "object",
              properties: { spec: { type: "object", properties: { masts: { type: "integer", minimum: 1, _default: 2 } } } },
            },
          },
        },
      ],
    },
  } as never);
  const custom = config.makeApiClient(CustomObjectsApi);
  const boats = { group: "example.com", version: "v1", namespace, plural: "boats" };
  const boat = await until("boats are served", () =>
    custom
      .createNamespacedCustomObject({ ...boats, body: { apiVersion: "example.com/v1", kind: "Boat", metadata: { name: "argo" }, spec: {} } })
      .catch(() => undefined),
  );
  expect(boat).toMatchObject({ spec: { masts: 2 } });
  await expect(
    custom.createNamespacedCustomObject({
      ...boats,
      body: { apiVersion: "example.com/v1", kind: "Boat", metadata: { name: "raft" }, spec: { masts: 0 } },
    }),
  ).rejects.toMatchObject({ code: 422 });
});

test("an informer knows what there is, hears of every change, and goes on where its watch was cut", async () => {
  const heard: string[] = [];
  await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: "first", labels: { watched: "yes" } } } });
  const list = () => core.listNamespacedConfigMap({ namespace, labelSelector: "watched=yes" });
  const informer = makeInformer<V1ConfigMap>(config, `/api/v1/namespaces/${namespace}/configmaps`, list, "watched=yes");
  for (const verb of ["add", "update", "delete"] as const) informer.on(verb, ({ metadata }) => heard.push(`${verb} ${metadata?.name}`));
  informer.on("error", () => setTimeout(() => void informer.start(), 50));
  await informer.start();
  expect(informer.list().map(({ metadata }) => metadata?.name)).toEqual(["first"]);

  await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: "second", labels: { watched: "yes" } } } });
  await until("second was heard of", () => heard.includes("add second"));
  const second = await core.readNamespacedConfigMap({ namespace, name: "second" });
  await core.replaceNamespacedConfigMap({ namespace, name: "second", body: { ...second, data: { a: "b" } } });
  await until("its change was heard of", () => heard.includes("update second"));
  await core.deleteNamespacedConfigMap({ namespace, name: "first" });
  await until("the end of first was heard of", () => heard.includes("delete first"));

  await informer.stop();
  await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: "third", labels: { watched: "yes" } } } });
  await informer.start();
  await until("third was heard of", () => heard.includes("add third"));
  expect(
    informer
      .list()
      .map(({ metadata }) => metadata?.name)
      .sort(),
  ).toEqual(["second", "third"]);
  await informer.stop();
});

test("a watch begins at a version, gives bookmarks, and ends when it is aborted", async () => {
  const { metadata } = await core.listNamespacedConfigMap({ namespace });
  await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: "seen" } } });
  const events: string[] = [];
  const ended = Promise.withResolvers<void>();
  const watching = await new Watch(config).watch(
    `/api/v1/namespaces/${namespace}/configmaps`,
    { resourceVersion: metadata?.resourceVersion, allowWatchBookmarks: true },
    (type, object: V1ConfigMap) => events.push(`${type} ${object.metadata?.name}`),
    () => ended.resolve(),
  );
  await core.deleteNamespacedConfigMap({ namespace, name: "seen" });
  await until("both changes were seen", () => events.length >= 2);
  watching.abort();
  await ended.promise;
  expect(events).toEqual(["ADDED seen", "DELETED seen"]);
});

class Text extends Writable {
  text = "";
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk;
    done();
  }
}

test("runs commands in containers, attaches to them and follows their logs", async () => {
  await running("shell", "busybox:1.37", ["sh", "-c", "i=0; while true; do i=$((i+1)); echo tick $i; sleep 0.2; done"]);
  const [out, err] = [new Text(), new Text()];
  const input = new PassThrough();
  const status = await new Promise<V1Status>((resolve, reject) => {
    new Exec(config)
      .exec(namespace, "shell", "shell", ["sh", "-c", "read name; echo hello $name; echo oops >&2; exit 3"], out, err, input, false, resolve)
      .catch(reject);
    input.end("there\n");
  });
  expect([out.text, err.text]).toEqual(["hello there\n", "oops\n"]);
  expect(status).toMatchObject({ status: "Failure", reason: "NonZeroExitCode", details: { causes: [{ reason: "ExitCode", message: "3" }] } });

  const attached = new Text();
  const socket = await new Attach(config).attach(namespace, "shell", "shell", attached, new Text(), null, false);
  await until("something was attached to", () => /^tick \d+$/m.test(attached.text));
  socket.close();

  const followed = new Text();
  const finished = new Promise((resolve) => followed.on("finish", resolve));
  await new Log(config).log(namespace, "shell", "shell", followed, { follow: true, tailLines: 2 });
  await until("the log went on", () => followed.text.split("\n").length > 5);
  await core.deleteNamespacedPod({ namespace, name: "shell", gracePeriodSeconds: 0 });
  await finished;
});

test("runs a deployment until it is available, scales it and lets a lease be held by one", async () => {
  const apps = config.makeApiClient(AppsV1Api);
  const labels = { app: "web" };
  await apps.createNamespacedDeployment({
    namespace,
    body: {
      metadata: { name: "web" },
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: "web", image: "nginx" }] } },
      },
    },
  });
  const available = (count: number) => async () =>
    (await apps.readNamespacedDeploymentStatus({ namespace, name: "web" })).status?.availableReplicas === count;
  await until("two are available", available(2));
  const scale = await apps.readNamespacedDeploymentScale({ namespace, name: "web" });
  await apps.replaceNamespacedDeploymentScale({ namespace, name: "web", body: { ...scale, spec: { replicas: 3 } } });
  await until("three are available", available(3));

  const leases = config.makeApiClient(CoordinationV1Api);
  const lease = await leases.createNamespacedLease({
    namespace,
    body: { metadata: { name: "leader" }, spec: { holderIdentity: "a", leaseDurationSeconds: 15 } },
  });
  const held = (holderIdentity: string) =>
    leases.replaceNamespacedLease({ namespace, name: "leader", body: { ...lease, spec: { ...lease.spec, holderIdentity } } });
  const outcomes = await Promise.allSettled([held("b"), held("c")]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
});
