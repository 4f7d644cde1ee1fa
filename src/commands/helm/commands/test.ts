import { textOf } from "#base/streams.ts";
import { pathOf } from "../../kubectl/api/discovery.ts";
import { Configuration, nameProblem } from "../actions/configuration.ts";
import { runHooks } from "../actions/hooks.ts";
import { type Context, defineCommand, exactly } from "../command.ts";
import { HelmError, messageOf } from "../errors.ts";
import { length, many, toggle } from "../flags.ts";
import type { Release } from "../release/release.ts";
import { statusText } from "./status-text.ts";

export const test = defineCommand({
  name: "test",
  usage: "[RELEASE] [flags]",
  summary: "run tests for a release",
  description: "Run the tests of a release: those of its chart's templates that are hooks of the event test.",
  flags: {
    filter: many({ help: "which tests to run: name=test1,name=test2, or '!name=test1' to leave one out" }),
    logs: toggle({ help: "print the logs of the tests' pods afterwards" }),
    timeout: length({ default: 300_000, help: "how long any single test may take" }),
  },
  async run(invocation) {
    const { flags, out } = invocation;
    const [name = ""] = exactly(invocation, 1);
    const configuration = new Configuration(invocation);
    await configuration.resources.checkReachable();
    if (nameProblem(name)) throw new HelmError(`releaseTest: Release name is invalid: ${name}`);
    const release = await configuration.releases.last(name);
    const { included, excluded } = filters(flags.filter);
    const runs = (test: string) => !excluded.includes(test) && (included.length === 0 || included.includes(test));
    const skipped = release.hooks.filter((hook) => !runs(hook.name));
    release.hooks = release.hooks.filter((hook) => runs(hook.name));
    let problem: unknown;
    const then = async () => {
      release.hooks = [...skipped, ...release.hooks.filter((hook) => !skipped.includes(hook))];
      await configuration.releases.update(release).catch(() => {});
      out.print(statusText(release, { hideNotes: true, debug: invocation.settings.debug }));
      if (flags.logs) await showLogs(invocation, release, runs);
    };
    try {
      const options = { wait: "watcher", timeout: flags.timeout, serverSide: release.applyMethod === "ssa" } as const;
      await runHooks(configuration, release, "test", options, then);
    } catch (error) {
      problem = error;
    }
    if (problem !== undefined) throw problem;
  },
});

function filters(given: readonly string[]): { included: string[]; excluded: string[] } {
  const [included, excluded]: [string[], string[]] = [[], []];
  for (const filter of given) {
    if (filter.startsWith("name=")) included.push(filter.slice("name=".length));
    else if (/^!\s?name=/.test(filter)) excluded.push(filter.replace(/^!\s?name=/, ""));
  }
  return { included, excluded };
}

async function showLogs({ kube, out, namespace }: Context, { hooks }: Release, runs: (test: string) => boolean): Promise<void> {
  out.line();
  const pods = { group: "", version: "v1", plural: "pods", namespaced: true };
  for (const { name, events } of hooks.toSorted((a, b) => a.weight - b.weight || (a.name < b.name ? -1 : 1))) {
    if (!events.includes("test") || !runs(name)) continue;
    let text: string;
    try {
      const source = await kube.server.stream("GET", pathOf(pods, namespace, name, "log"));
      text = "";
      for (let bytes = await source.read(); bytes; bytes = await source.read()) text += textOf(bytes);
    } catch (problem) {
      throw new HelmError(`unable to get pod logs for ${name}: ${messageOf(problem)}`);
    }
    out.print(`POD LOGS: ${name}\n${text}\n`);
  }
}
