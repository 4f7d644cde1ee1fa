import type { Clock } from "#base/clock.ts";
import type { HttpHandler, HttpRequest, HttpResponse } from "#base/http.ts";
import { bytesOf } from "#base/streams.ts";
import { userOfIdentity } from "#machinery/certificate-authority.ts";
import { unauthorized } from "#machinery/status.ts";
import { anonymous, type User } from "#machinery/user.ts";

export interface Answering {
  readonly clock: Pick<Clock, "now">;
  authenticate(token: string): Promise<User | undefined>;
  fetch(request: HttpRequest, user: User): Promise<HttpResponse>;
}

const refused: HttpResponse = { status: 401, headers: { "content-type": "application/json" }, body: bytesOf(JSON.stringify(unauthorized().status)) };

/** The API server as it is reached over the cluster's own network: whoever asks is who the bearer token or the client certificate says, or nobody. */
export function apiEndpoint(api: Answering): HttpHandler {
  return async (request) => {
    const { url, headers, identity } = request;
    const [, token] = /^Bearer (.+)$/i.exec(headers.authorization ?? "") ?? [];
    const certified = identity ? userOfIdentity(identity, api.clock.now()) : anonymous;
    const user = token === undefined ? certified : await api.authenticate(token);
    if (!user) return refused;
    const { pathname, search } = new URL(url);
    return api.fetch({ ...request, url: pathname + search }, user);
  };
}
