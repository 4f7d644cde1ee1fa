import { bytesOf } from "#base/streams.ts";
import type { Net, Program } from "#shell/process.ts";

/** `nslookup` of busybox up to 1.28: it asks as any program would, with the domains that are searched, and names what addresses belong to. */
export const oldNslookup: Program = async (process) => {
  const { fs, net } = process.machine;
  const [name, given] = process.args.slice(1);
  if (name === undefined) {
    await process.stderr.write(bytesOf("Usage: nslookup [HOST] [SERVER]\n"));
    return 1;
  }
  const resolvConf = fs.stat("/etc/resolv.conf") ? fs.readText("/etc/resolv.conf") : "";
  const server = given ?? /^\s*nameserver\s+(\S+)/m.exec(resolvConf)?.[1] ?? "127.0.0.1";
  await process.stdout.write(bytesOf(`Server:    ${server}\nAddress 1: ${named(net, server)}\n\n`));
  const addresses = net.resolve(name);
  if (addresses.length === 0) {
    await process.stderr.write(bytesOf(`nslookup: can't resolve '${name}'\n`));
    return 1;
  }
  await process.stdout.write(bytesOf(`Name:      ${name}\n${addresses.map((address, i) => `Address ${i + 1}: ${named(net, address)}\n`).join("")}`));
  return 0;
};

/** An address with the name that it has. */
function named(net: Net, address: string): string {
  const [owner] = net.query(`${address.split(".").reverse().join(".")}.in-addr.arpa`, "PTR").records;
  return owner ? `${address} ${owner.data}` : address;
}
