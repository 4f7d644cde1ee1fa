/** A variable of a shell: a string, an array with holes, or a table by name. */
export interface Variable {
  value: string | undefined;
  list?: string[];
  table?: Map<string, string>;
  exported?: boolean;
  readonly?: boolean;
  integer?: boolean;
  case?: "lower" | "upper";
  /** Stands for the variable of this name. */
  reference?: boolean;
}

export class ReadOnly extends Error {
  constructor(name: string) {
    super(`${name}: readonly variable`);
  }
}

/** What is computed when it is asked for: RANDOM, SECONDS. */
export interface Dynamic {
  get(): string;
  /** All of it, where it is a list. */
  list?(): readonly string[];
  set?(value: string): void;
}

const mostHops = 8;

/** The variables of a shell: global ones, and those of the functions that run. */
export class Variables {
  readonly #scopes: Map<string, Variable>[];
  readonly dynamic = new Map<string, Dynamic>();
  /** Hears of what was set, for those that act on it: PATH, OPTIND. */
  onSet: ((name: string) => void) | undefined;
  /** Evaluates what is assigned to an integer. */
  evaluate: (text: string) => string = (text) => String(Number.parseInt(text, 10) || 0);

  constructor(scopes: Map<string, Variable>[] = [new Map()]) {
    this.#scopes = scopes;
  }

  fork(): Variables {
    return new Variables(this.#scopes.map((scope) => new Map([...scope].map(([name, variable]) => [name, copied(variable)]))));
  }

  /** What a name leads to, through references. */
  resolve(name: string): string {
    for (let i = 0; i < mostHops; i++) {
      const variable = this.#find(name);
      if (!variable?.reference || !variable.value) return name;
      name = variable.value;
    }
    return name;
  }

  find(name: string): Variable | undefined {
    return this.#find(this.resolve(name));
  }

  /** The variable itself, even where it stands for another. */
  own(name: string): Variable | undefined {
    return this.#find(name);
  }

  #find(name: string): Variable | undefined {
    for (let i = this.#scopes.length - 1; i >= 0; i--) {
      const variable = this.#scopes[i]?.get(name);
      if (variable) return variable;
    }
    return undefined;
  }

  /** Its value as a string; of an array the first. */
  get(name: string): string | undefined {
    const dynamic = this.dynamic.get(name);
    if (dynamic) return dynamic.get();
    const variable = this.find(name);
    return variable && scalar(variable);
  }

  isSet(name: string): boolean {
    return this.get(name) !== undefined;
  }

  set(name: string, value: string, append = false): void {
    const resolved = this.resolve(name);
    const element = /^([A-Za-z_]\w*)\[(.*)\]$/.exec(resolved);
    if (element?.[1] !== undefined && element[2] !== undefined) {
      this.setElement(element[1], element[2], value, append);
      return;
    }
    const dynamic = this.dynamic.get(resolved);
    if (dynamic) {
      if (dynamic.set) dynamic.set(value);
      return;
    }
    const variable = this.#writable(resolved);
    const whole = this.#converted(variable, value, append ? (scalar(variable) ?? "") : undefined);
    if (variable.table) variable.table.set("0", whole);
    else if (variable.list) variable.list[0] = whole;
    else variable.value = whole;
    this.onSet?.(resolved);
  }

  /** Sets one element; the index of a list is arithmetic, evaluated by whoever calls. */
  setElement(name: string, index: string, value: string, append = false): void {
    const variable = this.#writable(this.resolve(name));
    if (variable.table) {
      variable.table.set(index, this.#converted(variable, value, append ? (variable.table.get(index) ?? "") : undefined));
      return;
    }
    const list = this.listOf(variable);
    const at = Number(index) < 0 ? list.length + Number(index) : Number(index);
    if (!Number.isInteger(at) || at < 0) throw new Error(`${name}[${index}]: bad array subscript`);
    list[at] = this.#converted(variable, value, append ? (list[at] ?? "") : undefined);
  }

  /** The variable as a list, made one where it was not. */
  listOf(variable: Variable): string[] {
    if (!variable.list) {
      variable.list = variable.value === undefined ? [] : [variable.value];
      variable.value = undefined;
    }
    return variable.list;
  }

  setList(name: string, values: string[]): void {
    const variable = this.#writable(this.resolve(name));
    delete variable.table;
    variable.value = undefined;
    variable.list = values;
  }

  #converted(variable: Variable, value: string, before: string | undefined): string {
    if (variable.integer) return before === undefined ? this.evaluate(value) : this.evaluate(`${before || "0"}+(${value || "0"})`);
    const whole = (before ?? "") + value;
    return variable.case === "lower" ? whole.toLowerCase() : variable.case === "upper" ? whole.toUpperCase() : whole;
  }

