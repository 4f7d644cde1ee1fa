import { bytesOf } from "#base/streams.ts";
import { sortedJson } from "../print/json.ts";
import { sha256 } from "../sha256.ts";

/** The ten letters by which `--append-hash` and kustomize tell one content from another. https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/generatoroptions/ */
export function contentHash(kind: "ConfigMap" | "Secret", name: string, content: Readonly<Record<string, unknown>>): string {
  const hex = [...sha256(bytesOf(sortedJson({ kind, name, ...content })))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  // Vowels and digits that look like letters are replaced, so that no words come about.
  const safe: Readonly<Record<string, string>> = { "0": "g", "1": "h", "3": "k", a: "m", e: "t" };
  return [...hex.slice(0, 10)].map((c) => safe[c] ?? c).join("");
}
