import { bash, sh } from "../interpreter/bash.ts";
import type { Program } from "../process.ts";
import { gunzip, gzip, tar, zcat } from "./archive.ts";
import { awk } from "./awk/awk.ts";
import { cat } from "./cat.ts";
import { chroot } from "./chroot.ts";
import { cut } from "./cut.ts";
import { dd } from "./dd.ts";
import { cmp, diff } from "./diff.ts";
import { md5sum, od, sha1sum, sha256sum, sha512sum, strings } from "./digest.ts";
import { df, du, free, stat, tree } from "./disk.ts";
import { base64, rev, xxd } from "./encode.ts";
import { envsubst, uuidgen } from "./environment-text.ts";
import { expr } from "./expr.ts";
import { file } from "./file-kinds.ts";
import { cp, ln, mkdir, mktemp, mv, rm, rmdir, touch } from "./files.ts";
import { find } from "./find.ts";
import { egrep, fgrep, grep } from "./grep.ts";
import { addgroup, delgroup, groupadd, groupdel } from "./groups.ts";
import { head } from "./head.ts";
import { hexdump } from "./hexdump.ts";
import { curl } from "./http/curl.ts";
import { wget } from "./http/wget.ts";
import { ip, netstat, ss } from "./interfaces.ts";
import { jq } from "./jq/jq.ts";
import { lsmod, modprobe, swapoff, swapon, sysctl } from "./kernel.ts";
import { column, comm, expand, fold, join, nl, paste, split, tac } from "./lines.ts";
import { dig, getent, host, nslookup } from "./lookup.ts";
import { ls } from "./ls.ts";
import { install, shuf, sync, truncate } from "./more-files.ts";
import { basename, dirname, pwd, readlink, realpath, which } from "./names.ts";
import { nano } from "./nano/nano.ts";
import { numfmt } from "./numfmt.ts";
import { chgrp, chmod, chown } from "./ownership.ts";
import { apk, aptCache, aptGet, aptMark, aptTool, dnf, dpkg, yum } from "./packages.ts";
import { less, more } from "./pager.ts";
import { chpasswd, passwd } from "./passwords.ts";
import { kill, killall, pgrep, pidof, pkill, ps, time, timeout } from "./processes.ts";
import { nc, ping, telnet } from "./reach.ts";
import { stty, tput } from "./screen.ts";
import { sed } from "./sed.ts";
import { seq, yes } from "./sequence.ts";
import { sleep } from "./sleep.ts";
import { sort } from "./sort.ts";
import { su } from "./switch-user.ts";
import {
  arch,
  bracket,
  clear,
  date,
  echo,
  env,
  falseTool,
  groups,
  hostname,
  id,
  nohup,
  nproc,
  printenv,
  printf,
  reset,
  sudo,
  test,
  trueTool,
  tty,
  uname,
  uptime,
  whoami,
} from "./system.ts";
import { tail } from "./tail.ts";
import { tee } from "./tee.ts";
import { program, type Tool } from "./tool.ts";
import { tr } from "./tr.ts";
import { uniq } from "./uniq.ts";
import { adduser, deluser, useradd, userdel, usermod } from "./users.ts";
import { ex, vi, view, vim } from "./vi/vi.ts";
import { watch } from "./watch.ts";
import { wc } from "./wc.ts";
import { xargs } from "./xargs.ts";
import { yq } from "./yq/yq.ts";

/** What every Linux here has, small or large. */
const everywhere: readonly Tool[] = [
  arch,
  bracket,
  awk,
  comm,
  expand,
  expr,
  fold,
  gunzip,
  gzip,
  join,
  md5sum,
  nl,
  od,
  paste,
  sha1sum,
  sha256sum,
  sha512sum,
  split,
  tac,
  tar,
  zcat,
  addgroup,
  adduser,
  base64,
  basename,
  cat,
  chgrp,
  chmod,
  chown,
  chroot,
  clear,
  cmp,
  cp,
  cut,
  delgroup,
  deluser,
  date,
  dd,
  df,
  diff,
  dirname,
  du,
  echo,
  egrep,
  env,
  falseTool,
  fgrep,
  find,
  grep,
  groups,
  head,
  hostname,
  id,
  kill,
  ln,
  ls,
  mkdir,
  mktemp,
  mv,
  nohup,
  nproc,
  printenv,
  printf,
  pwd,
  readlink,
  realpath,
  rm,
  rmdir,
  sed,
  seq,
  sleep,
  sort,
  stat,
  stty,
  tail,
  tee,
  test,
  timeout,
  touch,
  tr,
  trueTool,
  tty,
  uname,
  uniq,
  wc,
  which,
  whoami,
  xargs,
  yes,
  install,
  shuf,
  sync,
  truncate,
];
/** What busybox has beyond. */
const inBusybox: readonly Tool[] = [
  ip,
  nc,
  netstat,
  ping,
  su,
  telnet,
  free,
  hexdump,
  xxd,
  killall,
  less,
  more,
  nslookup,
  pgrep,
  pidof,
  pkill,
  ps,
  reset,
  rev,
  time,
  tree,
  uptime,
  vi,
  watch,
  wget,
];
const inDebian: readonly Tool[] = [
  numfmt,
  su,
  chpasswd,
  groupadd,
  groupdel,
  passwd,
  useradd,
  userdel,
  usermod,
  aptTool,
  aptGet,
  aptCache,
  aptMark,
  dpkg,
  getent,
  more,
  reset,
  rev,
  tput,
];
/** What has to be installed. */
const further: readonly Tool[] = [
  envsubst,
  file,
  ip,
  nc,
  netstat,
  ping,
  ss,
  su,
  telnet,
  curl,
  column,
  dig,
  strings,
  free,
  getent,
  hexdump,
  xxd,
  host,
  jq,
  killall,
  less,
  lsmod,
  modprobe,
  swapoff,
  swapon,
  sysctl,
  nano,
  nslookup,
  pgrep,
  pidof,
  pkill,
  ps,
  rev,
  sudo,
  time,
  tput,
  tree,
  uptime,
  uuidgen,
  ex,
  vi,
  view,
  vim,
  watch,
  wget,
  yq,
];

/** What comes only with an image of its kind. */
const elsewhere: readonly Tool[] = [apk, dnf, yum];

export type ToolBase = "full" | "debian" | "alpine" | "busybox" | "none";

const sets = new Map<string, ReadonlyMap<string, Program>>();

/** The tools of a system, and further ones by name. The same ones are the same map, so that machines share their files. */
export function toolsOf(base: ToolBase, wanted: readonly string[]): ReadonlyMap<string, Program> {
  const key = `${base} ${wanted.join(" ")}`;
  const known = sets.get(key);
  if (known) return known;
  const tools = new Map<string, Program>();
  const add = (list: readonly Tool[]) => {
    for (const tool of list) tools.set(tool.name, program(tool));
  };
  if (base !== "none") {
    add(everywhere);
    add(base === "debian" || base === "full" ? inDebian : inBusybox);
    if (base === "full") add(further);
    if (base === "alpine") add([apk]);
    tools.set("sh", sh);
    if (base === "debian" || base === "full") tools.set("bash", bash).set("dash", sh);
    else tools.set("ash", sh);
  }
  for (const name of wanted) {
    const tool = [...further, ...everywhere, ...inBusybox, ...elsewhere].find((one) => one.name === name);
    const found = tool ? program(tool) : name === "bash" ? bash : name === "sh" ? sh : undefined;
    if (!found) throw new Error(`there is no tool ${name}`);
    tools.set(name, found);
  }
  sets.set(key, tools);
  return tools;
}
