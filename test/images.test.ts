import { expect, test } from "vitest";
import { catalogue } from "#cluster/images/catalogue.ts";
import { Seat } from "./kit/seat.ts";

/** One tag of each name is enough: the others of a name share what is asked here. */
const images = [...new Map(catalogue.map((image) => [image.name, image])).values()];
/** What needs settings before it runs as long as somebody looks. */
const settings = ["MYSQL_ROOT_PASSWORD=x", "MARIADB_ROOT_PASSWORD=x", "POSTGRES_PASSWORD=x"].map((pair) => `--env=${pair}`).join(" ");

test("each image runs, and takes commands as its user where its programs begin", async () => {
  const seat = await Seat.boot("three-node");
  const run = images.map(({ name, tags }, i) => `kubectl run p${i} --image=${name}:${tags[0]} ${settings}`);
  await seat.said(run.join("\n"));
  await seat.wait(400);
  let lasting = 0;
  for (const [i, { name, base }] of images.entries()) {
    const said = await seat.said(`kubectl exec p${i} -- sh -c 'cd "$PWD" && test -n "$(id -u)" && echo at home'`);
    // A shell that nobody types into ends at once.
    if (said.includes("container not found")) continue;
    lasting++;
    if (base === "none") expect([name, said]).toEqual([name, expect.stringContaining('exec: "sh": executable file not found in $PATH')]);
    else expect([name, said]).toEqual([name, "at home"]);
  }
  expect(lasting).toBeGreaterThan(images.length / 2);
});
