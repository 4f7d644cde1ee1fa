import { bare } from "./bare.ts";
import type { Profile } from "./profile.ts";

/** An API server and its store alone: what the authors of controllers know as envtest. */
export const envtest: Profile = { ...bare, name: "envtest", controlPlane: false, machines: [] };
