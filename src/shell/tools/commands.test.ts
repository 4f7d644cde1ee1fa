import { expect, test } from "vitest";
import { noNet, played, testMachine } from "../../../test/kit/shell.ts";

/** The words that scripts and lessons about Kubernetes begin their commands with, the most used first; what the cluster brings is elsewhere. */
const words =
  "echo cat grep sleep exit [ set curl [[ true mkdir touch export cd chmod jq clear sudo wc rm bash wget local sed tar mv cp printf source base64 break awk head return apt-get tr ls seq test kill : command tput watch trap sh stty exec tail apt cut tee dpkg date tree vim diff chown sort install id uname xargs mktemp ip ps hostname wait nano vi less more yq nc ping".split(
    " ",
  );

test.for(words)("%s is there", async (word) => {
  const { out } = await played(testMachine(), { args: ["/bin/bash", "-c", `type -t -- '${word}'`] });
  expect(out.trim()).toMatch(/^(?:builtin|file|keyword)$/);
});

/** What lessons expect of the place, and shell as their scripts write it. */
test.for([
  ["home", "cd; pwd; echo ~", "/root\n/root\n"],
  [
    "a place for answers",
    "mkdir -p /opt/course/1 && echo 'kubectl get pods' > /opt/course/1/cmd.sh && cat /opt/course/1/cmd.sh",
    "kubectl get pods\n",
  ],
  ["files in /tmp", "echo x > /tmp/out.txt; test -s /tmp/out.txt && echo there", "there\n"],
  ["an alias in a terminal's shell", "shopt -s expand_aliases\nalias k='echo kubectl'\nk get po", "kubectl get po\n"],
  ["waiting until something is there", "(sleep 3; touch /tmp/ready) & until [ -f /tmp/ready ]; do sleep 1; done; echo ready", "ready\n"],
  ["waiting with an end", "for i in {1..5}; do [ $i -eq 3 ] && { echo found $i; break; }; sleep 2; done", "found 3\n"],
  ["a manifest in a here-document", "cat <<'EOF' > p.yaml\nkind: Pod\nmetadata:\n  name: $x\nEOF\ngrep -c '\\$x' p.yaml", "1\n"],
  ["a decoded secret", "echo -n 's3cret' | base64 | base64 -d", "s3cret"],
  ["quiet checks", "echo 'Running 1/1' | grep -q Running && echo ok || echo no", "ok\n"],
  ["a count", "printf 'a\\nb\\n' | wc -l | tr -d ' '", "2\n"],
  ["a second line of output", "printf 'NAME AGE\\nweb 5s\\n' | awk 'NR==2 {print $1}'", "web\n"],
  ["a value changed in place", "echo 'replicas: 1' > f; sed -i 's/replicas: 1/replicas: 3/' f; cat f", "replicas: 3\n"],
  ["a line put in", "printf 'a\\nc\\n' > f; sed -i '/a/a b' f; tr '\\n' ' ' < f", "a b c "],
  ["messages with colours", 'GREEN="\\033[0;32m"; echo -e "$GREEN"done', "\x1b[0;32mdone\n"],
  ["strict scripts", "bash -c 'set -euo pipefail; x=$(echo 1); echo $x; false | true; echo never'", "1\n"],
  [
    "functions with local variables",
    'check() { local n="$1"; [[ "$n" -ge 2 ]] && return 0 || return 1; }; check 3 && echo yes; check 1 || echo no',
    "yes\nno\n",
  ],
  ["files left and right", "diff <(echo a) <(echo a) && echo same", "same\n"],
  ["a script that is made and run", "printf '#!/bin/bash\\necho \"got $1\"\\n' > s.sh && chmod +x s.sh && ./s.sh it", "got it\n"],
  ["vi without a terminal", "printf 'ia line\\033:wq\\n' | vi f 2>/dev/null; cat f", "a line\n"],
  ["an editor that is told what to do", "printf 'a\\nb\\n' > f; vim -es -c '%s/a/x/' -c 'wq' f </dev/null; cat f", "x\nb\n"],
  ["ex reads commands", "printf 'a\\nb\\n' > f; printf '2d\\nwq\\n' | ex -s f; cat f", "a\n"],
] as const)("%s", async ([, command, out]) => {
  const kit = testMachine({ net: noNet });
  expect((await played(kit, { args: ["/bin/bash", "-c", command], cwd: "/root", env: { HOME: "/root" } })).out).toBe(out);
});
