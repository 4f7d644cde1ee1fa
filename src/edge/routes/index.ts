export { checks } from "./checks.ts";
export { clock } from "./clock.ts";
export { createSession } from "./create-session.ts";
export { deleteSession } from "./delete-session.ts";
export { exec } from "./exec.ts";
export { getSession } from "./get-session.ts";
export { kubeconfig } from "./kubeconfig.ts";
export { terminal } from "./terminal.ts";
