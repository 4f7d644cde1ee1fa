set -euo pipefail
NS="${NS:-default}"
retry() { local n=0; until "$@"; do n=$((n+1)); [ "$n" -ge 30 ] && { echo "failed after $n tries"; return 1; }; sleep 0.01; done; }
check() { [[ -f ./ready ]]; }
(sleep 0.02; touch ready) &
retry check && echo "ready in $NS"
wait
%%
STATUS="Running"
if [[ "$STATUS" == "Running" ]]; then echo "✅ Pod is running"; else echo "❌ Pod not running"; exit 1; fi
%%
out=$(printf 'NAME READY STATUS\nweb-1 1/1 Running\nweb-2 0/1 Pending\n')
echo "$out" | awk 'NR>1 {print $1, $3}'
echo "$out" | grep -c Running
echo "$out" | tail -n +2 | cut -d' ' -f1 | sort -r | tr '\n' ','
echo
running=$(echo "$out" | grep Running | wc -l)
[ "$running" -eq 1 ] && echo one || echo other
%%
cat <<EOF > pod.yaml
apiVersion: v1
kind: Pod
metadata:
  name: ${POD_NAME:-web}
  labels: {app: $(echo web | tr a-z A-Z)}
spec:
  containers:
  - name: c
    image: nginx:1.25
    command: ["sh", "-c", "echo \$HOSTNAME; sleep 3600"]
EOF
cat pod.yaml
grep -q 'image: nginx:1.25' pod.yaml && echo "image ok"
sed -i 's/nginx:1.25/nginx:1.27/' pod.yaml
grep image pod.yaml
%%
cat <<'EOF' | tee script.sh >/dev/null
#!/usr/bin/env bash
echo "arg: ${1:-none}"
exit "${2:-0}"
EOF
chmod +x script.sh
./script.sh; ./script.sh a 3; echo "rc=$?"
bash script.sh b || echo failed
%%
PASS=0; FAIL=0
check() { local desc="$1"; shift; if "$@" >/dev/null 2>&1; then echo "PASS: $desc"; ((PASS++)) || true; else echo "FAIL: $desc"; ((FAIL++)) || true; fi; }
check "true works" true
check "false fails" false
check "file" test -f /etc/passwd
echo "$PASS passed, $FAIL failed"
[ "$FAIL" -eq 0 ]
%%
RED='\033[0;31m'; GREEN='\033[0;32m'; NC='\033[0m'
echo -e "${GREEN}ok${NC} ${RED}bad${NC}"
printf "${GREEN}%s${NC}\n" done
%%
secret=$(echo -n 'p@ssw0rd!' | base64)
echo $secret
echo "$secret" | base64 -d; echo
echo "$secret" | base64 --decode | wc -c
echo -n "a long text that is longer than seventy-six characters so that it wraps around at the end of line" | base64
echo -n "a long text that is longer than seventy-six characters so that it wraps around at the end of line" | base64 -w0; echo
echo '!!!' | base64 -d; echo $?
%%
for i in {1..3}; do
  for ns in dev prod; do
    echo "${ns}-app-${i}"
  done
done | sort | head -4
%%
declare -A pods=([web]=3 [db]=1 [cache]=2)
for name in $(echo "${!pods[@]}" | tr ' ' '\n' | sort); do
  printf '%-10s %d\n' "$name" "${pods[$name]}"
