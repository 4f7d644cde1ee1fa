import { Cluster } from "#cluster/cluster.ts";
import { installed, Learner } from "#host/learner.ts";
import { type CommandResult, runCommand } from "#shell/run-command.ts";

export const begin = Date.UTC(2026, 10, 23, 12, 0, 0);

/** Where a learner sits, in this process, on a clock that goes on as soon as everybody waits for it. */
export class Seat {
  readonly cluster: Cluster;
  readonly learner: Learner;

  private constructor(cluster: Cluster) {
    this.cluster = cluster;
    this.learner = new Learner(cluster, begin);
  }

  static async boot(profile: string, seed = 1): Promise<Seat> {
    const cluster = await Cluster.boot({ profile, seed, now: begin, programs: installed });
    cluster.onFailure = (error) => {
      throw error;
    };
    await cluster.settle();
    return new Seat(cluster);
  }

  /** The same, after everything in memory was lost. */
  async again(): Promise<Seat> {
    const { journal, clock } = this.cluster;
    const cluster = await Cluster.restore({ checkpoint: journal.checkpoint(), pieces: [], now: clock.now(), seed: 2, programs: installed });
    await this.cluster.close();
    return new Seat(cluster);
  }

  /** Types a command line where the learner sits, or on a node. */
  async run(command: string, node?: string): Promise<CommandResult> {
    const { tasks, clock } = this.cluster;
    const shell = node === undefined ? this.learner.machine : this.cluster.nodeShell(node);
    if (!shell) throw new Error(`${node} is off`);
    const user = node === undefined ? this.learner.user : "root";
    let result: CommandResult | undefined;
    const running = runCommand({ machine: shell, user, command, timeoutMilliseconds: 600_000 }).then((given) => {
      result = given;
    });
    while (!result) {
      await tasks.idle();
      const next = clock.next();
      if (!result && next !== undefined) await clock.advance(next, () => result !== undefined);
      else await Promise.resolve();
    }
    await running;
    return result;
  }

  /** What it printed, both streams together; an exit code that is not 0 behind it. */
  async said(command: string, node?: string): Promise<string> {
    const { stdout, exitCode } = await this.run(`exec 2>&1\n${command}`, node);
    return stdout.trimEnd() + (exitCode === 0 ? "" : `\n[exit ${exitCode}]`);
  }

  async wait(seconds: number): Promise<void> {
    await this.cluster.clock.advance(this.cluster.clock.now() + seconds * 1000);
  }
}
