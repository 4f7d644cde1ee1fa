import { bulk, bulks, failure, integer, nothing, type Reply, status } from "./resp.ts";

/** What a redis server keeps: JSON, so that it lasts as long as its container runs. */
export interface Keyspace {
  keys: Record<string, Entry>;
  /** When it was last written to disk, in milliseconds. */
  savedAt?: number;
}

export interface Entry {
  value: Value;
  /** When it expires, in milliseconds. */
  expires?: number;
}

type Value = string | { list: string[] } | { hash: Record<string, string> } | { set: string[] } | { scores: Record<string, number> };

export interface Session {
  readonly space: Keyspace;
  readonly settings: Record<string, string>;
  now(): number;
  /** Writes a snapshot; false where the disk does not take it. Nothing is written without it. */
  save?(): boolean;
}

type Command = { run: (session: Session, args: readonly string[]) => Reply; least: number; most?: number; writes?: boolean };

const wrongType = failure("WRONGTYPE Operation against a key holding the wrong kind of value");
const notInteger = failure("ERR value is not an integer or out of range");
const syntaxError = failure("ERR syntax error");

/** Thrown inside a command to answer with an error. */
class Refused extends Error {
  readonly reply: Reply;
  constructor(reply: Reply) {
    super();
    this.reply = reply;
  }
}

/** Runs a command; gives its answer and whether it may have changed anything. */
export function execute(session: Session, [name = "", ...args]: readonly string[]): { reply: Reply; writes: boolean } {
  const command = commands[name.toLowerCase()];
  const writes = command?.writes === true;
  if (!command) {
    const beginning = args.map((arg) => `'${arg}' `).join("");
    return { reply: failure(`ERR unknown command '${name}', with args beginning with: ${beginning}`), writes };
  }
  if (args.length < command.least || args.length > (command.most ?? Number.POSITIVE_INFINITY))
    return { reply: failure(`ERR wrong number of arguments for '${name.toLowerCase()}' command`), writes: false };
  try {
    return { reply: command.run(session, args), writes };
  } catch (error) {
    if (error instanceof Refused) return { reply: error.reply, writes: false };
    throw error;
  }
}

export const isWrite = (name: string): boolean => commands[name.toLowerCase()]?.writes === true;

// --- keys and their values

function entryOf({ space, now }: Session, key: string): Entry | undefined {
  const entry = space.keys[key];
  if (entry?.expires !== undefined && entry.expires <= now()) {
    delete space.keys[key];
    return undefined;
  }
  return entry;
}

function textOf(session: Session, key: string): string | undefined {
  const value = entryOf(session, key)?.value;
  if (value === undefined || typeof value === "string") return value;
  throw new Refused(wrongType);
}

/** A collection of a kind under a key, made where there is none and that is wanted. */
function collection<K extends "list" | "hash" | "set" | "scores">(
  session: Session,
  key: string,
  kind: K,
  empty: Extract<Value, Record<K, unknown>>,
  make: boolean,
): Extract<Value, Record<K, unknown>>[K] {
  type Wanted = Extract<Value, Record<K, unknown>>;
  const entry = entryOf(session, key);
  if (!entry) {
    if (make) session.space.keys[key] = { value: empty };
    return (empty as Wanted)[kind];
  }
  const { value } = entry;
  if (typeof value === "string" || !(kind in value)) throw new Refused(wrongType);
  return (value as Wanted)[kind];
}

const listOf = (session: Session, key: string, make = false) => collection(session, key, "list", { list: [] }, make);
const hashOf = (session: Session, key: string, make = false) => collection(session, key, "hash", { hash: {} }, make);
const setOf = (session: Session, key: string, make = false) => collection(session, key, "set", { set: [] }, make);
const scoresOf = (session: Session, key: string, make = false) => collection(session, key, "scores", { scores: {} }, make);

const typeOf = (value: Value) =>
  typeof value === "string" ? "string" : "list" in value ? "list" : "hash" in value ? "hash" : "set" in value ? "set" : "zset";

const sizeOf = (value: Value) =>
  typeof value === "string"
    ? 1
    : "list" in value
      ? value.list.length
      : "set" in value
        ? value.set.length
        : Object.keys("hash" in value ? value.hash : value.scores).length;

/** A collection that has become empty is a key no more. */
function tidy({ space }: Session, key: string): void {
  const entry = space.keys[key];
  if (entry && sizeOf(entry.value) === 0) delete space.keys[key];
}

function wholeNumber(text: string): number {
  if (!/^-?\d+$/.test(text)) throw new Refused(notInteger);
  return Number(text);
}

