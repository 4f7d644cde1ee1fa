import { expect, test } from "vitest";
import { Seat } from "../../../test/kit/seat.ts";

test("certificates and kubeconfigs that went missing are made anew", async () => {
  const seat = await Seat.boot("kubeadm-2node");
  expect(await seat.said("kubeadm init phase certs all | grep -vc 'Using existing'")).toBe("1");
  await seat.said(
    "rm /etc/kubernetes/pki/apiserver.crt /etc/kubernetes/pki/apiserver.key; crictl stop $(crictl ps -q --name kube-apiserver); sleep 10",
  );
  expect(await seat.said("kubectl get nodes 2>&1 | tail -1")).toContain("was refused");
  expect(await seat.said("kubeadm init phase certs apiserver --apiserver-cert-extra-sans=example.com")).toBe(
    '[certs] Generating "apiserver" certificate and key\n' +
      "[certs] apiserver serving cert is signed for DNS names [controlplane kubernetes kubernetes.default kubernetes.default.svc kubernetes.default.svc.cluster.local example.com] and IPs [10.96.0.1 172.30.1.2]",
  );
  expect(await seat.said("openssl verify -CAfile /etc/kubernetes/pki/ca.crt /etc/kubernetes/pki/apiserver.crt")).toBe(
    "/etc/kubernetes/pki/apiserver.crt: OK",
  );
  await seat.wait(300);
  expect(await seat.said("kubectl get nodes --no-headers | wc -l")).toBe("2");

  expect(await seat.said("rm /etc/kubernetes/admin.conf; kubeadm init phase kubeconfig admin")).toBe(
    '[kubeconfig] Writing "admin.conf" kubeconfig file',
  );
  expect(await seat.said("kubectl --kubeconfig /etc/kubernetes/admin.conf get nodes --no-headers | wc -l")).toBe("2");
  expect(await seat.said("kubeadm init phase upload-certs 2>&1 | head -1")).toBe("Not simulated by Podyard: kubeadm init phase upload-certs");
});
