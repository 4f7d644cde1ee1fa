export { alpine } from "./alpine.ts";
export { bootcamp1, bootcamp2 } from "./bootcamp.ts";
export { busybox } from "./busybox.ts";
export { debian, ubuntu } from "./debian.ts";
export { nginxImages, nginxSlim } from "./nginx.ts";
export { pause } from "./pause.ts";
