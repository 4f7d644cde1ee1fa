import type { HttpHandler } from "#base/http.ts";
import { joined, Pipe, type Sink, textOf } from "#base/streams.ts";
import type { Image, Server } from "#cluster/images/image.ts";
import { limitMemory } from "#cluster/images/memory-limit.ts";
import { partsOf, serverOf } from "#cluster/images/programs.ts";
import { milliUnits, wholeUnits } from "#machinery/quantity.ts";
import type { Probe } from "#machinery/types.ts";
import { programPath, usualPath } from "#shell/executable.ts";
import type { FileChanges, FileSystem } from "#shell/file-system.ts";
import { machine } from "#shell/machine.ts";
import type { Machine, SignalName } from "#shell/process.ts";
import { type StartedProcess, type StartOptions, startProcess } from "#shell/start-process.ts";
import type { ContainerClock } from "./container-clock.ts";
import type { ContainerConfig } from "./container-config.ts";
import type { ContainerHost } from "./container-host.ts";
import { ContainerLog, printedIn, type Stream } from "./logs.ts";
import { ServedProgram, shortestRun } from "./served-program.ts";
import { largestStoredFile } from "./stored-files.ts";

const longestMessage = 4096;

/** What programs use whose image does not say: a shell that waits takes next to nothing. */
const usualUsage = {
  none: { cpu: "1m", memory: "6Mi" },
  busybox: { cpu: "0", memory: "512Ki" },
  alpine: { cpu: "0", memory: "1Mi" },
  debian: { cpu: "0", memory: "3Mi" },
} as const;

/** A container that runs, or can be looked into: its files, processes and servers. Made when first needed, dropped when it is removed. */
export class Container {
  readonly config: ContainerConfig;
  readonly image: Image;
  readonly log: ContainerLog;
  readonly startedAt: number;
  readonly clock: ContainerClock;
  readonly #host: ContainerHost;
  readonly #env: ReadonlyMap<string, string>;
  #machine: Machine | undefined;
  #served: ServedProgram | undefined;
  #main: StartedProcess | undefined;
  #ended = false;
  #stdin: Pipe | undefined;
  readonly #attached = new Set<Record<Stream, Pipe | undefined>>();
  /** The size of its terminal, where it has one. */
  readonly #tty = { columns: 80, rows: 24, hear: new Set<() => void>() };

  constructor(host: ContainerHost, config: ContainerConfig, image: Image, startedAt: number, clock: ContainerClock) {
    this.#host = host;
    this.config = config;
    this.image = image;
    this.startedAt = startedAt;
    this.clock = clock;
    this.#env = new Map(config.env);
    this.log = new ContainerLog(host.records, host.keys.log(config));
  }

  /** Starts its main program; gives why it cannot, in the runtime's words. */
  start(): string | undefined {
    const { config } = this;
    const searchPath = this.#env.get("PATH") ?? usualPath;
    const found = serverOf(this.image, config.args, searchPath);
    const broken = found ? undefined : this.#problem(searchPath);
    if (broken) return broken;
    if (found && !config.tty) this.#serve(found.args, found.server);
    else this.#run();
    return undefined;
  }

  /** Takes up again what ran before the object was away: servers are there at once, programs are to be caught up. */
  resume(): void {
    this.start();
  }

  #problem(searchPath: string): string | undefined {
    const { fs } = this.machine;
    const name = this.config.args[0] ?? "";
    const blocked = inTheWay(fs, this.config.cwd);
    if (blocked) return `mkdir ${blocked}: not a directory`;

