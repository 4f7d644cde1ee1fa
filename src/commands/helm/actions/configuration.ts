import { apiVersionOf } from "#machinery/object.ts";
import { type Capabilities, defaultCapabilities } from "../chart/capabilities.ts";
import type { Context } from "../command.ts";
import { HelmError, HelmExit, messageOf } from "../errors.ts";
import { Resources } from "../kube/resources.ts";
import { Storage } from "../release/storage.ts";

const drivers = ["", "secret", "secrets", "configmap", "configmaps", "memory", "sql"];

/** What the actions on releases work with. */
export class Configuration {
  readonly context: Context;
  readonly resources: Resources;
  readonly releases: Storage;

  constructor(context: Context, namespace = context.namespace) {
    this.context = context;
    this.resources = new Resources(context.kube, namespace, context.log);
    const { driver } = context.settings;
    if (!drivers.includes(driver)) {
      context.log.info(`unknown driver ${JSON.stringify(driver)}`);
      throw new HelmExit(1);
    }
    this.releases = new Storage(context.kube, namespace, driver, context.log);
  }

  get now(): number {
    return this.context.kube.now;
  }

  /** What the cluster offers, as charts may ask for it. */
  async capabilities(): Promise<Capabilities> {
    const { kube } = this.context;
    let version: { gitVersion: string; major: string; minor: string };
    try {
      version = await kube.server.get("/version");
    } catch (problem) {
      throw new HelmError(`could not get server version from Kubernetes: ${messageOf(problem)}`);
    }
    const discovery = await kube.discovery();
    const kinds = discovery.resources.map((resource) => `${apiVersionOf(resource.group, resource.version)}/${resource.kind}`);
    const apiVersions = [...new Set([...discovery.versions, ...kinds])];
    return {
      kubeVersion: { version: version.gitVersion, major: version.major, minor: version.minor },
      apiVersions: apiVersions.length > 0 ? apiVersions : defaultCapabilities.apiVersions,
    };
  }
}

const namePattern = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** What is wrong with a release's name. */
export function nameProblem(name: string): string | undefined {
  if (name === "") return "no name provided";
  if (name.length <= 53 && namePattern.test(name)) return undefined;
  return `invalid release name, must match regex ${namePattern.source} and the length must not be longer than 53`;
}

/** What `--dry-run` says; `template` never does it for real. */
export function dryRunOf(context: Pick<Context, "log">, text: string, isTemplate = false): "none" | "client" | "server" {
  const wrong = (choices: string) => new HelmError(`invalid dry-run value (${JSON.stringify(text)}). Must be ${choices}`);
  if (text === "unset") {
    context.log.warn("--dry-run is deprecated and should be replaced with '--dry-run=client'");
    return "client";
  }
  if (text === "client" || text === "server") return text;
  if (text === "none") {
    if (isTemplate) throw wrong('"server" or "client"');
    return "none";
  }
  const isTrue = /^(1|t|T|true|TRUE|True)$/.test(text);
  if (!isTrue && !/^(0|f|F|false|FALSE|False)$/.test(text)) throw wrong('"none", "server", or "client"');
  if (isTemplate && !isTrue) throw wrong('"server" or "client"');
  const meant = isTrue ? "client" : "none";
  context.log.warn(`boolean '--dry-run=${text}' flag is deprecated and must be replaced with '--dry-run=${meant}'`);
  return meant;
}

/** Whether the server applies, of `--server-side` and how the release was applied before. */
export function serverSideOf(option: string, before: string): boolean {
  if (option === "auto") return before === "ssa";
  if (option === "true" || option === "false") return option === "true";
  throw new HelmError(`invalid/unknown release server-side apply method: ${option}`);
}