/** From and to as commands count them: from the end where they are negative. */
function range(length: number, first: string, last: string): [number, number] {
  const from = wholeNumber(first);
  const to = wholeNumber(last);
  return [Math.max(0, from < 0 ? length + from : from), Math.min(length, (to < 0 ? length + to : to) + 1)];
}

/** A pattern with `*`, `?` and `[…]` as a regular expression. */
const matcher = (pattern: string) =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
    "s",
  );

// --- commands

function setText(session: Session, [key = "", value = "", ...options]: readonly string[]): Reply {
  const before = entryOf(session, key);
  let expires: number | undefined;
  for (let i = 0; i < options.length; i++) {
    const option = options[i]?.toUpperCase();
    if (option === "NX" && before) return nothing;
    if (option === "XX" && !before) return nothing;
    if (option === "EX" || option === "PX") expires = session.now() + wholeNumber(options[++i] ?? "") * (option === "EX" ? 1000 : 1);
    else if (option === "KEEPTTL") expires = before?.expires;
    else if (option !== "NX" && option !== "XX") return syntaxError;
  }
  session.space.keys[key] = { value, ...(expires === undefined ? {} : { expires }) };
  return status("OK");
}

function increase(session: Session, key: string, by: number): Reply {
  const value = wholeNumber(textOf(session, key) ?? "0") + by;
  const expires = entryOf(session, key)?.expires;
  session.space.keys[key] = { value: String(value), ...(expires === undefined ? {} : { expires }) };
  return integer(value);
}

function push(session: Session, [key = "", ...values]: readonly string[], where: "unshift" | "push"): Reply {
  const items = listOf(session, key, true);
  for (const value of values) items[where](value);
  return integer(items.length);
}

function pop(session: Session, key: string, where: "shift" | "pop"): Reply {
  const value = listOf(session, key)[where]();
  tidy(session, key);
  return bulk(value);
}

function expireAt(session: Session, key: string, when: number): Reply {
  const entry = entryOf(session, key);
  if (entry) entry.expires = when;
  return integer(entry ? 1 : 0);
}

function timeLeft(session: Session, key: string, unit: number): Reply {
  const entry = entryOf(session, key);
  if (!entry) return integer(-2);
  return integer(entry.expires === undefined ? -1 : Math.ceil((entry.expires - session.now()) / unit));
}

const ranked = (scores: Readonly<Record<string, number>>) => Object.entries(scores).sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1));

function config({ settings }: Session, [word = "", ...rest]: readonly string[]): Reply {
  if (word.toUpperCase() === "GET") {
    const matches = rest.map((pattern) => matcher(pattern.toLowerCase()));
    const found = Object.entries(settings).filter(([name]) => matches.some((one) => one.test(name)));
    return bulks(found.flat());
  }
  if (word.toUpperCase() === "SET") {
    const [name = "", value = ""] = rest;
    if (!(name in settings)) return failure(`ERR Unknown option or number of arguments for CONFIG SET - '${name}'`);
    settings[name] = name === "maxmemory" ? String(bytesOf(value)) : value;
    return status("OK");
  }
  if (word.toUpperCase() === "RESETSTAT") return status("OK");
  return failure(`ERR unknown subcommand '${word}'. Try CONFIG HELP.`);
}

/** `2mb` in bytes, as the configuration of redis counts. */
export function bytesOf(text: string): number {
  const [, number = "0", unit = ""] = /^(\d+)([a-z]*)$/i.exec(text) ?? [];
  const factors: Readonly<Record<string, number>> = { k: 1e3, kb: 1024, m: 1e6, mb: 1024 ** 2, g: 1e9, gb: 1024 ** 3 };
  return Number(number) * (factors[unit.toLowerCase()] ?? 1);
}

function saves(session: Session): boolean {
  if (session.save?.() !== true) return false;
  session.space.savedAt = session.now();
  return true;
}

function select({ settings }: Session, [text = ""]: readonly string[]): Reply {
  const index = wholeNumber(text);
  if (index < 0 || index >= Number(settings["databases"] ?? 16)) return failure("ERR DB index is out of range");
  return index === 0 ? status("OK") : failure("ERR Podyard simulates database 0 alone");
}

const count = (values: readonly boolean[]) => integer(values.filter(Boolean).length);
const key = (args: readonly string[]) => args[0] ?? "";

