import { CommandError, ConfigError } from "../errors.ts";
import type { ClusterEntry, KubeConfig, UserEntry } from "./kubeconfig.ts";

/** What flags say against the kubeconfig. */
export interface Overrides {
  context: string;
  cluster: string;
  user: string;
  namespace: string;
  server: string;
  token: string;
  username?: string;
  password?: string;
}

/** Which server to talk to, as whom. */
export interface Connection {
  cluster: ClusterEntry;
  clusterName: string;
  user: UserEntry;
  userName: string;
  server: string;
}

/** The context that counts. */
function contextOf(config: KubeConfig, { context: asked }: Overrides) {
  const name = asked || config.currentContext;
  const context = config.contexts.get(name);
  if (!context && name) throw new ConfigError(`context was not found for specified context: ${name}`);
  return context;
}

/** The namespace that commands work in, and whether the command line named it. */
export function namespaceOf(config: KubeConfig, overrides: Overrides): { namespace: string; explicit: boolean } {
  if (overrides.namespace) return { namespace: overrides.namespace, explicit: true };
  const context = contextOf(config, overrides);
  if (overrides.cluster && !config.clusters.has(overrides.cluster))
    throw new CommandError(`no server found for cluster ${JSON.stringify(overrides.cluster)}`);
  return { namespace: context?.namespace || "default", explicit: false };
}

/** Puts together where to connect to. Without any configuration that is the port that kubectl has always tried. */
export function connectionOf(config: KubeConfig, overrides: Overrides): Connection {
  // One that was asked for by name is missed in other words here than where the namespace is asked for.
  if (overrides.context && !config.contexts.has(overrides.context))
    throw new CommandError(`context ${JSON.stringify(overrides.context)} does not exist`);
  const context = contextOf(config, overrides);
  const clusterName = overrides.cluster || context?.cluster || "";
  const userName = overrides.user || context?.user || "";
  const cluster = config.clusters.get(clusterName);
  const user = config.users.get(userName);
  if (!user && userName) throw new CommandError(`auth info ${JSON.stringify(userName)} does not exist`);
  if (!cluster && clusterName) throw new CommandError(`cluster ${JSON.stringify(clusterName)} does not exist`);
  const token = overrides.token ? { token: overrides.token } : {};
  const basic = overrides.username || overrides.password || user?.username || user?.password;
  // Whoever names a token on the command line means that.
  if (basic && !overrides.token && (user?.token || user?.tokenFile))
    throw new CommandError(`more than one authentication method found for ${userName}; found [token basicAuth], only one is allowed`);
  return {
    cluster: cluster ?? {},
    clusterName,
    user: { ...user, ...token },
    userName,
    server: (overrides.server || cluster?.server || "http://localhost:8080").replace(/\/+$/, ""),
  };
}
