import { bytesOf, Pipe, type Source, sourceOf } from "#base/streams.ts";
import type { Tasks } from "#base/tasks.ts";
import type { LogOptions } from "#machinery/kubelet.ts";
import { formatTime } from "#machinery/time.ts";

/** Where texts that grow are kept: `Records` of the store. */
export interface Texts {
  append(key: string, text: string): void;
  text(key: string): string;
  delete(key: string): void;
}

export type Stream = "stdout" | "stderr";

/** A log that grows beyond this loses its older half, as files of the runtime are rotated. */
const longest = 256 * 1024;

/**
 * The log of one run of a container: one line each of `<milliseconds> <stream> <text>`, the stream's letter a capital where the text did not end with a
 * newline. Only whole lines are stored, as the runtime does, and the rest when the container ends.
 */
export class ContainerLog {
  readonly #texts: Texts;
  readonly #key: string;
  readonly #rest: Record<Stream, string> = { stdout: "", stderr: "" };
  readonly #decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  readonly #followers = new Set<(lines: string) => void>();
  readonly #ended = new Set<() => void>();
  /** What a program that only serves says when it starts. It follows from how it was started, so it is not stored. */
  #beginnings: { stream: Stream; text: string; at: number }[] = [];

  constructor(texts: Texts, key: string) {
    this.#texts = texts;
    this.#key = key;
  }

  /** All lines that there are. */
  get text(): string {
    const stored = this.#texts.text(this.#key);
    return stored.startsWith("- ") ? stored : this.#beginning + stored;
  }

  /** Put together when it is asked for: nobody reads the logs of most containers. */
  get #beginning(): string {
    let lines = "";
    for (const { stream, text, at } of this.#beginnings) for (const line of text.split(/(?<=\n)/)) lines += entryLine(stream, line, at);
    return lines;
  }

  /** Says what comes before everything that is stored. */
  begin(stream: Stream, text: string, at: number): void {
    this.#beginnings.push({ stream, text, at });
  }

  write(stream: Stream, bytes: Uint8Array | string, now: number): void {
    const text = this.#rest[stream] + (typeof bytes === "string" ? bytes : this.#decoders[stream].decode(bytes, { stream: true }));
    const end = text.lastIndexOf("\n");
    this.#rest[stream] = text.slice(end + 1);
    if (end < 0) return;
    const head = `${now} ${stream === "stdout" ? "o" : "e"} `;
    this.#store(`${head}${text.slice(0, end).replaceAll("\n", `\n${head}`)}\n`);
  }

  /** No more will come: what lacks its newline is stored without. */
  end(now: number): void {
    for (const stream of ["stdout", "stderr"] as const) {
      if (this.#rest[stream]) this.#store(`${now} ${stream === "stdout" ? "O" : "E"} ${this.#rest[stream]}\n`);
      this.#rest[stream] = "";
    }
    this.#settle();
    for (const hear of [...this.#ended]) hear();
  }

  /** Stores the beginning too: nobody can tell it anew once the program is gone. */
  #settle(): void {
    const all = this.text;
    if (this.#beginnings.length === 0 || all === "") return;
    this.#beginnings = [];
    this.#texts.delete(this.#key);
    this.#texts.append(this.#key, all);
  }

  /** Hears of lines as they are stored. Gives its end. */
  follow(hear: (lines: string) => void, ended: () => void): () => void {
    this.#followers.add(hear);
    this.#ended.add(ended);
    return () => {
      this.#followers.delete(hear);
      this.#ended.delete(ended);
    };
  }

  #store(lines: string): void {
    this.#texts.append(this.#key, lines);
    const all = this.#texts.text(this.#key);
    if (all.length > longest) {
      const half = all.indexOf("\n", all.length - longest / 2) + 1;
      const dropped = printedIn(all.slice(0, half));
      this.#texts.delete(this.#key);
      this.#texts.append(this.#key, `- ${dropped.stdout} ${dropped.stderr}\n${all.slice(half)}`);
    }
    for (const hear of this.#followers) hear(lines);
  }
}

/** How many bytes of each stream a log holds, those that were dropped counted: where a replay of the program takes up again. */
export function printedIn(text: string): Record<Stream, number> {
  const sum = { stdout: 0, stderr: 0 };
  for (const line of linesOf(text)) {
    if (line.startsWith("- ")) {
      const [, stdout, stderr] = line.split(" ");
      sum.stdout += Number(stdout);
      sum.stderr += Number(stderr);
      continue;
    }
    const entry = entryOf(line);
    sum[entry.stream] += bytesOf(entry.text).length;
  }
  return sum;
}

function entryLine(stream: Stream, text: string, at: number): string {
  const letter = stream === "stdout" ? "o" : "e";
  return text.endsWith("\n") ? `${at} ${letter} ${text}` : `${at} ${letter.toUpperCase()} ${text}\n`;
}

interface LogEntry {
  at: number;
  stream: Stream;
  text: string;
}

function entryOf(line: string): LogEntry {
  const space = line.indexOf(" ");
  const letter = line[space + 1] ?? "o";
  return {
    at: Number(line.slice(0, space)),
    stream: letter.toLowerCase() === "e" ? "stderr" : "stdout",
    text: line.slice(space + 3) + (letter === letter.toLowerCase() ? "\n" : ""),
  };
}

const linesOf = (text: string) => (text === "" ? [] : text.slice(0, -1).split("\n"));

/** The end of a log, for a termination message: at most so many lines and bytes. */
export function logTail(text: string, lines: number, bytes: number): string {
  const entries = linesOf(text).filter((line) => !line.startsWith("- "));
  const tail = entries
    .slice(-lines)
    .map((line) => entryOf(line).text)
    .join("");
  return tail.length > bytes ? tail.slice(-bytes) : tail;
}

/** A log as `kubectl logs` asks for it. `over` says that the container has ended: then nothing more is awaited. */
export function readLog(log: ContainerLog, options: LogOptions, over: boolean, tasks: Tasks): Source {
  let left = options.limitBytes ?? Number.POSITIVE_INFINITY;
  const shown = (lines: readonly string[]): Uint8Array => {
    let text = "";
    for (const line of lines) {
      if (line.startsWith("- ")) continue;
      const entry = entryOf(line);
      if (options.since !== undefined && entry.at < options.since) continue;
      text += options.timestamps ? `${nanoTime(entry.at)} ${entry.text}` : entry.text;
    }
    const bytes = bytesOf(text).subarray(0, left);
    left -= bytes.length;
    return bytes;
  };

  let before = linesOf(log.text).filter((line) => !line.startsWith("- "));
  if (options.tailLines !== undefined) before = options.tailLines === 0 ? [] : before.slice(-options.tailLines);
  const first = shown(before);
  if (!options.follow || over) return sourceOf(first);

  const pipe = new Pipe(tasks, Number.POSITIVE_INFINITY);
  pipe.push(first);
  const end = log.follow(
    (lines) => {
      pipe.push(shown(linesOf(lines)));
      if (left <= 0) stop();
    },
    () => stop(),
  );
  const stop = () => {
    end();
    pipe.close();
  };
  options.signal?.addEventListener("abort", stop, { once: true });
  return {
    read: () => pipe.read(),
    cancel() {
      end();
      pipe.cancel();
    },
  };
}

const nanoTime = (at: number) => `${formatTime(at).slice(0, -1)}.${String(Math.floor(at % 1000)).padStart(3, "0")}000000Z`;
