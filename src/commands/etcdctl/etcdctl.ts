import { bytesOf, textOf } from "#base/streams.ts";
import { base64Of } from "#machinery/base64-text.ts";
import { parseGoDuration } from "#machinery/duration.ts";
import type { EtcdPair } from "#machinery/etcd.ts";
import type { Program } from "#shell/process.ts";
import { allOf, program, type ToolCall } from "#shell/tools/tool.ts";
import type { CommandHost } from "../host.ts";
import { BadCredentials, type Reach, reached, Unreachable } from "./connection.ts";
import { failed, snapshotRestore, snapshotSave, snapshotStatus } from "./snapshot.ts";
import { drawnTable, sizeText } from "./table.ts";

const clientVersion = "3.5.21";
const serverVersion = "3.6.8";
const memberId = "8e9e05c52164694d";
const clusterId = "cdf818194e3a8c32";

const options = [
  "endpoints=",
  "cacert=",
  "cert=",
  "key=",
  "insecure-transport?",
  "insecure-skip-tls-verify",
  "w,write-out=",
  "dial-timeout=",
  "command-timeout=",
  "user=",
  "password=",
  "cluster",
  "hex",
  "debug",
  "prefix",
  "from-key",
  "keys-only",
  "count-only",
  "print-value-only",
  "limit=",
  "order=",
  "sort-by=",
  "rev=",
  "consistency=",
  "prev-kv",
  "lease=",
  "data-dir=",
  "wal-dir=",
  "name=",
  "initial-cluster=",
  "initial-cluster-token=",
  "initial-advertise-peer-urls=",
  "skip-hash-check?",
  "bump-revision=",
  "mark-compacted",
  "discovery-srv=",
  "h,help",
];

interface Scene {
  host: CommandHost;
  call: ToolCall;
  reach: Reach;
  format: string;
  words: readonly string[];
}

const help = `NAME:
	etcdctl - A simple command line client for etcd3.

USAGE:
	etcdctl [flags]

VERSION:
	${clientVersion}

API VERSION:
	3.5


COMMANDS:
	alarm disarm		Disarms all alarms
	alarm list		Lists all alarms
	compaction		Compacts the event history in etcd
	defrag			Defragments the storage of the etcd members with given endpoints
	del			Removes the specified key or range of keys [key, range_end)
	endpoint hashkv		Prints the KV history hash for each endpoint in --endpoints
	endpoint health		Checks the healthiness of endpoints specified in \`--endpoints\` flag
	endpoint status		Prints out the status of endpoints specified in \`--endpoints\` flag
	get			Gets the key or a range of keys
	help			Help about any command
	member list		Lists all members in the cluster
	put			Puts the given key into the store
	snapshot restore	Restores an etcd member snapshot to an etcd directory
	snapshot save		Stores an etcd node backend snapshot to a given file
	snapshot status		[deprecated] Gets backend snapshot status of a given file
	version			Prints the version of etcdctl
	watch			Watches events stream on keys or prefixes

OPTIONS:
      --cacert=""				verify certificates of TLS-enabled secure servers using this CA bundle
      --cert=""					identify secure client using this TLS certificate file
      --command-timeout=5s			timeout for short running command (excluding dial timeout)
      --dial-timeout=2s				dial timeout for client connections
      --endpoints=[127.0.0.1:2379]		gRPC endpoints
      --key=""					identify secure client using this TLS key file
  -w, --write-out="simple"			set the output format (fields, json, protobuf, simple, table)
`;

/** `etcdctl`: the cluster's database, in reach of whoever has its certificates. */
export const etcdctl = (host: CommandHost): Program => tool(host, "etcdctl");
/** `etcdutl`: what is done with files of etcd alone. */
export const etcdutl = (host: CommandHost): Program => tool(host, "etcdutl");

