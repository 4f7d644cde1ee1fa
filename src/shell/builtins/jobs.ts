import type { Job } from "../interpreter/jobs.ts";
import type { Shell } from "../interpreter/shell.ts";
import { untilTrapped } from "../interpreter/until-trapped.ts";
import { type SignalName, signals } from "../process.ts";
import { type BuiltinCall, defineBuiltin } from "./builtin.ts";
import { signalNamed, signalTable } from "./trap.ts";

/** The job that a text means; a message where it means none. */
async function jobOf({ shell, fail }: BuiltinCall, text: string | undefined): Promise<Job | number> {
  const found = text === undefined ? shell.jobs.current : shell.jobs.find(text);
  if (found === "ambiguous") return fail(`${text}: ambiguous job spec`);
  return found ?? fail(text === undefined ? "current: no such job" : `${text}: no such job`);
}

export const jobs = defineBuiltin({
  name: "jobs",
  usage: "jobs [-lnprs] [jobspec ...]",

  async run(call) {
    const { args, shell, out } = call;
    const flags = args.filter((arg) => arg.startsWith("-")).join("");
    const wanted: Job[] = [];
    for (const text of args.filter((arg) => !arg.startsWith("-"))) {
      const job = await jobOf(call, text);
      if (typeof job === "number") return job;
      wanted.push(job);
    }
    const all = shell.jobs.all.length > 0 ? shell.jobs.all : shell.jobs.seen;
    for (const job of wanted.length > 0 ? wanted : all) {
      if ((flags.includes("r") && job.state !== "Running") || (flags.includes("s") && !job.stopped)) continue;
      await out.line(flags.includes("p") ? String(job.processes[0]?.pid) : shell.jobs.line(job, flags.includes("l")));
      if (job.done) job.told = true;
    }
    for (const job of [...shell.jobs.all]) if (job.done) shell.jobs.remove(job);
    return 0;
  },
});

export const fg = defineBuiltin({
  name: "fg",
  usage: "fg [job_spec]",

  async run(call) {
    const { args, shell, out, fail } = call;
    if (!shell.has("monitor")) return fail("no job control");
    const job = await jobOf(call, args[0]);
    if (typeof job === "number") return job;
    if (job.done) return fail("job has terminated");
    await out.line(job.text);
    await out.flush();
    return shell.jobs.foreground(job, true);
  },
});

export const bg = defineBuiltin({
  name: "bg",
  usage: "bg [job_spec ...]",

  async run(call) {
    const { args, shell, out, fail } = call;
    if (!shell.has("monitor")) return fail("no job control");
    let status = 0;
    for (const text of args.length > 0 ? args : [undefined]) {
      const job = await jobOf(call, text);
      if (typeof job === "number") {
        status = job;
        continue;
      }
      if (!job.stopped) {
        status = await fail(job.done ? "job has terminated" : `job ${job.id} already in background`, job.done ? 1 : 0);
        continue;
      }
      job.background = true;
      job.signal("CONT");
      await out.line(`[${job.id}]${job === shell.jobs.current ? "+" : "-"} ${job.text} &`);
    }
    return status;
  },
});

export const disown = defineBuiltin({
  name: "disown",
  usage: "disown [-h] [-ar] [jobspec ... | pid ...]",

  async run(call) {
    const { args, shell } = call;
    const texts = args.filter((arg) => !arg.startsWith("-"));
    const keep = args.includes("-h");
    const meant: Job[] = args.includes("-a") || args.includes("-r") ? [...shell.jobs.all] : [];
    for (const text of texts.length > 0 ? texts : args.includes("-a") || args.includes("-r") ? [] : [undefined]) {
      const job = text !== undefined && /^\d+$/.test(text) ? jobWith(shell, Number(text)) : await jobOf(call, text);
      if (typeof job === "number" || !job) return 1;
      meant.push(job);
    }
    for (const job of meant) {
      job.spared = true;
      if (!keep) shell.jobs.remove(job);
    }
    return 0;
  },
});

const jobWith = (shell: Shell, pid: number): Job | undefined => shell.jobs.all.find((job) => job.processes.some((process) => process.pid === pid));

export const wait = defineBuiltin({
  name: "wait",
  usage: "wait [-fn] [-p var] [id ...]",

  async run(call) {
    const { args, shell } = call;
    const result = await untilTrapped(shell, (signal) => waited(call, args, signal));
    return typeof result === "number" ? result : 128 + signals[result];
  },
});

