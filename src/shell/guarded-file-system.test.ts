import { expect, test } from "vitest";
import { played, testMachine } from "../../test/kit/shell.ts";

const users = { learner: { uid: 1000, home: "/home/learner", shell: "/bin/bash" } };

test.for([
  ["echo x > /etc/motd", "", "bash: line 1: /etc/motd: Permission denied\n", 1],
  ["touch /usr/bin/x", "", "touch: cannot touch '/usr/bin/x': Permission denied\n", 1],
  ["rm /etc/passwd", "", "rm: cannot remove '/etc/passwd': Permission denied\n", 1],
  ["mkdir /data", "", "mkdir: cannot create directory ‘/data’: Permission denied\n", 1],
  ["ls /root", "", "ls: cannot open directory '/root': Permission denied\n", 2],
  ["mkdir -p ~/a/b && echo hi > ~/a/b/c && cat ~/a/b/c && stat -c '%U %a' ~/a ~/a/b/c", "hi\nlearner 755\nlearner 644\n", "", 0],
  ["echo hi > /tmp/x; cat /tmp/x; rm /tmp/x; chmod 700 /tmp", "hi\n", "chmod: changing permissions of '/tmp': Operation not permitted\n", 1],
  [
    "sudo sh -c 'echo root > /etc/motd'; cat /etc/motd; sudo cat /root/.profile 2>&1 | head -1; sudo id -un",
    "root\ncat: /root/.profile: No such file or directory\nroot\n",
    "",
    0,
  ],
  ["chown root ~; echo $?", "1\n", "chown: changing ownership of '/home/learner': Operation not permitted\n", 0],
] as const)("%s", async ([command, out, err, code]) => {
  const kit = testMachine({ users });
  expect(await played(kit, { args: ["bash", "-c", command], user: "learner", cwd: "/home/learner" })).toMatchObject({ out, err, code });
});
