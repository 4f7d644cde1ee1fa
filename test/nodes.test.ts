// The nodes of a cluster as those see them who log in, with the tools that are there.
import { expect, test } from "vitest";
import { Seat } from "./kit/seat.ts";

const keys =
  "--endpoints=https://127.0.0.1:2379 --cacert=/etc/kubernetes/pki/etcd/ca.crt --cert=/etc/kubernetes/pki/etcd/server.crt --key=/etc/kubernetes/pki/etcd/server.key";

test("a node is reached by its name and address, and others are not", async () => {
  const seat = await Seat.boot("kubeadm-2node");
  expect(await seat.said("whoami; hostname; pwd; k get nodes --no-headers | awk '{print $1, $2}'")).toBe(
    "root\ncontrolplane\n/root\ncontrolplane Ready\nnode01 Ready",
  );
  expect(await seat.said("ssh node01 hostname; ssh root@172.30.2.2 'echo $HOME'; echo 'echo in; exit 3' | ssh -T node01")).toBe(
    "node01\n/root\nin\n[exit 3]",
  );
  expect(await seat.said("ssh node01 'echo kept > /tmp/a'; ssh node01 cat /tmp/a; ls /tmp/a")).toBe(
    "kept\nls: cannot access '/tmp/a': No such file or directory\n[exit 2]",
  );
  expect(await seat.said("ssh nowhere ls")).toBe("ssh: Could not resolve hostname nowhere: Name or service not known\n[exit 255]");
  expect(await seat.said("ssh node01 <<< 'hostname'")).toContain("Pseudo-terminal will not be allocated because stdin is not a terminal.");
  expect(
    await seat.said(
      "echo '172.30.2.2 shop.example' >> /etc/hosts; curl -s -o /dev/null -w '%{http_code}' http://shop.example:30080; getent hosts node01",
    ),
  ).toContain("172.30.2.2");
});

test("the kubelet stops and starts, and its node with it", async () => {
  const seat = await Seat.boot("kubeadm-2node");
  expect(await seat.said("systemctl is-active kubelet containerd nothing; systemctl is-enabled kubelet", "node01")).toBe(
    "active\nactive\ninactive\nenabled",
  );
  expect(await seat.said("systemctl status kubelet | head -5", "node01")).toMatch(
    /^● kubelet\.service - kubelet: The Kubernetes Node Agent\n {5}Loaded: loaded \(\/usr\/lib\/systemd\/system\/kubelet\.service; enabled; preset: enabled\)\n {4}Drop-In: .*\n.*10-kubeadm\.conf\n {5}Active: active \(running\) since Mon 2026-11-23 /,
  );
  await seat.said("systemctl stop kubelet", "node01");
  expect(await seat.said("systemctl is-active kubelet; service kubelet status | grep Active", "node01")).toMatch(
    /^inactive\n {5}Active: inactive \(dead\) since/,
  );
  await seat.wait(60);
  expect(await seat.said("kubectl get node node01 --no-headers | awk '{print $2}'")).toBe("NotReady");
  await seat.said("systemctl restart kubelet; sleep 2", "node01");
  expect(await seat.said("kubectl get node node01 --no-headers | awk '{print $2}'")).toBe("Ready");
  expect(await seat.said("journalctl -u kubelet --no-pager | grep -c 'Started kubelet'; journalctl -u nothing", "node01")).toBe(
    "2\n-- No entries --",
  );
  expect(await seat.said("systemctl start nothing")).toBe("Failed to start nothing.service: Unit nothing.service not found.\n[exit 5]");
  expect(await seat.said("systemctl status nothing")).toBe("Unit nothing.service could not be found.\n[exit 4]");
  expect(await seat.said("ps aux | grep -c '[k]ubelet '; pidof kube-apiserver | wc -w")).toBe("1\n1");
});

test("crictl sees what the kubelet runs, and the kubelet what crictl does", async () => {
  const seat = await Seat.boot("kubeadm-1node");
  expect(
    await seat.said(
      "[ $(crictl ps -q | wc -l) = $(kubectl get pods -A -o name | wc -l) ] && echo all; crictl pods --name etcd -q | wc -l; crictl ps --name etcd -o json | jq -r '.containers[0].metadata.name'",
    ),
  ).toBe("all\n1\netcd");
  expect(
    await seat.said(
      "ID=$(crictl ps -q --name kube-scheduler); crictl inspect $ID | jq -r .status.state; crictl stop $ID > /dev/null; sleep 5; crictl ps -a --name kube-scheduler --no-trunc -q | wc -l",
    ),
  ).toBe("CONTAINER_RUNNING\n2");
  expect(
    await seat.said("kubectl get pod -n kube-system kube-scheduler-controlplane -o jsonpath='{.status.containerStatuses[0].restartCount}'"),
  ).toBe("1");
  await seat.said("kubectl run web --image=nginx; kubectl wait --for=condition=Ready pod/web --timeout=60s");
  expect(
    await seat.said(
      "ID=$(crictl ps -q --name web); crictl exec $ID cat /etc/hostname; crictl logs $ID 2>&1 | grep -c 'start worker'; cat /var/log/containers/web_default_web-$ID.log | grep -c 'stderr F'",
    ),
  ).toMatch(/^web\n\d+\n\d+$/);
  expect(await seat.said("crictl pull nginx:nonsuch")).toContain("docker.io/library/nginx:nonsuch: not found");
  expect(await seat.said("crictl ps nope; crictl logs abcdef")).toContain('an error occurred when try to find container \\"abcdef\\": not found');
  expect(await seat.said("systemctl stop containerd; crictl ps")).toContain("connect: no such file or directory");
});

