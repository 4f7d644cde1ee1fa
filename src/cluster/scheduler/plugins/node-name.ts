import { definePlugin } from "../plugin.ts";

const refusal = { reasons: ["node(s) didn't match the requested node name"], final: true };

/** A pod that names its node goes nowhere else. */
export const nodeName = definePlugin({
  name: "NodeName",
  filter({ pod }) {
    const wanted = pod.spec.nodeName;
    return wanted ? ({ name }) => (name === wanted ? undefined : refusal) : undefined;
  },
});
