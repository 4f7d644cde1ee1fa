import type { Thing } from "../api/server.ts";
import { nameOf } from "../resources/target.ts";

export type DryRun = "none" | "client" | "server";

/** `deployment.apps/web created (dry run)` */
export function doneText(object: Thing, operation: string, dryRun: DryRun = "none"): string {
  const suffix = dryRun === "client" ? " (dry run)" : dryRun === "server" ? " (server dry run)" : "";
  return `${nameOf(object)} ${operation}${suffix}\n`;
}
