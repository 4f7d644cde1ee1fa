/** What ends a command of git: `fatal: …` unless the text begins otherwise, and its exit code. */
export class GitError extends Error {
  readonly code: number;
  /** Whether it is told without a word before it. */
  readonly isPlain: boolean;
  constructor(message: string, code = 128, isPlain = false) {
    super(message);
    this.code = code;
    this.isPlain = isPlain;
  }

  /** As git writes it to the standard error. */
  get told(): string {
    return this.isPlain || /^(error|fatal|warning|hint|usage|git|CONFLICT): /.test(this.message) ? `${this.message}\n` : `fatal: ${this.message}\n`;
  }
}

/** Ends a command with a code and nothing more to say. */
export class Quit extends Error {
  readonly code: number;
  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}

export const notSimulated = (what: string): GitError => new GitError(`${what}: not simulated by Podyard`);
