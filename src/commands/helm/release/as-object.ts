import type { Value } from "../../go-template/values.ts";
import type { Release } from "./release.ts";

/** A release as a template of `helm get all --template` sees it: under the names of its fields in Go. */
export function goObjectOf(release: Release): Record<string, Value> {
  const { info, chart } = release;
  return {
    Name: release.name,
    Namespace: release.namespace,
    Version: BigInt(release.version),
    Manifest: release.manifest,
    Config: release.config,
    Labels: release.labels,
    ApplyMethod: release.applyMethod,
    Info: {
      FirstDeployed: info.firstDeployed,
      LastDeployed: info.lastDeployed,
      Deleted: info.deleted,
      Description: info.description,
      Status: info.status,
      Notes: info.notes,
    },
    Hooks: release.hooks.map((hook) => ({
      Name: hook.name,
      Kind: hook.kind,
      Path: hook.path,
      Manifest: hook.manifest,
      Events: hook.events,
      Weight: BigInt(hook.weight),
      DeletePolicies: hook.deletePolicies,
    })),
    Chart: chart && {
      Values: chart.values,
      Metadata: {
        Name: chart.metadata.name,
        Version: chart.metadata.version,
        AppVersion: chart.metadata.appVersion ?? "",
        APIVersion: chart.metadata.apiVersion,
        Description: chart.metadata.description ?? "",
        Type: chart.metadata.type ?? "",
        Home: chart.metadata.home ?? "",
        Icon: chart.metadata.icon ?? "",
        KubeVersion: chart.metadata.kubeVersion ?? "",
        Keywords: chart.metadata.keywords ?? [],
        Sources: chart.metadata.sources ?? [],
      },
    },
  };
}
