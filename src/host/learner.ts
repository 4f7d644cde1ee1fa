import type { NodePrograms } from "#cluster/boot-options.ts";
import type { Cluster } from "#cluster/cluster.ts";
import type { Records } from "#cluster/store/store.ts";
import type { CommandHost } from "#commands/host.ts";
import { nodePrograms, programs } from "#commands/programs.ts";
import { publishedManifest } from "#commands/upstream/manifests.ts";
import { withSites } from "#lessons/examples/sites.ts";
import { admin } from "#machinery/user.ts";
import type { FileChanges } from "#shell/file-system.ts";
import { machine } from "#shell/machine.ts";
import type { Machine, Net, Program } from "#shell/process.ts";
import { runCommand } from "#shell/run-command.ts";
import { type SavedTerminal, Terminal } from "#shell/terminal/terminal.ts";
import type { ExecResult, ExecWanted } from "./contract.ts";
import { kubeconfigFiles } from "./kubeconfig.ts";
import { connector } from "./learner-client.ts";

/** What of each stream an answer holds. */
const mostOutput = 4 * 1024 * 1024;
/** After Ctrl-C at the time-out, so long until what still runs is killed. */
const grace = 2000;

/** What the home directory takes: all of it is read back when the session wakes. */
const diskBytes = 8 * 1024 * 1024;

const name = "learner";
const home = `/home/${name}`;

/** What the cluster lends to commands. */
const lentBy = (cluster: Cluster): CommandHost => ({
  connect: connector(cluster),
  admin: cluster.client(admin),
  machines: cluster.machines,
  etcd: cluster.etcd,
  engine: () => cluster.engine,
  workshop: (image) => cluster.workshop(image),
  shellOf: (node) => cluster.nodeShell(node),
});

/** A network with what of the internet is kept here. */
const outside = (net: Net): Net => withSites(net, publishedManifest);

/** What is installed on the nodes of a cluster. */
export const installed: NodePrograms = Object.assign(
  (cluster: Cluster): ReadonlyMap<string, Program> => nodePrograms(lentBy(cluster), cluster.profile.learnerAt !== undefined),
  { outside },
);
const fileKeys = "/learner/files";
const terminalKeys = "/learner/terminals/";

/** How the learner's shells begin, as Debian lets them. */
const homeFiles = {
  [`${home}/.profile`]: { owner: name, content: `# Login shells.\nif [ -f "$HOME/.bashrc" ]; then\n  . "$HOME/.bashrc"\nfi\n` },
  [`${home}/.bashrc`]: {
    owner: name,
    content: `# Interactive shells.
case $- in
  *i*) ;;
  *) return ;;
esac

PS1='\\[\\e[1;32m\\]\\u@\\h\\[\\e[0m\\]:\\[\\e[1;34m\\]\\w\\[\\e[0m\\]\\$ '
alias ll='ls -l'
`,
  },
};

/**
 * The machine at which the learner sits: one of their own with a home directory, a Debian's tools, kubectl and minikube, or a node of the cluster. Files and
 * terminals are kept in the cluster's records.
 */
export class Learner {
  readonly #cluster: Cluster;
  /** Who they are there. */
  readonly user: string;
  readonly #home: string;
  #machine: Machine;
  readonly #records: Records;
  #filesChanged = false;
  /** Each changed file as it was stored, as JSON. */
  readonly #stored = new Map<string, string>();

