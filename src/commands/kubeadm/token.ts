import { base64Of } from "#machinery/base64-text.ts";
import { humanDuration } from "#machinery/duration.ts";
import { formatTime } from "#machinery/time.ts";
import { parseCertificates } from "#machinery/x509/certificate.ts";
import { encodePublicKey } from "#machinery/x509/keys.ts";
import { digestOf } from "#machinery/x509/signature.ts";
import { bool, duration, string, strings } from "../cli/flags.ts";
import { TabWriter } from "../cli/tab-writer.ts";
import { structJson } from "../kubectl/print/json.ts";
import { ask, type Context, defineCommand, Failure, patience } from "./command.ts";

const alphabet = "0123456789abcdefghijklmnopqrstuvwxyz";

interface TokenSecret {
  metadata: { name: string };
  data?: Record<string, string>;
}

/** `abcdef.0123456789abcdef` */
export function newToken({ process }: Context): string {
  const { random } = process.machine;
  const letters = (count: number) => Array.from({ length: count }, () => alphabet[random.between(0, alphabet.length - 1)] ?? "").join("");
  return `${letters(6)}.${letters(16)}`;
}

export const isToken = (text: string): boolean => /^[a-z0-9]{6}\.[a-z0-9]{16}$/.test(text);

/** What tells the cluster's authority from others: the hash of its public key. */
export function authorityHash(context: Context): string {
  const { fs } = context.process.machine;
  const path = "/etc/kubernetes/pki/ca.crt";
  const [certificate] = fs.stat(path) ? parseCertificates(fs.readText(path)) : [];
  if (!certificate) throw new Failure(`couldn't load the certificate authority: open ${path}: no such file or directory\n${patience}`);
  return `sha256:${Array.from(digestOf("sha256", encodePublicKey(certificate.publicKey)), (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

export const secrets = "/api/v1/namespaces/kube-system/secrets";

const create = defineCommand({
  name: "create",
  usage: "[token]",
  summary: "Create bootstrap tokens on the server",
  flags: {
    "certificate-key": string({
      help: "When used together with '--print-join-command', print the full 'kubeadm join' flag needed to join the cluster as a control-plane.",
    }),
    config: string({ help: "Path to a kubeadm configuration file." }),
    description: string({ help: "A human friendly description of how this token is used." }),
    groups: strings({
      default: ["system:bootstrappers:kubeadm:default-node-token"],
      help: "Extra groups that this token will authenticate as when used for authentication.",
    }),
    "print-join-command": bool({
      help: "Instead of printing only the token, print the full 'kubeadm join' flag needed to join the cluster using the token.",
    }),
    ttl: duration({ default: 86_400_000, help: "The duration before the token is automatically deleted." }),
    usages: strings({ default: ["signing", "authentication"], help: "Describes the ways in which this token can be used." }),
  },
  async run(context) {
    const { args, flags, out, now, host } = context;
    const token = args[0] ?? newToken(context);
    if (!isToken(token)) throw new Failure(`the bootstrap token "${token}" was not of the form "[a-z0-9]{6}\\.[a-z0-9]{16}"\n${patience}`);
    const [id = "", secret = ""] = token.split(".");
    const data: Record<string, string> = {
      "token-id": id,
      "token-secret": secret,
      "auth-extra-groups": flags.groups.join(","),
      ...(flags.description ? { description: flags.description } : {}),
      ...(flags.ttl > 0 ? { expiration: formatTime(now + flags.ttl) } : {}),
      ...Object.fromEntries(flags.usages.map((usage) => [`usage-bootstrap-${usage}`, "true"])),
    };
    await ask(context, "POST", secrets, {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: `bootstrap-token-${id}`, namespace: "kube-system" },
      type: "bootstrap.kubernetes.io/token",
      data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, base64Of(value)])),
    });
    out.line(
      flags["print-join-command"]
        ? `kubeadm join ${host.machines.server.replace("https://", "")} --token ${token} --discovery-token-ca-cert-hash ${authorityHash(context)} `
        : token,
    );
  },
});

const value = ({ data }: TokenSecret, key: string) => (data?.[key] === undefined ? "" : atob(data[key] ?? ""));

const list = defineCommand({
  name: "list",
  summary: "List bootstrap tokens on the server",
  flags: { output: string({ short: "o", default: "text", help: "Output format. One of: text|json|yaml|jsonpath." }) },
  async run(context) {
    const { out, now, flags } = context;
    const { items } = await ask<{ items: TokenSecret[] }>(context, "GET", `${secrets}?fieldSelector=type%3Dbootstrap.kubernetes.io%2Ftoken`);
    const rows = items.map((item) => {
      const expiration = value(item, "expiration");
      const usages = Object.keys(item.data ?? {})
        .filter((key) => key.startsWith("usage-bootstrap-"))
        .map((key) => key.slice("usage-bootstrap-".length))
        .sort();
      return {
        token: `${value(item, "token-id")}.${value(item, "token-secret")}`,
        expiration,
        usages,
        description: value(item, "description"),
        groups: value(item, "auth-extra-groups"),
      };
    });
    if (flags.output === "json") {
      for (const { token, expiration, usages, description, groups } of rows)
        out.line(
          structJson(
            {
              kind: "BootstrapToken",
              apiVersion: "output.kubeadm.k8s.io/v1alpha3",
              token,
              ...(description ? { description } : {}),
              ...(expiration ? { expires: expiration } : {}),
              usages,
              groups: groups.split(","),
            },
            4,
          ),
        );
      return;
    }
    if (flags.output !== "text") throw new Failure(`Not simulated by Podyard: kubeadm token list -o ${flags.output}`);
    if (rows.length === 0) return;
    const writer = new TabWriter({ least: 10, padding: 3 });
    writer.write("TOKEN\tTTL\tEXPIRES\tUSAGES\tDESCRIPTION\tEXTRA GROUPS\n");
    for (const { token, expiration, usages, description, groups } of rows) {
      const left = Date.parse(expiration) - now;
      const ttl = expiration === "" ? "<forever>" : left > 0 ? humanDuration(left) : "<invalid>";
      writer.write(
        `${token}\t${ttl}\t${expiration === "" ? "<never>" : expiration}\t${usages.join(",") || "<none>"}\t${description || "<none>"}\t${groups || "<none>"}\n`,
      );
    }
    out.print(writer.take());
  },
});

const remove = defineCommand({
  name: "delete",
  usage: "[token-value] ...",
  summary: "Delete bootstrap tokens on the server",
  async run(context) {
    if (context.args.length === 0)
      throw new Failure(`missing argument; 'token delete' is missing token of form "[a-z0-9]{6}" or "[a-z0-9]{6}\\.[a-z0-9]{16}"\n${patience}`);
    for (const token of context.args) {
      if (!/^[a-z0-9]{6}(\.[a-z0-9]{16})?$/.test(token))
        throw new Failure(`given token didn't match pattern "[a-z0-9]{6}" or "[a-z0-9]{6}\\.[a-z0-9]{16}"\n${patience}`);
      const [id = ""] = token.split(".");
      try {
        await ask(context, "DELETE", `${secrets}/bootstrap-token-${id}`);
      } catch (error) {
        if (error instanceof Failure) throw new Failure(`failed to delete bootstrap token "${id}": ${error.message}`);
        throw error;
      }
      context.out.line(`bootstrap token "${id}" deleted`);
    }
  },
});

const generate = defineCommand({
  name: "generate",
  summary: "Generate and print a bootstrap token, but do not create it on the server",
  run(context) {
    context.out.line(newToken(context));
  },
});

export const token = defineCommand({ name: "token", summary: "Manage bootstrap tokens", commands: [create, remove, generate, list] });
