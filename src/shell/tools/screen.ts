import type { TtyModes } from "../pty.ts";
import { defineTool } from "./tool.ts";

const colours: Readonly<Record<string, number>> = { "0": 0, "1": 1, "2": 2, "3": 3, "4": 4, "5": 5, "6": 6, "7": 7 };
const capabilities: Readonly<Record<string, string>> = {
  clear: "\x1b[H\x1b[2J",
  bold: "\x1b[1m",
  dim: "\x1b[2m",
  smul: "\x1b[4m",
  rmul: "\x1b[24m",
  rev: "\x1b[7m",
  smso: "\x1b[7m",
  rmso: "\x1b[27m",
  sgr0: "\x1b(B\x1b[m",
  blink: "\x1b[5m",
  civis: "\x1b[?25l",
  cnorm: "\x1b[?25h",
  smcup: "\x1b[?1049h",
  rmcup: "\x1b[?1049l",
  el: "\x1b[K",
  el1: "\x1b[1K",
  ed: "\x1b[J",
  home: "\x1b[H",
  sc: "\x1b7",
  rc: "\x1b8",
  cuu1: "\x1b[A",
  cud1: "\n",
  cr: "\r",
  bel: "\x07",
  sitm: "\x1b[3m",
  ritm: "\x1b[23m",
  op: "\x1b[39;49m",
  reset: "\x1bc",
};

export const tput = defineTool({
  name: "tput",
  usage: "[-T TERM] CAPABILITY [PARAMETERS]",
  summary: "Initialize a terminal or query its terminfo database.",
  options: ["T=", "S", "V"],
  inOrder: true,

  async run({ options, process, out, fail }) {
    const [name, ...rest] = options.operands;
    if (!options.get("T") && !process.env.get("TERM")) return fail("No value for $TERM and no -T specified", 2);
    const numbers = rest.map(Number);
    if (name === "cols" || name === "lines") await out.line(String(name === "cols" ? (process.tty?.columns ?? 80) : (process.tty?.rows ?? 24)));
    else if (name === "colors") await out.line("256");
    else if (name === "setaf" || name === "setab")
      await out.text(
        `\x1b[${(colours[rest[0] ?? ""] ?? 8) < 8 ? `${(name === "setaf" ? 30 : 40) + Number(rest[0])}` : `${name === "setaf" ? 38 : 48};5;${rest[0]}`}m`,
      );
    else if (name === "cup") await out.text(`\x1b[${(numbers[0] ?? 0) + 1};${(numbers[1] ?? 0) + 1}H`);
    else if (name === "cuu" || name === "cud" || name === "cuf" || name === "cub")
      await out.text(`\x1b[${numbers[0] ?? 1}${{ cuu: "A", cud: "B", cuf: "C", cub: "D" }[name]}`);
    else if (name !== undefined && capabilities[name] !== undefined) await out.text(capabilities[name]);
    else return fail(name === undefined ? "usage: tput [-T term] capname" : `unknown terminfo capability '${name}'`, name === undefined ? 2 : 4);
    return 0;
  },
});

export const stty = defineTool({
  name: "stty",
  usage: "[-F DEVICE] [SETTING]...",
  summary: "Print or change terminal characteristics.",
  plain: true,

  async run({ args, process, out, fail }) {
    const tty = process.files.get(0)?.tty;
    if (!tty) return fail("'standard input': Inappropriate ioctl for device");
    let modes: TtyModes = { ...tty.modes };
    for (let i = 0; i < args.length; i++) {
      const arg = args[i] ?? "";
      const on = !arg.startsWith("-");
      switch (arg.replace(/^-/, "")) {
        case "size":
          await out.line(`${tty.rows} ${tty.columns}`);
          break;
        case "echo":
          modes = { ...modes, echo: on };
          break;
        case "icanon":
        case "cbreak":
          modes = { ...modes, canonical: arg.endsWith("cbreak") ? !on : on };
          break;
        case "isig":
          modes = { ...modes, signals: on };
          break;
        case "opost":
          modes = { ...modes, output: on };
          break;
        case "icrnl":
          modes = { ...modes, input: on };
          break;
        case "raw":
          modes = { canonical: !on, echo: modes.echo, signals: !on, output: !on, input: !on };
          break;
        case "sane":
        case "cooked":
          modes = { canonical: true, echo: true, signals: true, output: true, input: true };
          break;
        case "g":
          await out.line(JSON.stringify(modes));
          break;
        case "a":
          await out.line(
            `speed 38400 baud; rows ${tty.rows}; columns ${tty.columns}; line = 0;\nintr = ^C; quit = ^\\; erase = ^?; kill = ^U; eof = ^D; susp = ^Z;\n${flag("isig", modes.signals)} ${flag("icanon", modes.canonical)} ${flag("echo", modes.echo)} ${flag("icrnl", modes.input)} ${flag("opost", modes.output)}`,
          );
          break;
        case "cols":
        case "columns":
          tty.resize(Number(args[++i]), tty.rows);
          break;
        case "rows":
          tty.resize(tty.columns, Number(args[++i]));
          break;
        case "min":
        case "time":
        case "erase":
        case "intr":
          i++;
          break;
        default:
          if (arg.startsWith("{")) modes = JSON.parse(arg);
          else if (!/^-?(ixon|ixoff|echoe|echok|echonl|onlcr|iexten|brkint|imaxbel|utf8|iutf8|tostop|hup|hupcl)$/.test(arg))
            return fail(`invalid argument ‘${arg}’`);
      }
    }
    tty.modes = modes;
    if (args.length === 0) await out.line(`speed 38400 baud; line = 0;\n-brkint -imaxbel iutf8`);
    return 0;
  },
});

const flag = (name: string, on: boolean): string => (on ? name : `-${name}`);