  /** `since` is when the session began. */
  constructor(cluster: Cluster, since: number) {
    // Who types `minikube start` first has no kubeconfig before.
    const isReady = cluster.profile.started;
    this.#cluster = cluster;
    this.#records = cluster.records;
    const { learnerAt } = cluster.profile;
    const node = learnerAt === undefined ? undefined : cluster.nodeShell(learnerAt);
    [this.user, this.#home] = node ? ["root", "/root"] : [name, home];
    if (node) {
      this.#machine = node;
      return;
    }
    this.#machine = machine({
      hostname: "podyard",
      tasks: cluster.tasks,
      clock: cluster.clock,
      random: cluster.random,
      net: outside(cluster.hostNet),
      base: "full",
      programs: programs(lentBy(cluster)),
      files: { ...homeFiles, ...(isReady ? kubeconfigFiles(cluster.machines, { home, owner: name, since }) : {}) },
      changes: this.#storedFiles(),
      diskBytes,
      users: { [name]: { uid: 1000, home, shell: "/bin/bash" } },
    });
    cluster.learnerFiles = this.#machine.fs;
    this.#machine.fs.onChange = () => {
      this.#filesChanged = true;
    };
  }

  /** A node that was switched off and on again is another one; while it is off, people look at what they last saw. */
  get machine(): Machine {
    const { learnerAt } = this.#cluster.profile;
    if (learnerAt !== undefined) this.#machine = this.#cluster.nodeShell(learnerAt) ?? this.#machine;
    return this.#machine;
  }

  /** Runs a command in a login shell of its own. Not for tasks. */
  async exec({ command, stdin, timeoutSeconds }: ExecWanted): Promise<ExecResult> {
    const limits = timeLimit(timeoutSeconds);
    try {
      return await runCommand({
        machine: this.machine,
        user: this.user,
        command,
        cwd: this.#home,
        limitBytes: mostOutput,
        ...limits.signals,
        ...(stdin === undefined ? {} : { stdin }),
      });
    } finally {
      limits.end();
      this.saveFiles();
    }
  }

  /** Runs a command in a terminal's own shell. Not for tasks. */
  async execIn(terminal: Terminal, { command, stdin, timeoutSeconds }: ExecWanted): Promise<ExecResult> {
    const limits = timeLimit(timeoutSeconds);
    try {
      return await terminal.run(command, { limitBytes: mostOutput, ...limits.signals, ...(stdin === undefined ? {} : { stdin }) });
    } finally {
      limits.end();
      this.saveFiles();
    }
  }

  /** Names of the terminals that were ever used. */
  terminalNames(): string[] {
    return this.#records.keys(terminalKeys).map((key) => key.slice(terminalKeys.length));
  }

  /** A terminal, as it was when it was last saved, which it is again at each of its prompts. */
  terminal(terminalName: string, columns: number, rows: number): Terminal {
    const saved = this.#records.get<SavedTerminal>(terminalKeys + terminalName);
    const number = [...new Set([...this.terminalNames(), terminalName])].indexOf(terminalName);
    const terminal = new Terminal({ machine: this.machine, user: this.user, columns, rows, number, ...(saved ? { saved } : {}) });
    terminal.onPrompt = () => {
      this.saveTerminal(terminalName, terminal);
      this.saveFiles();
    };
    return terminal;
  }

  saveTerminal(terminalName: string, terminal: Terminal): void {
    const key = terminalKeys + terminalName;
    const saved = terminal.saved();
    if (JSON.stringify(saved) !== JSON.stringify(this.#records.get(key))) this.#records.put(key, saved);
  }

  /** Stores the files that changed since the last time. */
  saveFiles(): void {
    if (!this.#filesChanged) return;
    this.#filesChanged = false;
    const changes = this.machine.fs.changes();
    for (const [path, change] of Object.entries(changes)) {
      const text = JSON.stringify(change);
      if (this.#stored.get(path) === text) continue;
      this.#stored.set(path, text);
      this.#records.put(fileKeys + path, change);
    }
    for (const path of this.#stored.keys())
      if (!(path in changes)) {
        this.#stored.delete(path);
        this.#records.delete(fileKeys + path);
      }
  }

  #storedFiles(): FileChanges {
    const changes: Record<string, FileChanges[string]> = {};
    for (const key of this.#records.keys(`${fileKeys}/`)) {
      const path = key.slice(fileKeys.length);
      const change = this.#records.get<FileChanges[string]>(key) ?? null;
      changes[path] = change;
      this.#stored.set(path, JSON.stringify(change));
    }
    return changes;
  }
}

/** A time limit by the world's clock, since the cluster's may stand still: first Ctrl-C, then the end. */
function timeLimit(seconds: number): { signals: { interrupt: AbortSignal; kill: AbortSignal }; end(): void } {
  const [interrupt, kill] = [new AbortController(), new AbortController()];
  let timer = setTimeout(() => {
    interrupt.abort();
    timer = setTimeout(() => kill.abort(), grace);
  }, seconds * 1000);
  return { signals: { interrupt: interrupt.signal, kill: kill.signal }, end: () => clearTimeout(timer) };
}
