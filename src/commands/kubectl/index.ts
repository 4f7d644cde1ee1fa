import { alpha } from "./alpha.ts";
import { annotate } from "./annotate.ts";
import { apiResources, apiVersions } from "./api-resources.ts";
import { apply } from "./apply/apply.ts";
import { attach } from "./attach.ts";
import { auth } from "./auth/auth.ts";
import { autoscale } from "./autoscale.ts";
import { certificate } from "./certificate.ts";
import { clusterInfo } from "./cluster-info.ts";
import type { KubectlCommand } from "./command.ts";
import { completion } from "./completion.ts";
import { config } from "./config/config.ts";
import { cp } from "./cp.ts";
import { create } from "./create/from-files.ts";
import { debug } from "./debug/debug.ts";
import { deleteCommand } from "./delete.ts";
import { describe } from "./describe.ts";
import { diff } from "./diff.ts";
import { edit } from "./edit/edit.ts";
import { events } from "./events.ts";
import { exec } from "./exec.ts";
import { explain } from "./explain/explain.ts";
import { expose } from "./expose.ts";
import { get } from "./get.ts";
import { kuberc } from "./kuberc/kuberc.ts";
import { kustomize } from "./kustomize/command.ts";
import { label } from "./label.ts";
import { logs } from "./logs.ts";
import { cordon, uncordon } from "./nodes/cordon.ts";
import { drain } from "./nodes/drain.ts";
import { taint } from "./nodes/taint.ts";
import { options } from "./options.ts";
import { patch } from "./patch.ts";
import { definePlugin } from "./plugin.ts";
import { portForward } from "./port-forward.ts";
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
  edit,
  deleteCommand,
  rollout,
  scale,
  autoscale,
  certificate,
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
  portForward,
  proxy,
  cp,
  auth,
  debug,
  events,
  diff,
  apply,
  patch,
  replace,
  wait,
  kustomize,
  label,
  annotate,
  completion,
  apiResources,
  apiVersions,
  config,
  kuberc,
  definePlugin(() => commands),
  version,
  options,
  alpha,
];
