import { expect, test } from "vitest";
import { bytesOf } from "#base/streams.ts";
import { shown, wordsOf } from "./cli.ts";
import { execute, type Session } from "./commands.ts";
import { decoded, encoded } from "./resp.ts";

function server() {
  let now = 1000;
  const session: Session = { space: { keys: {} }, settings: { maxmemory: "0", "maxmemory-policy": "noeviction" }, now: () => now };
  const said = (line: string) => shown(decoded(bytesOf(encoded(execute(session, wordsOf(line) ?? []).reply))), false);
  return { said, pass: (seconds: number) => (now += seconds * 1000) };
}

test.for([
  ["ping", "PONG"],
  ["set greeting 'hello world' | get greeting", '"hello world"'],
  ["get nothing", "(nil)"],
  ["incr hits | incr hits", "(integer) 2"],
  ["set name ada | incr name", "(error) ERR value is not an integer or out of range"],
  ["rpush l a b c | lrange l 0 -1", '1) "a"\n2) "b"\n3) "c"'],
  ["rpush l a | get l", "(error) WRONGTYPE Operation against a key holding the wrong kind of value"],
  ["lpush l a b | lpop l | lpop l | exists l", "(integer) 0"],
  ["hset user name ada born 1815 | hgetall user", '1) "name"\n2) "ada"\n3) "born"\n4) "1815"'],
  ["sadd s x y x | scard s", "(integer) 2"],
  ["zadd z 2 b 1 a | zrange z 0 -1 withscores", '1) "a"\n2) "1"\n3) "b"\n4) "2"'],
  ["mset a 1 b 2 | keys *", '1) "a"\n2) "b"'],
  ["keys *", "(empty array)"],
  ["config set maxmemory 2mb | config get maxmemory", '1) "maxmemory"\n2) "2097152"'],
  ["select 0", "OK"],
  ["select 1", "(error) ERR Podyard simulates database 0 alone"],
  ["select 16", "(error) ERR DB index is out of range"],
  ["set a 1 | expireat a 0 | get a", "(nil)"],
  ["get", "(error) ERR wrong number of arguments for 'get' command"],
  ["fly me 2 moon", "(error) ERR unknown command 'fly', with args beginning with: 'me' '2' 'moon' "],
] as const)("%s", ([commands, answer]) => {
  const { said } = server();
  expect(commands.split(" | ").map(said).at(-1)).toBe(answer);
});

test("what expires is gone in time", () => {
  const { said, pass } = server();
  said("set session abc ex 30");
  expect(said("ttl session")).toBe("(integer) 30");
  pass(31);
  expect([said("get session"), said("ttl session")]).toEqual(["(nil)", "(integer) -2"]);
});

test.for([
  ['set a "two words"', ["set", "a", "two words"]],
  ["set a 'it''s'", undefined],
  ['echo "say \\"hi\\""', ["echo", 'say "hi"']],
  ['echo "open', undefined],
] as const)("the words of %s", ([line, words]) => {
  expect(wordsOf(line)).toEqual(words);
});
