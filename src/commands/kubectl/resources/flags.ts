import { bool, int, string, strings } from "../../cli/flags.ts";

/** `-f`, `-R` and `-k`, as a command says what the files are for. */
export const fileFlags = (what: string) =>
  ({
    filename: strings({ short: "f", help: `Files, directories or URLs ${what}`, completes: "file" }),
    kustomize: string({ short: "k", help: "A directory with a kustomization. Not together with -f or -R.", completes: "file" }),
    recursive: bool({ short: "R", help: "Go through the directories of -f with all that is below them." }),
  }) as const;

export const selectorFlag = string({
  short: "l",
  help: "Only objects whose labels match: '=', '==', '!=', 'in', 'notin' (e.g. -l key1=value1,key2=value2,key3 in (value3)). All terms must hold.",
});

export const fieldSelectorFlag = string({
  help: "Only objects whose fields match: '=', '==' and '!=' (e.g. --field-selector key1=value1,key2=value2). Each kind offers a few fields.",
});

export const allNamespacesFlag = bool({ short: "A", help: "Look in all namespaces; a namespace given beside it is ignored." });

export const chunkSizeFlag = int({ default: 500, help: "Ask for long lists in pieces of this size; 0 asks for all at once." });

export const dryRunFlag = string({
  default: "none",
  bare: "unchanged",
  help: 'Must be "none", "server" or "client". With client, only print what would be sent; with server, send it but store nothing.',
  completes: ["none", "client", "server"],
});

export const fieldManagerFlag = (name: string) => string({ default: name, help: "The name under which changed fields are owned." });

export const validateFlag = string({
  default: "strict",
  bare: "strict",
  help: 'Must be "strict" (or true), "warn" or "ignore" (or false): whether unknown or doubled fields are refused, warned of, or dropped.',
  completes: ["strict", "warn", "ignore"],
});

export const recordFlag = bool({
  help: "Note this command in the object's annotation kubernetes.io/change-cause.",
  deprecated: "--record will be removed in the future",
  hidden: true,
});
