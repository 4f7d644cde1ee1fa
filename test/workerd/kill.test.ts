// The object is killed at random moments while Kubernetes Basics is played: nothing that was acknowledged may be lost.
import { abortAllDurableObjects } from "cloudflare:test";
import { expect, test } from "vitest";
import { variants } from "../basics/basics.ts";
import { TestSession } from "./api.ts";
import { ApiPlayer } from "./player.ts";

const kills = 50;
const seed = 20_261_123;

interface Seen {
  uid: string;
  resourceVersion: number;
}

const resources = [
  "/api/v1/namespaces",
  "/api/v1/pods",
  "/api/v1/services",
  "/api/v1/nodes",
  "/api/v1/configmaps",
  "/apis/apps/v1/deployments",
  "/apis/apps/v1/replicasets",
];

/** Everything that the cluster tells of itself: by kind and name, which object it is and in which version. */
async function everything(session: TestSession): Promise<Map<string, Seen>> {
  const seen = new Map<string, Seen>();
  for (const path of resources) {
    const { items } = (await (await session.kubernetes("GET", path)).json()) as {
      items: { metadata: { namespace?: string; name: string; uid: string; resourceVersion: string } }[];
    };
    for (const { metadata } of items)
      seen.set(`${path} ${metadata.namespace ?? ""}/${metadata.name}`, { uid: metadata.uid, resourceVersion: Number(metadata.resourceVersion) });
  }
  return seen;
}

/** A number from 0 to 1 out of the seed: the same run each time. */
function* fractions(state: number): Generator<number, never> {
  for (;;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

test(`killed at ${kills} random moments of Basics (seed ${seed}), a session has lost nothing`, { timeout: 240_000 }, async () => {
  const random = fractions(seed);
  const next = () => random.next().value;
  const steps = variants.flatMap(({ modules }) =>
    modules.flatMap(({ before, steps }) => [
      ...before,
      ...steps.filter(({ terminal, inside }) => !terminal && !inside).map(({ command }) => command),
    ]),
  );
  const commands = steps.filter((command) => !/localhost:8001|minikube start/.test(command));
  const killedAt = new Set<number>();
  while (killedAt.size < Math.min(kills, commands.length)) killedAt.add(Math.floor(next() * commands.length));

  const session = await TestSession.create({ profile: "minikube", seed });
  await session.clock({ paused: true });
  const player = new ApiPlayer(session);
  let done = 0;
  for (const [at, command] of commands.entries()) {
    await session.clock({ advanceSeconds: Math.floor(next() * 12) });
    if (!killedAt.has(at)) {
      await player.run(command);
      continue;
    }
    const before = await everything(session);
    // Half of the kills come between two commands, half while one runs: then its answer never comes, and what it did may be there or not.
    const isBetween = next() < 0.5;
    const running = isBetween ? undefined : player.run(command).catch(() => undefined);
    if (!isBetween) await scheduler.wait(next() * 8);
    await abortAllDurableObjects();
    const acknowledged = await running;
    const after = await everything(session);
    done++;
    if (isBetween) expect(after, `before ${command}`).toEqual(before);
    for (const [key, { uid, resourceVersion }] of before) {
      const now = after.get(key);
      if (!now && /delete|scale|undo|set image/.test(command)) continue;
      expect(now?.uid, `${key}, killed at ${command}`).toBe(uid);
      expect(now?.resourceVersion, `${key}, killed at ${command}`).toBeGreaterThanOrEqual(resourceVersion);
    }
    // It was acknowledged before the kill came, or it is typed again: either way the tutorial goes on.
    if (!acknowledged) await player.run(command);
  }
  expect(done).toBe(killedAt.size);
});
