import type { HttpRequest, HttpResponse } from "#base/http.ts";

/**
 * Has a request answered as one that ends with who asked, or with what is asked. Its signal is made when somebody reads it: most requests are
 * answered before anybody wants to know. With the answer, unless it is a stream, both ends are let go: one of them may be as far off as the cluster's.
 */
export async function answerUntil(
  end: AbortSignal,
  request: HttpRequest,
  answer: (request: HttpRequest) => Promise<HttpResponse>,
): Promise<HttpResponse> {
  let made: Either | undefined;
  const answered = await answer({
    method: request.method,
    url: request.url,
    headers: request.headers,
    body: request.body,
    identity: request.identity,
    client: request.client,
    get signal() {
      made ??= either(request.signal, end);
      return made.signal;
    },
  });
  if (answered.body instanceof Uint8Array) made?.release();
  return answered;
}

interface Either {
  readonly signal: AbortSignal;
  release(): void;
}

/** Aborts when one of the two does, as long as it is not released. */
function either(asking: AbortSignal | undefined, asked: AbortSignal): Either {
  if (!asking) return { signal: asked, release: () => {} };
  const both = new AbortController();
  const signals = [asking, asked];
  const release = () => {
    for (const signal of signals) signal.removeEventListener("abort", abort);
  };
  const abort = () => {
    release();
    both.abort(signals.find(({ aborted }) => aborted)?.reason);
  };
  if (signals.some(({ aborted }) => aborted)) abort();
  else for (const signal of signals) signal.addEventListener("abort", abort);
  return { signal: both.signal, release };
}
