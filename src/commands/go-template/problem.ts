/** What is wrong with a template, in the words of Go's text/template. */
export class TemplateProblem extends Error {
  /** What a function that the template called said. */
  readonly inner: TemplateProblem | undefined;
  constructor(message: string, inner?: TemplateProblem) {
    super(message);
    this.inner = inner;
  }
}

/** A problem that came up while a template ran, which names the place. */
export class ExecutionProblem extends TemplateProblem {}
