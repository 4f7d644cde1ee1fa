import { ExecError, type Process } from "#shell/process.ts";
import { CommandError } from "../errors.ts";

/** The user's editor: `$KUBE_EDITOR`, `$EDITOR`, or vi. */
export class Editor {
  readonly #process: Process;
  readonly #args: readonly string[];
  readonly #throughShell: boolean;

  constructor(process: Process) {
    this.#process = process;
    const { env } = process;
    const editor = env.get("KUBE_EDITOR") || env.get("EDITOR") || "vi";
    this.#throughShell = editor.includes(" ") && /["'\\]/.test(editor);
    this.#args = this.#throughShell ? [env.get("SHELL") || "/bin/bash", "-c", editor] : editor.split(" ");
  }

  /** Lets the user change a text in a new file; gives the file and what it holds then. */
  async edit(text: string, extension: string): Promise<{ path: string; text: string }> {
    const { machine } = this.#process;
    const path = `/tmp/kubectl-edit-${machine.random.between(100_000_000, 4_294_967_295)}${extension}`;
    machine.fs.write(path, text, { mode: 0o600 });
    try {
      await this.#launch(path);
    } catch (error) {
      machine.fs.remove(path);
      throw error;
    }
    return { path, text: machine.fs.readText(path) };
  }

  async #launch(path: string): Promise<void> {
    const args = this.#throughShell ? [...this.#args.slice(0, -1), `${this.#args.at(-1)} ${JSON.stringify(path)}`] : [...this.#args, path];
    const shown = JSON.stringify((this.#throughShell ? this.#args.at(-1) : this.#args.join(" ")) ?? "");
    let code: number;
    try {
      code = await this.#process.run(args);
    } catch (error) {
      if (error instanceof ExecError) throw new CommandError(`unable to launch the editor ${shown}`);
      throw error;
    }
    if (code !== 0) throw new CommandError(`there was a problem with the editor ${shown}`);
  }
}
