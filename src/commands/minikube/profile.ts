import type { Context } from "./command.ts";

/** What minikube keeps of a cluster beside it: which addons are on. */
interface Saved {
  Name: string;
  Addons: Record<string, boolean>;
}

const always = { "default-storageclass": true, "storage-provisioner": true };

const pathOf = ({ process }: Context, name: string) => `${process.env.get("HOME") ?? process.user.home}/.minikube/profiles/${name}/config.json`;

/** The addons that are on. */
export function enabledAddons(context: Context): Record<string, boolean> {
  const { fs } = context.process.machine;
  const path = pathOf(context, "minikube");
  const saved = fs.stat(path) ? (JSON.parse(fs.readText(path)) as Partial<Saved>).Addons : undefined;
  return { ...always, ...saved };
}

/** Notes that an addon was switched on or off. */
export function noteAddon(context: Context, addon: string, on: boolean): void {
  const { fs } = context.process.machine;
  const path = pathOf(context, "minikube");
  fs.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  const saved: Saved = { Name: "minikube", Addons: { ...enabledAddons(context), [addon]: on } };
  fs.write(path, `${JSON.stringify(saved, undefined, "\t")}\n`);
}

/** The cluster is gone, and what was noted of it. */
export function forgetProfile(context: Context): void {
  const { fs } = context.process.machine;
  const path = pathOf(context, "minikube");
  if (fs.stat(path)) fs.remove(path);
}
