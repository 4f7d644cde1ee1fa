import { textOf } from "#base/streams.ts";
import { base64Of } from "#machinery/base64-text.ts";
import { takes, typed } from "../../go-template/functions.ts";
import type { Value } from "../../go-template/values.ts";
import { goYaml } from "../functions/encoding.ts";
import { baseName } from "../functions/paths.ts";
import type { ChartFile } from "./chart.ts";
import { pathPattern } from "./glob.ts";

/** `.Files` as templates see it: a map of names to bytes with methods. */
export class FilesObject extends Map<string, Value> {
  readonly goMethods = {
    Get: typed(["string"], (name) => textOf(this.#bytes(name as string))),
    GetBytes: typed(["string"], (name) => this.#bytes(name as string)),
    Glob: typed(["string"], (pattern) => this.#matching(pattern as string)),
    AsConfig: takes(0, 0, () => this.#asYaml(textOf)),
    AsSecrets: takes(0, 0, () => this.#asYaml(base64Of)),
    Lines: typed(["string"], (name) => {
      const text = textOf(this.#bytes(name as string));
      return this.has(name as string) ? text.replace(/\n$/, "").split("\n") : [];
    }),
  };

  static of(files: readonly ChartFile[]): FilesObject {
    return new FilesObject(files.map(({ name, bytes }) => [name, bytes]));
  }

  #bytes(name: string): Uint8Array {
    return (this.get(name) as Uint8Array | undefined) ?? new Uint8Array();
  }

  #matching(pattern: string): FilesObject {
    const regex = pathPattern(pattern) ?? /^/;
    return new FilesObject([...this].filter(([name]) => regex.test(name)));
  }

  #asYaml(write: (bytes: Uint8Array) => string): string {
    return goYaml(Object.fromEntries([...this].map(([name, bytes]) => [baseName(name), write(bytes as Uint8Array)])));
  }
}
