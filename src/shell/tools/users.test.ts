import { expect, test } from "vitest";
import { played, testMachine } from "../../../test/kit/shell.ts";

test.for([
  [
    "a user of its own group",
    "useradd -m bob; id bob; ls -ld /home/bob | cut -d' ' -f3,4",
    "uid=1000(bob) gid=1000(bob) groups=1000(bob)\nbob bob\n",
  ],
  ["further groups", "groupadd -g 2000 dev; useradd -G dev,www-data bob; id -Gn bob; getent group dev", "bob www-data dev\ndev:x:2000:bob\n"],
  ["a group given later", "useradd bob; usermod -aG www-data bob; groups bob; usermod -G '' bob; groups bob", "bob : bob www-data\nbob : bob\n"],
  ["a number and a shell", "useradd -u 1500 -s /bin/bash -d /srv bob; tail -1 /etc/passwd", "bob:x:1500:1500::/srv:/bin/bash\n"],
  ["a user twice", "useradd bob; useradd bob; echo $?", "useradd: user 'bob' already exists\n9\n"],
  ["an unknown group", "useradd -g none bob; echo $?", "useradd: group 'none' does not exist\n6\n"],
  ["a user that is gone", "useradd -m bob; userdel -r bob; id bob; ls /home", "id: ‘bob’: no such user\n"],
  ["nobody of that name", "userdel bob; echo $?", "userdel: user 'bob' does not exist\n6\n"],
  ["a login", "useradd -m -s /bin/bash bob; su - bob -c 'whoami; pwd; echo ~'", "bob\n/home/bob\n/home/bob\n"],
  ["files of somebody", "useradd bob; cd /tmp; su bob -c 'touch x'; stat -c '%U %G %u' x", "bob bob 1000\n"],
  ["a line in the file", "echo 'eve:x:77:33::/:/bin/sh' >> /etc/passwd; id eve", "uid=77(eve) gid=33(www-data) groups=33(www-data)\n"],
  ["a number without a name", "touch x; chown 1234:4321 x; stat -c '%U %G' x", "1234 4321\n"],
  [
    "the group of a directory",
    "mkdir d; chgrp www-data d; chmod 2775 d; touch d/x; mkdir d/e; stat -c '%G %a' d/x d/e",
    "www-data 644\nwww-data 2755\n",
  ],
  [
    "files for a group",
    "groupadd dev; useradd -G dev bob; cd /tmp; echo hi > x; chgrp dev x; chmod 640 x; su bob -c 'cat x'; su nobody -s /bin/sh -c 'cat x'",
    "hi\ncat: x: Permission denied\n",
  ],
  ["passwords", "useradd bob; echo bob:secret | chpasswd && echo -e 'a\\na' | passwd bob 2>/dev/null; echo $?", "0\n"],
] as const)("%s", async ([, command, out]) => {
  const said = await played(testMachine(), { args: ["/bin/bash", "-c", `exec 2>&1\n${command}`], cwd: "/root", env: { HOME: "/root" } });
  expect(said.out).toBe(out);
});

test("busybox adds users with letters and tells groups in order", async () => {
  const command =
    "addgroup -S app && adduser -S -D -G app app && id app; addgroup app www-data; id app; adduser -D me; tail -1 /etc/passwd; useradd x";
  const said = await played(testMachine({ base: "busybox" }), { args: ["/bin/sh", "-c", `exec 2>&1\n${command}`] });
  expect(said.out).toBe(
    "uid=998(app) gid=999(app) groups=999(app)\nuid=998(app) gid=999(app) groups=33(www-data),999(app)\nme:x:1000:1000::/home/me:/bin/sh\n/bin/sh: useradd: not found\n",
  );
});
