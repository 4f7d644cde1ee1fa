import type { ContainerRuntime, RuntimeContainer, RuntimeImage, RuntimeSandbox } from "#machinery/container-runtime.ts";

/** How long ago, as crictl says it in its tables. */
export function ago(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const [minutes, hours] = [Math.floor(seconds / 60), Math.floor(seconds / 3600)];
  if (seconds < 1) return "Less than a second ago";
  if (seconds === 1) return "1 second ago";
  if (seconds < 60) return `${seconds} seconds ago`;
  if (minutes === 1) return "About a minute ago";
  if (minutes < 60) return `${minutes} minutes ago`;
  if (Math.round(seconds / 3600) === 1) return "About an hour ago";
  if (hours < 48) return `${hours} hours ago`;
  const days = Math.floor(hours / 24);
  if (days < 14) return `${days} days ago`;
  return days < 60 ? `${Math.floor(days / 7)} weeks ago` : days < 730 ? `${Math.floor(days / 30)} months ago` : `${Math.floor(days / 365)} years ago`;
}

/** Sizes as crictl writes them: `74.6MB`. */
export function size(bytes: number): string {
  const units = ["B", "kB", "MB", "GB"];
  let [value, at] = [bytes, 0];
  while (value >= 1000 && at < units.length - 1) {
    value /= 1000;
    at++;
  }
  return `${Number(value.toPrecision(3))}${units[at]}`;
}

export const short = (id: string): string => id.replace(/^sha256:/, "").slice(0, 13);

export const stateNames = { created: "Created", running: "Running", exited: "Exited" } as const;

export class NotFound extends Error {}

/** The container that an id, or the beginning of one, means. */
export function containerOf(runtime: ContainerRuntime, id: string): RuntimeContainer {
  const found = id === "" ? [] : runtime.containers().filter((one) => one.id.startsWith(id));
  const [only] = found;
  if (!only) throw new NotFound(`rpc error: code = NotFound desc = an error occurred when try to find container "${id}": not found`);
  if (found.length > 1)
    throw new NotFound(
      `rpc error: code = Unknown desc = an error occurred when try to find container "${id}": multiple IDs found with provided prefix: ${id}`,
    );
  return only;
}

export function sandboxOf(runtime: ContainerRuntime, id: string): RuntimeSandbox {
  const only = id === "" ? undefined : runtime.sandboxes().find((one) => one.id.startsWith(id));
  if (!only) throw new NotFound(`rpc error: code = NotFound desc = an error occurred when try to find sandbox "${id}": not found`);
  return only;
}

/** What an image may be called: its tags in full and in short, its digests, the beginning of its id. */
export function imageNamed(runtime: ContainerRuntime, name: string): RuntimeImage | undefined {
  const bare = name.replace(/^sha256:/, "");
  return runtime.images().find(({ id, tags, digests }) => {
    const full = [...tags, ...digests];
    const wanted = /[:@][^/]*$/.test(name) ? name : `${name}:latest`;
    return (/^[0-9a-f]{4,}$/.test(bare) && id.replace("sha256:", "").startsWith(bare)) || full.some((tag) => namesOf(tag).includes(wanted));
  });
}

const namesOf = (full: string): string[] => [full, full.replace(/^docker\.io\//, ""), full.replace(/^docker\.io\/library\//, "")];

/** The container's labels, as the kubelet gives them to the runtime. */
export const labelsOf = ({ name, sandbox }: RuntimeContainer): Record<string, string> => ({
  "io.kubernetes.container.name": name,
  "io.kubernetes.pod.name": sandbox.name,
  "io.kubernetes.pod.namespace": sandbox.namespace,
  "io.kubernetes.pod.uid": sandbox.uid,
});

/** A number with the nanoseconds that protobuf's times have. */
export const nanos = (at: number): string => (at > 0 ? String(BigInt(Math.round(at)) * 1_000_000n) : "0");
export const rfcNano = (at: number): string => (at > 0 ? new Date(at).toISOString().replace("Z", "000000Z") : "1970-01-01T00:00:00Z");
