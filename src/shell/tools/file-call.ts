import { FileError, type FileSystem } from "../file-system.ts";
import type { ToolCall } from "./tool.ts";

/** Says what is missing, and where help is. */
export async function misused({ fail, err, name }: ToolCall, text: string): Promise<number> {
  await fail(text);
  await err.line(`Try '${name} --help' for more information.`);
  return 1;
}

/** Does something to each of several; what fails is said and counts as 1. */
export async function each(
  names: readonly string[],
  call: ToolCall,
  work: (name: string, path: string) => Promise<number | undefined> | number | undefined,
  refused: (name: string, reason: string) => string,
): Promise<number> {
  let code = 0;
  for (const name of names) {
    try {
      code = (await work(name, pathOf(call, name))) ?? code;
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      code = await call.fail(refused(name, error.reason));
    }
  }
  return code;
}

export const pathOf = ({ process }: ToolCall, name: string): string => process.machine.fs.resolve(process.cwd, name);
export const fsOf = ({ process }: ToolCall): FileSystem => process.machine.fs;