const commands: Readonly<Record<string, Command>> = {
  ping: { least: 0, most: 1, run: (_, [text]) => (text === undefined ? status("PONG") : bulk(text)) },
  echo: { least: 1, most: 1, run: (_, [text]) => bulk(text) },
  select: { least: 1, most: 1, run: select },
  auth: {
    least: 1,
    most: 2,
    run: () =>
      failure("ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?"),
  },
  time: { least: 0, most: 0, run: ({ now }) => bulks([String(Math.floor(now() / 1000)), String(Math.floor((now() % 1000) * 1000))]) },
  config: { least: 1, run: config },
  dbsize: { least: 0, most: 0, run: ({ space }) => integer(Object.keys(space.keys).length) },
  keys: {
    least: 1,
    most: 1,
    run: (session, args) => {
      const pattern = matcher(key(args));
      return bulks(Object.keys(session.space.keys).filter((name) => pattern.test(name) && entryOf(session, name)));
    },
  },
  type: {
    least: 1,
    most: 1,
    run: (session, args) => {
      const entry = entryOf(session, key(args));
      return status(entry ? typeOf(entry.value) : "none");
    },
  },
  exists: { least: 1, run: (session, names) => count(names.map((name) => entryOf(session, name) !== undefined)) },
  del: {
    least: 1,
    writes: true,
    run: (session, names) =>
      count(
        names.map((name) => {
          const was = entryOf(session, name) !== undefined;
          delete session.space.keys[name];
          return was;
        }),
      ),
  },
  flushall: { least: 0, writes: true, run: clear },
  flushdb: { least: 0, writes: true, run: clear },
  save: { least: 0, most: 0, run: (session) => (saves(session) ? status("OK") : failure("ERR")) },
  bgsave: { least: 0, most: 1, run: (session) => (saves(session) ? status("Background saving started") : failure("ERR")) },
  lastsave: { least: 0, most: 0, run: ({ space }) => integer(Math.floor((space.savedAt ?? 0) / 1000)) },
  expireat: { least: 2, writes: true, run: (session, [name = "", time = ""]) => expireAt(session, name, wholeNumber(time) * 1000) },
  pexpireat: { least: 2, writes: true, run: (session, [name = "", time = ""]) => expireAt(session, name, wholeNumber(time)) },
  expire: { least: 2, writes: true, run: (session, [name = "", time = ""]) => expireAt(session, name, session.now() + wholeNumber(time) * 1000) },
  pexpire: { least: 2, writes: true, run: (session, [name = "", time = ""]) => expireAt(session, name, session.now() + wholeNumber(time)) },
  ttl: { least: 1, most: 1, run: (session, args) => timeLeft(session, key(args), 1000) },
  pttl: { least: 1, most: 1, run: (session, args) => timeLeft(session, key(args), 1) },
  persist: {
    least: 1,
    most: 1,
    writes: true,
    run: (session, args) => {
      const entry = entryOf(session, key(args));
      const had = entry?.expires !== undefined;
      if (entry) delete entry.expires;
      return integer(had ? 1 : 0);
    },
  },

  get: { least: 1, most: 1, run: (session, args) => bulk(textOf(session, key(args))) },
  set: { least: 2, writes: true, run: setText },
  setnx: {
    least: 2,
    most: 2,
    writes: true,
    run: (session, args) => integer(setText(session, [...args, "NX"]).type === "status" ? 1 : 0),
  },
  setex: { least: 3, most: 3, writes: true, run: (session, [name = "", time = "", value = ""]) => setText(session, [name, value, "EX", time]) },
  mget: { least: 1, run: (session, names) => bulks(names.map((name) => textOf(session, name))) },
  mset: {
    least: 2,
    writes: true,
    run: (session, args) => {
      if (args.length % 2 === 1) return failure("ERR wrong number of arguments for 'mset' command");
      for (let i = 0; i < args.length; i += 2) setText(session, args.slice(i, i + 2));
      return status("OK");
    },
  },
  append: {
    least: 2,
    most: 2,
    writes: true,
    run: (session, [name = "", more = ""]) => {
      const value = (textOf(session, name) ?? "") + more;
      session.space.keys[name] = { ...entryOf(session, name), value };
      return integer(value.length);
    },
  },
  strlen: { least: 1, most: 1, run: (session, args) => integer(textOf(session, key(args))?.length ?? 0) },
  incr: { least: 1, most: 1, writes: true, run: (session, args) => increase(session, key(args), 1) },
  decr: { least: 1, most: 1, writes: true, run: (session, args) => increase(session, key(args), -1) },
  incrby: { least: 2, most: 2, writes: true, run: (session, [name = "", by = ""]) => increase(session, name, wholeNumber(by)) },
  decrby: { least: 2, most: 2, writes: true, run: (session, [name = "", by = ""]) => increase(session, name, -wholeNumber(by)) },

  lpush: { least: 2, writes: true, run: (session, args) => push(session, args, "unshift") },
  rpush: { least: 2, writes: true, run: (session, args) => push(session, args, "push") },
  lpop: { least: 1, most: 1, writes: true, run: (session, args) => pop(session, key(args), "shift") },
  rpop: { least: 1, most: 1, writes: true, run: (session, args) => pop(session, key(args), "pop") },
  llen: { least: 1, most: 1, run: (session, args) => integer(listOf(session, key(args)).length) },
  lindex: {
    least: 2,
    most: 2,
    run: (session, [name = "", at = ""]) => bulk(listOf(session, name).at(wholeNumber(at))),
  },
  lrange: {
    least: 3,
    most: 3,
    run: (session, [name = "", first = "", last = ""]) => {
      const items = listOf(session, name);
      return bulks(items.slice(...range(items.length, first, last)));
    },
  },

  hset: {
    least: 3,
    writes: true,
    run: (session, [name = "", ...pairs]) => {
      if (pairs.length % 2 === 1) return failure("ERR wrong number of arguments for 'hset' command");
      const hash = hashOf(session, name, true);
      let added = 0;
      for (let i = 0; i < pairs.length; i += 2) {
        const field = pairs[i] ?? "";
        if (!(field in hash)) added++;
        hash[field] = pairs[i + 1] ?? "";
      }
      return integer(added);
    },
  },
  hget: { least: 2, most: 2, run: (session, [name = "", field = ""]) => bulk(hashOf(session, name)[field]) },
  hgetall: { least: 1, most: 1, run: (session, args) => bulks(Object.entries(hashOf(session, key(args))).flat()) },
  hkeys: { least: 1, most: 1, run: (session, args) => bulks(Object.keys(hashOf(session, key(args)))) },
  hlen: { least: 1, most: 1, run: (session, args) => integer(Object.keys(hashOf(session, key(args))).length) },
  hdel: {
    least: 2,
    writes: true,
    run: (session, [name = "", ...fields]) => {
      const hash = hashOf(session, name);
      const gone = fields.filter((field) => field in hash);
      for (const field of gone) delete hash[field];
      tidy(session, name);
      return integer(gone.length);
    },
  },

  sadd: {
    least: 2,
    writes: true,
    run: (session, [name = "", ...values]) => {
      const members = setOf(session, name, true);
      const fresh = [...new Set(values)].filter((value) => !members.includes(value));
      members.push(...fresh);
      return integer(fresh.length);
    },
  },
  srem: {
    least: 2,
    writes: true,
    run: (session, [name = "", ...values]) => {
      const members = setOf(session, name);
      const gone = [...new Set(values)].filter((value) => members.includes(value));
      for (const value of gone) members.splice(members.indexOf(value), 1);
      tidy(session, name);
      return integer(gone.length);
    },
  },
  smembers: { least: 1, most: 1, run: (session, args) => bulks(setOf(session, key(args))) },
  sismember: { least: 2, most: 2, run: (session, [name = "", value = ""]) => integer(setOf(session, name).includes(value) ? 1 : 0) },
  scard: { least: 1, most: 1, run: (session, args) => integer(setOf(session, key(args)).length) },

  zadd: {
    least: 3,
    writes: true,
    run: (session, [name = "", ...pairs]) => {
      if (pairs.length % 2 === 1) return syntaxError;
      const scores = scoresOf(session, name, true);
      let added = 0;
      for (let i = 0; i < pairs.length; i += 2) {
        const score = Number(pairs[i]);
        const member = pairs[i + 1] ?? "";
        if (Number.isNaN(score)) return failure("ERR value is not a valid float");
        if (!(member in scores)) added++;
        scores[member] = score;
      }
      return integer(added);
    },
  },
  zrange: {
    least: 3,
    run: (session, [name = "", first = "", last = "", option]) => {
      const all = ranked(scoresOf(session, name));
      const some = all.slice(...range(all.length, first, last));
      return bulks(
        option?.toUpperCase() === "WITHSCORES" ? some.flatMap(([member, score]) => [member, String(score)]) : some.map(([member]) => member),
      );
    },
  },
  zscore: {
    least: 2,
    most: 2,
    run: (session, [name = "", member = ""]) => {
      const score = scoresOf(session, name)[member];
      return bulk(score === undefined ? undefined : String(score));
    },
  },
  zcard: { least: 1, most: 1, run: (session, args) => integer(Object.keys(scoresOf(session, key(args))).length) },
};

function clear({ space }: Session): Reply {
  space.keys = {};
  return status("OK");
}
