/** Who asks, as the API server sees it. */
export interface User {
  name: string;
  uid?: string;
  groups: readonly string[];
  extra?: Readonly<Record<string, readonly string[]>>;
}

/** A controller, the scheduler or a kubelet of the cluster itself. */
export const component = (name: string): User => ({ name, groups: ["system:masters", "system:authenticated"] });

export const admin: User = { name: "kubernetes-admin", uid: "admin", groups: ["system:masters", "system:authenticated"] };
export const viewer: User = { name: "viewer", groups: ["system:authenticated"] };
export const anonymous: User = { name: "system:anonymous", groups: ["system:unauthenticated"] };
