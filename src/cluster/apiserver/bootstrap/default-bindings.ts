export interface DefaultBinding {
  readonly name: string;
  /** Empty for a ClusterRoleBinding. */
  readonly namespace?: string;
  /** The role's name, where it is not the binding's. In a namespace it is a Role. */
  readonly role?: string;
  /** `User x`, `Group x` or `ServiceAccount x`, which is one of kube-system. */
  readonly to: readonly string[];
}

/** Who has the default roles in every cluster. */
export const defaultBindings: readonly DefaultBinding[] = [
  { name: "cluster-admin", to: ["Group system:masters"] },
  { name: "system:basic-user", to: ["Group system:authenticated"] },
  { name: "system:controller:attachdetach-controller", to: ["ServiceAccount attachdetach-controller"] },
  { name: "system:controller:certificate-controller", to: ["ServiceAccount certificate-controller"] },
  { name: "system:controller:clusterrole-aggregation-controller", to: ["ServiceAccount clusterrole-aggregation-controller"] },
  { name: "system:controller:cronjob-controller", to: ["ServiceAccount cronjob-controller"] },
  { name: "system:controller:daemon-set-controller", to: ["ServiceAccount daemon-set-controller"] },
  { name: "system:controller:deployment-controller", to: ["ServiceAccount deployment-controller"] },
  { name: "system:controller:device-taint-eviction-controller", to: ["ServiceAccount device-taint-eviction-controller"] },
  { name: "system:controller:disruption-controller", to: ["ServiceAccount disruption-controller"] },
  { name: "system:controller:endpoint-controller", to: ["ServiceAccount endpoint-controller"] },
  { name: "system:controller:endpointslice-controller", to: ["ServiceAccount endpointslice-controller"] },
  { name: "system:controller:endpointslicemirroring-controller", to: ["ServiceAccount endpointslicemirroring-controller"] },
  { name: "system:controller:ephemeral-volume-controller", to: ["ServiceAccount ephemeral-volume-controller"] },
  { name: "system:controller:expand-controller", to: ["ServiceAccount expand-controller"] },
  { name: "system:controller:generic-garbage-collector", to: ["ServiceAccount generic-garbage-collector"] },
  { name: "system:controller:horizontal-pod-autoscaler", to: ["ServiceAccount horizontal-pod-autoscaler"] },
  { name: "system:controller:job-controller", to: ["ServiceAccount job-controller"] },
  { name: "system:controller:legacy-service-account-token-cleaner", to: ["ServiceAccount legacy-service-account-token-cleaner"] },
  { name: "system:controller:namespace-controller", to: ["ServiceAccount namespace-controller"] },
  { name: "system:controller:node-controller", to: ["ServiceAccount node-controller"] },
  { name: "system:controller:persistent-volume-binder", to: ["ServiceAccount persistent-volume-binder"] },
  { name: "system:controller:pod-garbage-collector", to: ["ServiceAccount pod-garbage-collector"] },
  { name: "system:controller:pv-protection-controller", to: ["ServiceAccount pv-protection-controller"] },
  { name: "system:controller:pvc-protection-controller", to: ["ServiceAccount pvc-protection-controller"] },
  { name: "system:controller:replicaset-controller", to: ["ServiceAccount replicaset-controller"] },
  { name: "system:controller:replication-controller", to: ["ServiceAccount replication-controller"] },
  { name: "system:controller:resource-claim-controller", to: ["ServiceAccount resource-claim-controller"] },
  { name: "system:controller:resourcequota-controller", to: ["ServiceAccount resourcequota-controller"] },
  { name: "system:controller:root-ca-cert-publisher", to: ["ServiceAccount root-ca-cert-publisher"] },
  { name: "system:controller:route-controller", to: ["ServiceAccount route-controller"] },
  { name: "system:controller:selinux-warning-controller", to: ["ServiceAccount selinux-warning-controller"] },
  { name: "system:controller:service-account-controller", to: ["ServiceAccount service-account-controller"] },
  { name: "system:controller:service-cidrs-controller", to: ["ServiceAccount service-cidrs-controller"] },
  { name: "system:controller:service-controller", to: ["ServiceAccount service-controller"] },
  { name: "system:controller:statefulset-controller", to: ["ServiceAccount statefulset-controller"] },
  { name: "system:controller:ttl-after-finished-controller", to: ["ServiceAccount ttl-after-finished-controller"] },
  { name: "system:controller:ttl-controller", to: ["ServiceAccount ttl-controller"] },
  { name: "system:controller:validatingadmissionpolicy-status-controller", to: ["ServiceAccount validatingadmissionpolicy-status-controller"] },
  { name: "system:controller:volumeattributesclass-protection-controller", to: ["ServiceAccount volumeattributesclass-protection-controller"] },
  { name: "system:discovery", to: ["Group system:authenticated"] },
  { name: "system:kube-controller-manager", to: ["User system:kube-controller-manager"] },
  { name: "system:kube-dns", to: ["ServiceAccount kube-dns"] },
  { name: "system:kube-scheduler", to: ["User system:kube-scheduler"] },
  { name: "system:monitoring", to: ["Group system:monitoring"] },
  { name: "system:node", to: [] },
  { name: "system:node-proxier", to: ["User system:kube-proxy"] },
  { name: "system:public-info-viewer", to: ["Group system:authenticated", "Group system:unauthenticated"] },
  { name: "system:service-account-issuer-discovery", to: ["Group system:serviceaccounts"] },
  { name: "system:volume-scheduler", to: ["User system:kube-scheduler"] },
  { name: "system:controller:bootstrap-signer", namespace: "kube-public", to: ["ServiceAccount bootstrap-signer"] },
  {
    name: "system::extension-apiserver-authentication-reader",
    namespace: "kube-system",
    role: "extension-apiserver-authentication-reader",
    to: ["User system:kube-controller-manager", "User system:kube-scheduler"],
  },
  {
    name: "system::leader-locking-kube-controller-manager",
    namespace: "kube-system",
    to: ["User system:kube-controller-manager", "ServiceAccount kube-controller-manager", "ServiceAccount leader-election-controller"],
  },
  { name: "system::leader-locking-kube-scheduler", namespace: "kube-system", to: ["User system:kube-scheduler", "ServiceAccount kube-scheduler"] },
  { name: "system:controller:bootstrap-signer", namespace: "kube-system", to: ["ServiceAccount bootstrap-signer"] },
  { name: "system:controller:cloud-provider", namespace: "kube-system", to: ["ServiceAccount cloud-provider"] },
  { name: "system:controller:token-cleaner", namespace: "kube-system", to: ["ServiceAccount token-cleaner"] },
];
