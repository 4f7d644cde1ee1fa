import { sha256 } from "@noble/hashes/sha2.js";
import { textOf } from "#base/streams.ts";
import { yamlText } from "#machinery/go-yaml.ts";
import { readArchive } from "../chart/archive.ts";
import { chartFrom } from "../chart/chart.ts";
import { atLeast, defineCommand, defineGroup, exactly } from "../command.ts";
import { HelmError, messageOf } from "../errors.ts";
import { format, length, text, toggle } from "../flags.ts";
import { formatGoTime } from "../go-time.ts";
import { structJson, tableText } from "../output.ts";
import { type IndexFile, indexText, parseIndex } from "../repository/index-file.ts";
import { Repositories, type Repository } from "../repository/repositories.ts";
import { downloadFlags } from "../shared-flags.ts";

const timeout = { timeout: length({ default: 120_000, help: "how long loading an index may take" }) } as const;

/** Repositories that are gone for good, and where their charts went. */
const gone: Readonly<Record<string, string>> = {
  "//kubernetes-charts.storage.googleapis.com": "https://charts.helm.sh/stable",
  "//kubernetes-charts-incubator.storage.googleapis.com": "https://charts.helm.sh/incubator",
};

const { "plain-http": _, ...transport } = downloadFlags;

const add = defineCommand({
  name: "add",
  usage: "[NAME] [URL] [flags]",
  summary: "add a chart repository",
  flags: {
    ...transport,
    "allow-deprecated-repos": toggle({ help: "add repositories too that are gone for good" }),
    "force-update": toggle({ help: "replace a repository of this name" }),
    "pass-credentials": toggle({ help: "pass credentials to all domains" }),
    "password-stdin": toggle({ help: "read the password from standard input" }),
    ...timeout,
  },
  async run(invocation) {
    const { flags, out, process } = invocation;
    const [name = "", url = ""] = exactly(invocation, 2);
    if (!flags["allow-deprecated-repos"])
      for (const [old, now] of Object.entries(gone))
        if (url.includes(old)) throw new HelmError(`repo ${JSON.stringify(url)} is no longer available; try ${JSON.stringify(now)} instead`);
    const repositories = new Repositories(invocation);
    const all = repositories.list() ?? [];
    const password =
      flags.username !== "" && flags.password === "" && flags["password-stdin"]
        ? textOf(await process.read("-")).replace(/\r?\n$/, "")
        : flags.password;
    const entry: Repository = {
      name,
      url,
      username: flags.username,
      password,
      certFile: flags["cert-file"],
      keyFile: flags["key-file"],
      caFile: flags["ca-file"],
      insecure: flags["insecure-skip-tls-verify"],
      passCredentials: flags["pass-credentials"],
    };
    if (name.includes("/")) throw new HelmError(`repository name (${name}) contains '/', please specify a different name without '/'`);
    const old = all.find((one) => one.name === name);
    if (old && !flags["force-update"]) {
      if (JSON.stringify(old) !== JSON.stringify(entry))
        throw new HelmError(`repository name (${name}) already exists, please specify a different name`);
      out.line(`${JSON.stringify(name)} already exists with the same configuration, skipping`);
      return;
    }
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
      if (url.startsWith("oci://"))
        throw new HelmError(`looks like ${JSON.stringify(url)} is not a valid chart repository or cannot be reached: object required`);
      throw new HelmError(`could not find protocol handler for: ${/^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1] ?? ""}`);
    }
    try {
      await repositories.download(entry);
    } catch (problem) {
      if (!(problem instanceof HelmError)) throw problem;
      throw new HelmError(`looks like ${JSON.stringify(url)} is not a valid chart repository or cannot be reached: ${problem.message}`);
    }
    repositories.save(old ? all.map((one) => (one === old ? entry : one)) : [...all, entry]);
    out.line(`${JSON.stringify(name)} has been added to your repositories`);
  },
});

const list = defineCommand({
  name: "list",
  aliases: ["ls"],
  usage: "[flags]",
  summary: "list chart repositories",
  flags: { "no-headers": toggle({ help: "suppress headers in the output" }), output: format() },
  run(invocation) {
    const { flags, out } = invocation;
    exactly(invocation, 0);
    const rows = (new Repositories(invocation).list() ?? []).map(({ name, url }) => ({ name, url }));
    if (flags.output === "json") out.line(structJson(rows));
    else if (flags.output === "yaml") out.print(yamlText(rows));
    else if (rows.length === 0) out.error("no repositories to show");
    else out.print(tableText([...(flags["no-headers"] ? [] : [["NAME", "URL"]]), ...rows.map(({ name, url }) => [name, url])]));
  },
});

