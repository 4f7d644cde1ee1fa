/** Where two values differ, one line a place, for messages that say that something may not change: `- spec.nodeName: "a"`, `+ spec.nodeName: "b"`. */
export function differenceText(now: unknown, before: unknown): string {
  return [...differences(now, before, "")].slice(0, mostLines).join("\n");
}

const mostLines = 40;

function* differences(now: unknown, before: unknown, path: string): Iterable<string> {
  if (now === before) return;
  if (isTree(now) && isTree(before) && Array.isArray(now) === Array.isArray(before)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(now)])) {
      const step = Array.isArray(now) ? `[${key}]` : path ? `.${key}` : key;
      yield* differences((now as Record<string, unknown>)[key], (before as Record<string, unknown>)[key], path + step);
    }
    return;
  }
  if (before !== undefined) yield `- ${path}: ${JSON.stringify(before)}`;
  if (now !== undefined) yield `+ ${path}: ${JSON.stringify(now)}`;
}

const isTree = (value: unknown): value is object => typeof value === "object" && value !== null;
