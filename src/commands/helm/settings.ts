import type { Values } from "../cli/flags.ts";
import type { Output } from "../cli/output.ts";
import { namespaceOf } from "../kubectl/config/connection.ts";
import { globalFlags as kubectlFlags } from "../kubectl/global-flags.ts";
import { type Connect, type Place, Session } from "../kubectl/session.ts";
import type { globalFlags } from "./shared-flags.ts";

type Flags = Values<typeof globalFlags> & { changed: (name: string) => boolean };

/** A run of helm, or the prompt at which one is typed. */
type Run = Place & { readonly args: readonly string[] };

/** What environment and flags say helm works with. */
export class Settings {
  readonly #process: Run;
  readonly #flags: Flags;

  constructor(process: Run, flags: Flags) {
    this.#process = process;
    this.#flags = flags;
  }

  #env(name: string): string {
    return this.#process.env.get(name) ?? "";
  }

  #home(name: string, xdg: string, otherwise: string): string {
    const fromXdg = this.#env(xdg);
    return this.#env(`HELM_${name}_HOME`) || (fromXdg ? `${fromXdg}/helm` : `${this.#env("HOME") || this.#process.user.home}/${otherwise}/helm`);
  }

  get cacheHome(): string {
    return this.#home("CACHE", "XDG_CACHE_HOME", ".cache");
  }

  get configHome(): string {
    return this.#home("CONFIG", "XDG_CONFIG_HOME", ".config");
  }

  get dataHome(): string {
    return this.#home("DATA", "XDG_DATA_HOME", ".local/share");
  }

  /** A flag that was given, else the variable, else the default. */
  #path(flag: "content-cache" | "registry-config" | "repository-cache" | "repository-config", variable: string, otherwise: string): string {
    return (this.#flags.changed(flag) ? this.#flags[flag] : this.#env(variable)) || otherwise;
  }

  get contentCache(): string {
    return this.#path("content-cache", "HELM_CONTENT_CACHE", `${this.cacheHome}/content`);
  }

  get registryConfig(): string {
    return this.#path("registry-config", "HELM_REGISTRY_CONFIG", `${this.configHome}/registry/config.json`);
  }

  get repositoryCache(): string {
    return this.#path("repository-cache", "HELM_REPOSITORY_CACHE", `${this.cacheHome}/repository`);
  }

  get repositoryConfig(): string {
    return this.#path("repository-config", "HELM_REPOSITORY_CONFIG", `${this.configHome}/repositories.yaml`);
  }

  get plugins(): string {
    return this.#env("HELM_PLUGINS") || `${this.dataHome}/plugins`;
  }

  get debug(): boolean {
    return this.#flags.debug || /^(1|t|true)$/i.test(this.#env("HELM_DEBUG"));
  }

  /** Where releases are kept: `secret` (also when nothing is said), `configmap`, `memory` or `sql`. */
  get driver(): string {
    return this.#env("HELM_DRIVER");
  }

  get maxHistory(): number {
    const text = this.#env("HELM_MAX_HISTORY");
    return /^[+-]?\d+$/.test(text) ? Number(text) : 10;
  }

  get #kube() {
    const flags = this.#flags;
    return {
      context: flags["kube-context"] || this.#env("HELM_KUBECONTEXT"),
      kubeconfig: flags.kubeconfig,
      server: flags["kube-apiserver"] || this.#env("HELM_KUBEAPISERVER"),
      token: flags["kube-token"] || this.#env("HELM_KUBETOKEN"),
      as: flags["kube-as-user"] || this.#env("HELM_KUBEASUSER"),
      groups: flags["kube-as-group"].length > 0 ? flags["kube-as-group"] : this.#env("HELM_KUBEASGROUPS").split(",").filter(Boolean),
      caFile: flags["kube-ca-file"] || this.#env("HELM_KUBECAFILE"),
      tlsName: flags["kube-tls-server-name"] || this.#env("HELM_KUBETLS_SERVER_NAME"),
      insecure: flags["kube-insecure-skip-tls-verify"] || /^(1|t|true)$/i.test(this.#env("HELM_KUBEINSECURE_SKIP_TLS_VERIFY")),
      namespace: flags.namespace || this.#env("HELM_NAMESPACE"),
    };
  }

  /** A connection to the cluster, as kubectl would make it with these settings. */
  session(out: Pick<Output, "error">, connect: Connect): Session {
    const kube = this.#kube;
    const values = Object.fromEntries(Object.entries(kubectlFlags).map(([name, flag]) => [name, flag.default]));
    const given = {
      context: kube.context,
      kubeconfig: kube.kubeconfig,
      server: kube.server,
      token: kube.token,
      as: kube.as,
      "as-group": kube.groups,
      "certificate-authority": kube.caFile,
      "tls-server-name": kube.tlsName,
      "insecure-skip-tls-verify": kube.insecure,
      namespace: kube.namespace,
    };
    return new Session(this.#process, out, { ...values, ...given } as Values<typeof kubectlFlags>, connect);
  }

  /** The namespace that helm works in. A kubeconfig that cannot be read means the default one. */
  namespace(session: Session): string {
    if (this.#kube.namespace) return this.#kube.namespace;
    try {
      const overrides = { context: this.#kube.context, cluster: "", user: "", namespace: "", server: "", token: "" };
      return namespaceOf(session.config, overrides).namespace;
    } catch {
      return "default";
    }
  }

  /** What `helm env` prints, by name. */
  variables(session: Session): Record<string, string> {
    const kube = this.#kube;
    const kubeconfig = kube.kubeconfig || this.#env("KUBECONFIG");
    return {
      HELM_BIN: this.#process.args[0] ?? "helm",
      HELM_BURST_LIMIT: this.#flags.changed("burst-limit") ? String(this.#flags["burst-limit"]) : this.#env("HELM_BURST_LIMIT") || "100",
      HELM_CACHE_HOME: this.cacheHome,
      HELM_CONFIG_HOME: this.configHome,
      HELM_CONTENT_CACHE: this.contentCache,
      HELM_DATA_HOME: this.dataHome,
      HELM_DEBUG: String(this.debug),
      HELM_KUBEAPISERVER: kube.server,
      HELM_KUBEASGROUPS: kube.groups.join(","),
      HELM_KUBEASUSER: kube.as,
      HELM_KUBECAFILE: kube.caFile,
      HELM_KUBECONTEXT: kube.context,
      HELM_KUBEINSECURE_SKIP_TLS_VERIFY: String(kube.insecure),
      HELM_KUBETLS_SERVER_NAME: kube.tlsName,
      HELM_KUBETOKEN: kube.token,
      HELM_MAX_HISTORY: String(this.maxHistory),
      HELM_NAMESPACE: this.namespace(session),
      HELM_PLUGINS: this.plugins,
      HELM_QPS: Number(this.#flags.qps || this.#env("HELM_QPS") || 0).toFixed(2),
      HELM_REGISTRY_CONFIG: this.registryConfig,
      HELM_REPOSITORY_CACHE: this.repositoryCache,
      HELM_REPOSITORY_CONFIG: this.repositoryConfig,
      ...(kubeconfig && { KUBECONFIG: kubeconfig }),
    };
  }
}