test("what etcd held when it was saved is there again when it is restored", async () => {
  const seat = await Seat.boot("kubeadm-1node");
  expect(await seat.said(`etcdctl ${keys} endpoint health`)).toMatch(
    /^https:\/\/127\.0\.0\.1:2379 is healthy: successfully committed proposal: took = [\d.]+ms$/,
  );
  await seat.said("kubectl create ns before; kubectl create secret generic s --from-literal=password=hidden");
  expect(
    await seat.said(
      `etcdctl ${keys} get /registry/namespaces/before --keys-only | head -1; etcdctl ${keys} get /registry/secrets/default/s | grep -ac hidden`,
    ),
  ).toBe("/registry/namespaces/before\n1");
  expect(await seat.said(`etcdctl ${keys} get /registry/namespaces/before --print-value-only | head -c 4 | od -An -c`)).toBe("   k   8   s  \\0");
  expect(
    await seat.said(
      `ETCDCTL_API=3 etcdctl ${keys} snapshot save /opt/b.db | tail -1; etcdctl snapshot status /opt/b.db 2> /dev/null | cut -d, -f3 | tr -d ' '`,
    ),
  ).toMatch(/Snapshot saved at \/opt\/b\.db\n\d+$/);
  await seat.said("kubectl create ns after; kubectl delete ns before");
  expect(
    await seat.said(
      "etcdctl snapshot restore /opt/b.db --data-dir /var/lib/etcd-b 2> /dev/null; ls /var/lib/etcd-b/member; etcdctl snapshot restore /opt/b.db --data-dir /var/lib/etcd-b 2>&1 | tail -1",
    ),
  ).toBe('snap\nwal\nError: data-dir "/var/lib/etcd-b" not empty or could not be read');
  await seat.said("sed -i 's#path: /var/lib/etcd$#path: /var/lib/etcd-b#' /etc/kubernetes/manifests/etcd.yaml");
  await seat.wait(60);
  expect(await seat.said("kubectl get ns -o name | grep -E 'before|after'")).toBe("namespace/before");
  // The way back leads to what was there meanwhile.
  await seat.said("sed -i 's#path: /var/lib/etcd-b$#path: /var/lib/etcd#' /etc/kubernetes/manifests/etcd.yaml");
  await seat.wait(60);
  expect(await seat.said("kubectl get ns -o name | grep -E 'before|after'")).toBe("namespace/after");
  expect(await seat.said("etcdctl member list")).toMatch(/Error: context deadline exceeded\n\[exit 1\]$/);
  expect(await seat.said("etcdctl --cacert=/nope member list")).toBe("Error: open /nope: no such file or directory\n[exit 1]");
});

