import { expect, test } from "vitest";
import { played, testMachine } from "../../../test/kit/shell.ts";

const said = async (text: string, user: "root" | "nobody" = "root") => {
  const { out, err } = await played(testMachine({ base: "full" }), { args: ["bash", "-c", text], ...(user === "root" ? {} : { user }) });
  return out + err;
};

test.for([
  ["reads one", "sysctl net.ipv4.ip_forward", "net.ipv4.ip_forward = 1\n"],
  ["reads the value alone", "sysctl -n net/ipv4/ip_forward", "1\n"],
  ["sets one, which the file shows", "sysctl -w vm.swappiness=10; cat /proc/sys/vm/swappiness", "vm.swappiness = 10\n10\n"],
  ["shows what the file was set to", "echo 0 > /proc/sys/net/ipv4/ip_forward; sysctl -n net.ipv4.ip_forward", "0\n"],
  ["knows what there is not", "sysctl no.such || echo $?", "1\nsysctl: cannot stat /proc/sys/no/such: No such file or directory\n"],
  [
    "goes through all files",
    "printf '# a\\nnet.ipv4.ip_forward  = 1\\n' > /etc/sysctl.d/k8s.conf; sysctl --system",
    "* Applying /etc/sysctl.d/k8s.conf ...\nnet.ipv4.ip_forward = 1\n* Applying /etc/sysctl.conf ...\n",
  ],
  ["loads modules", "modprobe br_netfilter && modprobe ip-vs && lsmod | grep -c -e br_netfilter -e ip_vs", "2\n"],
  [
    "knows which modules there are not",
    "modprobe nosuch || echo $?",
    "1\nmodprobe: FATAL: Module nosuch not found in directory /lib/modules/6.12.48\n",
  ],
  ["has no swap", "swapoff -a && swapon --show && echo none", "none\n"],
] as const)("the kernel's settings: %s", async ([, text, out]) => {
  expect(await said(text)).toBe(out);
});

test.for([
  ["test -f /etc/passwd", 0],
  ["[ -d /nope ]", 1],
  ["[ 1 -eq 1", 2],
] as const)("without a shell: %s", async ([line, code]) => {
  expect((await played(testMachine({ base: "busybox" }), { args: line.split(" ") })).code).toBe(code);
});
