import type { Command } from "../command.ts";
import { add } from "./add.ts";
import { blame } from "./blame.ts";
import { branch } from "./branch.ts";
import { checkout, restore, switchCommand } from "./checkout.ts";
import { clone } from "./clone.ts";
import { commit } from "./commit.ts";
import { config } from "./config.ts";
import { describe } from "./describe.ts";
import { diff } from "./diff.ts";
import { fetch } from "./fetch.ts";
import { clean, mv, rm } from "./files.ts";
import { init } from "./init.ts";
import { log, show } from "./log.ts";
import { checkIgnore, lsFiles, updateIndex } from "./ls-files.ts";
import { cherryPick, merge, revert } from "./merge.ts";
import { catFile, commitTree, hashObject, lsTree, writeTree } from "./objects.ts";
import { shortlog, variable } from "./people.ts";
import { pull } from "./pull.ts";
import { push } from "./push.ts";
import { reflog, showRef, symbolicRef, updateRef } from "./refs.ts";
import { remote } from "./remote.ts";
import { reset } from "./reset.ts";
import { mergeBase, revList, revParse } from "./rev-parse.ts";
import { stash } from "./stash.ts";
import { status } from "./status.ts";
import { tag } from "./tag.ts";

/** What git's own help lists, under its headings. */
export const groups: readonly (readonly [heading: string, commands: readonly Command[]])[] = [
  ["start a working area (see also: git help tutorial)", [clone, init]],
  ["work on the current change (see also: git help everyday)", [add, mv, restore, rm]],
  ["examine the history and state (see also: git help revisions)", [diff, log, show, status]],
  ["grow, mark and tweak your common history", [branch, commit, merge, reset, switchCommand, tag]],
  ["collaborate (see also: git help workflows)", [fetch, pull, push]],
];

const others: readonly Command[] = [
  blame,
  catFile,
  checkIgnore,
  checkout,
  cherryPick,
  clean,
  commitTree,
  config,
  describe,
  hashObject,
  lsFiles,
  lsTree,
  mergeBase,
  reflog,
  remote,
  revert,
  revList,
  revParse,
  shortlog,
  showRef,
  stash,
  symbolicRef,
  updateIndex,
  updateRef,
  variable,
  writeTree,
];

export const commands: ReadonlyMap<string, Command> = new Map(
  [...groups.flatMap(([, list]) => list), ...others].map((command) => [command.name, command]),
);

/** What the real one has besides. */
export const absent: ReadonlySet<string> = new Set(
  "am apply archive bisect bugreport bundle cherry citool count-objects credential daemon diff-files diff-index diff-tree difftool fast-export fast-import fetch-pack filter-branch fmt-merge-msg for-each-ref format-patch fsck gc grep gui help instaweb interpret-trailers ls-remote mailinfo merge-file mergetool multi-pack-index name-rev notes pack-objects pack-refs prune range-diff read-tree rebase repack replace request-pull rerere send-email send-pack show-branch sparse-checkout stripspace submodule svn unpack-objects upload-pack verify-commit verify-tag whatchanged worktree update-server-info maintenance".split(
    " ",
  ),
);
