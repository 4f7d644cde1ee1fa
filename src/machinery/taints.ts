import type { Taint, Toleration } from "./types.ts";

/** Whether a toleration covers a taint. https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/ */
export function tolerates({ key, operator, value, effect }: Toleration, taint: Pick<Taint, "key" | "value" | "effect">): boolean {
  if (effect && effect !== taint.effect) return false;
  if (key && key !== taint.key) return false;
  switch (operator ?? "Equal") {
    case "Exists":
      return true;
    case "Gt":
    case "Lt":
      return compares(operator === "Gt", taint.value ?? "", value ?? "");
    default:
      return Boolean(key) && (value ?? "") === (taint.value ?? "");
  }
}

/** Whether the taint's whole number is greater, or less, than the toleration's. */
function compares(greater: boolean, taint: string, toleration: string): boolean {
  if (!isInteger(taint) || !isInteger(toleration)) return false;
  return greater ? BigInt(taint) > BigInt(toleration) : BigInt(taint) < BigInt(toleration);
}

const isInteger = (text: string) => /^(0|-?[1-9]\d*)$/.test(text);