const remove = defineCommand({
  name: "remove",
  aliases: ["rm"],
  usage: "[REPO1 [REPO2 ...]] [flags]",
  summary: "remove one or more chart repositories",
  run(invocation) {
    const names = atLeast(invocation, 1);
    const repositories = new Repositories(invocation);
    if ((repositories.list() ?? []).length === 0) throw new HelmError("no repositories configured");
    for (const name of names) {
      const all = repositories.list() ?? [];
      if (!all.some((one) => one.name === name)) throw new HelmError(`no repo named ${JSON.stringify(name)} found`);
      repositories.save(all.filter((one) => one.name !== name));
      repositories.forget(name);
      invocation.out.line(`${JSON.stringify(name)} has been removed from your repositories`);
    }
  },
});

const update = defineCommand({
  name: "update",
  aliases: ["up"],
  usage: "[REPO1 [REPO2 ...]] [flags]",
  summary: "update information of available charts locally from chart repositories",
  description: "Ask repositories what they offer now: all of them, or those that are named.",
  flags: timeout,
  async run(invocation) {
    const { args, out } = invocation;
    const repositories = new Repositories(invocation);
    const all = repositories.list() ?? [];
    if (all.length === 0) throw new HelmError("no repositories found. You must add one before updating");
    for (const name of args)
      if (!all.some((one) => one.name === name)) throw new HelmError(`no repositories found matching '${name}'.  Nothing will be updated`);
    out.line("Hang tight while we grab the latest from your chart repositories...");
    const failed: string[] = [];
    for (const repository of all.filter(({ name }) => args.length === 0 || args.includes(name))) {
      const { name, url } = repository;
      try {
        await repositories.download(repository);
        out.line(`...Successfully got an update from the ${JSON.stringify(name)} chart repository`);
      } catch (problem) {
        if (!(problem instanceof HelmError)) throw problem;
        out.line(`...Unable to get an update from the ${JSON.stringify(name)} chart repository (${url}):\n\t${problem.message}`);
        failed.push(url);
      }
    }
    if (failed.length > 0) throw new HelmError(`failed to update the following repositories: [${failed.join(" ")}]`);
    out.line("Update Complete. ⎈Happy Helming!⎈");
  },
});

const index = defineCommand({
  name: "index",
  usage: "[DIR] [flags]",
  summary: "generate an index file given a directory containing packaged charts",
  description: "Write index.yaml for a directory of packaged charts, so that it can be served as a repository.",
  flags: {
    json: toggle({ help: "output in JSON format" }),
    merge: text({ help: "an index whose charts are taken over" }),
    url: text({ help: "the address of the repository" }),
  },
  run(invocation) {
    const { flags, process, kube } = invocation;
    const { fs } = process.machine;
    const [directory = ""] = exactly(invocation, 1);
    const path = fs.resolve(process.cwd, directory);
    const now = formatGoTime(kube.now, "2006-01-02T15:04:05.999999999Z07:00");
    const entries: IndexFile["entries"] = new Map();
    const base = flags.url === "" ? "" : `${flags.url.replace(/\/+$/, "")}/`;
    const places =
      fs.stat(path)?.kind === "directory"
        ? [
            "",
            ...fs
              .list(path)
              .filter((name) => fs.stat(`${path}/${name}`)?.kind === "directory")
              .map((name) => `${name}/`),
          ]
        : [];
    for (const place of places)
      for (const name of [...fs.list(`${path}/${place}`)].sort()) {
        if (!name.endsWith(".tgz")) continue;
        const bytes = fs.read(`${path}/${place}${name}`);
        let metadata: ReturnType<typeof chartFrom>["metadata"];
        try {
          ({ metadata } = chartFrom(readArchive(bytes)));
        } catch {
          continue;
        }
        const digest = [...sha256(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
        const entry = { metadata, urls: [`${base}${place}${name}`], created: now, digest };
        entries.set(metadata.name, [...(entries.get(metadata.name) ?? []), entry]);
      }
    if (flags.merge !== "")
      merge(entries, flags.merge, (file) => fs.readText(fs.resolve(process.cwd, file)), fs.stat(fs.resolve(process.cwd, flags.merge)) !== undefined);
    // It is written beside under a name of its own, and then moved.
    if (!fs.stat(path)) throw new HelmError(`open ${path}/index.yaml${process.machine.random.between(1, 4_294_967_295)}: no such file or directory`);
    try {
      fs.write(`${path}/index.yaml`, indexText({ generated: now, entries }, flags.json));
    } catch (problem) {
      throw new HelmError(messageOf(problem));
    }
  },
});

/** Takes over what an earlier index holds and the new one does not. */
function merge(entries: IndexFile["entries"], file: string, read: (file: string) => string, exists: boolean): void {
  if (!exists) return;
  let old: IndexFile;
  try {
    old = parseIndex(read(file));
  } catch (problem) {
    throw new HelmError(`merge failed: ${messageOf(problem)}`);
  }
  for (const [name, charts] of old.entries) {
    const known = entries.get(name) ?? [];
    entries.set(name, [...known, ...charts.filter(({ metadata }) => !known.some((chart) => chart.metadata.version === metadata.version))]);
  }
}

export const repo = defineGroup({
  name: "repo",
  summary: "add, list, remove, update, and index chart repositories",
  description: "Work with chart repositories.",
  commands: [add, index, list, remove, update],
});
