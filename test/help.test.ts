import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { helm } from "#commands/helm/helm.ts";
import { kubectl } from "#commands/kubectl/kubectl.ts";
import { commandsIn, noCluster } from "./kit/commands.ts";
import { globalsIn, type Named, namedIn } from "./recorded/help/read.ts";

const recorded: Record<string, Named> = JSON.parse(gunzipSync(readFileSync(new URL("recorded/help/help.json.gz", import.meta.url))).toString());

const machine = commandsIn("/work", {}, { kubectl: kubectl(noCluster), helm: helm(noCluster) });
const ask = async (line: string) => (await machine.run(line)).stdout;
const below = (of: string) => Object.fromEntries(Object.entries(recorded).filter(([path]) => path === of || path.startsWith(`${of} `)));

test.each(["kubectl", "helm"])("the help of %s and of all commands below it names the flags and defaults of the real one", async (path) => {
  const expected = below(path);
  delete expected["kubectl options"];
  expect(await namedIn(path, "<home>", ask)).toEqual(expected);
});

test("kubectl options names the flags that all commands have", async () => {
  expect(await globalsIn("<home>", ask)).toEqual(below("kubectl options"));
});
