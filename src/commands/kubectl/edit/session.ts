import { yamlText } from "#machinery/go-yaml.ts";
import { parseYaml, YamlError } from "#machinery/yaml.ts";
import { qualified } from "../api/discovery.ts";
import type { Thing } from "../api/server.ts";
import type { Context } from "../command.ts";
import { CommandError, Exit, isNotFound, ServerError } from "../errors.ts";
import { sortedJson } from "../print/json.ts";
import { objectsOf } from "../resources/files.ts";
import { fileTarget } from "../resources/from-files.ts";
import type { Target } from "../resources/target.ts";
import { Editor } from "./editor.ts";

/** Why a file comes back to the editor. */
interface Reason {
  head: string;
  others?: readonly string[];
}

export interface EditOptions {
  /** How the file is written: with comments only where they can stand. */
  format: "yaml" | "json";
  header: string;
  /** Sends an edited object, and prints what became of it. `original` is undefined where nothing of that uid was there to edit. */
  apply(edited: Target, original: Target | undefined): Promise<void>;
  windowsLineEndings: boolean;
  /** Lets failures of the server end the command, without another try. */
  once?: boolean;
}

type Edited = Target & { object: Thing };

/** Lets the user edit objects as a file until they can be sent, or nothing changes any more. */
export async function editObjects(context: Context, originals: readonly Edited[], options: EditOptions): Promise<void> {
  const { kube, out, process } = context;
  const { fs } = process.machine;
  const editor = new Editor(process);
  const start = textOf(originals, options);
  let reasons: Reason[] = [];
  let before: string | undefined;
  let file = "";

  const kept = (error: unknown, path: string): unknown => {
    if (path && fs.stat(path)) out.error(`A copy of your changes has been stored to ${JSON.stringify(path)}`);
    return error;
  };
  for (;;) {
    const text = headerText(options, reasons) + (before === undefined ? start : withoutComments(before));
    const last = file;
    let edited: { path: string; text: string };
    try {
      await out.flush();
      edited = await editor.edit(options.windowsLineEndings ? text.replaceAll("\n", "\r\n") : text, `.${options.format}`);
    } catch (error) {
      throw kept(error, last);
    }
    file = edited.path;
    if (before !== undefined && contentOf(before) === contentOf(edited.text))
      throw kept(new CommandError("Edit cancelled, no valid changes were saved."), file);
    if (last) fs.remove(last);

    before = edited.text;
    const problem = gvkProblem(edited.text);
    if (problem) {
      const [first] = originals;
      reasons = [
        { head: `${first ? named(first) : ""} was not valid`, others: [`<nil>: Invalid value: "The edited file failed validation": ${problem}`] },
      ];
      out.error(`error: ${first ? named(first) : ""} is invalid`);
      continue;
    }
    if (contentOf(start) === contentOf(edited.text)) {
      fs.remove(file);
      out.error("Edit cancelled, no changes made.");
      return;
    }
    if (!edited.text.split("\n").some((line) => line.trim() !== "" && !line.trim().startsWith("#"))) {
      fs.remove(file);
      out.error("Edit cancelled, saved file was empty.");
      return;
    }
    const targets = await parsed(context, edited.text);
    if (targets instanceof CommandError) {
      reasons = [{ head: `The edited file had a syntax error: ${targets.message}` }];
      continue;
    }
    const stray = targets.find(({ namespace }) => namespace !== "" && namespace !== kube.namespace);
    if (stray)
      throw kept(
        new CommandError(
          `the namespace from the provided object ${JSON.stringify(stray.namespace)} does not match the namespace ${JSON.stringify(kube.namespace)}. You must pass '--namespace=${stray.namespace}' to perform this operation.`,
        ),
        file,
      );
    reasons = await sendAll(context, targets, originals, options, file, kept);
    if (reasons.length === 0) {
      fs.remove(file);
      return;
    }
  }
}

