import type { Environment } from "@marcbachmann/cel-js";
import { kubernetesEnvironment } from "./environment.ts";

let known: Environment | undefined;

/** What an expression that selects devices may say: all that it knows is the device. https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/#deviceclass */
export function deviceEnvironment(): Environment {
  if (!known) {
    known = kubernetesEnvironment();
    known.registerType("kubernetes.DRADevice", {
      ctor: class extends Map {},
      fields: {
        driver: "string",
        allowMultipleAllocations: "bool",
        attributes: "map<string, map<string, dyn>>",
        capacity: "map<string, map<string, kubernetes.Quantity>>",
      },
    });
    known.registerVariable("device", "kubernetes.DRADevice");
  }
  return known;
}
