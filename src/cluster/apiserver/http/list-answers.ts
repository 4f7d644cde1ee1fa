import type { Store } from "#cluster/store/store.ts";

/** So many bytes of answers are kept for those who ask next. */
const mostKept = 4 * 1024 * 1024;

/**
 * Lists as they were answered last. Between two changes they are the same bytes, whoever asks: informers that start together, and whoever looks again
 * and again at a cluster that rests, cost nothing but their way. The first change forgets them all.
 */
export class ListAnswers {
  readonly #bodies = new Map<string, Uint8Array>();
  #revision = -1;
  #size = 0;

  /** The body of the list that `key` names as it is at a revision. */
  at(revision: number, key: string, make: () => Uint8Array): Uint8Array {
    if (revision !== this.#revision) {
      this.#bodies.clear();
      this.#revision = revision;
      this.#size = 0;
    }
    const kept = this.#bodies.get(key);
    if (kept) return kept;
    const body = make();
    if (this.#size + body.length <= mostKept) {
      this.#bodies.set(key, body);
      this.#size += body.length;
    }
    return body;
  }
}

const answers = new WeakMap<Store, ListAnswers>();

/** The answers of a store: they go with it. */
export function listAnswersOf(store: Store): ListAnswers {
  let kept = answers.get(store);
  if (!kept) {
    kept = new ListAnswers();
    answers.set(store, kept);
  }
  return kept;
}
