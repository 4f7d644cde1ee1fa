import type { Flags, Values } from "./flags.ts";

/** A command as data: parsing, help, suggestions and completion come from it. `C` is what its program hands to each of its commands. */
export interface Command<C> {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** Words for which it is suggested though they are not alike. */
  readonly suggestFor?: readonly string[];
  /** What follows the path in the usage line; `[flags]` unless said. */
  readonly usage?: string;
  readonly summary: string;
  readonly description?: string;
  readonly examples?: string;
  readonly hidden?: boolean;
  readonly deprecated?: string;
  /** The heading under which its parent's help lists it. */
  readonly group?: string;
  readonly flags: Flags;
  /** Flags that its own commands have too. */
  readonly sharedFlags?: Flags;
  readonly commands?: readonly Command<C>[];
  /** What its first arguments may be, for completion. */
  readonly completes?: "resources" | "pods" | "nodes" | "files" | "contexts" | "clusters" | "users" | readonly string[];
  /** It looks for its server before it looks for its namespace, and so says first what is wrong with that. */
  readonly connectsFirst?: boolean;
  /** What is said after a flag that it does not know or cannot read, and the exit code, where they are its own. */
  readonly misuse?: { readonly hint: string; readonly exitCode: number };
  /** All that follows its name goes to it as arguments, flags included. */
  readonly passFlags?: boolean;
  run?(context: C & Invocation<Flags>): Promise<number | void> | number | void;
}

/** What was typed. */
export interface Invocation<F extends Flags> {
  readonly args: readonly string[];
  readonly flags: Values<F>;
  /** Whether the flag was given, be it with its default. */
  changed(name: string): boolean;
  /** How many arguments stood before `--`; undefined when there was none. */
  readonly beforeDashes: number | undefined;
  /** `kubectl create deployment`. */
  readonly path: string;
  readonly command: Command<never>;
}

/** A command's declaration, its flags' types known to `run`. */
export interface Declaration<C, F extends Flags, G extends Flags> extends Omit<Command<C>, "run" | "flags"> {
  readonly flags?: F;
  run?(context: C & Invocation<F & G>): Promise<number | void> | number | void;
}

/** Makes a program's `defineCommand`: `C` is its context, `G` its global flags. */
export const definer =
  <C, G extends Flags>() =>
  <const F extends Flags = Record<never, never>>(declaration: Declaration<C, F, G>): Command<C> =>
    ({ flags: {}, ...declaration }) as unknown as Command<C>;

/** A command that only has commands of its own. */
export const named = <C>(commands: readonly Command<C>[], name: string): Command<C> | undefined =>
  commands.find((command) => command.name === name || command.aliases?.includes(name));

/** Whether help, suggestions and completion show it. */
export const isShown = <C>(command: Command<C>): boolean =>
  !command.hidden && command.deprecated === undefined && (command.run !== undefined || (command.commands ?? []).some(isShown));
