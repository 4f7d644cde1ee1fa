import { addons } from "./addons.ts";
import type { MinikubeCommand } from "./command.ts";
import { dashboard } from "./dashboard.ts";
import { ip, node, profile, updateContext, version } from "./inspect.ts";
import { deleteCommand, pause, stop, unpause } from "./lifecycle.ts";
import { absent, kubectl, logs, ssh } from "./passing.ts";
import { service } from "./service.ts";
import { config } from "./settings.ts";
import { start } from "./start.ts";
import { status } from "./status.ts";

const images = "Images Commands:";
const networking = "Networking and Connectivity Commands:";
const advanced = "Advanced Commands:";

/** In the order in which help lists them. */
export const commands: readonly MinikubeCommand[] = [
  start,
  status,
  stop,
  deleteCommand,
  dashboard,
  pause,
  unpause,
  absent("docker-env", images, "Provides instructions to point your terminal's docker-cli to the Docker Engine inside minikube"),
  absent("podman-env", images, "Configure environment to use minikube's Podman service"),
  absent("cache", images, "Manage cache for images"),
  absent("image", images, "Manage images"),
  addons,
  config,
  profile,
  updateContext,
  service,
  absent("tunnel", networking, "Connect to LoadBalancer services"),
  absent("mount", advanced, "Mounts the specified directory into minikube"),
  ssh,
  kubectl,
  node,
  absent("cp", advanced, "Copy the specified file into minikube"),
  absent("ssh-key", "Troubleshooting Commands:", "Retrieve the ssh identity key path of the specified node"),
  absent("ssh-host", "Troubleshooting Commands:", "Retrieve the ssh host key of the specified node"),
  ip,
  logs,
  absent("update-check", "Troubleshooting Commands:", "Print current and latest version number"),
  version,
  absent("options", "Other Commands:", "Show a list of global command-line options (applies to all commands)."),
];