  #writable(name: string): Variable {
    const variable = this.#find(name);
    if (variable?.readonly) throw new ReadOnly(name);
    if (variable) return variable;
    const made: Variable = { value: undefined };
    this.#scopes[0]?.set(name, made);
    return made;
  }

  /** The variable to declare something of, made in the innermost scope where `local`, in the outermost where `global`. */
  declare(name: string, where: "local" | "global" | "found"): Variable {
    const scope = where === "local" ? this.#scopes.at(-1) : this.#scopes[0];
    const known = where === "found" ? this.#find(name) : scope?.get(name);
    if (known) return known;
    const made: Variable = { value: undefined };
    scope?.set(name, made);
    return made;
  }

  unset(name: string): void {
    for (let i = this.#scopes.length - 1; i >= 0; i--) {
      const scope = this.#scopes[i];
      const variable = scope?.get(name);
      if (!variable) continue;
      if (variable.readonly) throw new ReadOnly(name);
      // A local one hides the global one until its function returns.
      if (i > 0) scope?.set(name, { value: undefined });
      else scope?.delete(name);
      this.onSet?.(name);
      return;
    }
    this.dynamic.delete(name);
  }

  unsetElement(name: string, index: string): void {
    const variable = this.find(name);
    if (variable?.readonly) throw new ReadOnly(name);
    if (variable?.table) variable.table.delete(index);
    else if (variable?.list) delete variable.list[Number(index) < 0 ? variable.list.length + Number(index) : Number(index)];
  }

  export(name: string, exported = true): void {
    const resolved = this.resolve(name);
    const variable = this.#find(resolved) ?? this.declare(resolved, "global");
    variable.exported = exported;
  }

  pushScope(): void {
    this.#scopes.push(new Map());
  }

  popScope(): void {
    this.#scopes.pop();
  }

  get depth(): number {
    return this.#scopes.length - 1;
  }

  /** All that are visible, by name. */
  all(): Map<string, Variable> {
    const all = new Map<string, Variable>();
    for (const scope of this.#scopes) for (const [name, variable] of scope) all.set(name, variable);
    return new Map([...all].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Names in the innermost scope, for `local` without arguments. */
  innermost(): ReadonlyMap<string, Variable> {
    return this.#scopes.at(-1) ?? new Map();
  }

  /** What programs get. */
  exported(): Map<string, string> {
    const env = new Map<string, string>();
    for (const scope of this.#scopes)
      for (const [name, variable] of scope) {
        const value = variable.exported ? scalar(variable) : undefined;
        if (value !== undefined) env.set(name, value);
        else if (variable.value === undefined && !variable.list) env.delete(name);
      }
    return env;
  }
}

/** An own copy. */
export function copied(variable: Variable): Variable {
  return { ...variable, ...(variable.list && { list: variable.list.slice() }), ...(variable.table && { table: new Map(variable.table) }) };
}

export function scalar(variable: Variable): string | undefined {
  return variable.table ? variable.table.get("0") : variable.list ? variable.list[0] : variable.value;
}

/** Its elements, without holes. */
export function elementsOf(variable: Variable | undefined): string[] {
  if (!variable) return [];
  if (variable.table) return [...variable.table.values()];
  if (variable.list) return Object.values(variable.list);
  return variable.value === undefined ? [] : [variable.value];
}

/** Its indexes: numbers of a list, names of a table. */
export function indexesOf(variable: Variable | undefined): string[] {
  if (!variable) return [];
  if (variable.table) return [...variable.table.keys()];
  if (variable.list) return Object.keys(variable.list);
  return variable.value === undefined ? [] : ["0"];
}
