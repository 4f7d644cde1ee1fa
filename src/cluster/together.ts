import type { Tasks } from "#base/tasks.ts";

/** Does several things at once, as tasks; gives when all are done. */
export async function together(tasks: Tasks, works: readonly (() => Promise<void>)[]): Promise<void> {
  if (works.length === 0) return;
  let left = works.length;
  await tasks.block((wake) => {
    for (const work of works)
      tasks.detach(async () => {
        try {
          await work();
        } finally {
          // Whoever is last wakes the one who waits, before it ends itself: nothing may seem to rest in between.
          if (--left === 0) wake();
        }
      });
  });
}
