import type { Random } from "#base/random.ts";
import { tokenKeyRecord } from "#cluster/apiserver/tokens.ts";
import { shortId } from "#cluster/kubelet/container-host.ts";
import type { Profile } from "#cluster/profiles/profile.ts";
import { format, type Line, MemoryStore } from "#cluster/store/memory-store.ts";
import type { KubeObject } from "#machinery/object.ts";
import type { Pod } from "#machinery/types.ts";
import { type Fresh, type Plan, planOf, renewed } from "./template-plan.ts";

/** When the clusters that templates are made of are booted: a time that no number in them is near by accident. */
export const bootTime = 1_000_000_000_000;

/** A cluster that has come to rest after it was booted. */
export interface Booted {
  store: MemoryStore;
  now: number;
}

/** Templates that an isolate keeps. */
const most = 12;
const templates = new Map<string, Template>();

/** A booted cluster as text, so that it can be made beforehand. */
export interface Snapshot {
  /** Of which profile and machines it is. */
  key: string;
  checkpoint: string;
  now: number;
}

const keyOf = ({ name, machines }: Profile): string => JSON.stringify([name, machines]);

export const snapshotOf = (profile: Profile, { store, now }: Booted): Snapshot => ({
  key: keyOf(profile),
  checkpoint: store.journal.checkpoint(),
  now,
});

/** The template of a profile: out of a snapshot that was made beforehand, or by really booting it the first time. */
export async function templateFor(profile: Profile, boot: () => Promise<Booted>, prepared?: () => Promise<Snapshot>): Promise<Template> {
  const key = keyOf(profile);
  const known = templates.get(key);
  if (known) return known;
  const snapshot = await prepared?.();
  // Several may boot the same at once: waiting for one another's promises is not for Durable Objects.
  const booted = snapshot?.key === key ? { store: new MemoryStore({ checkpoint: snapshot.checkpoint }), now: snapshot.now } : await boot();
  const template = new Template(booted);
  const [oldest] = templates.keys();
  if (templates.size >= most && oldest !== undefined) templates.delete(oldest);
  templates.set(key, template);
  return template;
}

/**
 * What a session starts from: everything that is in a booted cluster, from which copies are made that differ in their uids, in the suffixes of
 * generated names and in their times. What is the same in all copies is shared by them.
 */
export class Template {
  readonly #lines: readonly { line: Line; plan: Plan }[];
  readonly #tokens: readonly string[];
  readonly #now: number;

  constructor({ store, now }: Booted) {
    this.#now = now;
    const lines: Line[] = [["head", { format, revision: store.revision }]];
    for (const { key, createRevision, revision, value } of store.list("/")) lines.push(["p", key, createRevision, revision, value]);
    for (const line of store.records.all()) if (line[1] !== tokenKeyRecord) lines.push(line);
    this.#tokens = tokensOf(store.list("/").map(({ value }) => value));
    this.#lines = lines.map((line) => ({ line, plan: planOf(line, this.#tokens, [bootTime - day, bootTime + day]) }));
  }

  /** A cluster of its own, which has come to rest just before `now`. */
  copy(random: Random, now: number): MemoryStore {
    const fresh: Fresh = {
      tokens: freshTokens(this.#tokens, random),
      // By whole seconds: what was said in the same second stays so.
      later: Math.floor((now - this.#now) / 1000) * 1000,
      times: new Map(),
    };
    return new MemoryStore({ lines: this.#lines.map(({ line, plan }) => renewedLine(line, plan, fresh)) });
  }
}

/** Of most objects a session is never asked: they are made anew when it is. */
function renewedLine(line: Line, plan: Plan, fresh: Fresh) {
  if (line[0] !== "p" || plan?.kind !== "list") return renewed(line, plan, fresh) as Line;
  const [, key, createRevision, revision, value] = line;
  const of = plan.items.get(4);
  const later = { like: value, make: () => renewed(value, of, fresh) as object };
  return ["later", renewed(key, plan.items.get(1), fresh) as string, createRevision, revision, later] as const;
}

const day = 86_400_000;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const hexadecimal = /^[0-9a-f]+$/;

/** The texts that are a cluster's own: uids, ids of containers and machines, and the names that the server completed. */
function tokensOf(values: readonly object[]): string[] {
  const tokens = new Set<string>();
  for (const value of values as KubeObject[]) {
    const { uid, generateName, name } = value.metadata ?? {};
    if (uid) tokens.add(uid);
    if (generateName && name?.startsWith(generateName)) tokens.add(name);
    for (const { containerID } of (value as Partial<Pod>).status?.containerStatuses ?? [])
      if (containerID) {
        const id = containerID.replace(/^\w+:\/\//, "");
        tokens.add(id).add(shortId(id));
      }
    const { bootID, machineID } = (value as { status?: { nodeInfo?: Record<string, string> } }).status?.nodeInfo ?? {};
    for (const id of [bootID, machineID]) if (id) tokens.add(id);
  }
  return [...tokens];
}

/** Each anew; the short form of an id is that of the new one. */
function freshTokens(tokens: readonly string[], random: Random): string[] {
  const fresh: string[] = [];
  for (const [i, token] of tokens.entries()) {
    const long = tokens[i - 1] ?? "";
    fresh.push(long !== token && shortId(long) === token ? shortId(fresh[i - 1] ?? "") : freshToken(token, random));
  }
  return fresh;
}

function freshToken(token: string, random: Random): string {
  if (uuid.test(token)) return random.uuid();
  if (hexadecimal.test(token)) return random.hex(token.length);
  return token.replace(/[^-]*$/, (suffix) => random.suffix(suffix.length));
}
