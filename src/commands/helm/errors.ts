/** What helm says went wrong, behind `Error: `. */
export class HelmError extends Error {}

/** Ends helm with an exit code, after what was said. */
export class HelmExit extends Error {
  readonly exitCode: number;
  constructor(exitCode: number) {
    super("");
    this.exitCode = exitCode;
  }
}

/** The words of whatever was thrown that a user can do something about; anything else is a defect and thrown on. */
export const messageOf = (problem: unknown): string => (problem instanceof Error ? problem.message : String(problem));
