import type { Player } from "../basics/player.ts";
import type { TestSession } from "./api.ts";
import { Screen } from "./screen.ts";

/** Plays through the HTTP API, on a clock that stands still but for what commands wait for. */
export class ApiPlayer implements Player {
  readonly #session: TestSession;
  #second: Screen | undefined;

  constructor(session: TestSession) {
    this.#session = session;
  }

  async run(command: string, stdin?: string) {
    let isDone = false;
    const running = this.#session.exec(command, { terminal: "t1", timeoutSeconds: 60, ...(stdin === undefined ? {} : { stdin }) }).finally(() => {
      isDone = true;
    });
    // What the command waits for happens as soon as it waits; the longer it does, the more time passes at once.
    for (let seconds = 1; !isDone; seconds = Math.min(seconds * 2, 16)) {
      await Promise.race([running, scheduler.wait(10)]);
      if (!isDone) await this.wait(seconds);
    }
    return running;
  }

  async start(command: string, isEnough: (shown: string) => boolean): Promise<void> {
    const screen = await Screen.join(this.#session, { name: "t2", cols: 200 });
    this.#second = screen;
    await screen.shows(/[$#] $/);
    screen.type(`${command}\r`);
    for (let i = 0; !isEnough(screen.plain); i++) {
      if (i > 500) throw new Error(`${command} only showed:\n${screen.plain}`);
      await scheduler.wait(10);
    }
  }

  async interrupt(): Promise<void> {
    this.#second?.type("\x03");
    await this.#second?.shows(/\^C/);
    this.#second?.close();
  }

  wait(seconds: number): Promise<void> {
    return this.#session.clock({ advanceSeconds: seconds });
  }
}
