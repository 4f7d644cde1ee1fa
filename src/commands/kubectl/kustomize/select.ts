import { RE2JS, RE2JSSyntaxException } from "re2js";
import { matcher, SelectorError } from "#machinery/selector.ts";
import { CommandError } from "../errors.ts";
import { type Id, type Item, idOf, originalId, placeOf } from "./resource.ts";
import type { Selector } from "./shapes.ts";

/** Whether a target means an object, by the name that its file gives it or the one that it has now. */
export function selects(selector: Selector, item: Item): boolean {
  const [now, first] = [idOf(item.object), originalId(item)];
  const { name, namespace } = selector;
  return (
    (fits(namespace, placeOf(first) ?? nowhere) || fits(namespace, placeOf(now) ?? nowhere)) &&
    (fits(name, first.name) || fits(name, now.name)) &&
    selectsKind(selector, now) &&
    selectsLabels(selector, item)
  );
}

const nowhere = "_non_namespaceable_";

/** Whether its patterns for group, version and kind fit. */
export const selectsKind = ({ group, version, kind }: Selector, id: Id): boolean =>
  fits(group, id.group) && fits(version, id.version) && fits(kind, id.kind);

/** Whether labels and annotations are as it asks for. */
export function selectsLabels({ labelSelector, annotationSelector }: Selector, { object: { metadata } }: Item): boolean {
  try {
    return (!labelSelector || matcher(labelSelector)(metadata.labels)) && (!annotationSelector || matcher(annotationSelector)(metadata.annotations));
  } catch (error) {
    if (error instanceof SelectorError) throw new CommandError(error.message);
    throw error;
  }
}

/** Whether a pattern fits the whole of a text; none fits any. */
export function fits(pattern: string | undefined, text: string): boolean {
  if (!pattern) return true;
  if (pattern === text) return true;
  try {
    return RE2JS.compile(`^(?:${pattern})$`).matcher(text).find();
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) throw new CommandError(error.message);
    throw error;
  }
}