async function waited(call: BuiltinCall, args: readonly string[], signal: AbortSignal): Promise<number> {
  const { shell, fail } = call;
  const next = args.includes("-n");
  const ids = args.filter((arg) => !/^-[nfp]/.test(arg));
  if (next) {
    for (;;) {
      const done = shell.jobs.all.find((job) => job.done && job.background);
      if (done) {
        shell.jobs.remove(done);
        return done.exit?.code ?? 0;
      }
      if (!shell.jobs.all.some((job) => job.background)) return 127;
      await shell.jobs.waitAny(signal);
    }
  }
  if (ids.length === 0) {
    for (const job of [...shell.jobs.all]) {
      for (const process of job.processes) await process.wait(signal);
      if (!shell.interactive) shell.jobs.remove(job);
    }
    return 0;
  }
  let status = 0;
  for (const id of ids) {
    if (id.startsWith("%")) {
      const job = await jobOf(call, id);
      if (typeof job === "number") {
        status = 127;
        continue;
      }
      await job.wait(shell, signal);
      status = job.exit?.code ?? 0;
      job.told = true;
      shell.jobs.remove(job);
      continue;
    }
    if (!/^\d+$/.test(id)) {
      status = await fail(`\`${id}': not a pid or valid job spec`);
      continue;
    }
    const process = shell.jobs.byPid(Number(id));
    if (!process) {
      status = await fail(`pid ${id} is not a child of this shell`, 127);
      continue;
    }
    status = (await process.wait(signal)).code;
    const job = jobWith(shell, process.pid);
    if (job?.done) {
      job.told = true;
      if (!shell.interactive) shell.jobs.remove(job);
    }
  }
  return status;
}

export const kill = defineBuiltin({
  name: "kill",
  usage: "kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]",

  async run(call) {
    const { args, shell, out, fail, err } = call;
    const [first, ...rest] = args;
    if (first === undefined) {
      await err.line(`kill: usage: ${kill.usage}`);
      return 2;
    }
    if (first === "-l" || first === "-L") {
      if (rest.length === 0) await out.text(signalTable());
      for (const text of rest) {
        const name = signalNamed(/^\d+$/.test(text) && Number(text) > 128 ? String(Number(text) - 128) : text);
        if (!name || !(name in signals)) return fail(`${text}: invalid signal specification`);
        await out.line(/^\d+$/.test(text) ? name : String(signals[name as SignalName]));
      }
      return 0;
    }
    let signal: SignalName = "TERM";
    let targets = args;
    if (first === "-s" || first === "-n" || (/^-./.test(first) && first !== "--")) {
      const text = first === "-s" || first === "-n" ? (rest[0] ?? "") : first.slice(1);
      const name = text === "0" ? "EXIT" : signalNamed(text);
      if (!name || (name !== "EXIT" && !(name in signals))) return fail(`${text}: invalid signal specification`);
      targets = first === "-s" || first === "-n" ? rest.slice(1) : rest;
      if (name === "EXIT") return probe(call, targets);
      signal = name as SignalName;
    }
    if (targets[0] === "--") targets = targets.slice(1);
    let status = 0;
    for (const text of targets) {
      if (text.startsWith("%")) {
        const job = await jobOf(call, text);
        if (typeof job === "number") status = job;
        else {
          job.signal(signal);
          if (signal !== "CONT" && signal !== "STOP" && job.stopped) job.signal("CONT");
        }
        continue;
      }
      if (!/^-?\d+$/.test(text)) {
        status = await fail(`${text}: arguments must be process or job IDs`);
        continue;
      }
      if (!shell.process.machine.processes.signal(Number(text), signal)) status = await fail(`(${text}) - No such process`);
    }
    return status;
  },
});

/** `kill -0`: whether the processes are there. */
async function probe({ shell, fail }: BuiltinCall, targets: readonly string[]): Promise<number> {
  let status = 0;
  const processes = shell.process.machine.processes.list();
  for (const text of targets) {
    const job = text.startsWith("%") ? shell.jobs.find(text) : undefined;
    const there = job
      ? job !== "ambiguous" && !job.done
      : processes.some((one) => (Number(text) < 0 ? one.group === -Number(text) : one.pid === Number(text)));
    if (!there) status = await fail(`(${text}) - No such process`);
  }
  return status;
}
