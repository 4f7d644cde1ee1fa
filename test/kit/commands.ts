import { NetError, type Program } from "#shell/process.ts";
import { runCommand } from "#shell/run-command.ts";
import { testMachine } from "./shell.ts";

/** A connection to a cluster that is not there. */
export function noCluster() {
  const refused = async (): Promise<never> => {
    throw new NetError("ECONNREFUSED", "connection refused");
  };
  return { fetch: refused, connect: refused };
}

/** A machine with some programs and no cluster, in a directory with files; gives what runs command lines there. */
export function commandsIn(directory: string, files: Readonly<Record<string, string>>, programs: Readonly<Record<string, Program>>) {
  const kit = testMachine({
    base: "full",
    programs: new Map(Object.entries(programs)),
    users: { learner: { uid: 1000, home: "/home/learner", shell: "/bin/bash" } },
  });
  const { fs } = kit.machine;
  const write = (path: string, text: string) => {
    const parts = path.split("/").slice(1, -1);
    parts.forEach((_, i) => {
      const parent = `/${parts.slice(0, i + 1).join("/")}`;
      if (fs.stat(parent)) return;
      fs.mkdir(parent);
      fs.chown(parent, "learner");
    });
    fs.write(path, text, { owner: "learner" });
  };
  fs.mkdir(directory, { recursive: true });
  fs.chown(directory, "learner");
  for (const [name, text] of Object.entries(files)) write(`${directory}/${name}`, text);

  return {
    write,
    async run(line: string) {
      let done = false;
      const running = runCommand({
        machine: kit.machine,
        user: "learner",
        command: `cd ${directory} && ${line}`,
        timeoutMilliseconds: 60_000,
      }).finally(() => {
        done = true;
      });
      await kit.tasks.idle();
      await kit.clock.advance(kit.clock.now() + 60_000, () => done);
      const { stdout, stderr, exitCode } = await running;
      const plain = (text: string) => text.replaceAll(directory, "<dir>").replaceAll("/home/learner", "<home>");
      return { stdout: plain(stdout), stderr: plain(stderr), exitCode };
    },
  };
}
