import { annotate } from "./annotate.ts";
import { apiResources, apiVersions } from "./api-resources.ts";
import { apply } from "./apply/apply.ts";
import { attach } from "./attach.ts";
import { auth } from "./auth/auth.ts";
import { autoscale } from "./autoscale.ts";
import { clusterInfo } from "./cluster-info.ts";
import type { KubectlCommand } from "./command.ts";
import { config } from "./config/config.ts";
import { create } from "./create/from-files.ts";
import { deleteCommand } from "./delete.ts";
import { describe } from "./describe.ts";
import { exec } from "./exec.ts";
import { explain } from "./explain/explain.ts";
import { expose } from "./expose.ts";
import { get } from "./get.ts";
import { label } from "./label.ts";
import { logs } from "./logs.ts";
import { cordon, uncordon } from "./nodes/cordon.ts";
import { drain } from "./nodes/drain.ts";
import { taint } from "./nodes/taint.ts";
import { options } from "./options.ts";
import { patch } from "./patch.ts";
import { proxy } from "./proxy.ts";
import { replace } from "./replace.ts";
import { rollout } from "./rollout/rollout.ts";
import { run } from "./run.ts";
import { scale } from "./scale.ts";
import { set } from "./set/set.ts";
import { top } from "./top.ts";
import { version } from "./version.ts";
import { wait } from "./wait.ts";

/** In the order in which help lists them. */
export const commands: readonly KubectlCommand[] = [
  create,
  expose,
  run,
  set,
  explain,
  get,
  deleteCommand,
  rollout,
  scale,
  autoscale,
  clusterInfo,
  top,
  cordon,
  uncordon,
  drain,
  taint,
  describe,
  logs,
  attach,
  exec,
  proxy,
  auth,
  apply,
  patch,
  replace,
  wait,
  label,
  annotate,
  apiResources,
  apiVersions,
  config,
  version,
  options,
];
