import { expandText, parseWord } from "../interpreter/expansion/words.ts";
import type { Shell } from "../interpreter/shell.ts";
import { strftime } from "../strftime.ts";

/** PS1 and its like as they show: `\u@\h:\w\$ `. What stands between `\[` and `\]` is marked as taking no room. */
export async function promptOf(shell: Shell, text: string, commandNumber: number): Promise<string> {
  const { process } = shell;
  const { machine, user } = process;
  const now = machine.clock.now();
  const home = shell.vars.get("HOME") ?? "";
  const cwd =
    shell.cwd === home ? "~" : home !== "/" && home !== "" && shell.cwd.startsWith(`${home}/`) ? `~${shell.cwd.slice(home.length)}` : shell.cwd;
  const escapes: Record<string, () => string> = {
    u: () => user.name,
    h: () => machine.hostname.split(".")[0] ?? "",
    H: () => machine.hostname,
    w: () => cwd,
    W: () => (cwd === "~" || cwd === "/" ? cwd : (cwd.split("/").at(-1) ?? cwd)),
    $: () => (user.uid === 0 ? "#" : "$"),
    n: () => "\n",
    r: () => "\r",
    a: () => "\x07",
    e: () => "\x1b",
    "[": () => "\x01",
    "]": () => "\x02",
    s: () => shell.name.replace(/^-|.*\//g, ""),
    v: () => "5.2",
    V: () => "5.2.37",
    t: () => strftime("%T", now),
    T: () => strftime("%I:%M:%S", now),
    "@": () => strftime("%I:%M %p", now),
    A: () => strftime("%R", now),
    d: () => strftime("%a %b %d", now),
    j: () => String(shell.jobs.all.length),
    l: () => (process.tty?.name ?? "").replace(/.*\//, ""),
    "!": () => String(shell.history.length + 1),
    "#": () => String(commandNumber),
    "\\": () => "\\",
  };
  const decoded = text.replace(/\\(D\{[^}]*\}|[0-7]{3}|.)/gs, (whole, code: string) => {
    if (code.startsWith("D{")) return strftime(code.slice(2, -1) || "%X", now);
    if (/^[0-7]{3}$/.test(code)) return String.fromCharCode(Number.parseInt(code, 8));
    const meaning = escapes[code];
    // What comes out of an escape is not expanded again.
    return meaning ? meaning().replace(/[$`\\]/g, "\\$&") : whole;
  });
  return /[$`\\]/.test(decoded) ? expandText(shell, parseWord(`"${decoded.replaceAll('"', '\\"')}"`)) : decoded;
}
