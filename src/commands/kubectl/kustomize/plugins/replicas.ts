import { CommandError } from "../../errors.ts";
import { struct } from "../decode.ts";
import { type FieldSpec, updatedAt } from "../field-specs.ts";
import { changed, idsOf, isOfKind, kindText } from "../resource.ts";
import { fieldSpec, type Replica, replica } from "../shapes.ts";
import { definePlugin, metadata } from "./plugin.ts";

export const replicaCountTransformer = definePlugin<{ replica?: Replica; fieldSpecs?: FieldSpec[] }>({
  kind: "ReplicaCountTransformer",
  shape: struct("ReplicaCountTransformerPlugin", { ...metadata, replica, fieldSpecs: [fieldSpec] }),
  transformer({ replica: { name = "", count = 0 } = {}, fieldSpecs = [] }) {
    return (items) => {
      let found = false;
      const result = fieldSpecs.reduce(
        (all, spec) =>
          all.map((item) => {
            if (!idsOf(item).some((id) => id.name === name && isOfKind(spec, id))) return item;
            found = true;
            return changed(
              item,
              updatedAt(item.object, spec, () => count, 0),
            );
          }),
        items,
      );
      if (!found)
        throw new CommandError(`resource with name ${name} does not match a config with the following GVK [${fieldSpecs.map(kindText).join(" ")}]`);
      return result;
    };
  },
});
