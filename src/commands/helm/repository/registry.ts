import { sha256 } from "@noble/hashes/sha2.js";
import { parseConstraint, parseVersion, satisfies } from "../chart/version.ts";
import { bundledVersions } from "../charts/bundle.ts";
import type { Context } from "../command.ts";
import { HelmError } from "../errors.ts";

/** A chart out of a registry (`oci://registry/name`), in the version that was asked for or the newest. Throws a `HelmError`. */
export function pulled({ out }: Pick<Context, "out">, url: string, version: string): { archive: Uint8Array; fileName: string } {
  const [reference = "", tag = ""] = url.replace(/^oci:\/\//, "").split(/:(?=[^/]*$)/);
  const versions = bundledVersions(reference);
  if (!versions) throw new HelmError(`Not simulated by Podyard: charts in OCI registries (${url})`);
  const missing = new HelmError(`failed to perform "FetchReference" on source: ${reference}:${version || tag || "latest"}: not found`);
  if (versions.length === 0) throw missing;
  const constraint = parseConstraint(version || tag || "*");
  const found = versions.find((one) => satisfies(parseVersion(one.version), constraint));
  if (!found) throw missing;
  const archive = found.archive();
  const digest = [...sha256(archive)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  out.line(`Pulled: ${reference}:${found.version}`);
  out.line(`Digest: sha256:${digest}`);
  return { archive, fileName: `${reference.slice(reference.lastIndexOf("/") + 1)}-${found.version}.tgz` };
}
