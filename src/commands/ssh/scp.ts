import { FileError, type FileSystem } from "#shell/file-system.ts";
import type { Machine, Program } from "#shell/process.ts";
import { program } from "#shell/tools/tool.ts";
import type { CommandHost } from "../host.ts";

interface Place {
  fs: FileSystem;
  path: string;
}

/** `scp`, between this machine and the nodes of the cluster. */
export const scp = ({ machines, shellOf }: CommandHost): Program =>
  program({
    name: "scp",
    usage: "[-346ABCOpqRrsTv] [-c cipher] [-i identity_file] [-l limit] [-o ssh_option] [-P port] source ... target",
    summary: "OpenSSH secure file copy",
    options: ["3", "4", "6", "A", "B", "C", "O", "p", "q", "R", "r", "s", "T", "v", "c=", "D=", "F=", "i=", "J=", "l=", "o=", "P=", "S=", "X="],
    misused: 1,

    async run({ options, process, err, fail }) {
      const [target, ...sources] = [...options.operands].reverse();
      if (target === undefined || sources.length === 0) {
        await err.line(
          "usage: scp [-346ABCOpqRrsTv] [-c cipher] [-D sftp_server_path] [-F ssh_config]\n           [-i identity_file] [-J destination] [-l limit] [-o ssh_option]\n           [-P port] [-S program] [-X sftp_option] source ... target",
        );
        return 1;
      }
      const placeOf = (text: string): Place | { problem: string } => {
        const [, user, host, path] = /^(?:([^@/:]+)@)?([^/:]+):(.*)$/.exec(text) ?? [];
        if (host === undefined) return { fs: process.machine.fs, path: process.machine.fs.resolve(process.cwd, text) };
        const node = machines.nodes().find(({ name, address }) => name === host || address === host);
        const shell: Machine | undefined = node && shellOf(node.name);
        if (!shell)
          return {
            problem: node ? `connect to host ${host} port 22: No route to host` : `Could not resolve hostname ${host}: Name or service not known`,
          };
        const home = shell.accounts.user(user ?? process.user.name)?.home ?? "/root";
        return { fs: shell.fs, path: shell.fs.resolve(home, (path || ".").replace(/^~/, home)) };
      };
      const to = placeOf(target);
      if ("problem" in to) return closed(to.problem);
      let code = 0;
      for (const source of sources.reverse()) {
        const from = placeOf(source);
        if ("problem" in from) return closed(from.problem);
        const kind = from.fs.stat(from.path)?.kind;
        if (kind === undefined)
          code = await fail(source.includes(":") ? `${from.path}: No such file or directory` : `stat local "${source}": No such file or directory`);
        else if (kind === "directory" && !options.has("r"))
          code = await fail(source.includes(":") ? `download "${from.path}": not a regular file` : `local "${source}" is not a regular file`);
        else {
          const into = to.fs.stat(to.path)?.kind === "directory" ? `${to.path.replace(/\/$/, "")}/${from.path.split("/").at(-1)}` : to.path;
          try {
            copy(from, { fs: to.fs, path: into });
          } catch (error) {
            if (!(error instanceof FileError)) throw error;
            code = await fail(`dest open "${into}": ${error.reason}`);
          }
        }
      }
      return code;

      async function closed(problem: string): Promise<number> {
        await err.line(`ssh: ${problem}`);
        await err.line("scp: Connection closed");
        return 255;
      }
    },
  });

function copy(from: Place, to: Place): void {
  const stat = from.fs.stat(from.path);
  if (stat?.kind !== "directory") {
    to.fs.write(to.path, from.fs.read(from.path), { mode: (stat?.mode ?? 0o644) & 0o777 });
    return;
  }
  to.fs.mkdir(to.path, { recursive: true });
  for (const name of from.fs.list(from.path)) copy({ fs: from.fs, path: `${from.path}/${name}` }, { fs: to.fs, path: `${to.path}/${name}` });
}
