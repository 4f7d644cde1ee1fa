import type { Api } from "#machinery/client.ts";
import { StatusError } from "#machinery/status.ts";

/** Thrown where the API server does not answer. */
export class Unreachable extends StatusError {
  constructor(address: string) {
    super(503, "ServiceUnavailable", `dial tcp ${address}: connect: connection refused`);
  }
}

/** The API for whoever goes on while its server is away: what was read last can still be read, and nothing can be written. */
export function reachable(api: Api, isUp: () => boolean, address: string): Api {
  const asked = <A extends unknown[], R>(ask: (...args: A) => Promise<R>) => {
    return (...args: A): Promise<R> => (isUp() ? ask(...args) : Promise.reject(new Unreachable(address)));
  };
  return {
    get: (...args) => api.get(...args),
    list: (...args) => api.list(...args),
    owned: (...args) => api.owned(...args),
    dependents: (uid) => api.dependents(uid),
    contents: (...args) => api.contents(...args),
    watch: (...args) => api.watch(...args),
    watchAll: (hear) => api.watchAll(hear),
    resourceOf: (...args) => api.resourceOf(...args),
    getScale: (...args) => api.getScale(...args),
    create: asked((...args: Parameters<Api["create"]>) => api.create(...args)) as Api["create"],
    update: asked((...args: Parameters<Api["update"]>) => api.update(...args)) as Api["update"],
    updateStatus: asked((...args: Parameters<Api["updateStatus"]>) => api.updateStatus(...args)) as Api["updateStatus"],
    updateSub: asked((...args: Parameters<Api["updateSub"]>) => api.updateSub(...args)) as Api["updateSub"],
    setScale: asked((...args: Parameters<Api["setScale"]>) => api.setScale(...args)),
    createSub: asked((...args: Parameters<Api["createSub"]>) => api.createSub(...args)),
    delete: asked((...args: Parameters<Api["delete"]>) => api.delete(...args)),
  };
}
