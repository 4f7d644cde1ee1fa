set -e; x=$(grep nothing /etc/passwd || true); echo "[$x]"; y=$(echo a | grep b); echo never
%%
set -euo pipefail; n=$(printf 'a\nb\n' | grep -c z || true); echo $n; if printf 'a' | grep -q a; then echo y; fi; arr=(); echo "${#arr[@]}"; for i in "${arr[@]}"; do echo $i; done; echo end
%%
set -e; local_test() { local v=$(false); echo "after local $?"; }; local_test; export E=$(false); echo ok; declare D=$(false); echo ok2; readonly R=$(false); echo ok3; F=$(false); echo no
%%
set -e; (false; echo in) ; echo out
%%
set -e; false & wait $! || echo caught; true; wait; echo done
%%
set -e; f() { return 3; }; f || echo $?; if ! f; then echo neg; fi; f && echo no; echo here; while f; do :; done; until ! f; do :; done; f; echo no
%%
x=5; [ $x -gt 3 ] && [ $x -lt 10 ] && echo range; [[ $x -gt 3 ]] || echo no; test $x -eq 5 -a 1 -eq 1 && echo and; (( x == 5 )) && echo arith; [ -n "$x" -a -z "" ] && echo z
%%
while IFS=: read -r user _ uid _ _ home _; do [ "$uid" = 0 ] && echo "$user $home"; done < /etc/passwd
%%
readarray -t lines < <(printf 'one\ntwo\nthree\n'); for i in "${!lines[@]}"; do echo "$i=${lines[$i]}"; done; echo "${lines[@]:1}"; printf '%s\n' "${lines[@]}" | sort -r
%%
declare -A count; for w in a b a c b a; do ((count[$w]++)); done; for k in "${!count[@]}"; do echo "$k ${count[$k]}"; done | sort; unset count[a]; echo ${#count[@]}
%%
str="key1=val1;key2=val2"; IFS=';' read -ra kv <<< "$str"; for p in "${kv[@]}"; do k=${p%%=*}; v=${p#*=}; echo "$k:$v"; done
%%
f() { local -a a=("$@"); echo "${#a[@]} ${a[-1]}"; a+=(x); echo "${a[@]: -2:1}"; }; f 1 2 3; g() { local -A m=([k]="$1"); echo ${m[k]}; }; g v; h() { local n=$1; ((n<=1)) && { echo 1; return; }; echo $((n*$(h $((n-1))))); }; h 5
%%
printf '%-15s %-10s %s\n' NAME READY STATUS web 1/1 Running db 0/1 Pending; printf '=%.0s' {1..20}; echo; printf '%s\n' {a..c}; printf '%03d ' {1..3}; echo; printf '%5.1f%%\n' 45.678
%%
echo "a:b:c" | awk -F: '{for(i=1;i<=NF;i++) print i, $i}'; echo "x=1,y=2" | sed 's/,/\n/g' | cut -d= -f2 | paste -sd+ | sed 's/+/ + /'; echo 'one two' | awk '{t=$1;$1=$2;$2=t}1'; seq 10 | awk '{s+=$1} END {print s, s/NR}'; echo abc | sed 's/\(.\)\(.\)/\2\1/'
%%
cat > f <<X
[section]
key = value
# comment
other=2
X
grep -v '^#' f | grep '=' | sed 's/ *= */=/' | while IFS== read -r k v; do echo "$k->$v"; done; awk -F' *= *' '/=/{print $1}' f; sed -n '/section/,/other/p' f | wc -l
%%
trap 'rm -f tmpfile; echo cleaned' EXIT; touch tmpfile; [ -f tmpfile ] && echo exists; trap 'echo interrupted; exit 130' INT; kill -INT $$; echo no
%%
exec 3>&1; out=$(echo to stdout; echo to three >&3); echo "captured: $out"; exec 3>&-; { echo a; echo b >&2; } 2>&1 | sort; (echo err >&2) 2>&1 >/dev/null | cat; echo x 2>&1 1>/dev/null | wc -c
%%
coproc { while read l; do echo "got $l"; done; }; echo hi >&${COPROC[1]}; read r <&${COPROC[0]}; echo $r; kill $COPROC_PID 2>/dev/null; wait 2>/dev/null; echo done
%%
for f in a.txt b.md c.txt; do case $f in *.txt) echo "text $f";; *.md) echo "md $f";; esac; done; for ((i=0;i<3;i++)); do for ((j=0;j<3;j++)); do ((j==1)) && continue; ((i==1)) && break; echo -n "$i$j "; done; done; echo
%%
v="  trim me  "; v="${v#"${v%%[![:space:]]*}"}"; v="${v%"${v##*[![:space:]]}"}"; echo "[$v]"; s="a,b,c"; echo "${s//,/ }"; echo "${s%%,*} ${s##*,}"; t="CamelCaseString"; echo "$t" | sed 's/\([A-Z]\)/_\1/g' | tr A-Z a-z; n=007; echo $((10#$n)); echo "${t:0:5}..."
%%
[[ "v1.36.3" =~ ^v([0-9]+)\.([0-9]+) ]] && echo "${BASH_REMATCH[1]} ${BASH_REMATCH[2]}"; [[ "10.0.0.1" =~ ^([0-9]{1,3}\.){3}[0-9]{1,3}$ ]] && echo ip; [[ foo-bar == foo-* ]] && echo glob; re='^[a-z0-9]([-a-z0-9]*[a-z0-9])?$'; for n in web Web -x a; do [[ $n =~ $re ]] && echo "$n ok" || echo "$n bad"; done
%%
echo {1..3}{a,b}; echo a{1..3..2}; echo {c..a}; echo "{1..3}"; x=3; echo {1..$x}; eval echo {1..$x}; echo {,pre}fix; echo {a,b}/{c,d}.txt; echo file{,.bak}; echo {001..3}; mkdir -p d/{x,y}/{1,2} && find d -type d | sort
%%
let x=5+3 y=x*2; echo $x $y; ((z=x>y?x:y)); echo $z; echo $((x<<2)) $((x&6)) $((x|1)) $((x^3)) $((~x)); ((x++, y--)); echo $x $y; echo $(( (1+2) * 3 ** 2 )); i=10; echo $((i/3)) $((i%3)) $((-i/3)); a=(1 2 3); echo $((a[0]+a[2])); echo $((0b101)) 2>&1 | tail -1; echo $((1e3)) 2>&1 | head -1
%%
echo a > f1; echo b > f2; cat f1 f2 > f3; cat f3 - <<< c; cp f1 f4 && mv f4 f5 && ls f?; rm f[1-3]; ls; touch 'sp ace' && ls | cat; rm 'sp ace'; ls -la | wc -l; mkdir -p a/b && touch a/b/c && rm -r a && ls; ln -sf f5 lnk && readlink lnk; test -L lnk && echo sym; stat -c '%F' lnk; [ f5 -ef lnk ] && echo same; rm lnk f5; ls -A
%%
sleep 0.1 & sleep 0.2 & jobs | wc -l; wait; jobs | wc -l; (sleep 0.05; exit 7) & p=$!; wait $p; echo "exit $?"; wait -n 2>/dev/null; echo $?; { sleep 0.05; echo bg; } & echo fg; wait %1; echo joined; nohup true 2>/dev/null; echo $?
%%
read -p "name: " name <<< "Bob"; echo "hi $name"; read -r -a parts <<< "a b c"; echo ${parts[2]}; read -n 3 x <<< "abcdef"; echo $x; read -d ';' y <<< "one;two"; echo $y; echo "l1
l2" | { read a; read b; echo "$b-$a"; }; read -s -t 1 z <<< secret; echo ${#z}; IFS= read -r w <<< "  spaces  "; echo "[$w]"; read -N 4 q <<< "ab cd"; echo "[$q]"; read v1 v2 <<< "only"; echo "[$v1][$v2]"
%%
OPTIND=1; while getopts "a:bc" o -a val -b rest; do echo "$o ${OPTARG:-none}"; done; echo $OPTIND; set -- -vv --long=x -- pos; for arg; do case $arg in --*=*) echo "long ${arg%%=*} ${arg#*=}";; --) echo end;; -*) echo "short ${arg#-}";; *) echo "pos $arg";; esac; done
%%
date -d @0 -u +%Y-%m-%dT%H:%M:%SZ; date -u -d '2026-01-31 + 1 month' +%F; date -d 'yesterday' +%Y >/dev/null && echo ok; TZ=UTC date -d '2024-02-29 12:00' +%s; date +%s%N | wc -c; date -u -d '2024-01-01 10:00:00 +0200' +%H; printf '%(%Y)T\n' 0; date -u -d 'Jan 5 2024' '+%a %d %b'; date -I -d 2024-05-06; date -u -R -d @0; date -u --iso-8601=seconds -d @0
%%
PS4='> '; set -x; a=1; b="x y"; echo "$a $b"; if [ $a = 1 ]; then c=$(echo sub); fi; for i in 1; do ((i++)); done; case $a in 1) :;; esac; f() { echo $1; }; f "p q"; x=(1 2); set +x; echo off
%%
echo ${PATH:+set} ${NOPE:+set}; echo ${HOME##*/}; : ${V:=def}; echo $V; (: ${W:?missing}) 2>&1 | grep -c missing; echo ${V/d/D} ${#V} ${V:1}; A=B; B=C; echo ${!A}; echo ${V@Q} ${V^}; echo "${V:-"quoted default"}"; echo ${UNSET-"a b"}; set -- ${UNSET-"a b"}; echo $#; set -- "${UNSET-a b}"; echo $#; echo ${V:0:2}${V: -1}; echo "${V//[aeiou]/*}"
%%
echo '{"a":[{"n":"x","v":1},{"n":"y","v":2}]}' > j; jq -r '.a[] | [.n,.v] | @tsv' j; jq '[.a[].v] | add' j; jq -r '.a | map(select(.v>1)) | .[].n' j; jq '.a |= map(.v*=10)' -c j; jq -r 'to_entries[] | "\(.key) \(.value|length)"' j; jq --arg n x '.a[] | select(.n==$n).v' j; jq -r '.a[0] | keys[]' j; jq -c '.a | group_by(.n) | map({n:.[0].n,c:length})' j; jq '.a | any(.v==2)' j; jq -r '.b // "none"' j; cat j | jq -c '.a[1:]'; jq -n '[range(3)]|map(.*2)' -c; jq -r '.a[].n | ascii_upcase' j; jq -s 'length' j j; jq -r 'if .a then "has" else "no" end' j; jq '.a | length as $l | $l * 2' j; jq 'del(.a[0])' -c j; jq '.a += [{"n":"z"}] | .a|length' j; jq -e '.zzz' j >/dev/null; echo $?; jq -r '.a | sort_by(-.v)[0].n' j; jq -r '[.a[].n]|join(", ")' j; jq '.a | index({"n":"y","v":2})' j; jq 'path(.a[0].n)' -c j; jq '[leaf_paths|join(".")]' -c <<< '{"a":{"b":1}}' 2>/dev/null; jq 'has("a"), (.a|type)' j; jq -r '@sh "echo \(.a[0].n)"' j; jq -c 'tostream' <<< '[1]' | head -1; jq 'input' <<< '1 2' 2>&1 | head -1; jq -r '.a[0]|to_entries|map("\(.key)=\(.value)")|.[]' j
%%
for i in 1 2 3; do echo $i; done | while read n; do echo "n=$n"; done | tac; echo "a b c" | xargs -n1 | sort -r | head -2; seq 5 | grep -v 3 | paste -sd' '; printf '%s\n' b a c | sort | uniq | nl | awk '{print $2}'; echo "x" | tee a | tee b >/dev/null; cat a b; yes | head -3 | uniq -c | awk '{print $1}'; ls / | grep -c '^etc$'; cat /etc/passwd | head -1 | cut -d: -f1 | tr a-z A-Z; echo test | md5sum | cut -c1-8; seq 3 | sed 's/.*/"&"/' | paste -sd,; echo 3 1 2 | tr ' ' '\n' | sort -n | tr '\n' ' '; echo
%%
function outer { inner() { echo "inner $1"; }; inner "$@"; }; outer a; inner b; f() { echo "$@" >&2; } 2>&1; f err | cat; g() ( cd /; x=changed; pwd ); x=orig; g; echo $x; [ "$PWD" != / ] && echo back; h() { "$@"; }; h echo indirect; k() { for a in "$@"; do echo "<$a>"; done; }; k "a b" '' c; m() { return $1; }; m 42; echo $?; n() { eval "$1=\$2"; }; n var value; echo $var; p() { printf -v "$1" '%s!' "$2"; }; p out hey; echo $out
%%
cat > deploy.yaml <<'EOF'
apiVersion: apps/v1
kind: Deployment
spec:
  replicas: 2
  template:
    spec:
      containers:
      - name: web
        image: nginx:1.25   # pinned
EOF
awk '/image:/{print $3}' deploy.yaml; grep -oP '(?<=image: )\S+' deploy.yaml; grep -oE 'nginx:[0-9.]+' deploy.yaml | cut -d: -f2; sed -E 's/(replicas: )[0-9]+/\15/' deploy.yaml | grep replicas; sed -n '/containers:/,$p' deploy.yaml; sed '/template:/a\    # added' deploy.yaml | sed -n '5,7p'; awk '{print NR": "$0}' deploy.yaml | tail -1; grep -n 'name:' deploy.yaml | cut -d: -f1; sed -i '$ d' deploy.yaml; tail -1 deploy.yaml; sed -i "s|web|api|" deploy.yaml; grep -c api deploy.yaml; cp deploy.yaml{,.bak}; ls *.bak; diff deploy.yaml deploy.yaml.bak && echo same
%%
for i in $(seq -w 1 3); do echo "pod-$i"; done | while read p; do echo "$p" >> list; done; wc -l < list; sort -r list | head -1; cat list | tr '\n' ' ' | sed 's/ $//'; echo; paste -sd' ' list; xargs < list; xargs -a list -n1 echo got; grep -f list <(echo pod-2); comm -12 <(sort list) <(echo pod-3); join list list | wc -l; split -n l/2 list 2>/dev/null; head -c4 list; echo; tail -n +2 list | head -1; sed -n '2{p;q}' list; awk 'END{print}' list; cut -c5- list | sort -n | tail -1; nl -w2 -s'. ' list; fold -w3 list | head -2; rev list | cut -d- -f1 | rev | head -1; od -c list | head -1; wc -c list | awk '{print $1}'
%%
result=$(cat <<EOF
line one
  line two
EOF
); echo "$result" | wc -l; grep -q "line two" <<< "$result" && echo found; mapfile -t a <<< "$result"; echo "${a[1]}"; while read -r l; do echo ">$l"; done <<< "$result"; [[ "$result" == *"two"* ]] && echo has; echo "${result//$'\n'/|}"; echo ${#result}; printf '%s' "$result" | md5sum | cut -c1-6
%%
MAX=3; n=0; until ((n >= MAX)); do ((n++)) || true; echo "attempt $n/$MAX"; sleep 0.01; done; SECONDS=0; while [ $SECONDS -lt 1 ]; do sleep 0.3; done; echo waited; end=$((SECONDS+1)); while true; do [ $SECONDS -ge $end ] && break; sleep 0.5; done; echo done; for try in 1 2 3; do [ $try -lt 3 ] && continue; echo "ok at $try"; done
%%
{ echo 'export A=1'; echo 'B=2'; } > env.sh; source env.sh; echo $A $B; bash -c 'echo [$A][$B]'; set -a; . ./env.sh; set +a; bash -c 'echo $B'; env A=9 bash -c 'echo $A'; export -p | grep -c ' A='; unset A; env | grep ^A= || echo no A; VAR=x bash -c 'echo $VAR'; echo ${VAR:-unset}; declare -x Z=z; printenv Z; export PATH=$PATH:/extra; echo $PATH | tr : '\n' | tail -1
%%
echo "a b" > "my file"; cat my\ file; cat "my file"; for f in *; do echo "[$f]"; done; find . -name "my*" -print0 | xargs -0 cat; ls -1 | while IFS= read -r f; do echo "$f" | wc -w; done; mv "my file" "other file"; test -f "other file" && echo moved; rm -- "other file"; touch -- -dash; ls; rm ./-dash; touch a{1..3}.log; rm a[12].log; ls; echo *.log; for f in *.nope; do [ -e "$f" ] || echo none; done
%%
tput bold >/dev/null 2>&1; echo $?; clear >/dev/null 2>&1; TERM=xterm tput setaf 1 | od -c | head -1; TERM=xterm tput sgr0 | wc -c; stty size 2>&1; echo $?; tput cols 2>/dev/null | grep -cE '^[0-9]+$'; echo -e '\033[1mb\033[0m' | sed 's/\x1b\[[0-9;]*m//g'; printf '\e[32mgreen\e[0m\n' | cat -v; echo -e "a\tb\\c"; echo $'\x41\102\u0043'; printf '%b\n' 'x\ty'; echo -e '\x48\x49' ; printf "\u2713\n"; echo "✓ done" | wc -m
