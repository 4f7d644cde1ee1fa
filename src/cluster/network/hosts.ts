import { FileError, type FileSystem } from "#shell/file-system.ts";

const file = "/etc/hosts";

/** Names and their addresses, as a machine's `/etc/hosts` says them now. */
export function hostsOf(fs: FileSystem): ReadonlyMap<string, string> {
  const hosts = new Map<string, string>();
  let text: string;
  try {
    text = fs.readText(file);
  } catch (error) {
    if (error instanceof FileError) return hosts;
    throw error;
  }
  for (const line of text.split("\n")) {
    const [address = "", ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
    // The first line that names somebody counts; IPv6 is not spoken here.
    if (!address.includes(":")) for (const name of names) if (!hosts.has(name)) hosts.set(name, address);
  }
  return hosts;
}
