/** What the help of one command names. */
export interface Named {
  /** The flags with their defaults, in order. */
  flags: string[];
  commands: string[];
  usage: string;
  aliases: string;
}

/** Asks the help of a command and of all below it, below `home`. */
export async function namedIn(first: string, home: string, ask: (line: string) => Promise<string>): Promise<Record<string, Named>> {
  const all: Record<string, Named> = {};
  const look = async (path: string) => {
    const named = read((await ask(`${path} --help`)).replaceAll(home, "~"));
    all[path] = named;
    for (const command of named.commands) await look(`${path} ${command}`);
  };
  await look(first);
  return all;
}

/** The flags that each command of kubectl takes, which it tells apart from the others. */
export async function globalsIn(home: string, ask: (line: string) => Promise<string>): Promise<Record<string, Named>> {
  return { "kubectl options": read((await ask("kubectl options")).replaceAll(home, "~")) };
}

// kubectl shows a flag with its default on a line of its own, helm in a column with its text behind it.
const ofKubectl = /^ {4}((?:-\w, )?--\S+=.*):$/;
const ofHelm = /^ +((?:-\w, )?--[\w-]+(?: \S+)?)(?: {2,}(.*))?$/;

function read(text: string): Named {
  const named: Named = { flags: [], commands: [], usage: "", aliases: "" };
  let section = "";
  for (const line of text.split("\n")) {
    if (/^[A-Z].*:$/.test(line)) section = line;
    else if (section === "Usage:") named.usage ||= line.trim();
    else if (section === "Aliases:") named.aliases ||= line.trim();
    else if (section === "Options:" || section === "The following options can be passed to any command:") {
      const [, flag] = ofKubectl.exec(line) ?? [];
      if (flag) named.flags.push(flag);
    } else if (/^(Global )?Flags:$/.test(section)) {
      const [, flag, prose = ""] = ofHelm.exec(line) ?? [];
      if (flag) named.flags.push(`${flag} ${/\(default (.*)\)$/.exec(prose)?.[1] ?? ""}`.trim());
    } else if (section.includes("Commands")) {
      const [, command] = /^ {2}([a-z][\w-]*) {2,}/.exec(line) ?? [];
      if (command && command !== "help") named.commands.push(command);
    }
  }
  return named;
}
