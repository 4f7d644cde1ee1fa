import { Environment } from "@marcbachmann/cel-js";
import { registerFormats } from "./libraries/formats.ts";
import { registerLists } from "./libraries/lists.ts";
import { registerNetwork } from "./libraries/network.ts";
import { registerQuantities } from "./libraries/quantities.ts";
import { registerSemver } from "./libraries/semver.ts";
import { registerStrings } from "./libraries/strings.ts";
import { registerUrls } from "./libraries/urls.ts";

let base: Environment | undefined;

/**
 * CEL with what Kubernetes adds to it; a copy that the caller may add variables and types to. Made when it is first needed.
 * https://kubernetes.io/docs/reference/using-api/cel/
 */
export function kubernetesEnvironment(): Environment {
  if (!base) {
    base = new Environment({ enableOptionalTypes: true, homogeneousAggregateLiterals: true });
    for (const register of libraries) register(base);
  }
  return base.clone();
}

const libraries = [registerStrings, registerLists, registerQuantities, registerNetwork, registerUrls, registerFormats, registerSemver];
