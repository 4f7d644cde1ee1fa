import { denied } from "./account-files.ts";
import { defineTool } from "./tool.ts";

/** Nobody here is asked for a password: what is set is taken and never needed. */
export const passwd = defineTool({
  name: "passwd",
  usage: "[options] [LOGIN]",
  summary: "Change a user's password.",
  options: ["d,delete", "e,expire", "l,lock", "u,unlock", "S,status", "q,quiet"],

  async run({ options, process, fail, out, err }) {
    const [name = process.user.name] = options.operands;
    if (!process.machine.accounts.user(name)) return fail(`user '${name}' does not exist`);
    if (process.user.uid !== 0 && name !== process.user.name) return fail(`You may not view or modify password information for ${name}.`);
    if (options.has("status")) await out.line(`${name} P 01/01/2026 0 99999 7 -1`);
    else if (options.has("delete") || options.has("expire") || options.has("lock") || options.has("unlock"))
      await out.line("passwd: password changed.");
    else {
      if (process.isTerminal(0)) return fail("Not simulated by Podyard: passwords that are typed (nobody here is asked for one)");
      const [first = "", second = ""] = new TextDecoder().decode(await process.read("-")).split("\n");
      await err.line("New password: \nRetype new password: ");
      if (first === "") return fail("Authentication token manipulation error\npasswd: password unchanged", 10);
      if (first !== second)
        return fail("Sorry, passwords do not match.\npasswd: Authentication token manipulation error\npasswd: password unchanged", 10);
      await err.line("passwd: password updated successfully");
    }
    return 0;
  },
});

export const chpasswd = defineTool({
  name: "chpasswd",
  usage: "[options]",
  summary: "Update passwords in batch mode.",
  options: ["c,crypt-method=", "e,encrypted", "m,md5"],

  async run(call) {
    const { process, fail } = call;
    const no = denied(call);
    if (no) return no;
    let number = 0;
    for (const line of new TextDecoder()
      .decode(await process.read("-"))
      .split("\n")
      .filter(Boolean)) {
      number++;
      const [name = "", secret] = line.split(":");
      if (secret === undefined) return fail(`line ${number}: missing new password`);
      if (!process.machine.accounts.user(name)) return fail(`(user ${name}) pam_chauthtok() failed, error:\nAuthentication token manipulation error`);
    }
    return 0;
  },
});
