import type { EtcdSnapshot } from "#machinery/etcd.ts";
import { readSnapshot, writeSnapshot } from "#machinery/etcd-snapshot.ts";
import { FileError } from "#shell/file-system.ts";
import type { Process } from "#shell/process.ts";
import type { ToolCall } from "#shell/tools/tool.ts";
import { drawnTable, sizeText } from "./table.ts";

/** A file's checksum, as `snapshot status` shows one. */
function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

const stamp = (process: Process) => new Date(process.machine.clock.now()).toISOString().replace(/\.\d+Z/, "Z");
const pathOf = ({ process }: ToolCall, name: string) => process.machine.fs.resolve(process.cwd, name);

function read(call: ToolCall, name: string): { snapshot: EtcdSnapshot; bytes: Uint8Array } | string {
  try {
    const bytes = call.process.machine.fs.read(pathOf(call, name));
    const snapshot = readSnapshot(bytes);
    return snapshot ? { snapshot, bytes } : bytes.length === 0 ? "snapshot file integrity check failed. Expected file size: 0" : "invalid database";
  } catch (error) {
    if (error instanceof FileError) return `stat ${name}: ${error.reason.toLowerCase()}`;
    throw error;
  }
}

/** `snapshot status FILE` */
export async function snapshotStatus(call: ToolCall, name: string, format: string): Promise<number> {
  const found = read(call, name);
  if (typeof found === "string") return failed(call, found);
  const { revision, entries } = found.snapshot;
  const hash = hashOf(found.bytes);
  const keys = entries.length;
  const size = found.bytes.length;
  if (format === "json") await call.out.line(JSON.stringify({ hash, revision, totalKey: keys, totalSize: size, version: "3.6.0" }));
  else {
    const cells = [hash.toString(16), String(revision), String(keys), sizeText(size)];
    if (format === "table") await call.out.text(drawnTable(["HASH", "REVISION", "TOTAL KEYS", "TOTAL SIZE"], [cells]));
    else if (format === "fields")
      await call.out.text(`"Hash" : ${hash}\n"Revision" : ${revision}\n"Keys" : ${keys}\n"Size" : ${size}\n"Version" : "3.6.0"\n`);
    else await call.out.line(cells.join(", "));
  }
  return 0;
}

/** `snapshot restore FILE --data-dir=…`: a directory from which etcd can be started. */
export async function snapshotRestore(
  call: ToolCall,
  name: string,
  given: { dataDir: string; walDir: string; peers: string; isOld: boolean },
): Promise<number> {
  const { process, err } = call;
  const { fs, random } = process.machine;
  const found = read(call, name);
  if (typeof found === "string") return failed(call, found);
  const directory = pathOf(call, given.dataDir);
  if (fs.stat(`${directory}/member`)) return failed(call, `data-dir "${given.dataDir}" not empty or could not be read`);
  const snap = `${directory}/member/snap`;
  const wal = given.walDir ? pathOf(call, given.walDir) : `${directory}/member/wal`;
  const paths = JSON.stringify({ path: name, "wal-dir": wal, "data-dir": directory, "snap-dir": snap })
    .replaceAll('":"', '": "')
    .replaceAll('","', '", "');
  if (given.isOld) await err.line("Deprecated: Use `etcdutl snapshot restore` instead.\n");
  await err.line(
    `${stamp(process)}\tinfo\tsnapshot/v3_snapshot.go:265\trestoring snapshot\t${paths.replace("}", ', "initial-memory-map-size": 0}')}`,
  );
  await err.line(`${stamp(process)}\tinfo\tmembership/store.go:141\tTrimming membership information from the backend...`);
  await err.line(
    `${stamp(process)}\tinfo\tmembership/cluster.go:421\tadded member\t{"cluster-id": "cdf818194e3a8c32", "local-member-id": "0", "added-peer-id": "8e9e05c52164694d", "added-peer-peer-urls": ["${given.peers}"]}`,
  );
  fs.mkdir(snap, { recursive: true, mode: 0o700 });
  fs.mkdir(wal, { recursive: true, mode: 0o700 });
  fs.write(`${snap}/db`, writeSnapshot({ ...found.snapshot, restored: random.hex(16) }), { mode: 0o600 });
  fs.write(`${wal}/0000000000000000-0000000000000000.wal`, "", { mode: 0o600 });
  await err.line(`${stamp(process)}\tinfo\tsnapshot/v3_snapshot.go:293\trestored snapshot\t${paths.replace("}", ', "initial-memory-map-size": 0}')}`);
  return 0;
}

/** `snapshot save FILE` */
export async function snapshotSave(call: ToolCall, name: string, endpoint: string, content: () => Uint8Array): Promise<number> {
  const { process, err, out } = call;
  const path = pathOf(call, name);
  const now = () => new Date(process.machine.clock.now()).toISOString();
  const log = (at: string, message: string, more: object = {}) =>
    err.line(JSON.stringify({ level: "info", ts: now(), caller: at, msg: message, ...more }));
  try {
    process.machine.fs.write(path, new Uint8Array(0), { mode: 0o600 });
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return failed(call, `could not open ${name}.part (open ${name}.part: ${error.reason.toLowerCase()})`);
  }
  await log("snapshot/v3_snapshot.go:65", "created temporary db file", { path: `${name}.part` });
  await log("v3@v3.5.21/maintenance.go:212", "opened snapshot stream; downloading");
  await log("snapshot/v3_snapshot.go:73", "fetching snapshot", { endpoint });
  const bytes = content();
  await process.sleep(60);
  process.machine.fs.write(path, bytes, { mode: 0o600 });
  await log("v3@v3.5.21/maintenance.go:220", "completed snapshot read; closing");
  await log("snapshot/v3_snapshot.go:88", "fetched snapshot", { endpoint, size: sizeText(bytes.length), took: "now" });
  await log("snapshot/v3_snapshot.go:97", "saved", { path: name });
  await err.flush();
  await out.line(`Snapshot saved at ${name}`);
  return 0;
}

export async function failed({ err, out }: ToolCall, message: string): Promise<number> {
  await out.flush();
  await err.line(`Error: ${message}`);
  return 1;
}
