// Writes src/generated/wire.ts: under which numbers the fields of the recorded schemas stand in protobuf. See machinery/protobuf.ts.
import { writeFileSync } from "node:fs";
import { recorded } from "./recorded.ts";

const numbers = recorded("openapi/wire-numbers.json.gz") as Record<string, Record<string, string>>;

const lines = [
  "// Written by scripts/wire.ts out of the recorded numbers; not by hand.",
  "",
  "/** By schema: each field and its number, after those of the embedded messages that it is in. */",
  "export const wire: Record<string, string> = {",
  ...Object.entries(numbers).map(
    ([id, fields]) =>
      `  ${JSON.stringify(id)}: ${JSON.stringify(
        Object.entries(fields)
          .map(([name, number]) => `${name} ${number}`)
          .join(" "),
      )},`,
  ),
  "};",
  "",
];
writeFileSync(new URL("../src/generated/wire.ts", import.meta.url), lines.join("\n"));