done
total=0; for n in "${pods[@]}"; do total=$((total + n)); done; echo "total: $total"
%%
timeout=5; elapsed=0
until [ $elapsed -ge $timeout ]; do elapsed=$((elapsed+1)); done
echo "waited ${elapsed}s"
%%
result=$(false) || echo "rc $?"
result=$(echo data; exit 2) && echo no || echo "got '$result' rc $?"
if ! result=$(cat /nonexistent 2>&1); then echo "error: $result"; fi
%%
function log() { echo "[$(date +%Y | cut -c1-2)xx] $*"; }
log hello "big  world"
log "$@"
%%
trap 'echo "cleanup on line $LINENO"' EXIT
echo start
exit 0
%%
IMAGE='registry.io:5000/team/app:v1.2.3@sha256:abc'
echo "${IMAGE%%@*}"; echo "${IMAGE##*/}"; echo "${IMAGE#*/}"; tag=${IMAGE%@*}; echo "${tag##*:}"; echo "${IMAGE/team/other}"; echo "${IMAGE//:/_}"
%%
versions="1.10.0 1.9.2 1.2.30 1.2.4"
echo $versions | tr ' ' '\n' | sort -V
echo $versions | tr ' ' '\n' | sort -t. -k1,1n -k2,2n -k3,3nr
[[ "$(printf '%s\n' 1.9 1.10 | sort -V | head -1)" == 1.9 ]] && echo older
%%
kv="a=1 b=2 c=3"; for pair in $kv; do key=${pair%=*}; val=${pair#*=}; echo "$key -> $val"; done
IFS='=' read -r k v <<< "name=value=more"; echo "$k|$v"
while IFS='=' read -r k v; do echo "$k:$v"; done < <(printf 'x=1\ny=2\n')
%%
lines=(); while read -r l; do lines+=("$l"); done <<'E'
first line
second  line
E
echo "${#lines[@]}: ${lines[1]}"; mapfile -t m < <(seq 3); echo "${m[@]}" "${#m[@]}"; readarray -t r <<< $'a\nb'; echo ${r[1]}
%%
x=5; [[ $x -gt 3 && $x -lt 10 ]] && echo mid; [[ $x =~ ^[0-9]+$ ]] && echo num; [ "$x" -ge 5 ] 2>/dev/null && echo ge; [[ -z "" ]] && echo empty; (( x > 3 )) && echo gt; [[ "abc" < "abd" ]] && echo less; [ "abc" \< "abd" ] && echo less2
%%
NODE_PORT=30080; [[ "$NODE_PORT" -ge 30000 && "$NODE_PORT" -le 32767 ]] && echo "valid" || { echo "invalid"; exit 1; }
%%
mkdir -p t/a/b/c && cd t && touch a/1 a/b/2 a/b/c/3 && find . -type f | sort && find . -name '[12]' | sort && find . -type d -empty; find . -type f -exec basename {} \; | sort; find . -mindepth 1 -maxdepth 1; find . -type f -name '*' -delete; find . | sort; cd ..; rm -rf t; ls t
%%
grep -E 'root|nobody' /etc/passwd | cut -d: -f1 | sort; awk -F: '$3==0{print $1}' /etc/passwd; getent passwd root | cut -d: -f6
%%
cat > data.txt <<EOF
web   Running   10.0.0.1
db    Pending   <none>
cache Running   10.0.0.3
EOF
awk '$2=="Running"{print $1": "$3}' data.txt; awk '{c[$2]++} END{for(s in c) print s, c[s]}' data.txt | sort; sed -n '/db/p' data.txt; sed '/db/d;s/  */ /g' data.txt; sort -k2,2 -k1,1r data.txt; column -t data.txt; tr -s ' ' < data.txt | cut -d' ' -f3; grep -v Running data.txt; grep -n web data.txt; paste -sd, data.txt | cut -c1-20; nl data.txt | head -1; tac data.txt | head -1
%%
set -e
f() { echo in f; false; echo still; }
if f; then echo yes; fi
f || echo recovered
x=$(f) && echo "x=$x"
echo end
%%
set -e; cmd() { return 1; }; cmd && echo never; echo reached; ! cmd; echo reached2; { cmd; echo inner; } || echo alt; (cmd; echo sub) || echo subalt; for i in 1; do cmd || continue; done; echo done; cmd; echo unreachable
%%
set -u; echo "${UNSET:-default}"; echo "${UNSET-}"; arr=(); echo "${arr[@]:-none}"; echo "${#arr[@]}"; (echo $UNSET) 2>&1 | sed 's/^.*line/line/'; echo after
%%
exec 2>&1; ls /nonexistent; cat /nonexistent; cd /nonexistent; rm /nonexistent; mkdir /etc/passwd; rmdir /etc; cp a b; mv a b; touch /nonexistent/x; grep x /nonexistent; head /nonexistent; source /nonexistent; chmod 644 nofile; ln -s a a2; readlink a2; true
%%
url="https://user:pw@host.example.com:8443/path/to?x=1&y=2#frag"
proto="${url%%://*}"; rest="${url#*://}"; hostport="${rest%%/*}"; hostport="${hostport#*@}"; echo "$proto ${hostport%%:*} ${hostport##*:} /${rest#*/}"
%%
printf '%s\n' '{"items":[{"name":"a","n":1},{"name":"b","n":2}]}' > j.json; jq -r '.items[].name' j.json; jq '.items | length' j.json; jq -r '.items[] | select(.n>1) | .name' j.json; jq -c '.items | map({(.name): .n}) | add' j.json; jq -e '.missing' j.json; echo $?; jq -r '.items[] | "\(.name)=\(.n)"' j.json; jq --arg x b '.items[] | select(.name==$x).n' j.json
%%
echo '{"metadata":{"labels":{"app.kubernetes.io/name":"x"}},"spec":{"replicas":3}}' | jq -r '.metadata.labels["app.kubernetes.io/name"], .spec.replicas, (.spec.missing // "none")'; echo '[3,1,2]' | jq -c 'sort, (map(.*2)), add, min, max, index(1)'; echo '"a-b-c"' | jq -c 'split("-"), ascii_upcase, test("b"), sub("b";"X")'; echo '{"a":1}' | jq '.b=2 | del(.a)'; echo 'not json' | jq . 2>/dev/null; echo $?
%%
greet() {
  local name=${1:?name required} greeting=${2:-Hello}
  echo "$greeting, $name!"
}
greet Ada; greet Bob Hi; (greet) 2>&1 | sed 's/.*: name/name/'; echo "rc ${PIPESTATUS[0]}"
%%
numbers=(5 3 9 1); max=${numbers[0]}; for n in "${numbers[@]}"; do (( n > max )) && max=$n; done; echo "max=$max"; sorted=($(printf '%s\n' "${numbers[@]}" | sort -n)); echo "${sorted[*]}"; echo "${numbers[@]:1:2}" "${numbers[-1]}" "${!numbers[@]}"; unset 'numbers[1]'; echo "${numbers[@]}" "${#numbers[@]}"; numbers+=(7); echo "${numbers[@]: -1}"; echo "${numbers[@]/#/n}" "${numbers[@]%1}"
%%
str="The quick brown fox"; echo "${str^^}" "${str,,}" "${#str}"; echo "${str:4:5}" "${str: -3}"; [[ $str == *quick* ]] && echo has; words=($str); echo "${words[2]}" "${#words[@]}"; echo "${str// /_}" "${str/quick/slow}"; rev <<< "$str"; echo "$str" | wc -w -c; for ((i=0; i<3; i++)); do printf '%s.' "${str:i:1}"; done; echo
%%
case "$(uname -s)" in Linux*) os=linux;; Darwin*) os=mac;; *) os=other;; esac; echo $os; case 42 in [0-9]) echo one;; [0-9][0-9]) echo two;; esac; case "--help" in -h|--help) echo usage;; esac; read -r -p "Sure? " ans <<< y; case $ans in [Yy]*) echo yes;; *) echo no;; esac
%%
date -d '2024-01-15 10:30:00 UTC' +%s; date -u -d @1705314600 '+%Y-%m-%dT%H:%M:%SZ'; date -u -d '2024-02-28 +2 days' +%F; date -u -d '1970-01-01' +%A; date -u -d @0 '+%j %U %y %b %e %I %p'; start=$(date +%s); end=$(date +%s); [ $((end-start)) -le 1 ] && echo quick
%%
diff <(printf 'a\nb\nc\n') <(printf 'a\nx\nc\n'); echo "rc=$?"; diff -u <(echo same) <(echo same) && echo identical; printf 'a\nb\n' > 1; printf 'a\nc\n' > 2; diff -q 1 2; cmp 1 2; comm -12 1 2; diff -u 1 2 | tail -n +3; diff --brief 1 1; echo $?
%%
(exit 3); echo $?; bash -c 'exit 7'; echo $?; sh -c 'kill -9 $$'; echo $?; nosuchcommand 2>/dev/null; echo $?; ./nosuch 2>/dev/null; echo $?; true | false; echo $?; ! true; echo $?; timeout 0.05 sleep 1; echo $?; timeout 1 true; echo $?
%%
cat <<-EOF
	tab stripped
	  keeps spaces
	EOF
