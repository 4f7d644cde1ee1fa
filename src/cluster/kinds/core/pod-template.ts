import { defineKind } from "#cluster/apiserver/kind.ts";
import type { PodTemplate } from "#machinery/types.ts";
import { columnsOf, containerColumns, nameColumn } from "../shared/columns.ts";
import { validation } from "../shared/field.ts";
import { podWarnings } from "../shared/pod-spec/warnings.ts";
import { defaultPodTemplate } from "../shared/pod-spec-defaults.ts";
import { checkPodTemplate, withoutDisabled } from "../shared/pod-template.ts";
import { labelsText } from "../shared/selector-text.ts";

export const podTemplate = defineKind<PodTemplate>({
  group: "",
  version: "v1",
  kind: "PodTemplate",
  plural: "podtemplates",
  scope: "Namespaced",
  docs: "https://kubernetes.io/docs/concepts/workloads/pods/#pod-templates",

  columns: columnsOf<PodTemplate>("PodTemplate", [
    nameColumn,
    ...containerColumns<PodTemplate>(({ template }) => template.spec?.containers).map((column) => ({ ...column, priority: 0 })),
    { name: "Pod Labels", type: "string", cell: ({ template }) => labelsText(template.metadata?.labels) },
  ]),
  bareColumns: true,

  prepareCreate: dropUnknown,
  prepareUpdate: dropUnknown,
  validate: validation((field, { template }, old) => {
    if (template !== old?.template) checkPodTemplate(field.at("template"), template);
  }),

  *warnings({ template }, old) {
    if (template !== old?.template && template.spec) yield* podWarnings(template.spec, template.metadata, ["template"]);
  },

  default: ({ template }) => defaultPodTemplate(template),
  // Its generation tells how often the template changed.
  generation: (now, before) => now.template !== before.template,
  deleteAnswers: "object",
});

function dropUnknown(object: PodTemplate): void {
  object.template = withoutDisabled(object.template);
}
