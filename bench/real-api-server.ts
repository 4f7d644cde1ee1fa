// The real kube-apiserver with its etcd, where their binaries are on this machine: what Podyard is measured against.
import { type ChildProcess, spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import type { ApiAddress } from "./api-load.ts";

/** Where kubebuilder's envtest keeps them, and where they are when one has built them oneself. */
const folders = [process.env["KUBEBUILDER_ASSETS"], "/usr/local/kubebuilder/bin", join(homedir(), ".cache/real-cluster/bin")];

export interface RealApiServer extends ApiAddress {
  stop(): Promise<void>;
}

/** Starts one; nothing where there is none to start. */
export async function realApiServer(): Promise<RealApiServer | undefined> {
  const binaries = folders.find((folder) => folder && ["etcd", "kube-apiserver"].every((name) => existsSync(join(folder, name))));
  if (!binaries) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "podyard-real-"));
  const [client, peer, secure] = [17400, 17402, 17401];
  const key = join(folder, "service-accounts.key");
  writeFileSync(key, generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs8", format: "pem" }));
  writeFileSync(join(folder, "tokens.csv"), 'admin,admin,admin,"system:masters"\n');

  const started: ChildProcess[] = [];
  const start = (name: string, args: readonly string[]) => started.push(spawn(join(binaries, name), args, { cwd: folder, stdio: "ignore" }));
  const stop = async () => {
    await Promise.all(
      started.map((child) => new Promise((resolve) => (child.exitCode === null ? child.once("exit", resolve).kill("SIGKILL") : resolve(0)))),
    );
    rmSync(folder, { recursive: true, force: true });
  };
  start("etcd", [
    `--data-dir=${join(folder, "etcd")}`,
    `--listen-client-urls=http://127.0.0.1:${client}`,
    `--advertise-client-urls=http://127.0.0.1:${client}`,
    `--listen-peer-urls=http://127.0.0.1:${peer}`,
    `--initial-advertise-peer-urls=http://127.0.0.1:${peer}`,
    `--initial-cluster=default=http://127.0.0.1:${peer}`,
  ]);
  start("kube-apiserver", [
    `--etcd-servers=http://127.0.0.1:${client}`,
    `--secure-port=${secure}`,
    "--bind-address=127.0.0.1",
    "--advertise-address=127.0.0.1",
    `--cert-dir=${join(folder, "certificates")}`,
    `--token-auth-file=${join(folder, "tokens.csv")}`,
    `--service-account-key-file=${key}`,
    `--service-account-signing-key-file=${key}`,
    "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
    "--authorization-mode=Node,RBAC",
    "--service-cluster-ip-range=10.96.0.0/12",
  ]);
  try {
    await isReady(secure);
    return { url: `https://127.0.0.1:${secure}`, token: "admin", stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function isReady(port: number): Promise<void> {
  const { get } = await import("node:https");
  const status = () =>
    new Promise<number>((resolve) => {
      get({ hostname: "127.0.0.1", port, path: "/readyz", rejectUnauthorized: false }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      }).on("error", () => resolve(0));
    });
  for (const end = Date.now() + 60_000; (await status()) !== 200; ) {
    if (Date.now() > end) throw new Error("the real kube-apiserver does not become ready");
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
