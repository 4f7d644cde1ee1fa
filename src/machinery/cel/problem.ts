/** Why an expression cannot be compiled, or came to no value. */
export class CelProblem extends Error {}