    const path = programPath(this.machine, this.config.cwd, searchPath, name);
    if (path === undefined)
      return name.includes("/")
        ? `exec: ${quoted(name)}: stat ${name}: no such file or directory`
        : `exec: ${quoted(name)}: executable file not found in $PATH`;
    const stat = fs.stat(path);
    if (stat?.kind === "directory") return `exec: ${quoted(name)}: is a directory`;
    return ((stat?.mode ?? 0) & 0o111) === 0 ? `exec: ${quoted(name)}: permission denied` : undefined;
  }

  // --- programs that only serve

  #serve(args: readonly string[], server: Server): void {
    const self = this;
    const { config, startedAt, clock } = this;
    this.#served = new ServedProgram(
      {
        host: this.#host,
        config,
        env: this.#env,
        startedAt,
        clock,
        get machine() {
          return self.machine;
        },
        print: (stream, text) => this.#print(stream, text),
        end: (code) => this.#end(code),
        kill: (reason) => this.kill(reason),
        run: (command) => this.run(command),
      },
      args,
      server,
    );
    if (this.#machine) this.#served.stand(this.#machine);
    const { prints, errors } = this.#served.serving;
    if (prints) this.log.begin("stdout", prints, startedAt);
    if (errors) this.log.begin("stderr", errors, startedAt);
  }

  /** What answers on a port, as far as its main program only serves. */
  handler(port: number, probed = false): HttpHandler | undefined {
    return this.#served?.handler(port, probed);
  }

  /** The ports that its main program serves. */
  get listening(): readonly number[] {
    return this.#served?.listening ?? [];
  }

  /** What its gRPC health service answers; undefined where no gRPC is spoken on that port. */
  health(port: number): ((service: string) => "SERVING" | "NOT_SERVING" | undefined) | undefined {
    return this.#served?.health(port);
  }

  /** What it uses, as measured at `end`: thousandths of a CPU, and bytes of memory. */
  used(end: number): { cpu: number; memory: number } {
    const { cpu, memory } = this.image.usage ?? usualUsage[this.image.base];
    const more = this.#served?.used(end) ?? { cpu: 0, memory: 0 };
    const { cpuLimit = Number.POSITIVE_INFINITY, memoryLimit = Number.POSITIVE_INFINITY } = this.config;
    return { cpu: Math.min(milliUnits(cpu) + more.cpu, cpuLimit), memory: Math.min(wholeUnits(memory) + more.memory, memoryLimit) };
  }

  // --- programs that run

  #run(): void {
    const { config } = this;
    const skip = this.clock.replaying ? printedIn(this.log.text) : { stdout: 0, stderr: 0 };
    const sink = (stream: Stream): Sink => ({
      write: async (bytes) => {
        const fresh = bytes.subarray(Math.min(skip[stream], bytes.length));
        skip[stream] -= bytes.length - fresh.length;
        if (fresh.length > 0) this.#print(stream, fresh);
      },
      close() {},
    });
    const stdout = sink("stdout");
    if (config.stdin) this.#stdin = new Pipe(this.#host.tasks);
    this.#main = startProcess(this.machine, {
      args: config.args,
      env: this.#env,
      cwd: config.cwd,
      user: config.user,
      ...(config.groups ? { groups: config.groups } : {}),
      ...(this.#stdin ? { stdin: this.#stdin } : {}),
      stdout,
      stderr: config.tty ? stdout : sink("stderr"),
      ...(config.tty ? { tty: this.#terminal } : {}),
      onExit: ({ code }) => {
        const soonest = this.startedAt + shortestRun;
        if (this.clock.now() < soonest) this.clock.at(soonest, () => this.#end(code));
        else this.#end(code);
      },
    });
  }

  get #terminal(): NonNullable<StartOptions["tty"]> {
    const { hear } = this.#tty;
    return Object.assign(this.#tty, {
      onResize(changed: () => void) {
        hear.add(changed);
        return () => hear.delete(changed);
      },
    });
  }

  resize(columns: number, rows: number): void {
    this.#tty.columns = columns;
    this.#tty.rows = rows;
    for (const changed of this.#tty.hear) changed();
  }

  #print(stream: Stream, bytes: Uint8Array | string): void {
    this.log.write(stream, bytes, this.clock.now());
    if (this.#attached.size === 0) return;
    const chunk = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes.slice();
    for (const pipes of this.#attached) pipes[stream]?.push(chunk);
  }

  /** Gives what it prints from now on, and takes what is typed. */
  attach(): { stdin: Pipe | undefined; stdout: Pipe; stderr: Pipe; detach(): void } {
    const pipes = { stdout: new Pipe(this.#host.tasks, Number.POSITIVE_INFINITY), stderr: new Pipe(this.#host.tasks, Number.POSITIVE_INFINITY) };
    this.#attached.add(pipes);
    const detach = () => {
      this.#attached.delete(pipes);
      pipes.stdout.close();
      pipes.stderr.close();
    };
    if (this.#ended) detach();
    return { stdin: this.#stdin, ...pipes, detach };
  }

  // --- signals and the end

  /** Sends its main program a signal. */
  signal(name: SignalName): void {
    if (this.#ended) return;
    if (this.#served) this.#served.signal(name);
    else this.#main?.signal(name);
  }

  /** Everything in it stops, and nobody is told. */
  dispose(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#whenEnded.resolve();
    this.log.end(this.clock.now());
    this.#main?.signal("KILL");
    this.#served?.ended();
  }

  /** Ends its main program as the kernel does. */
  kill(reason?: string): void {
    if (reason) this.#reason = reason;
    this.signal("KILL");
  }
  #reason: string | undefined;
  readonly #whenEnded = Promise.withResolvers<void>();

  /** For those who are no task. */
  whenEnded(): Promise<void> {
    return this.#whenEnded.promise;
  }

  #end(code: number): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#whenEnded.resolve();
    this.#served?.ended();
    this.log.end(this.clock.now());
    for (const pipes of [...this.#attached]) {
      pipes.stdout?.close();
      pipes.stderr?.close();
    }
    this.#attached.clear();
    this.#host.exited(this.config, { code, ...(this.#reason ? { reason: this.#reason } : {}) });
  }

  /** What its main program left in the file for that. */
  terminationMessage(): string {
    if (!this.#machine && !this.#host.records.get(this.#host.keys.files(this.config))) return "";
    try {
      const bytes = this.machine.fs.read(this.config.terminationMessagePath);
      return textOf(bytes.subarray(0, longestMessage));
    } catch {
      return "";
    }
  }

  // --- files and commands

  /** Its files and processes. */
  get machine(): Machine {
    if (this.#machine) return this.#machine;
    const { config, image } = this;
    const { programs, layers } = partsOf(image);
    const key = this.#host.keys.files(config);
    const stored = this.#host.records.get<FileChanges>(key);
    const made = machine({
      hostname: config.hostname,
      tasks: this.#host.tasks,
      clock: this.clock,
      random: this.#host.random,
      net: this.#host.netFor(this.clock),
      base: image.base,
      tools: image.tools ?? [],
      programs: image.clusterTools ? new Map([...programs, ...this.#host.clusterTools(image.clusterTools)]) : programs,
      layers,
      files: this.#host.systemFiles,
      ...(image.users ? { users: usersOf(image.users) } : {}),
      contained: true,
      ...(stored && !this.clock.replaying ? { changes: stored } : {}),
      ...(config.readOnly ? { readOnly: true } : {}),
    });
    this.#machine = made;
    // Whichever of its processes the kernel ends for its memory, that is said of the container as a whole.
    if (config.memoryLimit !== undefined)
      limitMemory(made, {
        bytes: config.memoryLimit,
        exceeded: () => {
          this.#reason = "OOMKilled";
        },
      });
    this.#host.mount(config, made.fs);
    // The runtime makes the directory that a program starts in, where neither image nor volumes have it.
    if (!inTheWay(made.fs, config.cwd) && !made.fs.stat(config.cwd)) made.fs.mkdir(config.cwd, { recursive: true });
    if (!this.#ended) this.#served?.stand(made);
    made.fs.onChange = () => {
      this.#host.files.changed(key, () => made.fs.changes(largestStoredFile));
      this.#host.touched(config);
    };
    return made;
  }

  /** Whether a probe that succeeded will go on to: nothing here changes by itself. */
  isSteady(probe: Probe): boolean {
    if (probe.exec) return steadyCommands.has(probe.exec.command?.[0] ?? "");
    return this.#served !== undefined && !this.#served.serving.restless;
  }

  /** Starts a further command in it. Throws what `startProcess` throws. */
  exec(options: ExecStart): StartedProcess {
    this.#host.touched(this.config);
    return this.#start({
      ...options,
      onExit: (exit) => {
        // What somebody did here is not done again by any replay.
        this.#host.files.flush();
        options.onExit?.(exit);
      },
    });
  }

  #start(options: ExecStart): StartedProcess {
    const { cwd, user, groups } = this.config;
    return startProcess(this.machine, { ...options, env: this.#env, cwd, user, ...(groups ? { groups } : {}) });
  }

  /** Runs a command in it to its end. Blocks the calling task. */
  async run(args: readonly string[], signal?: AbortSignal): Promise<{ code: number; stdout: string; stderr: string }> {
    const out: Uint8Array[] = [];
    const err: Uint8Array[] = [];
    const into = (chunks: Uint8Array[]): Sink => ({
      async write(bytes) {
        chunks.push(bytes.slice());
      },
      close() {},
    });
    const process = this.#start({ args, stdout: into(out), stderr: into(err) });
    try {
      const { code } = await this.clock.awaited(() => process.wait(signal));
      return { code, stdout: textOf(joined(out)), stderr: textOf(joined(err)) };
    } catch (error) {
      process.signal("KILL");
      throw error;
    }
  }

  /** How much it wrote outside of volumes. */
  get usedBytes(): number {
    return (this.#machine?.fs.usedBytes ?? 0) + this.log.text.length;
  }

  get ended(): boolean {
    return this.#ended;
  }
}

/** An image's users have no home of their own. */
const usersOf = (users: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(users).map(([name, uid]) => [name, { uid, home: "/", shell: "/sbin/nologin" }]));

type ExecStart = Pick<StartOptions, "args" | "stdin" | "stdout" | "stderr" | "tty" | "onExit">;

/** Commands whose success depends on files alone. */
const steadyCommands: ReadonlySet<string> = new Set(["cat", "ls", "test", "[", "stat", "true", "/bin/true", "/bin/cat", "/bin/ls"]);

/** What of a path is there and is no directory, so that nothing can be below it. */
function inTheWay(fs: FileSystem, path: string): string | undefined {
  const parts = path.split("/");
  for (let i = 2; i <= parts.length; i++) {
    const above = parts.slice(0, i).join("/");
    const stat = fs.stat(above);
    if (stat && stat.kind !== "directory") return above;
  }
  return undefined;
}

const quoted = (text: string) => JSON.stringify(text);
