import type { Process } from "#shell/process.ts";
import { CommandError } from "../errors.ts";

/** The objects that a kustomization makes, as YAML. */
export function kustomized(_process: Process, directory: string): string {
  throw new CommandError(`Podyard does not simulate kustomize (asked to build ${JSON.stringify(directory)})`);
}
