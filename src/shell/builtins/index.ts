import type { Builtin } from "./builtin.ts";
import { cd, pwd } from "./cd.ts";
import { bind, compgen, complete, compopt } from "./complete.ts";
import { declare, exportBuiltin, local, readonlyBuiltin, typeset, unset } from "./declare.ts";
import { dirs, popd, pushd } from "./directories.ts";
import { echo } from "./echo.ts";
import { enable, help, history, suspend, times, ulimit, umask } from "./environment.ts";
import {
  breakBuiltin,
  builtin,
  caller,
  colon,
  command,
  continueBuiltin,
  dot,
  evalBuiltin,
  exec,
  exit,
  falseBuiltin,
  letBuiltin,
  logout,
  returnBuiltin,
  source,
  trueBuiltin,
} from "./flow.ts";
import { getopts } from "./getopts.ts";
import { bg, disown, fg, jobs, kill, wait } from "./jobs.ts";
import { mapfile, readarray } from "./mapfile.ts";
import { printf } from "./printf.ts";
import { read } from "./read.ts";
import { alias, set, shift, shopt, unalias } from "./set.ts";
import { bracket, test } from "./test.ts";
import { trap } from "./trap.ts";
import { hash, type } from "./type.ts";

const all: readonly Builtin[] = [
  dot,
  colon,
  bracket,
  alias,
  bind,
  bg,
  breakBuiltin,
  builtin,
  caller,
  cd,
  command,
  compgen,
  complete,
  compopt,
  continueBuiltin,
  declare,
  dirs,
  disown,
  echo,
  enable,
  evalBuiltin,
  exec,
  exit,
  exportBuiltin,
  falseBuiltin,
  fg,
  getopts,
  hash,
  help,
  history,
  jobs,
  kill,
  letBuiltin,
  local,
  logout,
  mapfile,
  popd,
  printf,
  pushd,
  pwd,
  read,
  readarray,
  readonlyBuiltin,
  returnBuiltin,
  set,
  shift,
  shopt,
  source,
  suspend,
  test,
  times,
  trap,
  trueBuiltin,
  type,
  typeset,
  ulimit,
  umask,
  unalias,
  unset,
  wait,
];

/** What bash carries out itself. */
export const builtins: ReadonlyMap<string, Builtin> = new Map(all.map((one) => [one.name, one]));

const bashOnly = [
  "bind",
  "builtin",
  "compgen",
  "complete",
  "compopt",
  "caller",
  "declare",
  "dirs",
  "disown",
  "enable",
  "help",
  "history",
  "logout",
  "mapfile",
  "popd",
  "pushd",
  "readarray",
  "shopt",
  "suspend",
  "typeset",
];

/** What busybox' shell has of it. */
export const ashBuiltins: ReadonlyMap<string, Builtin> = new Map([...builtins].filter(([name]) => !bashOnly.includes(name)));

/** What dash has of it. */
export const posixBuiltins: ReadonlyMap<string, Builtin> = new Map([...ashBuiltins].filter(([name]) => !["source", "let", "logout"].includes(name)));
