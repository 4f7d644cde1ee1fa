// Plays Kubernetes Basics by whoever can run a command: through the HTTP API, in the bench.
import { complaints, type Step, type Variant } from "./basics.ts";

export interface Player {
  /** Runs a command to its end in the first terminal, letting time pass meanwhile. */
  run(command: string, stdin?: string): Promise<{ stdout: string; stderr: string; exitCode: number }>;
  /** Starts a command in the second terminal; gives once what it shows is enough. */
  start(command: string, isEnough: (shown: string) => boolean): Promise<void>;
  /** Ends what runs in the second terminal. */
  interrupt(): Promise<void>;
  /** Lets a little time pass. */
  wait(seconds: number): Promise<void>;
}

/** How often a learner would look again. */
const mostLooks = 120;

/** Plays all modules of a variant, and gives what was not as it should be. */
export async function play(variant: Variant, player: Player, afterStep: (step: Step) => Promise<void> = async () => {}): Promise<string[]> {
  const wrong: string[] = [];
  for (const module of variant.modules) {
    for (const command of module.before) await player.run(command);
    for (const step of module.steps) {
      for (const complaint of await playStep(step, player)) wrong.push(`module ${module.number}: ${step.command}\n${complaint}`);
      await afterStep(step);
    }
  }
  return wrong;
}

async function playStep(step: Step, player: Player): Promise<string[]> {
  if (step.terminal === "second") {
    if (step.interrupt) await player.interrupt();
    else await player.start(step.command, (shown) => complaints(step, shown).length === 0);
    return [];
  }
  if (step.inside) {
    // A command that is sent has no terminal: the lines are its input, and it prints neither prompts nor echo.
    const { stdout, stderr } = await player.run(step.command.replace("-ti", "-i"), step.inside.map(({ line }) => `${line}\n`).join(""));
    return step.inside.flatMap(({ line, expect }) =>
      complaints({ expect: expect ?? [] }, stdout + stderr).map((why) => `> ${line}: ${why}\n${stdout}${stderr}`),
    );
  }
  for (let look = 1; ; look++) {
    const { stdout, stderr, exitCode } = await player.run(step.command);
    const wrong = complaints(step, stdout + stderr);
    if (exitCode !== (step.exitCode ?? 0)) wrong.push(`exit ${exitCode}`);
    if (wrong.length === 0) return [];
    if (!step.eventually || look === mostLooks) return wrong.map((why) => `${why}\n${stdout}${stderr}`);
    await player.wait(1);
  }
}
