import type { GroupVersionKind } from "#machinery/object.ts";
import type { Schema } from "#machinery/schema.ts";
import { FileError, type FileSystem } from "#shell/file-system.ts";
import type { Process } from "#shell/process.ts";
import { CommandError } from "../errors.ts";
import { fileProblem } from "../resources/files.ts";

/** What is known of kinds: which lists merge, and by what. */
export type Schemas = (kind: GroupVersionKind) => Schema | undefined;

/** What holds for a whole build. */
export interface Setting {
  /** Files may lie outside of the directory that names them. */
  anywhere: boolean;
  /** Charts of helm were asked for. */
  charts: boolean;
  schemas: Schemas;
}

/** The directory of a kustomization, where the files that it names are looked for. */
export class Place {
  readonly process: Process;
  readonly directory: string;
  readonly setting: Setting;

  constructor(process: Process, directory: string, setting: Setting) {
    this.process = process;
    this.directory = directory;
    this.setting = setting;
  }

  get fs(): FileSystem {
    return this.process.machine.fs;
  }

  full(path: string): string {
    return this.fs.resolve(this.directory, path);
  }

  /** Refuses files that lie outside. */
  allow(full: string): void {
    if (!this.setting.anywhere && !full.startsWith(`${this.directory}/`))
      throw new CommandError(`security; file '${full}' is not in or below '${this.directory}'`);
  }

  /** That nothing is there; what is missing first is named. */
  missing(full: string, shown = full): string {
    const parts = full.split("/");
    const first = parts.findIndex((_, i) => i > 0 && !this.fs.stat(parts.slice(0, i + 1).join("/")));
    return `evalsymlink failure on '${shown}' : lstat ${parts.slice(0, first + 1).join("/")}: no such file or directory`;
  }

  bytes(path: string): Uint8Array {
    const full = this.full(path);
    try {
      if (this.fs.stat(full)) this.allow(full);
      return this.fs.read(full);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      throw new CommandError(this.fs.stat(full) ? `evalsymlink failure on '${full}' : lstat ${full}: ${fileProblem(error)}` : this.missing(full));
    }
  }

  text(path: string): string {
    return new TextDecoder().decode(this.bytes(path));
  }
}
