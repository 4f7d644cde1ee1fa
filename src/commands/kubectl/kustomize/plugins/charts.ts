import { CommandError } from "../../errors.ts";
import { struct } from "../decode.ts";
import { definePlugin, metadata } from "./plugin.ts";

/** Charts of helm: refused as long as nobody asks for them, and not simulated then. */
export const helmChartInflationGenerator = definePlugin<object>({
  kind: "HelmChartInflationGenerator",
  shape: struct("HelmChartInflationGeneratorPlugin", metadata),
  generator(_, place) {
    if (place.setting.charts) throw new CommandError("Podyard does not simulate the helm charts of a kustomization");
    throw new CommandError("must specify --enable-helm");
  },
});
