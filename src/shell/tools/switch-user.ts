import { defineTool } from "./tool.ts";

export const su = defineTool({
  name: "su",
  usage: "[options] [-] [<user> [<argument>...]]",
  summary: "Run a shell as another user.",
  plain: true,

  async run({ args, process, fail, err }) {
    let [login, command, keeps] = [false, undefined as string | undefined, false];
    let shell: string | undefined;
    const names: string[] = [];
    for (let i = 0; i < args.length; i++) {
      const arg = args[i] ?? "";
      if (arg === "-" || arg === "-l" || arg === "--login") login = true;
      else if (arg === "-c" || arg === "--command") command = args[++i];
      else if (arg === "-s" || arg === "--shell") shell = args[++i];
      else if (arg === "-m" || arg === "-p") keeps = true;
      else if (arg.startsWith("-")) return fail(`invalid option -- '${arg.slice(1)}'`);
      else names.push(arg);
    }
    const [name = "root", ...rest] = names;
    const user = process.machine.accounts.user(name);
    if (!user) return fail(`user ${name} does not exist or the user entry does not contain all the required fields`);
    if (process.user.uid !== 0 && name !== process.user.name) {
      // Nobody here has a password: sudo is the way.
      await err.line("Password: \nsu: Authentication failure");
      return 1;
    }
    const environment = new Map(login ? [...process.env].filter(([key]) => key === "TERM" || key === "PATH") : process.env);
    if (!keeps) environment.set("HOME", user.home).set("SHELL", user.shell);
    if (!keeps && (login || name !== "root")) environment.set("USER", name).set("LOGNAME", name);
    const program = shell ?? user.shell;
    if (/nologin|false$/.test(program)) {
      await err.line("This account is currently not available.");
      return 1;
    }
    const words = [program, ...(login ? ["-l"] : []), ...(command === undefined ? [] : ["-c", command]), ...rest];
    return await process.run(words, { env: environment, user: process.machine.accounts.process(name), ...(login && { cwd: user.home }) });
  },
});