/** Sends what was edited. Gives why some must be edited again; what cannot be helped so ends the command. */
async function sendAll(
  { out }: Context,
  targets: readonly Target[],
  originals: readonly Edited[],
  options: EditOptions,
  file: string,
  kept: (error: unknown, path: string) => unknown,
): Promise<Reason[]> {
  const reasons: Reason[] = [];
  let [isGone, isRetryable] = [false, false];
  for (const target of targets) {
    const original = originals.find(({ object }) => object.metadata.uid === target.object?.metadata.uid);
    try {
      await options.apply(target, original);
    } catch (error) {
      if (!(error instanceof ServerError) || options.once) throw kept(error, file);
      if (error.reason === "Invalid") {
        const others = (error.status.details?.causes ?? []).map(({ field = "", message = "" }) => `${field}: ${message}`);
        reasons.push({ head: `${named(target)} was not valid`, others });
        out.error(`error: ${named(target)} is invalid`);
      } else if (isNotFound(error)) {
        isGone = true;
        out.error(`error: ${named(target)} could not be found on the server`);
      } else {
        isRetryable = true;
        out.error(`error: ${named(target)} could not be patched: ${error.message}`);
      }
    }
  }
  if (isRetryable) throw new Exit(1, `You can run \`kubectl replace -f ${file}\` to try this update again.`);
  if (isGone) throw new Exit(1, `The edits you made on deleted resources have been saved to ${JSON.stringify(file)}`);
  return reasons;
}

const named = ({ resource, name }: Target): string => `${qualified(resource)} ${JSON.stringify(name)}`;

function textOf(originals: readonly Edited[], { format }: EditOptions): string {
  const bare = originals.map(({ object: { metadata, ...object } }) => {
    const { managedFields: _, ...rest } = metadata;
    return { ...object, metadata: rest };
  });
  const whole = bare.length === 1 ? bare[0] : { apiVersion: "v1", items: bare, kind: "List", metadata: {} };
  return format === "json" ? `${sortedJson(whole, 4)}\n` : yamlText(whole);
}

function headerText({ format, header }: EditOptions, reasons: readonly Reason[]): string {
  if (format === "json") return "";
  const line = (text: string) => text.replace(/\n(?!#|$)/g, "\n# ");
  const told = reasons.map(
    ({ head, others = [] }) => `# ${line(head)}${others.length > 0 ? ":" : ""}\n${others.map((other) => `# * ${line(other)}\n`).join("")}#\n`,
  );
  return header + told.join("");
}

const withoutComments = (text: string): string =>
  text
    .split("\n")
    .filter((line) => !line.trimStart().startsWith("#"))
    .join("\n");

/** What a file means, so that two can be compared. */
function contentOf(text: string): string {
  try {
    return sortedJson(parseYaml(text).value ?? null);
  } catch (error) {
    if (error instanceof YamlError) return withoutComments(text);
    throw error;
  }
}

/** Without a kind and a version nothing can be said of an object. */
function gvkProblem(text: string): string | undefined {
  try {
    const value = parseYaml(text).value as { apiVersion?: unknown; kind?: unknown } | null | undefined;
    if (value === null || value === undefined) return undefined;
    const absent = [value.apiVersion ? "" : "apiVersion not set", value.kind ? "" : "kind not set"].filter(Boolean);
    return absent.length > 1 ? `[${absent.join(", ")}]` : absent[0];
  } catch (error) {
    if (error instanceof YamlError) return `error converting YAML to JSON: ${error.message}`;
    throw error;
  }
}

async function parsed({ kube }: Context, text: string): Promise<Target[] | CommandError> {
  const targets: Target[] = [];
  try {
    for (const piece of objectsOf(text, "edited-file")) {
      if ("problem" in piece) return piece.problem;
      targets.push(await fileTarget(kube, {}, piece.object, piece.source, kube.namespace));
    }
    return targets;
  } catch (error) {
    if (error instanceof CommandError) return error;
    throw error;
  }
}
