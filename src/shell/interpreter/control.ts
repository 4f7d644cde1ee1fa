/** `break` and `continue` on their way to the loop that they mean. */
export class LoopJump {
  readonly kind: "break" | "continue";
  levels: number;
  constructor(kind: "break" | "continue", levels: number) {
    this.kind = kind;
    this.levels = levels;
  }
}

/** `return` on its way to the function or sourced file that it leaves. */
export class Return {
  readonly status: number;
  constructor(status: number) {
    this.status = status;
  }
}

/** `exit`, or what a failure ends the shell by. */
export class Leave {
  readonly status: number;
  constructor(status: number) {
    this.status = status;
  }
}

/** A line of a script on its way to its end: the next one runs. */
export class Discard {
  readonly status = 1;
}

/** A command that cannot be carried out: it prints, sets the status, and ends what it stands in as far as `fatal` says. */
export class ShellError extends Error {
  readonly status: number;
  /** Ends a shell that is not interactive; an interactive one returns to its prompt. */
  readonly fatal: boolean;
  constructor(message: string, status = 1, fatal = true) {
    super(message);
    this.status = status;
    this.fatal = fatal;
  }
}

/** Arithmetic that cannot be done. Where it is a command or a test of its own it has failed; in a word it takes the line with it. */
export class BadArithmetic extends ShellError {}
