import type { Shell } from "./shell.ts";

export interface InteractiveOptions {
  /** Sourced first. */
  rc: string | undefined;
}

/** A shell at a prompt. */
export async function interact(_shell: Shell, _options: InteractiveOptions): Promise<number> {
  return 0;
}
