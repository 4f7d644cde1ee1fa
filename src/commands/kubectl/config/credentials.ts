import type { FileSystem } from "#shell/file-system.ts";
import { CommandError, Exit } from "../errors.ts";
import type { Connection } from "./connection.ts";

/** Paths on the command line, which count more than the kubeconfig's. */
export type CredentialFlags = Readonly<Record<"client-certificate" | "client-key" | "certificate-authority", string>>;

export interface Certificates {
  clientCertificate?: string;
  clientKey?: string;
  certificateAuthority?: string;
}

/** The certificates of a connection as PEM. What the kubeconfig names and nobody can read ends the command. */
export function certificatesOf(fs: FileSystem, { user, userName, cluster, clusterName }: Connection, flags: CredentialFlags): Certificates {
  const problems: string[] = [];
  const read = (what: string, data: string | undefined, path: string | undefined, whose: string): string | undefined => {
    if (data) return atob(data);
    if (!path) return undefined;
    if (fs.stat(path)) return fs.readText(path);
    problems.push(`unable to read ${what} ${path} for ${whose} due to open ${path}: no such file or directory`);
    return undefined;
  };

  const authority = flags["certificate-authority"] || cluster["certificate-authority"];
  const certificateAuthority = read("certificate-authority", cluster["certificate-authority-data"], authority, clusterName);
  const certificatePath = flags["client-certificate"] || user["client-certificate"];
  const keyPath = flags["client-key"] || user["client-key"];
  if ((user["client-certificate-data"] || certificatePath) && !user["client-key-data"] && !keyPath)
    problems.push(`client-key-data or client-key must be specified for ${userName} to use the clientCert authentication method.`);
  const clientCertificate = read("client-cert", user["client-certificate-data"], certificatePath, userName);
  const clientKey = read("client-key", user["client-key-data"], keyPath, userName);

  if (problems.length === 1) throw new CommandError(problems[0] ?? "");
  if (problems.length > 1) throw new Exit(1, `Error in configuration: \n${problems.map((problem) => `* ${problem}\n`).join("")}`);
  return {
    ...(clientCertificate ? { clientCertificate } : {}),
    ...(clientKey ? { clientKey } : {}),
    ...(certificateAuthority ? { certificateAuthority } : {}),
  };
}
