/** `Always` for what is tagged latest, said or not; an image with a digest, or another tag, is pulled once. */
export const defaultPullPolicy = (image: string): "Always" | "IfNotPresent" => (tagOf(image) === "latest" ? "Always" : "IfNotPresent");

/** The tag of an image: `latest` where it names neither tag nor digest; nothing where it is not an image name at all. */
export function tagOf(image: string): string | undefined {
  const match = imageName.exec(image);
  if (!match || /^[a-f0-9]{64}$/.test(image)) return undefined;
  if (pathLength(image) > longestPath) return undefined;
  return match.groups?.tag ?? (match.groups?.digest ? "" : "latest");
}

/** How long what comes after the registry is, with the `library/` of images that name neither registry nor owner. */
function pathLength(image: string): number {
  const name = image.replace(/(:[^:/]*)?(@.*)?$/, "");
  const slash = name.indexOf("/");
  const first = name.slice(0, Math.max(slash, 0));
  const path = /[.:A-Z]/.test(first) || first === "localhost" ? name.slice(slash + 1) : name;
  const isOfLibrary = !path.includes("/") && (path === name || first.endsWith("docker.io"));
  return path.length + (isOfLibrary ? "library/".length : 0);
}

const longestPath = 255;

const imageName =
  /^(?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?\/)?[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*(?::(?<tag>\w[\w.-]{0,127}))?(?:@(?<digest>[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?$/;
