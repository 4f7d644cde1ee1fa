import { addTo, addUser, denied, freeNumber, groupFile, groupNumber, listOf, passwdFile, removeFrom, rewrite, validName } from "./account-files.ts";
import { defineTool, type Tool } from "./tool.ts";

export const useradd = defineTool({
  name: "useradd",
  usage: "[options] LOGIN",
  summary: "Create a new user.",
  options: [
    "b,base-dir=",
    "c,comment=",
    "d,home-dir=",
    "D,defaults",
    "e,expiredate=",
    "f,inactive=",
    "g,gid=",
    "G,groups=",
    "k,skel=",
    "K,key=",
    "l,no-log-init",
    "m,create-home",
    "M,no-create-home",
    "N,no-user-group",
    "o,non-unique",
    "p,password=",
    "r,system",
    "s,shell=",
    "u,uid=",
    "U,user-group",
  ],

  async run(call) {
    const { options, process, fail } = call;
    const [name] = options.operands;
    const { accounts } = process.machine;
    if (name === undefined) return fail("missing login name", 2);
    const no = denied(call);
    if (no) return no;
    if (!validName.test(name)) return fail(`invalid user name '${name}': use --badname to ignore`, 3);
    if (accounts.user(name)) return fail(`user '${name}' already exists`, 9);
    const uid = options.has("uid") ? Number(options.get("uid")) : freeNumber(process.machine, options.has("system"));
    if (accounts.userOf(uid) && !options.has("non-unique")) return fail(`UID ${uid} is not unique`, 4);
    const first = options.get("gid");
    const gid = first === undefined ? (options.has("no-user-group") ? 100 : undefined) : groupNumber(process, first);
    if (first !== undefined && gid === undefined) return fail(`group '${first}' does not exist`, 6);
    if (gid === undefined && accounts.group(name)) return fail(`group ${name} exists - if you want to add this user to that group, use -g.`, 9);
    const groups = listOf(options.get("groups"));
    for (const one of groups) if (!accounts.group(one)) return fail(`group '${one}' does not exist`, 6);
    const home = options.get("home-dir") ?? `${options.get("base-dir") ?? "/home"}/${name}`;
    addUser(process, {
      name,
      uid,
      home,
      shell: options.get("shell") ?? "/bin/sh",
      comment: options.get("comment") ?? "",
      makesHome: options.has("create-home"),
      groups,
      ...(gid === undefined ? {} : { gid }),
    });
    return 0;
  },
});

/** As in Debian, where long options are words, and in busybox, where letters are. */
export const adduser = defineTool({
  name: "adduser",
  usage: "[OPTIONS] USER [GROUP]",
  summary: "Create a new user, or add USER to GROUP.",
  options: [
    "h,home=",
    "g,gecos=",
    "s,shell=",
    "G,ingroup=",
    "S,system",
    "D,disabled-password",
    "disabled-login",
    "H,no-create-home",
    "u,uid=",
    "gid=",
    "group",
    "k=",
    "q,quiet",
    "allow-bad-names",
    "comment=",
    "add-extra-groups",
  ],

  async run(call) {
    const { options, process, fail, out } = call;
    const [name, existing] = options.operands;
    const { accounts, system } = process.machine;
    if (name === undefined) return fail("Only one or two names allowed.");
    const no = denied(call);
    if (no) return no;
    if (existing !== undefined) {
      if (!accounts.user(name)) return fail(`The user \`${name}' does not exist.`);
      if (!accounts.group(existing)) return fail(`The group \`${existing}' does not exist.`);
      addTo(process.machine.fs, name, [existing]);
      return 0;
    }
    if (accounts.user(name)) return system === "debian" ? fail(`The user \`${name}' already exists.`) : fail(`user '${name}' in use`);
    const first = options.get("ingroup") ?? options.get("gid");
    const gid = first === undefined ? undefined : groupNumber(process, first);
    if (first !== undefined && gid === undefined)
      return system === "debian" ? fail(`The group \`${first}' does not exist.`) : fail(`unknown group ${first}`);
    const isSystem = options.has("system");
    const uid = options.has("uid") ? Number(options.get("uid")) : freeNumber(process.machine, isSystem);
    const home = options.get("home") ?? `/home/${name}`;
    const makesHome = !options.has("no-create-home");
    const usual = system === "debian" ? (isSystem ? "/usr/sbin/nologin" : "/bin/bash") : isSystem ? "/sbin/nologin" : "/bin/sh";
    // Debian puts accounts of the system into the group nogroup, busybox into one of their own.
    addUser(process, {
      name,
      uid,
      home,
      makesHome,
      shell: options.get("shell") ?? usual,
      comment: options.get("gecos") ?? options.get("comment") ?? "",
      ...(gid !== undefined ? { gid } : isSystem && system === "debian" && !options.has("group") ? { gid: 65534 } : {}),
    });
    if (system === "debian" && !options.has("quiet")) {
      await out.line(`Adding ${isSystem ? "system " : ""}user \`${name}' ${isSystem ? `(UID ${uid}) ` : ""}...`);
      if (makesHome) await out.line(`Creating home directory \`${home}' ...`);
    }
    return 0;
  },
});

