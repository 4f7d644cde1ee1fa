/** The process that a service, or a container, began with: another one after each start, and told by that alone. */
export function processIdOf(name: string, since: number): number {
  const mixed = [...name].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % 997, 7);
  return 400 + mixed + (Math.floor(since / 1000) % 1500);
}

/** The kubelet's command line, as kubeadm's drop-in puts it together; `flags` are those of kubeadm-flags.env. */
export const kubeletCommand = (flags: string): string =>
  `/usr/bin/kubelet --bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf --config=/var/lib/kubelet/config.yaml${flags ? ` ${flags}` : ""}`;
