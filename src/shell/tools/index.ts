import { bash, sh } from "../interpreter/bash.ts";
import type { Program } from "../process.ts";
import { cat } from "./cat.ts";
import { sleep } from "./sleep.ts";
import { program, type Tool } from "./tool.ts";

const everywhere: readonly Tool[] = [cat, sleep];

const sets = new Map<string, ReadonlyMap<string, Program>>();

/** The tools of a system, and further ones by name. The same ones are the same map. */
export function toolsOf(_base: "full" | "debian" | "alpine" | "busybox" | "none", further: readonly string[]): ReadonlyMap<string, Program> {
  const key = `${_base} ${further.join(" ")}`;
  const known = sets.get(key);
  if (known) return known;
  const tools = new Map(everywhere.map((tool) => [tool.name, program(tool)]));
  tools.set("bash", bash);
  tools.set("sh", sh);
  sets.set(key, tools);
  return tools;
}