function tool(host: CommandHost, name: "etcdctl" | "etcdutl"): Program {
  return program({
    name,
    usage: "[flags]",
    summary: "A simple command line client for etcd3.",
    options,
    async run(call) {
      const { options: given, process } = call;
      const variable = (flag: string, fallback: string) =>
        given.get(flag) ?? process.env.get(`ETCDCTL_${flag.toUpperCase().replaceAll("-", "_")}`) ?? fallback;
      const milliseconds = (flag: string, fallback: number) => {
        const text = variable(flag, "");
        const read = text === "" ? fallback : parseGoDuration(text);
        return typeof read === "number" ? read : fallback;
      };
      const [first = "", ...rest] = given.operands;
      if (first === "" || first === "help" || given.has("help")) {
        await call.out.text(help.replaceAll("etcdctl", name));
        return 0;
      }
      const reach: Reach = {
        endpoints: variable("endpoints", "127.0.0.1:2379").split(","),
        cacert: variable("cacert", ""),
        cert: variable("cert", ""),
        key: variable("key", ""),
        insecure: given.has("insecure-skip-tls-verify"),
        dialTimeoutMs: milliseconds("dial-timeout", 2000),
        commandTimeoutMs: milliseconds("command-timeout", 5000),
      };
      const scene: Scene = { host, call, reach, format: variable("write-out", "simple"), words: rest };
      try {
        return await run(scene, name, first);
      } catch (error) {
        if (error instanceof BadCredentials) return failed(call, error.message);
        if (error instanceof Error && error.message.startsWith("Not simulated")) return failed(call, error.message);
        if (!(error instanceof Unreachable)) throw error;
        await call.err.line(
          JSON.stringify({
            level: "warn",
            ts: new Date(process.machine.clock.now()).toISOString(),
            logger: "etcd-client",
            caller: `v3@v${clientVersion}/retry_interceptor.go:63`,
            msg: "retrying of unary invoker failed",
            target: `etcd-endpoints://0xc0000f8000/${reach.endpoints[0]?.replace(/^https?:\/\//, "")}`,
            attempt: 0,
            error: `rpc error: code = DeadlineExceeded desc = latest balancer error: last ${error.reason}`,
          }),
        );
        return failed(call, error.message);
      }
    },
  });
}

async function run(scene: Scene, name: string, command: string): Promise<number> {
  const { call, words } = scene;
  if (command === "version") {
    await call.out.text(`${name} version: ${clientVersion}\nAPI version: 3.5\n`);
    return 0;
  }
  if (command === "snapshot") return snapshot(scene, name);
  if (name === "etcdutl") {
    const known = ["backup", "defrag", "hashkv", "migrate", "verify"].includes(command);
    return failed(call, known ? `Not simulated by Podyard: etcdutl ${command}` : `unknown command "${command}" for "etcdutl"`);
  }
  switch (command) {
    case "get":
      return get(scene);
    case "put":
      return put(scene);
    case "del":
      return del(scene);
    case "endpoint":
      return endpoint(scene);
    case "member":
      if (words[0] !== "list") return failed(call, `Not simulated by Podyard: etcdctl member ${words[0] ?? ""}`);
      return members(scene);
    case "alarm":
      await connect(scene);
      return 0;
    case "defrag":
      for (const one of scene.reach.endpoints) {
        await connect(scene, one);
        await call.out.line(`Finished defragmenting etcd member[${one}]`);
      }
      return 0;
    case "compaction":
    case "compact":
      await connect(scene);
      await call.out.line(`compacted revision ${words[0] ?? ""}`);
      return 0;
  }
  const known = ["auth", "user", "role", "watch", "lease", "txn", "lock", "elect", "move-leader", "check", "make-mirror", "downgrade"].includes(
    command,
  );
  if (known) return failed(call, `Not simulated by Podyard: etcdctl ${command}`);
  return failed(call, `unknown command "${command}" for "etcdctl"`);
}

const connect = ({ host, call, reach }: Scene, one = reach.endpoints[0] ?? "") => reached(host, call.process, reach, one);

async function snapshot(scene: Scene, name: string): Promise<number> {
  const { call, words, format, host, reach } = scene;
  const [verb, file] = words;
  const { options: given } = call;
  if (verb === "status") {
    if (file === undefined) return failed(call, "snapshot status requires exactly one argument");
    if (name === "etcdctl") await call.err.line("Deprecated: Use `etcdutl snapshot status` instead.\n");
    return snapshotStatus(call, file, format);
  }
  if (verb === "restore") {
    if (file === undefined) return failed(call, "snapshot restore requires exactly one argument");
    return snapshotRestore(call, file, {
      dataDir: given.get("data-dir") ?? `${given.get("name") ?? "default"}.etcd`,
      walDir: given.get("wal-dir") ?? "",
      peers: given.get("initial-advertise-peer-urls") ?? "http://localhost:2380",
      isOld: name === "etcdctl",
    });
  }
  if (verb === "save" && name === "etcdctl") {
    if (file === undefined) return failed(call, "snapshot save expects one argument");
    if (reach.endpoints.length > 1)
      return failed(call, `snapshot must be requested to one selected node, not multiple [${reach.endpoints.join(" ")}]`);
    const member = await connect(scene);
    return snapshotSave(call, file, member.endpoint, () => host.etcd.snapshot());
  }
  return failed(call, `unknown command "${verb ?? ""}" for "${name} snapshot"`);
}

