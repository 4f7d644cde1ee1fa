import { yamlText } from "#machinery/go-yaml.ts";
import { CommandError } from "../errors.ts";
import type { Configuration } from "./configuration.ts";
import { mergedSpecs } from "./field-specs.ts";
import type { Kustomization, LabelChange } from "./kustomization.ts";
import type { Place } from "./place.ts";
import * as plugins from "./plugins/index.ts";
import type { Plugin } from "./plugins/plugin.ts";
import type { Item, Transform } from "./resource.ts";
import type { GeneratorOptions, Patch } from "./shapes.ts";

/** What a kustomization's own fields do, one builtin after the other. */
export interface Step<Action> {
  kind: string;
  act: Action;
}

/** What a builtin does, so configured; `shown` is the configuration as messages show it. */
function step<Config>(plugin: Plugin<Config>, config: Config, place: Place, shown: unknown = config): Step<Transform> {
  return { kind: plugin.kind, act: configured(plugin.kind, shown, () => plugin.transformer?.(config, place)) };
}

function configured<Made>(kind: string, shown: unknown, make: () => Made | undefined): Made {
  try {
    const made = make();
    if (made === undefined) throw new Error(`${kind} is of another sort`);
    return made;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new CommandError(`trouble configuring builtin ${kind} with config: \`\n${yamlText(shown)}\`: ${error.message}`);
  }
}

/** The generators among the fields. */
export function generatorSteps({ generatorOptions: shared, ...fields }: Kustomization, place: Place): Step<() => Item[]>[] {
  const made = <Config>(plugin: Plugin<Config>, config: Config): Step<() => Item[]> => ({
    kind: plugin.kind,
    act: configured(plugin.kind, config, () => plugin.generator?.(config, place)),
  });
  const chart = (config: Record<string, unknown>) => (config["namespace"] || !fields.namespace ? config : { ...config, namespace: fields.namespace });
  return [
    ...fields.configMapGenerator.map((one) => made(plugins.configMapGenerator, { ...one, options: withShared(one.options, shared) })),
    ...fields.secretGenerator.map((one) => made(plugins.secretGenerator, { ...one, options: withShared(one.options, shared) })),
    ...fields.helmCharts.map((one) => made(plugins.helmChartInflationGenerator, chart(one))),
  ];
}

const withShared = (own: GeneratorOptions = {}, shared: GeneratorOptions): GeneratorOptions => ({
  labels: { ...shared.labels, ...own.labels },
  annotations: { ...shared.annotations, ...own.annotations },
  disableNameSuffixHash: Boolean(own.disableNameSuffixHash || shared.disableNameSuffixHash),
  immutable: Boolean(own.immutable || shared.immutable),
});

/** The transformers among the fields, in the order in which they work. */
export function transformerSteps(fields: Kustomization, configuration: Configuration, place: Place): Step<Transform>[] {
  const { patchesStrategicMerge: paths, namespace, namePrefix, nameSuffix, commonLabels, commonAnnotations, replacements } = fields;
  const steps: Step<Transform>[] = [];
  if (paths.length > 0) steps.push(step(plugins.patchStrategicMergeTransformer, { paths }, place));
  for (const patch of fields.patches) steps.push(step(plugins.patchTransformer, patch, place, told(patch)));
  if (namespace) steps.push(step(plugins.namespaceTransformer, { metadata: { namespace }, fieldSpecs: configuration.namespace }, place));
  if (namePrefix) steps.push(step(plugins.prefixTransformer, { prefix: namePrefix, fieldSpecs: configuration.namePrefix }, place));
  if (nameSuffix) steps.push(step(plugins.suffixTransformer, { suffix: nameSuffix, fieldSpecs: configuration.nameSuffix }, place));
  if (fields.labels.length > 0 || Object.keys(commonLabels).length > 0) {
    for (const change of fields.labels)
      steps.push(step(plugins.labelTransformer, { labels: change.pairs ?? {}, fieldSpecs: labelSpecs(change, configuration) }, place));
    steps.push(step(plugins.labelTransformer, { labels: commonLabels, fieldSpecs: configuration.commonLabels }, place));
  }
  if (Object.keys(commonAnnotations).length > 0)
    steps.push(step(plugins.annotationsTransformer, { annotations: commonAnnotations, fieldSpecs: configuration.commonAnnotations }, place));
  for (const { target, path, patch } of fields.patchesJson6902) {
    const config = { ...(target ? { target } : {}), ...(path ? { path } : {}), ...(patch ? { jsonOp: patch } : {}) };
    steps.push(step(plugins.patchJson6902Transformer, config, place));
  }
  for (const replica of fields.replicas) steps.push(step(plugins.replicaCountTransformer, { replica, fieldSpecs: configuration.replicas }, place));
  for (const imageTag of fields.images) steps.push(step(plugins.imageTagTransformer, { imageTag, fieldSpecs: configuration.images }, place));
  if (replacements.length > 0) steps.push(step(plugins.replacementTransformer, { replacements }, place, { Replacements: replacements }));
  return steps;
}

/** A patch as messages show it: without what is empty. */
const told = (patch: Patch): object => Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== ""));

/** Where one entry of `labels` is put: always on the objects themselves. */
function labelSpecs({ fields = [], includeSelectors, includeTemplates }: LabelChange, { labels, commonLabels, templateLabels }: Configuration) {
  try {
    const own = mergedSpecs(fields, labels);
    if (includeSelectors) return mergedSpecs(own, commonLabels);
    return mergedSpecs(includeTemplates ? mergedSpecs(own, templateLabels) : own, [{ path: "metadata/labels", create: true }]);
  } catch (error) {
    if (error instanceof CommandError) throw new CommandError(`failed to merge labels: ${error.message}`);
    throw error;
  }
}
