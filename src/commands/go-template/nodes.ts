/** A part of a template. `at` is where it stands in the source, for messages. */
export type Node =
  | { kind: "text"; text: string; at: number }
  | { kind: "action"; pipe: Pipe; at: number }
  | { kind: "if" | "with"; pipe: Pipe; body: Node[]; otherwise: Node[] | undefined; at: number }
  | { kind: "range"; pipe: Pipe; body: Node[]; otherwise: Node[] | undefined; at: number }
  | { kind: "template"; name: string; pipe: Pipe | undefined; at: number }
  | { kind: "break" | "continue"; at: number };

export interface Pipe {
  /** Variables that get its value; `:=` declares them, `=` sets them. */
  variables: readonly string[];
  assigns: boolean;
  commands: readonly Command[];
  at: number;
  line: number;
}

export interface Command {
  operands: readonly Operand[];
  at: number;
}

export type Operand =
  | { kind: "dot" | "nil"; at: number }
  | { kind: "string"; value: string; source: string; at: number }
  | { kind: "number"; value: bigint | number; source: string; at: number }
  | { kind: "bool"; value: boolean; at: number }
  | { kind: "field"; names: readonly string[]; at: number }
  | { kind: "variable"; name: string; names: readonly string[]; at: number }
  | { kind: "function"; name: string; at: number }
  | { kind: "pipe"; pipe: Pipe; at: number }
  | { kind: "chain"; on: Operand; names: readonly string[]; at: number };

/** An operand as a message shows it. */
export function sourceOf(operand: Operand): string {
  switch (operand.kind) {
    case "dot":
      return ".";
    case "nil":
      return "nil";
    case "string":
    case "number":
      return operand.source;
    case "bool":
      return String(operand.value);
    case "field":
      return operand.names.map((name) => `.${name}`).join("");
    case "variable":
      return [operand.name, ...operand.names].join(".");
    case "function":
      return operand.name;
    case "pipe":
      return `(${pipeSource(operand.pipe)})`;
    case "chain":
      return `${sourceOf(operand.on)}${operand.names.map((name) => `.${name}`).join("")}`;
  }
}

export const commandSource = (command: Command): string => command.operands.map(sourceOf).join(" ");

export const pipeSource = (pipe: Pipe): string =>
  (pipe.variables.length > 0 ? `${pipe.variables.join(", ")} ${pipe.assigns ? "=" : ":="} ` : "") + pipe.commands.map(commandSource).join(" | ");

/** A template that was read, and those that it defines. */
export interface Tree {
  name: string;
  /** The template in whose source it stands. */
  from: string;
  source: string;
  nodes: readonly Node[];
}
