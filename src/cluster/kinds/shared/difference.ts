import { goJson } from "#machinery/go-json.ts";
import { unifiedDiff } from "#machinery/unified-diff.ts";
import { goValue } from "./go-value.ts";

/** Where two values of one of the server's types differ, for messages that say that something may not change. */
export const differenceText = (type: string, now: unknown, before: unknown): string => unifiedDiff(printed(type, before), printed(type, now));

const printed = (type: string, value: unknown): string => goJson(goValue(type, value), 1);
