import { bytesOf, lines } from "#base/streams.ts";
import { NetError, type Process, type Program } from "#shell/process.ts";
import { bulks, decoded, encoded, type Reply } from "./resp.ts";

interface Target {
  host: string;
  port: string;
}

/** `redis-cli`: one command from its arguments, or one after the other from its input. */
export const redisCli: Program = async (process) => {
  const target: Target = { host: "127.0.0.1", port: "6379" };
  const words = process.args.slice(1);
  let raw = !process.isTerminal(1);
  while (words[0]?.startsWith("-")) {
    const option = words.shift();
    if (option === "-h") target.host = words.shift() ?? "";
    else if (option === "-p") target.port = words.shift() ?? "";
    else if (option === "--raw") raw = true;
    else if (option === "--no-raw") raw = false;
    else if (option === "-n" || option === "-a") words.shift();
    else if (option === "--version" || option === "-v") return say(process, "redis-cli 8.2.1\n");
    else {
      await process.stderr.write(bytesOf(`Unrecognized option or bad number of args for: '${option}'\n`));
      return 1;
    }
  }
  if (words.length > 0) return once(process, target, words, raw);
  return conversation(process, target, raw);
};

async function say(process: Process, text: string): Promise<number> {
  await process.stdout.write(bytesOf(text));
  return 0;
}

async function ask({ machine }: Process, { host, port }: Target, words: readonly string[]): Promise<Reply | undefined> {
  const body = bytesOf(encoded(bulks(words)));
  const response = await machine.net.fetch({ method: "POST", url: `redis://${host}:${port}/`, headers: {}, body });
  return response.body instanceof Uint8Array ? decoded(response.body) : undefined;
}

async function once(process: Process, target: Target, words: readonly string[], raw: boolean): Promise<number> {
  try {
    return say(process, `${shown(await ask(process, target, words), raw)}\n`);
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    await process.stderr.write(bytesOf(`Could not connect to Redis at ${target.host}:${target.port}: ${reasonOf(error)}\n`));
    return 1;
  }
}

async function conversation(process: Process, target: Target, raw: boolean): Promise<number> {
  const prompt = process.isTerminal(0) ? `${target.host}:${target.port}> ` : "";
  if (prompt) await say(process, prompt);
  for await (const line of lines(process.stdin)) {
    const words = wordsOf(line);
    if (words === undefined) await say(process, "Invalid argument(s)\n");
    else if (/^(quit|exit)$/i.test(words[0] ?? "")) return 0;
    else if (words.length > 0) await once(process, target, words, raw);
    if (prompt) await say(process, prompt);
  }
  return 0;
}

const reasonOf = (error: NetError) =>
  error.code === "ENOTFOUND" || error.code === "NOINTERNET" ? "Name or service not known" : "Connection refused";

/** The words of a line, in quotes or not; undefined where a quote is not closed. */
export function wordsOf(line: string): string[] | undefined {
  const words: string[] = [];
  const pattern = /\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^\s"']+))(?=\s|$)/y;
  let at = 0;
  while (line.slice(at).trim() !== "") {
    pattern.lastIndex = at;
    const match = pattern.exec(line);
    if (!match) return undefined;
    const [whole, double, single, bare] = match;
    words.push(double?.replace(/\\(.)/g, (_, one: string) => (one === "n" ? "\n" : one)) ?? single?.replace(/\\(.)/g, "$1") ?? bare ?? "");
    at += whole.length;
  }
  return words;
}

/** A reply as the client shows it: with its type for people, bare for programs. */
export function shown(reply: Reply | undefined, raw: boolean, indent = ""): string {
  if (!reply) return "Error: Protocol error";
  switch (reply.type) {
    case "status":
      return reply.text;
    case "error":
      return raw ? reply.text : `(error) ${reply.text}`;
    case "integer":
      return raw ? String(reply.value) : `(integer) ${reply.value}`;
    case "nothing":
      return raw ? "" : "(nil)";
    case "text":
      return raw ? reply.text : JSON.stringify(reply.text);
    case "list": {
      if (raw) return reply.items.map((item) => shown(item, true)).join("\n");
      if (reply.items.length === 0) return "(empty array)";
      const width = String(reply.items.length).length;
      return reply.items
        .map((item, i) => {
          const head = `${String(i + 1).padStart(width)}) `;
          return `${i === 0 ? "" : indent}${head}${shown(item, false, indent + " ".repeat(head.length))}`;
        })
        .join("\n");
    }
  }
}
