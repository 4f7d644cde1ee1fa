import type { Api } from "#machinery/client.ts";
import type { KubeObject } from "#machinery/object.ts";
import { StatusError } from "#machinery/status.ts";

/** Puts a finalizer on an object that has not got it. */
export async function withFinalizer<T extends KubeObject>(resource: string, object: T, finalizer: string, api: Api): Promise<void> {
  const { finalizers = [] } = object.metadata;
  if (!finalizers.includes(finalizer)) await written(resource, object, [...finalizers, finalizer], api);
}

/** Takes a finalizer from an object: if it was the last, and the object is being deleted, it is gone. */
export async function withoutFinalizer<T extends KubeObject>(resource: string, object: T, finalizer: string, api: Api): Promise<void> {
  const { finalizers = [] } = object.metadata;
  const others = finalizers.filter((name) => name !== finalizer);
  if (others.length < finalizers.length) await written(resource, object, others, api);
}

async function written<T extends KubeObject>(resource: string, object: T, finalizers: string[], api: Api): Promise<void> {
  const { finalizers: _, ...metadata } = object.metadata;
  try {
    await api.update(resource, { ...object, metadata: { ...metadata, ...(finalizers.length > 0 ? { finalizers } : {}) } });
  } catch (error) {
    // It went meanwhile.
    if (!(error instanceof StatusError && error.code === 404)) throw error;
  }
}