cat <<"EOF"
$not `expanded` \n
EOF
cat <<E1 <<E2
first
E1
second
E2
x=$(cat <<EOF
nested "quotes" and $((1+1))
EOF
)
echo "$x"
%%
set -- one "two words" three; for a; do echo "[$a]"; done; echo "$#" "$2"; shift; echo "$1"; set -- "$@" four; echo "$*"; while [ $# -gt 0 ]; do case $1 in t*) echo "t: $1";; *) echo "other: $1";; esac; shift; done
%%
while [[ $# -gt 0 ]]; do shift; done; set -- -n dev --replicas=3 -v file; ns=default; while [[ $# -gt 0 ]]; do case "$1" in -n|--namespace) ns="$2"; shift 2;; --replicas=*) r="${1#*=}"; shift;; -v) v=1; shift;; *) rest+=("$1"); shift;; esac; done; echo "$ns $r $v ${rest[*]}"
%%
echo "a,b;c d" | tr ',; ' '\n'; IFS=',;' read -ra parts <<< "x,y;z"; echo "${#parts[@]} ${parts[2]}"; IFS=$'\n' read -d '' -ra ls < <(printf '1\n2\n'); echo "${ls[@]}"; OLDIFS=$IFS; IFS=:; set -- $PATH; IFS=$OLDIFS; [ $# -gt 3 ] && echo many
%%
seq 5 | xargs; seq 4 | xargs -n2; seq 3 | xargs -I{} echo "item {}"; echo a b | xargs -n1 echo x; printf 'a b\nc\n' | xargs -d '\n' -n1 echo; seq 3 | xargs -P2 -n1 sh -c 'exit 0'; echo $?; echo 1 | xargs false; echo $?; true | xargs echo none; true | xargs -r echo none; printf '%s\0' 'a b' c | xargs -0 -n1
%%
sleep 0.3 & pid=$!; kill -0 $pid && echo alive; kill $pid; wait $pid 2>/dev/null; echo "rc=$?"; kill -0 $pid 2>/dev/null || echo gone; jobs -p | wc -l; (sleep 0.05; exit 4) & wait $!; echo $?; sleep 0.01 & sleep 0.02 & wait; echo all; { sleep 0.01; echo bg; } & wait; disown -a
%%
f="a b.txt"; touch "$f"; ls $f 2>&1; ls "$f"; for x in *.txt; do echo "<$x>"; done; for x in *.none; do echo "<$x>"; done; shopt -s nullglob; for x in *.none; do echo "<$x>"; done; echo *.none end; touch 1.c 2.c 10.c; echo [0-9].c ?.c *[!0-9].txt; shopt -s extglob
echo !(*.c) @(1|2).c; rm -f -- "$f"; ls | wc -l
%%
hostname >/dev/null && echo ok; whoami; id -u; id -un; echo $HOME; tty; echo $?; test -t 1 || echo notty; umask; ulimit -c >/dev/null && echo u; nproc >/dev/null && echo n; env | grep -c ^HOME=; type -P bash; command -v nosuch || echo none
%%
awk 'BEGIN{printf "%5.2f|%-5s|%05d|%x\n", 3.14159, "ab", 42, 255}'; echo "5 3" | awk '{print $1*$2, $1/$2, $1%$2, $1^$2, int($1/$2)}'; printf 'a:1\nb:2\n' | awk -F: '{s+=$2} END{print NR, s, s/NR}'; echo "a b c" | awk '{$2=""; print; print NF; print $NF}'; awk -v n=3 'BEGIN{for(i=1;i<=n;i++) printf "%d ", i; print ""}'; printf 'x\ny\n' | awk '{print NR": "$0}' OFS=-; echo "k=v;k2=v2" | awk 'BEGIN{RS=";";FS="="}{print $1,$2}'; echo abc | awk '{print length, toupper($0), substr($0,2,1), index($0,"c"), gsub(/b/,"X"), $0}'
%%
printf 'one\ntwo\nthree\n' > f; sed -n '2p' f; sed '1d;$d' f; sed 's/o/0/2;s/t/T/g' f; sed -e '/two/i before' -e '/two/a after' f; sed '/one/,/two/s/^/# /' f; sed -n '/t/{s/t/[&]/;p}' f; sed 's|/|-|g' <<< /a/b; sed -E 's/(\w)(\w*)/\2\1/' f; sed '$!N;s/\n/ /' f; sed -n '$=' f; sed 'y/abc/xyz/' <<< aabbcc; sed '2q' f; sed '0~2d' f; sed -i.bak 's/one/1/' f; cat f f.bak | head -2; sed '/^$/d;/^#/d' <<< $'a\n\n#c\nb'
%%
echo "$((10/3)) $((10%3)) $((2**8)) $((-7/2)) $((1<<3|1)) $((5>3?1:0))"; a=3; ((a+=2)); echo $a; let "b=a*2" c=b+1; echo $b $c; ((a==5)) && echo five; echo $((a++ + ++a)) $a; echo $(( (a>5) && (b<20) )); expr 3 + 4; expr 5 \* 3; expr length hello; echo $((0x1F)) $((8#17)) $((2#1010)); printf '%d\n' 0x1f
%%
select_pod() { local -n ref=$1; ref="chosen"; }; select_pod result; echo "$result"; f() { local IFS=,; echo "$*"; }; f a b c; g() { echo "${FUNCNAME[0]} ${FUNCNAME[1]}"; }; h() { g; }; h; recur() { (( $1 <= 0 )) && return; echo -n "$1 "; recur $(($1-1)); }; recur 3; echo; outer() { inner() { echo inner; }; inner; }; outer; inner
%%
coproc cat; echo hello >&${COPROC[1]}; read -r line <&${COPROC[0]}; echo "got $line"; exec {fd}>out; echo to fd >&$fd; exec {fd}>&-; cat out
%%
echo "multi
line" | while IFS= read -r line; do echo "> $line"; done; printf 'no newline' | while read -r l; do echo "never $l"; done; printf 'no newline' | while read -r l || [ -n "$l" ]; do echo "got $l"; done; read -t 0.05 x < <(sleep 0.5); [ $? -gt 128 ] && echo timed out
%%
for i in $(seq 1 30); do
  STATUS=$(if [ $i -lt 3 ]; then echo Pending; else echo Running; fi)
  if [ "$STATUS" = "Running" ]; then
    echo "running after $i"; break
  fi
  sleep 0.001
done
[ "$STATUS" != "Running" ] && { echo "Timeout!" >&2; exit 1; }
echo ok
%%
#!/bin/bash
# verify.sh
ACTUAL=$(echo '{"spec":{"replicas":3,"template":{"spec":{"containers":[{"image":"nginx:1.25","resources":{"limits":{"cpu":"200m"}}}]}}}}' | jq -r '.spec.template.spec.containers[0].resources.limits.cpu // empty')
EXPECTED="200m"
if [[ "$ACTUAL" != "$EXPECTED" ]]; then echo "expected $EXPECTED got $ACTUAL"; exit 1; fi
MISSING=$(echo '{}' | jq -r '.x // empty'); [[ -z "$MISSING" ]] && echo "nothing there"
exit 0
%%
cat > index.html <<'HTML'
<html>
  <body>It's "quoted" & $unexpanded</body>
</html>
HTML
grep -o '<body>.*</body>' index.html | sed -E 's#</?body>##g'
wc -l < index.html
grep -c '<' index.html; grep -io BODY index.html | sort | uniq -c
%%
mkdir -p /tmp/course.$$/{1,2,3}; for d in /tmp/course.$$/*/; do basename "$d"; done; echo data > /tmp/course.$$/1/out.txt; [ -s /tmp/course.$$/1/out.txt ] && cat /tmp/course.$$/1/out.txt; test "$(cat /tmp/course.$$/1/out.txt)" = data && echo match; cp -r /tmp/course.$$/1 /tmp/course.$$/4; ls /tmp/course.$$; mv /tmp/course.$$/4/out.txt /tmp/course.$$/moved; ls -1 /tmp/course.$$ | wc -l; stat -c '%s %F' /tmp/course.$$/moved; du -s /tmp/course.$$ > /dev/null; rm -r /tmp/course.$$
%%
if [ "$(printf 'pod/a\npod/b\n' | wc -l)" -eq 2 ] && printf 'pod/a\npod/b\n' | grep -qw a; then echo "two pods"; fi; printf 'pod/a\npod/b\n' | cut -d/ -f2 | xargs -I % echo "delete %"; printf 'a b\nc d\n' | while read x y; do echo "$y:$x"; done | tee copy | sort; cat copy | wc -l; printf 'pod/a\n' | sed 's|pod/||'; echo pod/x | awk -F/ '{print $2}'; basename pod/y
%%
spin='-\|/'; for i in 0 1 2 3 4; do printf '\r%s' "${spin:i%4:1}"; done; printf '\rdone\n'; echo -ne 'a\rb\n'; printf '%s' "${spin:$((1)):1}"; echo; tput sgr0 2>/dev/null; i=0; while [ $((i+=1)) -le 3 ]; do printf '.'; done; echo
%%
error_exit() { echo "Error: $1" 1>&2; exit "${2:-1}"; }
[ -f /etc/passwd ] || error_exit "no passwd"
(error_exit "inside" 5); echo "rc=$?"
error_exit "final" 9
echo unreachable
%%
cmd="echo"; args=(-n "a b" c); "$cmd" "${args[@]}"; echo; opts=""; [ -n "$opts" ] && set -- $opts; run() { "$@" || { rc=$?; echo "command '$*' failed with $rc"; return $rc; }; }; run true; run bash -c 'exit 6'; echo $?; declare -f run | head -3; ( set -e; run false; echo no ); echo "sub $?"
%%
{ echo "apiVersion: v1"; echo "data:"; for k in a b; do echo "  $k: \"$(echo -n $k | base64)\""; done; } > cm.yaml; cat cm.yaml; sed -n '/data:/,$p' cm.yaml | tail -n +2 | awk -F': ' '{gsub(/[" ]/,"",$1); gsub(/"/,"",$2); print $1, $2}' | while read k v; do echo "$k=$(echo $v | base64 -d)"; done
%%
while IFS=, read -r name age city; do [[ $name == name ]] && continue; echo "$name is $age from $city"; done <<CSV
name,age,city
Ann,30,Oslo
Bob,25,
CSV
awk -F, 'NR>1{n++; s+=$2} END{printf "avg %.1f of %d\n", s/n, n}' <<< $'name,age\nAnn,30\nBob,25'
%%
( while true; do sleep 0.01; done ) & P=$!; sleep 0.02; kill -TERM $P; wait $P 2>/dev/null; echo "ended $?"; sleep 10 & sleep 10 & kill $(jobs -p); wait 2>/dev/null; echo none left; trap 'kill $(jobs -p) 2>/dev/null' EXIT; sleep 5 & echo bye