// --- keys

const rangeOf = ({ call, words }: Scene): { prefix: true } | { end: string } | undefined =>
  call.options.has("prefix")
    ? { prefix: true }
    : call.options.has("from-key")
      ? { end: "\0" }
      : words[1] === undefined
        ? undefined
        : { end: words[1] };

async function get(scene: Scene): Promise<number> {
  const { call, words, host, format } = scene;
  const [key] = words;
  const { options: given, out } = call;
  if (key === undefined) return failed(call, "get command needs one argument as key and an optional argument as range_end");
  if (key === "" && !given.has("prefix") && !given.has("from-key")) return failed(call, "etcdserver: key is not provided");
  await connect(scene);
  if (given.has("rev")) return failed(call, "Not simulated by Podyard: etcdctl get --rev");
  let pairs = [...host.etcd.range(key, rangeOf(scene))];
  const total = pairs.length;
  const order = given.get("order")?.toUpperCase();
  const by = given.get("sort-by")?.toUpperCase() ?? "KEY";
  const rank = (pair: EtcdPair): number | string =>
    by === "CREATE"
      ? pair.createRevision
      : by === "MODIFY"
        ? pair.modRevision
        : by === "VERSION"
          ? pair.version
          : by === "VALUE"
            ? textOf(pair.value)
            : pair.key;
  if (order || given.has("sort-by")) pairs.sort((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0) * (order === "DESCEND" ? -1 : 1));
  const limit = Number(given.get("limit") ?? 0);
  if (limit > 0) pairs = pairs.slice(0, limit);
  if (format === "json") {
    const header = { cluster_id: 14841639068965179000, member_id: 10276657743932975000, revision: host.etcd.revision, raft_term: 2 };
    const kvs = pairs.map((pair) => ({
      key: base64Of(pair.key),
      create_revision: pair.createRevision,
      mod_revision: pair.modRevision,
      version: pair.version,
      ...(given.has("keys-only") ? {} : { value: base64Of(pair.value) }),
    }));
    await out.line(JSON.stringify(given.has("count-only") ? { header, count: total } : { header, ...(kvs.length > 0 ? { kvs } : {}), count: total }));
    return 0;
  }
  if (format === "fields") {
    for (const pair of given.has("count-only") ? [] : pairs)
      await out.text(
        `"Key" : ${JSON.stringify(pair.key)}\n"CreateRevision" : ${pair.createRevision}\n"ModRevision" : ${pair.modRevision}\n"Version" : ${pair.version}\n"Value" : ${JSON.stringify(textOf(pair.value))}\n"Lease" : 0\n`,
      );
    await out.line(`"More" : ${total > pairs.length}\n"Count" : ${total}`);
    return 0;
  }
  if (given.has("count-only")) return 0;
  for (const { key: found, value } of pairs) {
    if (!given.has("print-value-only")) await out.line(given.has("hex") ? hex(bytesOf(found)) : found);
    if (given.has("keys-only")) await out.line("");
    else {
      if (given.has("hex")) await out.text(hex(value));
      else await out.bytes(value);
      await out.line("");
    }
  }
  return 0;
}

const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");

async function put(scene: Scene): Promise<number> {
  const { call, words, host } = scene;
  const [key, value] = words;
  if (key === undefined) return failed(call, "put command needs 1 argument and input from stdin or 2 arguments");
  await connect(scene);
  const before = host.etcd.put(key, value ?? textOf(await allOf(call.in)));
  await call.out.line("OK");
  if (call.options.has("prev-kv") && before) await call.out.line(`${before.key}\n${textOf(before.value)}`);
  return 0;
}

async function del(scene: Scene): Promise<number> {
  const { call, words, host } = scene;
  const [key] = words;
  if (key === undefined) return failed(call, "del command needs one argument as key and an optional argument as range_end");
  await connect(scene);
  const gone = host.etcd.delete(key, rangeOf(scene));
  await call.out.line(String(gone.length));
  if (call.options.has("prev-kv")) for (const pair of gone) await call.out.line(`${pair.key}\n${textOf(pair.value)}`);
  return 0;
}

