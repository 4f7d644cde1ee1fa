import type { Image } from "./image.ts";
import * as images from "./index.ts";

/** Every image that there is. */
export const catalogue: readonly Image[] = Object.values(images).flat();
