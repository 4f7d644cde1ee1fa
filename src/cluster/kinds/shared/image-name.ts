/** `Always` for what is tagged latest, said or not; an image with a digest, or another tag, is pulled once. */
export const defaultPullPolicy = (image: string): "Always" | "IfNotPresent" => (tagOf(image) === "latest" ? "Always" : "IfNotPresent");

/** The tag of an image: `latest` where it names neither tag nor digest; nothing where it is not an image name at all. */
export function tagOf(image: string): string | undefined {
  const match = imageName.exec(image);
  if (!match) return undefined;
  return match.groups?.tag ?? (match.groups?.digest ? "" : "latest");
}

const imageName =
  /^(?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?\/)?[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*(?::(?<tag>\w[\w.-]{0,127}))?(?:@(?<digest>[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?$/;
