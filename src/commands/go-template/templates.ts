import { quoted } from "../cli/flags.ts";
import { type Missing, Run } from "./execute.ts";
import { builtins } from "./functions.ts";
import type { Tree } from "./nodes.ts";
import { parseTemplate } from "./parse.ts";
import { TemplateProblem } from "./problem.ts";
import type { TemplateFunction, Value } from "./values.ts";

export interface TemplateOptions {
  /** Functions beside Go's own; those that render templates themselves are told which templates they are of. */
  functions?: Readonly<Record<string, TemplateFunction>> | ((templates: Templates) => Readonly<Record<string, TemplateFunction>>);
  missing?: Missing;
}

/** Templates that know one another by name. */
export class Templates {
  readonly #options: TemplateOptions;
  readonly #trees: Map<string, Tree>;
  readonly #functions: Readonly<Record<string, TemplateFunction>>;

  constructor(options: TemplateOptions = {}, trees: ReadonlyMap<string, Tree> = new Map()) {
    const { functions = {} } = options;
    this.#options = options;
    this.#trees = new Map(trees);
    this.#functions = { ...builtins, ...(typeof functions === "function" ? functions(this) : functions) };
  }

  /** The same templates, to which more may be added. */
  clone(): Templates {
    return new Templates(this.#options, this.#trees);
  }

  /** Reads a template and what it defines. Throws a `TemplateProblem`. */
  add(name: string, source: string): this {
    for (const tree of parseTemplate(name, source, (word) => word === "and" || word === "or" || Object.hasOwn(this.#functions, word))) {
      // A template of nothing but space does not replace one that says something.
      if (this.#trees.has(tree.name) && tree.nodes.every((node) => node.kind === "text" && node.text.trim() === "")) continue;
      this.#trees.set(tree.name, tree);
    }
    return this;
  }

  has(name: string): boolean {
    return this.#trees.has(name);
  }

  /** The text that a template makes of `data`. Throws a `TemplateProblem`; `of` is the template that asks. */
  execute(name: string, data: Value, of = name): string {
    const tree = this.#trees.get(name);
    if (!tree) throw new TemplateProblem(`template: no template ${quoted(name)} associated with template ${quoted(of)}`);
    return new Run({ trees: this.#trees, functions: this.#functions, missing: this.#options.missing ?? "default" }).template(tree, data);
  }
}
