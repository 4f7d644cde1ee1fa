import type { Kind, ValidateContext } from "#cluster/apiserver/kind.ts";
import * as errors from "#machinery/field-error.ts";
import type { KubeObject } from "#machinery/object.ts";
import type { FieldError, FieldPath } from "#machinery/status.ts";

type Step = FieldPath[number];

/**
 * A field that is looked at, and where to note what is wrong with it. Going deeper costs next to nothing: the path is put together only when
 * something is wrong.
 */
export class Field {
  readonly #found: FieldError[];
  readonly #parent: Field | undefined;
  readonly #step: Step;

  private constructor(found: FieldError[], parent: Field | undefined, step: Step) {
    this.#found = found;
    this.#parent = parent;
    this.#step = step;
  }

  /** The object itself. */
  static root(found: FieldError[]): Field {
    return new Field(found, undefined, "");
  }

  /** A part: by name, or by place in a list. */
  at(...steps: (string | number)[]): Field {
    let field: Field = this;
    for (const step of steps) field = new Field(this.#found, field, step);
    return field;
  }

  /** An entry of a map. */
  key(key: string): Field {
    return new Field(this.#found, this, { key });
  }

  /** How much is wrong so far, with everything: to see whether something was found in between. */
  get count(): number {
    return this.#found.length;
  }

  required(why = ""): void {
    this.#found.push(errors.required(this.#path, why));
  }

  invalid(value: unknown, why: string): void {
    this.#found.push(errors.invalidValue(this.#path, value, why));
  }

  /** Wrong without a value to show. */
  problem(why: string): void {
    this.#found.push(errors.invalidWithout(this.#path, why));
  }

  /** One for each of the problems that a value has. */
  problems(value: unknown, problems: Iterable<string>): void {
    for (const why of problems) this.invalid(value, why);
  }

  notSupported(value: unknown, supported: readonly string[]): void {
    this.#found.push(errors.notSupported(this.#path, value, supported));
  }

  forbidden(why: string): void {
    this.#found.push(errors.forbiddenField(this.#path, why));
  }

  duplicate(value: unknown, why = ""): void {
    const error = errors.duplicate(this.#path, value);
    this.#found.push(why ? { ...error, text: `${error.text}: ${why}` } : error);
  }

  notFound(value: unknown, why = ""): void {
    const error = errors.notFoundValue(this.#path, value);
    this.#found.push(why ? { ...error, text: `${error.text}: ${why}` } : error);
  }

  tooLong(most: number, unit: "byte" | "character" = "byte"): void {
    this.#found.push(errors.tooLong(this.#path, most, unit));
  }

  tooMany(count: number, most: number): void {
    this.#found.push(errors.tooMany(this.#path, count, most));
  }

  typeInvalid(value: unknown, why: string): void {
    this.#found.push(errors.invalidType(this.#path, value, why));
  }

  internal(why: string): void {
    this.#found.push(errors.internalFieldError(this.#path, why));
  }

  /** Notes what somebody else found, with a path of its own. */
  add(error: FieldError): void {
    this.#found.push(error);
  }

  get path(): FieldPath {
    return this.#path;
  }

  get #path(): FieldPath {
    const steps: Step[] = [];
    let field: Field = this;
    while (field.#parent) {
      steps.push(field.#step);
      field = field.#parent;
    }
    return steps.reverse();
  }
}

/** A kind's `validate` out of checks that note what they find on the fields. */
export const validation =
  <T extends KubeObject>(check: (field: Field, object: T, old: T | undefined, context: ValidateContext) => void): NonNullable<Kind<T>["validate"]> =>
  (object, old, context) => {
    const found: FieldError[] = [];
    check(Field.root(found), object, old, context);
    return found;
  };