// --- the cluster

async function endpoint(scene: Scene): Promise<number> {
  const { call, words, reach, format, host } = scene;
  const [verb] = words;
  if (verb === "health") return health(scene);
  if (verb !== "status")
    return failed(
      call,
      verb === "hashkv" ? "Not simulated by Podyard: etcdctl endpoint hashkv" : `unknown command "${verb ?? ""}" for "etcdctl endpoint"`,
    );
  const rows: string[][] = [];
  const size = host.etcd.snapshot().length * 40;
  const index = String(host.etcd.revision + 60);
  for (const one of endpointsOf(scene)) {
    await connect(scene, one);
    rows.push([one, memberId, serverVersion, sizeText(size), "true", "false", "2", index, index, ""]);
  }
  if (format === "table")
    await call.out.text(
      drawnTable(
        ["ENDPOINT", "ID", "VERSION", "DB SIZE", "IS LEADER", "IS LEARNER", "RAFT TERM", "RAFT INDEX", "RAFT APPLIED INDEX", "ERRORS"],
        rows,
      ),
    );
  else if (format === "json")
    await call.out.line(
      JSON.stringify(
        rows.map(([one]) => ({
          Endpoint: one,
          Status: {
            header: { cluster_id: 14841639068965179000, member_id: 10276657743932975000, revision: host.etcd.revision, raft_term: 2 },
            version: serverVersion,
            dbSize: size,
            leader: 10276657743932975000,
            raftIndex: Number(index),
            raftTerm: 2,
            raftAppliedIndex: Number(index),
            dbSizeInUse: size,
          },
        })),
      ),
    );
  else for (const row of rows) await call.out.line(row.join(", "));
  return reach.endpoints.length > 0 ? 0 : 1;
}

/** Those that were named, or with --cluster those that the members say. */
const endpointsOf = ({ call, reach, host }: Scene): readonly string[] => {
  if (!call.options.has("cluster")) return reach.endpoints;
  const address = host.machines.nodes().find(({ role }) => role === "control-plane")?.address;
  return address === undefined ? reach.endpoints : [`https://${address}:2379`];
};

async function health(scene: Scene): Promise<number> {
  const { call, format } = scene;
  const rows: string[][] = [];
  let code = 0;
  for (const one of endpointsOf(scene)) {
    const took = `${(6 + call.process.machine.random.fraction() * 6).toFixed(6)}ms`;
    try {
      await connect(scene, one);
      rows.push([one, "true", took, ""]);
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      code = 1;
      rows.push([one, "false", "5.001237128s", "context deadline exceeded"]);
    }
  }
  if (format === "table") await call.out.text(drawnTable(["ENDPOINT", "HEALTH", "TOOK", "ERROR"], rows));
  else if (format === "json")
    await call.out.line(
      JSON.stringify(rows.map(([one, is, took, error]) => ({ endpoint: one, health: is === "true", took, ...(error ? { error } : {}) }))),
    );
  else
    for (const [one, is, took, error] of rows)
      await (is === "true"
        ? call.out.line(`${one} is healthy: successfully committed proposal: took = ${took}`)
        : call.err.line(`${one} is unhealthy: failed to commit proposal: ${error}`));
  if (code !== 0) {
    await call.out.flush();
    await call.err.line("Error: unhealthy cluster");
  }
  return code;
}

async function members(scene: Scene): Promise<number> {
  const { call, format } = scene;
  const { name, peer, client } = await connect(scene);
  const row = [memberId, "started", name, peer, client, "false"];
  if (format === "table") await call.out.text(drawnTable(["ID", "STATUS", "NAME", "PEER ADDRS", "CLIENT ADDRS", "IS LEARNER"], [row]));
  else if (format === "json")
    await call.out.line(
      JSON.stringify({
        header: { cluster_id: 14841639068965179000, member_id: 10276657743932975000, raft_term: 2 },
        members: [{ ID: 10276657743932975000, name, peerURLs: [peer], clientURLs: [client] }],
      }),
    );
  else if (format === "fields")
    await call.out.text(
      `"ClusterID" : 0x${clusterId}\n"ID" : 0x${memberId}\n"Name" : "${name}"\n"PeerURL" : "${peer}"\n"ClientURL" : "${client}"\n"IsLearner" : false\n`,
    );
  else await call.out.line(row.join(", "));
  return 0;
}
