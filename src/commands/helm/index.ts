import type { HelmCommand } from "./command.ts";
import { completion } from "./commands/completion.ts";
import { create } from "./commands/create.ts";
import { dependency } from "./commands/dependency.ts";
import { get } from "./commands/get.ts";
import { history } from "./commands/history.ts";
import { install } from "./commands/install.ts";
import { lint } from "./commands/lint.ts";
import { list } from "./commands/list.ts";
import { packageCommand } from "./commands/package.ts";
import { plugin } from "./commands/plugin.ts";
import { pull } from "./commands/pull.ts";
import { repo } from "./commands/repo.ts";
import { rollback } from "./commands/rollback.ts";
import { search } from "./commands/search.ts";
import { show } from "./commands/show.ts";
import { env, push, registry, verify, version } from "./commands/small.ts";
import { status } from "./commands/status.ts";
import { template } from "./commands/template.ts";
import { test } from "./commands/test.ts";
import { uninstall } from "./commands/uninstall.ts";
import { upgrade } from "./commands/upgrade.ts";

/** In the order in which help lists them. */
export const commands: readonly HelmCommand[] = [
  completion,
  create,
  dependency,
  env,
  get,
  history,
  install,
  lint,
  list,
  packageCommand,
  plugin,
  pull,
  push,
  registry,
  repo,
  rollback,
  search,
  show,
  status,
  template,
  test,
  uninstall,
  upgrade,
  verify,
  version,
];
