import type { Program } from "#shell/process.ts";
import { program } from "#shell/tools/tool.ts";
import type { CommandHost } from "../host.ts";
import { logIn } from "./login.ts";

const options = ["4", "6", "A", "a", "C", "f", "G", "g", "K", "k", "M", "N", "n", "q", "s", "T", "t", "V", "v", "X", "x", "Y", "y"];
const withValue = ["B", "b", "c", "D", "E", "e", "F", "I", "i", "J", "L", "l", "m", "O", "o", "P", "p", "Q", "R", "S", "W", "w"];
const usage = `usage: ssh [-46AaCfGgKkMNnqsTtVvXxYy] [-B bind_interface] [-b bind_address]
           [-c cipher_spec] [-D [bind_address:]port] [-E log_file]
           [-e escape_char] [-F configfile] [-I pkcs11] [-i identity_file]
           [-J destination] [-L address] [-l login_name] [-m mac_spec]
           [-O ctl_cmd] [-o option] [-P tag] [-p port] [-R address]
           [-S ctl_path] [-W host:port] [-w local_tun[:remote_tun]]
           destination [command [argument ...]]
       ssh [-Q query_option]
`;

const version = "OpenSSH_9.2p1 Debian-2+deb12u7, OpenSSL 3.0.17 1 Jul 2025";

/** `ssh`, to the nodes of the cluster: nothing else is in reach. */
export const ssh = ({ machines, shellOf }: CommandHost): Program =>
  program({
    name: "ssh",
    usage: "[-i identity_file] [user@]destination [command [argument ...]]",
    summary: "Log in to another machine",
    options: [...options, ...withValue.map((letter) => `${letter}=`)],
    inOrder: true,
    misused: 255,

    async run({ options: given, process, err, fail }) {
      const refused = async (text: string) => {
        await err.line(text);
        return 255;
      };
      if (given.has("V")) {
        await err.line(version);
        return 0;
      }
      const [destination, ...rest] = given.operands;
      if (destination === undefined) {
        await err.text(usage);
        return 255;
      }
      const [, named, target = ""] = /^(?:ssh:\/\/)?(?:([^@]+)@)?([^/]+)\/?$/.exec(destination) ?? [];
      // Options may follow the destination, up to the command.
      while (/^-[tTqn]+$/.test(rest[0] ?? "")) for (const letter of (rest.shift() ?? "").slice(1)) given.add(letter, "");
      const node = machines.nodes().find(({ name, address }) => name === target || address === target);
      const isHere = /^(localhost|127\.\d+\.\d+\.\d+)$/.test(target) || target === process.machine.hostname;
      const there = isHere ? process.machine : node && shellOf(node.name);
      if (!there) {
        if (node) return fail(`connect to host ${target} port 22: No route to host`, 255);
        if (/^[\d.]+$/.test(target)) return fail(`connect to host ${target} port 22: Connection timed out`, 255);
        return fail(`Could not resolve hostname ${target}: Name or service not known`, 255);
      }
      const user = named ?? given.get("l") ?? (there.accounts.user(process.user.name) ? process.user.name : "root");
      if (!there.accounts.user(user)) return refused(`${user}@${target}: Permission denied (publickey).`);
      if (given.has("N")) return fail("Not simulated by Podyard: connections that only forward (-N)", 255);
      const hasTerminal = process.tty !== undefined && process.isTerminal(0);
      const tty = !given.has("T") && ((rest.length === 0 && hasTerminal) || (given.has("t") && process.tty !== undefined));
      if (rest.length === 0 && !tty && !given.has("T") && !given.has("q"))
        await err.line("Pseudo-terminal will not be allocated because stdin is not a terminal.");
      await err.flush();
      const code = await logIn(process, there, {
        user,
        command: rest.length > 0 ? rest.join(" ") : undefined,
        tty,
        stdin: !given.has("n"),
      });
      if (tty && !given.has("q")) await err.text(`Connection to ${target} closed.\r\n`);
      return code;
    },
  });
