import { defineTool } from "./tool.ts";

const units: Record<string, number> = { "": 1, s: 1, m: 60, h: 3600, d: 86400 };

/** A time as `sleep` and `timeout` take it, in milliseconds: `5`, `0.5`, `2m`, `infinity`. */
export function durationOf(text: string): number | undefined {
  if (/^inf(inity)?$/i.test(text)) return Number.POSITIVE_INFINITY;
  const [, number, unit] = /^(\d+\.?\d*|\.\d+)([smhd]?)$/.exec(text) ?? [];
  return number === undefined ? undefined : Number(number) * (units[unit ?? ""] ?? 1) * 1000;
}

export const sleep = defineTool({
  name: "sleep",
  usage: "NUMBER[SUFFIX]...",
  summary: "Pause for NUMBER seconds. SUFFIX may be 's' for seconds, 'm' for minutes, 'h' for hours or 'd' for days.",

  async run({ options, process, fail, err, name }) {
    if (options.operands.length === 0) {
      await fail("missing operand");
      await err.line(`Try '${name} --help' for more information.`);
      return 1;
    }
    let total = 0;
    for (const operand of options.operands) {
      const milliseconds = durationOf(operand);
      if (milliseconds === undefined) {
        await fail(`invalid time interval ‘${operand}’`);
        await err.line(`Try '${name} --help' for more information.`);
        return 1;
      }
      total += milliseconds;
    }
    await process.sleep(total);
    return 0;
  },
});
