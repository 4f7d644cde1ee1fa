import { gunzipSync, gzipSync } from "fflate";
import { bytesOf } from "#base/streams.ts";
import { base64Of, bytesOfBase64 } from "#machinery/base64-text.ts";
import { pathOf } from "../../kubectl/api/discovery.ts";
import type { Thing } from "../../kubectl/api/server.ts";
import { isNotFound, ServerError } from "../../kubectl/errors.ts";
import type { Session } from "../../kubectl/session.ts";
import { HelmError, messageOf } from "../errors.ts";
import { goJson } from "../functions/encoding.ts";
import type { Log } from "../log.ts";
import { structJson } from "../output.ts";
import { type Release, releaseFromText, releaseJson } from "./release.ts";

/** The labels that helm keeps for itself. */
export const systemLabels = ["name", "owner", "status", "version", "createdAt", "modifiedAt"];

export const notFoundText = "release: not found";

/** A release that is not there. */
export class ReleaseNotFound extends HelmError {
  constructor() {
    super(notFoundText);
  }
}

/** The name of what a revision is stored in. */
export const keyOf = (name: string, version: number): string => `sh.helm.release.v1.${name}.v${version}`;

/** The releases of a namespace, each revision a Secret or a ConfigMap that every helm reads. */
export class Storage {
  readonly #kube: Session;
  readonly #namespace: string;
  readonly #plural: "secrets" | "configmaps";
  readonly #log: Log | undefined;
  /** How many revisions are kept; 0 keeps all. */
  maxHistory = 0;

  constructor(kube: Session, namespace: string, driver: string, log?: Log) {
    this.#kube = kube;
    this.#log = log;
    this.#namespace = namespace;
    if (driver === "" || driver === "secret" || driver === "secrets") this.#plural = "secrets";
    else if (driver === "configmap" || driver === "configmaps") this.#plural = "configmaps";
    else throw new HelmError(`Not simulated by Podyard: the storage driver ${driver}`);
  }

  #path(name?: string): string {
    return pathOf({ group: "", version: "v1", plural: this.#plural, namespaced: true }, this.#namespace, name);
  }

  async get(name: string, version: number): Promise<Release> {
    this.#log?.debug("getting release", { key: keyOf(name, version) });
    try {
      const release = this.#read(await this.#kube.server.get(this.#path(keyOf(name, version))));
      // Asked for alone, a revision does not tell helm's own labels.
      release.labels = Object.fromEntries(Object.entries(release.labels).filter(([key]) => !systemLabels.includes(key)));
      return release;
    } catch (problem) {
      if (isNotFound(problem)) throw new ReleaseNotFound();
      throw problem;
    }
  }

  #read(object: Thing): Release {
    const data = (object["data"] as { release?: string } | undefined)?.release ?? "";
    const text = this.#plural === "secrets" ? new TextDecoder().decode(bytesOfBase64(data)) : data;
    const bytes = bytesOfBase64(text);
    const release = releaseFromText(bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes);
    release.labels = { ...object.metadata.labels };
    return release;
  }

