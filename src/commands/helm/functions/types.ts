import { takes, typed } from "../../go-template/functions.ts";
import { type TemplateFunction, typeName } from "../../go-template/values.ts";
import { kindName, same } from "./convert.ts";

/** Functions that ask what a value is. */
export const types: Readonly<Record<string, TemplateFunction>> = {
  typeOf: takes(1, 1, typeName),
  typeIs: typed(["string", "interface {}"], (type, value) => typeName(value) === type),
  typeIsLike: typed(["string", "interface {}"], (type, value) => typeName(value) === type || typeName(value) === `*${type}`),
  kindOf: takes(1, 1, kindName),
  kindIs: typed(["string", "interface {}"], (kind, value) => kindName(value) === kind),
  deepEqual: takes(2, 2, same),
};
