import type { KubeObject } from "../object.ts";
import type { FieldError } from "../status.ts";
import type { JSONSchemaProps } from "../types.ts";

/** The rules of a schema: `x-kubernetes-validations`. */
export class Rules {
  readonly any: boolean;

  constructor(props: JSONSchemaProps) {
    this.any = JSON.stringify(props).includes('"x-kubernetes-validations"');
  }

  *problems(_object: KubeObject, _old: KubeObject | undefined): Iterable<FieldError> {}
}
