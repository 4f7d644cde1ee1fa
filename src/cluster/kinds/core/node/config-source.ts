import { configMapKeyProblems, labelProblems, subdomainProblems } from "#machinery/names.ts";
import type { NodeConfigSource } from "#machinery/types.ts";
import type { Field } from "../../shared/field.ts";

/** Where a kubelet of long ago had its configuration from: as it was asked for, or as it was found. */
export function checkConfigSource(field: Field, source: NodeConfigSource, found: boolean): void {
  const { configMap } = source;
  if (configMap) {
    const at = field.at("configMap");
    for (const part of ["uid", "resourceVersion"] as const) {
      if (found && !configMap[part]) at.at(part).required();
      if (!found && configMap[part]) at.at(part).forbidden(`${part} must not be set in spec`);
    }
    const { namespace, name, kubeletConfigKey: key } = configMap;
    if (!namespace) at.at("namespace").required();
    else at.at("namespace").problems(namespace, labelProblems(namespace));
    if (!name) at.at("name").required();
    else at.at("name").problems(name, subdomainProblems(name));
    if (!key) at.at("kubeletConfigKey").required();
    else at.at("kubeletConfigKey").problems(key, configMapKeyProblems(key));
  } else field.invalid(source, "exactly one reference subfield must be non-nil");
}