  /** What a selector of labels finds, whatever its status. */
  async list(selector: Readonly<Record<string, string>> = {}): Promise<Release[]> {
    const labelSelector = Object.entries({ owner: "helm", ...selector })
      .map(([key, value]) => `${key}=${value}`)
      .join(",");
    const list = await this.#kube.server.get<{ items?: Thing[] }>(this.#path(), { query: { labelSelector } });
    return (list.items ?? []).flatMap((item) => {
      try {
        return [this.#read(item)];
      } catch {
        // What nobody can read is no release.
        return [];
      }
    });
  }

  /** All revisions of a release, the oldest first. */
  async history(name: string): Promise<Release[]> {
    this.#log?.debug("getting release history", { name });
    const found = await this.list({ name });
    if (found.length === 0) throw new ReleaseNotFound();
    return found.sort((a, b) => a.version - b.version);
  }

  /** The last revision. */
  async last(name: string): Promise<Release> {
    this.#log?.debug("getting last revision", { name });
    const last = (await this.history(name)).at(-1);
    if (!last) throw new ReleaseNotFound();
    return last;
  }

  /** The revisions that count as deployed, the oldest first. */
  async deployed(name: string): Promise<Release[]> {
    this.#log?.debug("getting deployed releases", { name });
    return (await this.list({ name, status: "deployed" })).sort((a, b) => a.version - b.version);
  }

  async create(release: Release): Promise<void> {
    this.#log?.debug("creating release", { key: keyOf(release.name, release.version) });
    if (this.maxHistory > 0) await this.#prune(release.name, this.maxHistory - 1);
    try {
      const body = this.#object(release, "createdAt");
      await this.#kube.server.send("POST", this.#path(), { query: { fieldManager: "helm" }, body });
    } catch (problem) {
      if (!(problem instanceof ServerError)) throw problem;
      if (problem.reason === "AlreadyExists") throw new HelmError("release: already exists");
      throw new HelmError(`create: failed to create: ${problem.message}`);
    }
  }

  async update(release: Release): Promise<void> {
    this.#log?.debug("updating release", { key: keyOf(release.name, release.version) });
    try {
      const body = this.#object(release, "modifiedAt");
      await this.#kube.server.send("PUT", this.#path(keyOf(release.name, release.version)), { query: { fieldManager: "helm" }, body });
    } catch (problem) {
      if (!(problem instanceof ServerError)) throw problem;
      throw new HelmError(`update: failed to update: ${problem.message}`);
    }
  }

  async delete(name: string, version: number): Promise<void> {
    this.#log?.debug("deleting release", { key: keyOf(name, version) });
    await this.#kube.server.send("DELETE", this.#path(keyOf(name, version)));
  }

  #object(release: Release, stamp: "createdAt" | "modifiedAt"): object {
    const text = base64Of(gzipSync(bytesOf(structText(release)), { level: 9, mtime: 0 }));
    const labels = {
      [stamp]: String(Math.floor(this.#kube.now / 1000)),
      ...release.labels,
      name: release.name,
      owner: "helm",
      status: release.info.status,
      version: String(release.version),
    };
    const isSecret = this.#plural === "secrets";
    return {
      apiVersion: "v1",
      kind: isSecret ? "Secret" : "ConfigMap",
      metadata: { name: keyOf(release.name, release.version), namespace: this.#namespace, labels },
      ...(isSecret ? { type: "helm.sh/release.v1" } : {}),
      data: { release: isSecret ? base64Of(text) : text },
    };
  }

  async #prune(name: string, most: number): Promise<void> {
    let history: Release[];
    try {
      history = await this.history(name);
    } catch (problem) {
      if (problem instanceof ReleaseNotFound) return;
      throw problem;
    }
    if (history.length <= most) return;
    const kept = (await this.deployed(name)).at(-1)?.version;
    let left = history.length;
    const problems: string[] = [];
    for (const { version } of history) {
      if (left <= most) break;
      if (version === kept) continue;
      left--;
      try {
        await this.delete(name, version);
      } catch (problem) {
        problems.push(messageOf(problem));
      }
    }
    this.#log?.debug("pruned records", { count: history.length - left, release: name, errors: problems.length });
    if (problems.length > 1) throw new HelmError(`encountered ${problems.length} deletion errors. First is: ${problems[0]}`);
    if (problems[0] !== undefined) throw new HelmError(problems[0]);
  }
}

/** A release as JSON: its own fields in order, values sorted. */
export function structText(release: Release): string {
  const { config, chart, ...rest } = releaseJson(release);
  const parts = Object.entries({ ...rest, chart, config }).filter(([, value]) => value !== undefined);
  const order = ["name", "info", "chart", "config", "manifest", "hooks", "version", "namespace", "apply_method"];
  parts.sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
  return `{${parts.map(([key, value]) => `${goJson(key)}:${structJson(value)}`).join(",")}}`;
}
