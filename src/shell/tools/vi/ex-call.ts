import type { Input, Vi } from "./state.ts";

/** A command line as its command sees it. */
export interface ExCall {
  vi: Vi;
  name: string;
  bang: boolean;
  args: string;
  isRanged: boolean;
  first: number;
  last: number;
  run(line: string): Input;
  /** The line that an address such as `$` or `+1` means. */
  address(text: string): number | undefined;
}

export interface ExCommand {
  /** Its whole name, and the shortest that means it. */
  name: string;
  least: string;
  bang?: boolean;
  range?: boolean;
  /** All lines where none are named. */
  whole?: boolean;
  /** Line 0, before the first one, may be named. */
  zero?: boolean;
  /** A number behind it says how many lines. */
  counts?: boolean;
  /** A `|` belongs to it. */
  takesBars?: boolean;
  /** Does it; where it asks for something, by giving a part that does. */
  run(call: ExCall): Input | undefined;
}
