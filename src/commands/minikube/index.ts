import { addons } from "./addons.ts";
import type { MinikubeCommand } from "./command.ts";
import { dashboard } from "./dashboard.ts";
import { dockerEnv, image } from "./image.ts";
import { ip, profile, updateCheck, updateContext, version } from "./inspect.ts";
import { deleteCommand, pause, stop, unpause } from "./lifecycle.ts";
import { cp, mount, ssh, sshKey } from "./machine.ts";
import { node } from "./node.ts";
import { absent, kubectl, logs } from "./passing.ts";
import { service } from "./service.ts";
import { config } from "./settings.ts";
import { start } from "./start.ts";
import { status } from "./status.ts";
import { tunnel } from "./tunnel.ts";

const images = "Images Commands:";

/** In the order in which help lists them. */
export const commands: readonly MinikubeCommand[] = [
  start,
  status,
  stop,
  deleteCommand,
  dashboard,
  pause,
  unpause,
  dockerEnv,
  absent("podman-env", images, "Configure environment to use minikube's Podman service"),
  absent("cache", images, "Manage cache for images"),
  image,
  addons,
  config,
  profile,
  updateContext,
  service,
  tunnel,
  mount,
  ssh,
  kubectl,
  node,
  cp,
  sshKey,
  absent("ssh-host", "Troubleshooting Commands:", "Retrieve the ssh host key of the specified node"),
  ip,
  logs,
  updateCheck,
  version,
  absent("options", "Other Commands:", "Show a list of global command-line options (applies to all commands)."),
];
