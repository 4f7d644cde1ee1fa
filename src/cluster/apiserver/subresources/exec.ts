import type { KubeletApi } from "#machinery/kubelet.ts";
import type { Pod } from "#machinery/types.ts";
import { type ConnectRequest, defineSubresource, type SubresourceContext } from "../kind.ts";
import { checkNode, containerOf } from "./container.ts";

/** A command in a container. */
export const exec = defineSubresource<Pod>({
  name: "exec",
  verbs: ["create", "get"],
  sends: { group: "", version: "v1", kind: "PodExecOptions" },

  async connect(pod, request, context) {
    const { container, ...streams } = streamsOf(pod, request, context);
    return await context.kubelets.exec(pod, container, { ...streams, command: request.query.getAll("command") });
  },
});

/** The streams of what a container runs already. */
export const attach = defineSubresource<Pod>({
  name: "attach",
  verbs: ["create", "get"],
  sends: { group: "", version: "v1", kind: "PodAttachOptions" },

  async connect(pod, request, context) {
    const { container, ...streams } = streamsOf(pod, request, context);
    return await context.kubelets.attach(pod, container, streams);
  },
});

type Streams = Parameters<KubeletApi["attach"]>[2] & { container: string };

function streamsOf(pod: Pod, { query }: ConnectRequest, { api }: SubresourceContext): Streams {
  const flag = (name: string) => query.has(name) && query.get(name) !== "false" && query.get(name) !== "0";
  const container = containerOf(pod, query.get("container") ?? "");
  checkNode(pod, api);
  const tty = flag("tty");
  // A terminal has one stream for both.
  return { container, stdin: flag("stdin"), stdout: flag("stdout"), stderr: flag("stderr") && !tty, tty };
}