const removeTool = (name: "userdel" | "deluser"): Tool =>
  defineTool({
    name,
    usage: "[options] LOGIN",
    summary: "Delete a user account and, with -r, its home directory.",
    options: ["f,force", "r,remove,remove-home", "q,quiet", "system"],

    async run(call) {
      const { options, process, fail } = call;
      const [user] = options.operands;
      const { accounts, fs } = process.machine;
      if (user === undefined) return fail("missing login name", 2);
      const no = denied(call);
      if (no) return no;
      const known = accounts.user(user);
      if (!known) return name === "userdel" ? fail(`user '${user}' does not exist`, 6) : fail(`unknown user ${user}`, 1);
      rewrite(fs, passwdFile, (fields) => (fields[0] === user ? undefined : fields));
      removeFrom(fs, user, () => true);
      rewrite(fs, groupFile, (fields) => (fields[0] === user && !fields[3] ? undefined : fields));
      if (options.has("remove-home") && fs.stat(known.home)) fs.remove(known.home, { recursive: true });
      return 0;
    },
  });

export const userdel = removeTool("userdel");
export const deluser = removeTool("deluser");

export const usermod = defineTool({
  name: "usermod",
  usage: "[options] LOGIN",
  summary: "Modify a user account.",
  options: [
    "a,append",
    "c,comment=",
    "d,home=",
    "g,gid=",
    "G,groups=",
    "l,login=",
    "L,lock",
    "m,move-home",
    "p,password=",
    "r,remove",
    "s,shell=",
    "u,uid=",
    "U,unlock",
    "e,expiredate=",
  ],

  async run(call) {
    const { options, process, fail } = call;
    const [name] = options.operands;
    const { accounts, fs } = process.machine;
    if (name === undefined) return fail("missing login name", 2);
    const no = denied(call);
    if (no) return no;
    const user = accounts.user(name);
    if (!user) return fail(`user '${name}' does not exist`, 6);
    const groups = listOf(options.get("groups"));
    for (const one of groups) if (!accounts.group(one)) return fail(`group '${one}' does not exist`, 6);
    const first = options.get("gid");
    const gid = first === undefined ? user.gid : groupNumber(process, first);
    if (gid === undefined) return fail(`group '${first}' does not exist`, 6);
    const home = options.get("home") ?? user.home;
    if (options.has("move-home") && home !== user.home && fs.stat(user.home)) fs.rename(user.home, home);
    const login = options.get("login") ?? name;
    rewrite(fs, passwdFile, (fields) =>
      fields[0] === name
        ? [
            login,
            "x",
            options.get("uid") ?? String(user.uid),
            String(gid),
            options.get("comment") ?? fields[4] ?? "",
            home,
            options.get("shell") ?? user.shell,
          ]
        : fields,
    );
    if (options.has("groups")) {
      if (options.has("remove")) removeFrom(fs, name, (one) => groups.includes(one));
      else if (!options.has("append")) removeFrom(fs, name, (one) => !groups.includes(one));
      if (!options.has("remove")) addTo(fs, name, groups);
    }
    return 0;
  },
});
