import type { HttpResponse } from "#base/http.ts";
import { bytesOf } from "#base/streams.ts";
import type { Cluster } from "#cluster/cluster.ts";
import type { Connect, ServerAddress } from "#commands/kubectl/session.ts";
import { adminCertificate, identityProblem, userOfCertificate } from "#machinery/certificate-authority.ts";
import type { Client } from "#machinery/client.ts";
import { unauthorized } from "#machinery/status.ts";
import { admin, anonymous, type User } from "#machinery/user.ts";
import { NetError } from "#shell/process.ts";

/**
 * How the learner's kubectl reaches a server: the cluster's own API server at its address, as whoever the kubeconfig's credentials are; any other
 * address over the machine's network, as `http://localhost:8001` behind kubectl proxy.
 */
export function connector(cluster: Cluster): Connect {
  return (server) => (addressOf(server.url) === addressOf(cluster.machines.server) ? apiClient(cluster, server) : networkClient(cluster, server));
}

function addressOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, hostname, port } = new URL(url);
  return `${protocol}//${hostname}:${port || (protocol === "https:" ? "443" : "80")}`;
}

function apiClient(cluster: Cluster, server: ServerAddress): Client {
  const asked = async <T>(ask: (client: Client) => Promise<T>): Promise<T | HttpResponse> => {
    const user = await userOf(cluster, server);
    return user ? await ask(cluster.client(user)) : refused;
  };
  return {
    fetch: (request) => asked((client) => client.fetch(request)),
    connect: (request) => asked((client) => client.connect(request)),
  };
}

const refused: HttpResponse = { status: 401, headers: { "content-type": "application/json" }, body: bytesOf(JSON.stringify(unauthorized().status)) };

/** Whom the credentials make; those that nobody trusts are refused. */
async function userOf(cluster: Cluster, { token, clientCertificate, clientKey = "", username }: ServerAddress): Promise<User | undefined> {
  const problem =
    clientCertificate && clientCertificate !== adminCertificate ? identityProblem({ certificate: clientCertificate, key: clientKey }) : undefined;
  if (problem !== undefined) throw new NetError("ECONNRESET", problem);
  if (token) return await cluster.authenticate(token);
  // The session's owner and editors are this very user, by whichever way they come.
  if (clientCertificate === adminCertificate) return admin;
  if (clientCertificate) return userOfCertificate(clientCertificate, cluster.clock.now());
  return username ? undefined : anonymous;
}

function networkClient(cluster: Cluster, { url, token }: ServerAddress): Client {
  const base = url.replace(/\/$/, "");
  const fetch: Client["fetch"] = (request) =>
    cluster.hostNet.fetch({
      ...request,
      url: base + request.url,
      headers: token ? { authorization: `Bearer ${token}`, ...request.headers } : request.headers,
    });
  // What takes over a connection goes over HTTP alone here: such a server answers that it wants an upgrade.
  return { fetch, connect: fetch };
}
