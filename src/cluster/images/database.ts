import { bytesOf } from "#base/streams.ts";
import { NetError, type Process, type Program } from "#shell/process.ts";
import { defineImage, type Image, type Server, type ServerStart } from "./image.ts";

/** A server of data that is there and waits for connections. What it would keep is not simulated: its clients say so. */
export interface Database {
  name: string;
  aliases?: readonly string[];
  tags: readonly string[];
  size: string;
  pullSeconds: number;
  port: number;
  /** What starts it, after its wrapper. */
  command: readonly string[];
  wrapper?: string;
  env?: Readonly<Record<string, string>>;
  /** Why it does not start: a setting that it needs. */
  refuses?(start: ServerStart): string | undefined;
  /** What it prints when it starts, and when it listens. */
  begins?(start: ServerStart): Said;
  listens?(start: ServerStart, at: number): Said;
  /** How long it prepares its files before it listens. */
  startsMs: number;
  /** How it ends when it is told to. */
  endsMs?: number;
  clients: Readonly<Record<string, Program>>;
  base?: Image["base"];
  user?: string;
  users?: Image["users"];
}

interface Said {
  prints?: string;
  errors?: string;
}

/** Makes an image of a database. */
export function database(of: Database): Image {
  const server: Server = (start) => {
    const refusal = of.refuses?.(start);
    if (refusal !== undefined) return { errors: refusal, exits: { code: 1, afterMs: 120 } };
    const end = { code: 0, afterMs: of.endsMs ?? 300 };
    return {
      ...of.begins?.(start),
      ...(of.listens ? { later: [{ afterMs: of.startsMs, ...of.listens(start, start.startedAt + of.startsMs) }] } : {}),
      tcp: [portOf(start.args, of.port)],
      listensAfterMs: of.startsMs,
      signals: { TERM: end, INT: end, QUIT: end },
    };
  };
  const { wrapper } = of;
  const [program = ""] = of.command;
  return defineImage({
    name: of.name,
    ...(of.aliases ? { aliases: of.aliases } : {}),
    tags: of.tags,
    size: of.size,
    pullSeconds: of.pullSeconds,
    ...(wrapper ? { entrypoint: [wrapper.slice(wrapper.lastIndexOf("/") + 1)], wrapper, files: { [wrapper]: '#!/bin/sh\nexec "$@"\n' } } : {}),
    command: of.command,
    ...(of.env ? { env: of.env } : {}),
    ...(of.user ? { user: of.user } : {}),
    ...(of.users ? { users: of.users } : {}),
    base: of.base ?? "debian",
    servers: { [`/usr/local/bin/${program}`]: server },
    programs: Object.fromEntries(Object.entries(of.clients).map(([name, client]) => [`/usr/bin/${name}`, client])),
  });
}

function portOf(args: readonly string[], usual: number): number {
  const given = args.findIndex((arg) => arg === "-p" || arg === "--port");
  const joined = args.find((arg) => arg.startsWith("--port="))?.slice("--port=".length);
  return Number(joined ?? (given >= 0 ? args[given + 1] : undefined) ?? usual);
}

/** Whether something accepts connections at a port. Blocks the calling task. */
export async function accepts({ machine }: Process, host: string, port: string | number): Promise<boolean> {
  try {
    await machine.net.fetch({ method: "GET", url: `tcp://${host}:${port}/`, headers: {} });
    return true;
  } catch (error) {
    if (error instanceof NetError) return error.code === "ECONNRESET";
    throw error;
  }
}

/** A client of something that is not simulated: it says what. */
export const notSimulated =
  (what: string): Program =>
  async (process) => {
    await process.stderr.write(bytesOf(`${process.args[0]}: Not simulated by Podyard: ${what}\n`));
    return 1;
  };

/** The value of an option in one of its spellings: `-h db`, `-hdb`, `--host db`, `--host=db`. */
export function optionOf(args: readonly string[], short: string, long: string): string | undefined {
  for (const [i, arg] of args.entries()) {
    if (arg === short || arg === long) return args[i + 1];
    if (arg.startsWith(`${long}=`)) return arg.slice(long.length + 1);
    if (arg.startsWith(short) && !arg.startsWith("--")) return arg.slice(short.length);
  }
  return undefined;
}
