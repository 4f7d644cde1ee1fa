// Terminals over their sockets: shared, replayed, asleep and awake again.
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import type { Env } from "../../src/host/env.ts";
import type { Session } from "../../src/host/session.ts";
import { TestSession } from "./api.ts";
import { Screen } from "./screen.ts";

const sessions = (env as unknown as Env).SESSIONS;

test("what is typed is shown, to everybody who is there, and again to who comes later", async () => {
  const session = await TestSession.create();
  const first = await Screen.join(session);
  expect(await first.hears("hello")).toMatchObject({ role: "owner", cols: 80, rows: 24 });
  await first.shows(/[$#] $/);
  first.type("echo one$((1+1))\r");
  await first.shows(/^one2$/m);

  const second = await Screen.join(session, { token: session.made.tokens.editor });
  await second.shows(/^one2$/m);
  second.type("echo from second\r");
  await first.shows(/^from second$/m);
  expect(first.frames.filter(({ type }) => type === "presence").map(({ people }) => people)).toEqual([1, 2]);
  second.close();
  await second.ends();
});

test("a viewer sees and is not heard", async () => {
  const session = await TestSession.create({ profile: "envtest" });
  const viewer = await Screen.join(session, { token: session.made.tokens.viewer });
  expect(await viewer.hears("hello")).toMatchObject({ role: "viewer" });
  await viewer.hears("notice");
  const owner = await Screen.join(session);
  await owner.shows(/[$#] $/);
  viewer.type("echo intruder\r");
  owner.type("echo owner\r");
  await viewer.shows(/^owner$/m);
  expect(owner.plain).not.toContain("intruder");
});

test("Ctrl-C ends what runs, and the terminal goes on", async () => {
  const session = await TestSession.create({ profile: "envtest" });
  const screen = await Screen.join(session);
  await screen.shows(/[$#] $/);
  screen.type("while true; do echo tick; sleep 0.1; done\r");
  await screen.shows(/(^tick$[\s\S]*){3}/m);
  expect((await session.state()).terminals).toEqual([{ name: "t1", busy: true }]);
  screen.type("\x03");
  await screen.shows(/\^C\n.*[$#] $/);
  screen.type("echo $?\r");
  await screen.shows(/^130$/m);
});

test("output comes as it happens, through a pipe as well", async () => {
  const session = await TestSession.create();
  const screen = await Screen.join(session);
  await screen.shows(/[$#] $/);
  screen.type("kubectl get pods -w | grep web\r");
  await session.exec("kubectl create deployment web --image=nginx");
  await screen.shows(/^web-\S+ +0\/1 +ContainerCreating/m);
  await screen.shows(/^web-\S+ +1\/1 +Running/m, 20_000);
});

test("a terminal that slept under its socket goes on where it was", async () => {
  const session = await TestSession.create({ profile: "envtest" });
  const screen = await Screen.join(session);
  await screen.shows(/[$#] $/);
  screen.type("cd /tmp; kept=here\r");
  await screen.shows(/\/tmp[$#] $/);
  await evictDurableObject(sessions.getByName(session.id));
  screen.type("pwd; echo $kept\r");
  await screen.shows(/^\/tmp\nhere$/m);
  expect(screen.closed).toBeUndefined();
});

test("a terminal takes the size of who types", async () => {
  const session = await TestSession.create({ profile: "envtest" });
  const screen = await Screen.join(session, { cols: 100, rows: 30 });
  await screen.shows(/[$#] $/);
  screen.say({ type: "resize", cols: 132, rows: 43 });
  screen.type("stty size\r");
  await screen.shows(/^43 132$/m);
  for (const nonsense of [{ type: "resize", cols: -1, rows: 1e9 }, { type: "explode" }, [], "x"]) screen.say(nonsense as object);
  screen.type("stty size; echo still\r");
  await screen.shows(/^still$/m);
});

test.for([
  ["a wrong token", (session: TestSession) => ({ session, token: `pyo_${"A".repeat(32)}` }), 4401],
  [
    "a session that is none",
    (session: TestSession) => ({ session: new TestSession({ ...session.made, id: "abcdefghijkmnpqr" }), token: session.made.tokens.owner }),
    4404,
  ],
] as const)("%s closes the socket with its reason", async ([, wrong, code]) => {
  const { session, token } = wrong(await TestSession.create({ profile: "envtest" }));
  const screen = await Screen.join(session, { token });
  expect((await screen.ends()).code).toBe(code);
});

test("when the session ends, its sockets do", async () => {
  const session = await TestSession.create({ profile: "envtest" });
  const screen = await Screen.join(session);
  await screen.hears("hello");
  await session.call("DELETE", "");
  expect((await screen.ends()).code).toBe(4410);
});

test("while somebody watches, what is far off is the alarm's; when they leave, only the end is", async () => {
  const session = await TestSession.create();
  const stub = sessions.getByName(session.id);
  const alarm = () => runInDurableObject(stub, (_: Session, state) => state.storage.getAlarm());
  const screen = await Screen.join(session);
  await screen.shows(/[$#] $/);
  screen.type("sleep 300 &\r");
  await screen.shows(/^\[1\] \d+$/m);
  screen.close();
  await screen.ends();
  expect(((await alarm()) ?? 0) - Date.now()).toBeGreaterThan(6 * 86_400_000);
});

test("a client that acknowledges too little is left out, and shown the screen when it has caught up", async () => {
  const session = await TestSession.create({ profile: "envtest" });
  const screen = await Screen.join(session);
  await screen.shows(/[$#] $/);
  screen.say({ type: "ack", bytes: 1 });
  screen.type("seq 1 1000000\r");
  await screen.shows(/^100000$/m);
  for (let before = -1; before !== screen.text.length; ) {
    before = screen.text.length;
    await scheduler.wait(400);
  }
  const most = screen.text.length;
  expect(most).toBeLessThan(3_000_000);
  screen.frames.length = 0;
  screen.clear();
  screen.type("\x03");
  screen.say({ type: "ack", bytes: most });
  await screen.hears("hello");
  screen.type("echo here\r");
  await screen.shows(/^here$/m);
});
