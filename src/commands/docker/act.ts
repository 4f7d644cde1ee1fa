import type { EngineContainer } from "#machinery/container-engine.ts";
import { usage } from "./images.ts";
import { followed, signalled, startupTime } from "./run.ts";
import { daemon, Refusal, type Scene } from "./scene.ts";

async function each(
  scene: Scene,
  names: readonly string[],
  command: string,
  work: (container: EngineContainer) => Promise<void> | void,
): Promise<number> {
  if (names.length === 0) throw new Refusal(usage(scene, command, "requires at least 1 argument", "[OPTIONS] CONTAINER [CONTAINER...]"));
  let code = 0;
  for (const name of names) {
    try {
      await work(scene.container(name));
      scene.out.line(name);
    } catch (error) {
      if (!(error instanceof Error) || scene.process.signal.aborted) throw error;
      scene.out.error(error instanceof Refusal ? error.message : `Error response from daemon: ${error.message}`);
      code = 1;
    }
  }
  return code;
}

export const start = async (scene: Scene, args: readonly string[]): Promise<number> => {
  const given = scene.options(args, ["a,attach", "i,interactive"]);
  const code = await each(scene, given.operands, "start", ({ id }) => scene.engine.start(id));
  if (!given.has("attach")) await scene.process.sleep(startupTime);
  if (!given.has("attach")) return code;
  return followed(scene, scene.container(given.operands[0] ?? "").id, given.has("interactive"));
};

async function ended(scene: Scene, { id, state }: EngineContainer, seconds: number, signal = "TERM"): Promise<void> {
  if (state !== "running") return;
  const { engine, process } = scene;
  const { clock, tasks } = process.machine;
  engine.signal(id, signal);
  // Whoever does not listen is ended when its time is over.
  const timer = clock.at(clock.now() + seconds * 1000, () => tasks.detach(async () => signalled(scene, id, "KILL")));
  await engine.wait(id, process.signal);
  timer.cancel();
}

export const stop = (scene: Scene, args: readonly string[]): Promise<number> => {
  const given = scene.options(args, ["t,timeout=", "time=", "s,signal="]);
  return each(scene, given.operands, "stop", (container) =>
    ended(scene, container, Number(given.get("timeout") ?? given.get("time") ?? 10), given.get("signal")?.replace(/^SIG/, "")),
  );
};

export const restart = (scene: Scene, args: readonly string[]): Promise<number> => {
  const given = scene.options(args, ["t,timeout=", "time=", "s,signal="]);
  return each(scene, given.operands, "restart", async (container) => {
    await ended(scene, container, Number(given.get("timeout") ?? given.get("time") ?? 10));
    await scene.engine.start(container.id);
  });
};

export const kill = (scene: Scene, args: readonly string[]): Promise<number> => {
  const given = scene.options(args, ["s,signal="]);
  return each(scene, given.operands, "kill", ({ id }) => scene.engine.signal(id, (given.get("signal") ?? "KILL").replace(/^SIG/, "")));
};

export const rm = (scene: Scene, args: readonly string[]): Promise<number> => {
  const given = scene.options(args, ["f,force", "v,volumes", "l,link"]);
  return each(scene, given.operands, "rm", ({ id, name, state }) => {
    if (state === "running" && !given.has("force"))
      throw daemon(`cannot remove container "${name}": container is running: stop the container before removing or force remove`);
    scene.engine.remove(id);
  });
};

export async function wait(scene: Scene, args: readonly string[]): Promise<number> {
  for (const name of args) scene.out.line(String(await scene.engine.wait(scene.container(name).id, scene.process.signal)));
  return 0;
}

export function rename(scene: Scene, args: readonly string[]): number {
  const [name = "", other] = args;
  if (other === undefined) throw new Refusal(usage(scene, "rename", "requires 2 arguments", "CONTAINER NEW_NAME"));
  scene.engine.rename(scene.container(name).id, other);
  return 0;
}
