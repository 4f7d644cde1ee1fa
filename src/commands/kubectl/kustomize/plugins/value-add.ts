import { parseYaml } from "#machinery/yaml.ts";
import type { Thing } from "../../api/server.ts";
import { CommandError } from "../../errors.ts";
import { decoded, struct } from "../decode.ts";
import { stepsOf } from "../field-specs.ts";
import { changed } from "../resource.ts";
import { selects } from "../select.ts";
import { type Selector, selector } from "../shapes.ts";
import { definePlugin, metadata } from "./plugin.ts";

interface Target {
  selector?: Selector;
  fieldPath?: string;
  filePathPosition?: number;
}

const targets = [struct("Target", { selector, fieldPath: "string", filePathPosition: "int" })] as const;

export const valueAddTransformer = definePlugin<{ value?: string; targets?: Target[]; targetFilePath?: string }>({
  kind: "ValueAddTransformer",
  shape: struct("ValueAddTransformerPlugin", { ...metadata, value: "string", targetFilePath: "string", targets }),
  transformer({ value: given = "", targets: own = [], targetFilePath }, place) {
    // Where nothing is said, the directory's name is what is put in.
    const value = given.trim() || (place.directory.split("/").at(-1) ?? "");
    const more = targetFilePath ? decoded(parseYaml(place.text(targetFilePath)).value ?? {}, struct("Targets", { targets }))["targets"] : [];
    const all = [...own, ...((more ?? []) as Target[])];
    if (all.length === 0) throw new CommandError("must specify at least one target");
    for (const { fieldPath, filePathPosition = 0 } of all) {
      if (!fieldPath) throw new CommandError("fieldPath cannot be empty");
      if (filePathPosition < 0) throw new CommandError(`value of FilePathPosition (${filePathPosition}) cannot be negative`);
    }
    return (items) =>
      all.reduce(
        (result, target) =>
          result.map((item) =>
            !target.selector || selects(target.selector, item)
              ? changed(item, withValue(item.object, stepsOf(target.fieldPath ?? ""), target, value) as Thing)
              : item,
          ),
        items,
      );
  },
});

function withValue(node: unknown, steps: readonly string[], target: Target, value: string): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return inPath(String(node ?? ""), target.filePathPosition ?? 0, value);
  const map = (node ?? {}) as Readonly<Record<string, unknown>>;
  return { ...map, [step]: withValue(map[step], rest, target, value) };
}

/** The value as a part of a path, or in place of it all. */
function inPath(path: string, position: number, value: string): string {
  if (position === 0) return value;
  const isAbsolute = path.startsWith("/");
  const parts = path.split("/").filter((part) => part !== "");
  parts.splice(position - 1, 0, value);
  return (isAbsolute ? "/" : "") + parts.join("/");
}