test("a node leaves the cluster by kubeadm and joins it again", async () => {
  const seat = await Seat.boot("kubeadm-2node");
  expect(await seat.said("kubeadm version -o short; kubeadm certs check-expiration | grep -E '^(apiserver|etcd-ca) '")).toMatch(
    /^v1\.36\.3\napiserver +Nov 23, 2027 \d\d:\d\d UTC +364d +ca +no\s*\netcd-ca +Nov 20, 2036/,
  );
  expect(await seat.said("kubeadm token create --print-join-command > join.sh; cat join.sh; kubeadm token list | wc -l")).toMatch(
    /^kubeadm join 172\.30\.1\.2:6443 --token [a-z0-9]{6}\.[a-z0-9]{16} --discovery-token-ca-cert-hash sha256:[0-9a-f]{64} \n2$/,
  );
  const hash = await seat.said(
    "openssl x509 -pubkey -in /etc/kubernetes/pki/ca.crt -noout | openssl pkey -pubin -outform der | openssl dgst -sha256 -hex | sed 's/^.* //'",
  );
  expect(await seat.said("cat join.sh")).toContain(hash);
  await seat.said("ssh node01 kubeadm reset -f; kubectl delete node node01");
  expect(await seat.said("kubectl get nodes -o name; ssh node01 systemctl is-active kubelet")).toBe("node/controlplane\ninactive\n[exit 3]");
  expect(
    await seat.said(
      'ssh node01 "kubeadm join 172.30.1.2:6443 --token aaaaaa.bbbbbbbbbbbbbbbb --discovery-token-unsafe-skip-ca-verification" | tail -2',
    ),
  ).toContain('token ID "aaaaaa"');
  expect(await seat.said("ssh node01 \"$(cat join.sh)\" | grep joined; sleep 2; kubectl get nodes --no-headers | awk '{print $1, $2}'")).toBe(
    "This node has joined the cluster:\ncontrolplane Ready\nnode01 Ready",
  );
  expect(
    await seat.said(
      'before=$(openssl x509 -in /etc/kubernetes/pki/apiserver.crt -noout -serial); sleep 5; kubeadm certs renew apiserver | tail -1; [ "$before" != "$(openssl x509 -in /etc/kubernetes/pki/apiserver.crt -noout -serial)" ] && openssl verify -CAfile /etc/kubernetes/pki/ca.crt /etc/kubernetes/pki/apiserver.crt',
    ),
  ).toBe("certificate for serving the Kubernetes API renewed\n/etc/kubernetes/pki/apiserver.crt: OK");
});

test("certificates of the disk are what they say", async () => {
  const seat = await Seat.boot("kubeadm-1node");
  const check = (authority: string, ...paths: string[]) =>
    paths
      .map(
        (path) =>
          `openssl verify -CAfile ${authority} ${path}.crt; [ "$(openssl x509 -in ${path}.crt -noout -pubkey)" = "$(openssl pkey -in ${path}.key -pubout)" ] && echo same`,
      )
      .join("; ");
  expect(
    await seat.said(
      `cd /etc/kubernetes/pki; ${check("ca.crt", "apiserver", "apiserver-kubelet-client")}; ${check("etcd/ca.crt", "etcd/server", "apiserver-etcd-client")}`,
    ),
  ).toBe(["apiserver", "apiserver-kubelet-client", "etcd/server", "apiserver-etcd-client"].map((name) => `${name}.crt: OK\nsame`).join("\n"));
  expect(await seat.said("openssl x509 -in /etc/kubernetes/pki/apiserver.crt -noout -ext subjectAltName | tail -1")).toContain(
    "DNS:kubernetes.default.svc, DNS:kubernetes.default.svc.cluster.local, IP Address:10.96.0.1, IP Address:172.30.1.2",
  );
  expect(
    await seat.said(
      "kubectl --kubeconfig /etc/kubernetes/admin.conf auth whoami -o jsonpath='{.status.userInfo.username}'; echo; kubectl --kubeconfig /etc/kubernetes/scheduler.conf auth whoami -o jsonpath='{.status.userInfo.username}'",
    ),
  ).toBe("kubernetes-admin\nsystem:kube-scheduler");
});

test("what listens on a node, and whom its kubelet answers", async () => {
  const seat = await Seat.boot("kubeadm-2node");
  expect(await seat.said("ss -tuln | grep -oE ':(6443|2379|10250|10259) ' | sort -u")).toBe(":10250 \n:10259 \n:2379 \n:6443");
  expect(await seat.said("curl -s localhost:10248/healthz; echo; curl -sk https://node01:10250/pods")).toBe("ok\nUnauthorized");
  await seat.said("sed -i 's/enabled: false/enabled: true/' /var/lib/kubelet/config.yaml", "node01");
  expect(await seat.said("curl -sk https://node01:10250/pods")).toBe(
    "Forbidden (user=system:anonymous, verb=get, resource=nodes, subresource(s)=[pods proxy])",
  );
  await seat.said("sed -i 's/mode: Webhook/mode: AlwaysAllow/' /var/lib/kubelet/config.yaml", "node01");
  expect(await seat.said("curl -sk https://node01:10250/pods | jq -r '.items[].spec.nodeName' | sort -u")).toBe("node01");
  expect(await seat.said("systemctl stop kubelet; ss -tln | grep -c 10250; kubelet --version", "node01")).toBe("0\nKubernetes v1.36.3");
});

test("a node asks the cluster's name server when told to", async () => {
  const seat = await Seat.boot("kubeadm-2node");
  expect(await seat.said("dig +short @10.96.0.10 kubernetes.default.svc.cluster.local")).toBe("10.96.0.1");
  expect(await seat.said("nslookup kubernetes.default.svc.cluster.local 10.96.0.10 | tail -2")).toContain("Address: 10.96.0.1");
  expect(await seat.said("dig +short kubernetes.default.svc.cluster.local")).toBe("");
});
