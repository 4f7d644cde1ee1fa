// Kubernetes Basics through the HTTP API: every command sent to /exec, on a clock that stands still but for what the test lets pass.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import type { Env } from "../../src/host/env.ts";
import type { Session } from "../../src/host/session.ts";
import { variants } from "../basics/basics.ts";
import { play } from "../basics/player.ts";
import { TestSession } from "./api.ts";
import { ApiPlayer } from "./player.ts";

const mostRows = 300;

describe.each(variants)("Kubernetes Basics, $name, through /exec", (variant) => {
  test(`every command gives what it should, in at most ${mostRows} rows`, { timeout: 120_000 }, async () => {
    const session = await TestSession.create({ profile: variant.profile });
    await session.clock({ paused: true });
    expect(await play(variant, new ApiPlayer(session))).toEqual([]);
    await runInDurableObject((env as unknown as Env).SESSIONS.getByName(session.id), (object: Session) => {
      const { rowsWritten, alarmsSet } = object.figures();
      console.log(`Basics, ${variant.name}: ${rowsWritten} rows written, ${alarmsSet} alarms set`);
      expect(rowsWritten + alarmsSet).toBeLessThanOrEqual(mostRows);
    });
  });
});
