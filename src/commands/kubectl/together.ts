import type { Tasks } from "#base/tasks.ts";

/** Does several things at the same time, each a task of its own, and gives what became of them when all are done. */
export async function together(tasks: Tasks, works: readonly (() => Promise<void>)[]): Promise<readonly unknown[]> {
  const errors: unknown[] = [];
  let left = works.length;
  if (left === 0) return errors;
  await tasks.block((wake) => {
    for (const work of works)
      tasks.detach(async () => {
        try {
          await work();
        } catch (error) {
          errors.push(error);
        }
        left--;
        if (left === 0) wake();
      });
  });
  return errors;
}
