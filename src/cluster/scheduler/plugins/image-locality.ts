import { definePlugin } from "../plugin.ts";

const mebibyte = 1024 * 1024;
/** What is smaller than this is pulled quickly; what is larger than this, for each container, counts no more. */
const least = 23 * mebibyte;
const mostPerContainer = 1000 * mebibyte;

/** A node that has the pod's images need not pull them. Images that are on few nodes count less, so that not all pods crowd there. */
export const imageLocality = definePlugin({
  name: "ImageLocality",
  weight: 1,
  score({ pod: { spec } }, { nodes, imageSpread }) {
    const containers = [...(spec.initContainers ?? []), ...spec.containers];
    const images = containers.map(({ image }) => normalized(image ?? "")).filter((image) => imageSpread.has(image));
    if (images.length === 0) return undefined;
    const most = mostPerContainer * containers.length;
    return (node) => {
      let sum = 0;
      for (const image of images) sum += Math.floor((node.images.get(image) ?? 0) * ((imageSpread.get(image) ?? 0) / nodes.size));
      return Math.floor((100 * (Math.min(Math.max(sum, least), most) - least)) / (most - least));
    };
  },
});

/** The name by which a node lists an image: with its registry and tag. */
function normalized(image: string): string {
  const tagged = image.lastIndexOf(":") <= image.lastIndexOf("/") && !image.includes("@") ? `${image}:latest` : image;
  const [host = ""] = tagged.split("/");
  if (!tagged.includes("/")) return `docker.io/library/${tagged}`;
  return /[.:]/.test(host) || host === "localhost" ? tagged : `docker.io/${tagged}`;
}
