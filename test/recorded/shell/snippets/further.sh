declare -a a=(1 2 3); a+=(4 5); unset 'a[1]'; echo "${!a[@]}" "${a[@]}" "${#a[@]}" "${a[-1]}"; declare -p a
%%
declare -A m=([x]=1 [y]=2); for k in x y z; do [[ -v m[$k] ]] && echo "$k=${m[$k]}" || echo "no $k"; done; unset 'm[x]'; echo "${#m[@]}"
%%
IFS=: read -r a b c <<< "1:2:3:4"; echo "$a|$b|$c"; IFS=, read -ra parts <<< "x,y,,z"; echo "${#parts[@]} ${parts[2]}|"
%%
mapfile -t lines < <(printf 'a\nb\nc\n'); echo "${#lines[@]} ${lines[1]}"; mapfile -t -s 1 -n 1 l < <(seq 3); echo "${l[@]}"
%%
trap 'echo bye $?' EXIT; f() { return 3; }; f; false
%%
trap 'echo err at $LINENO' ERR; false; true; (false); echo done
%%
set -euo pipefail; echo a | grep a; echo ${x:-d}; false || echo ok; if false; then :; fi; echo $y; echo no
%%
f() { local IFS=-; echo "$*"; }; f a b c; g() { local x=1; h; echo $x; }; h() { x=2; }; g; echo "[$x]"
%%
printf '%s|%5s|%-5s|%05d|%x|%o|%c|%%|%q|%b\n' a b c 42 255 8 xyz 'a b' 'x\ty'; printf '%s-%s\n' 1 2 3; printf '%.2f %e %g\n' 3.14159 1234.5 0.0001
%%
while getopts 'ab:c' o -a -b val -c rest; do echo "$o=${OPTARG:-}"; done; set -- -x -y 1; while getopts ':xy:' o; do echo $o $OPTARG; done; echo $OPTIND
%%
case "$(uname)" in Linux|Darwin) echo unix ;;& L*) echo L ;& x) echo fall ;; *) echo other ;; esac
%%
echo {a..e} {1..10..3} {01..03} {c..a} x{1,2}{a,b} {,x} {a,{b,c}}d
%%
x=hello; echo ${x:1:3} ${x/l/L} ${x//l/L} ${x^} ${x^^} ${#x} ${x%l*} ${x%%l*} ${x#*l} ${x##*l} "${x@Q}" ${x:(-3)} ${!x@} ; y=x; echo ${!y}
%%
cat <<EOT
a $((1+2)) $(echo sub) \$x ${HOME##*/}
EOT
cat <<'EOT'
raw $x
EOT
cat <<-EOT
	tabs
	EOT
%%
echo a > f; echo b >> f; cat < f; { echo 1; echo 2 >&2; } > o 2> e; cat o e; exec 3> g; echo x >&3; exec 3>&-; cat g; cat nofile 2>&1 | sed 's/^/E: /'; echo z &> h; cat h
%%
[ -f /etc/passwd ] && [ ! -d /nope ] && [ -z "" -a -n x ] && [ 1 -lt 2 -o 1 -gt 2 ] && echo ok; [[ abc == a* && abc =~ ^a(.)c$ ]] && echo ${BASH_REMATCH[1]}; [[ 10 -gt 9 && b > a ]] && echo y; [ a = ]; echo $?
%%
for ((i=0;i<3;i++)); do echo -n $i; [ $i = 1 ] && continue; echo -n .; done; echo; i=5; until ((i<=3)); do ((i--)); done; echo $i; echo $((i++ + ++i)) $((2**10)) $((7/2)) $((-7%3)) $((0x1f)) $((1<<4|1)) $((5>3?1:0)); let z=3*4; echo $z
%%
f() { echo $FUNCNAME ${BASH_LINENO[0]}; caller 0; }; f; type f | head -1; type cd echo ls | head -3; command -v cd f ls
%%
sleep 0.1 & p=$!; wait $p; echo $?; (exit 3) & wait $!; echo $?; jobs; { sleep 0.05; echo late; } & echo early; wait
%%
set -- a 'b c' d; echo $# "$@"; for x; do echo "<$x>"; done; shift; echo $1; set -- "${@:2}"; echo $*; echo "${@: -1}"
%%
echo "a b" | { read x y; echo $y-$x; }; echo $'t\tn\x41\u00e9' ; echo "a\"b\$c\`d" 'it'"'"'s'; echo a\ b
%%
x=5; readonly x; x=6; echo "rc $? $x"; unset x; echo $?; declare -i n=3+4; echo $n; n+=1; echo $n; declare -u U=abc; echo $U; declare -r r=1; r=2
%%
command -v nope; echo $?; nope; echo $?; ./nope; echo $?; touch nx; ./nx; echo $?; mkdir d; ./d; echo $?
%%
x=$(cat <<< hi); echo $x; diff <(echo a) <(echo b); echo $?; tee >(cat > t) <<< tee; sleep .05; cat t; paste <(seq 2) <(seq 3 4)
%%
shopt -s nullglob; echo *.none; shopt -u nullglob; echo *.none; touch a1 a2 b1; echo a? [ab]1 [!a]*; shopt -s extglob; echo !(a*) @(a|b)1; ls -d a*
%%
select x in one two; do echo "got $x"; break; done <<< 2
%%
eval 'a=1; b=$((a+1))'; echo $b; v=a; eval "$v=9"; echo $a; declare -n ref=a; ref=10; echo $a; printf -v out '%03d' 7; echo $out
%%
printf 'b 2\na 1\nc 3\n' | sort -k2nr | awk '{print $1}' | tr '\n' ' '; echo; seq 10 | awk '{s+=$1} END {printf "%d %.1f\n", s, s/NR}'; echo 'a,b;c' | awk -F'[,;]' '{print $2, NF}'
%%
sed -n '2,3p;$=' <<< $'a\nb\nc\nd'; sed 's/\(a\)\(b\)/\2\1/;s|/|_|g' <<< 'ab/c/d'; sed -E 's/([0-9]+)/<\1>/g;/x/d' <<< $'a1b22\nx'; sed '1!G;h;$!d' <<< $'1\n2\n3'; sed '/b/{s//B/;a after
}' <<< $'a\nb'
%%
grep -c a <<< $'a\nb\na'; grep -n -v a <<< $'a\nb'; grep -oE '[0-9]+' <<< 'a1b22'; grep -q zz <<< a; echo $?; grep -A1 -B1 b <<< $'a\nb\nc\nd'; echo 'a.b' | grep -F .; grep -iw 'FOO' <<< $'foo\nfoobar'; grep -e a -e b <<< $'a\nc\nb'; grep x nofile; echo $?
%%
find . -name '*.txt' | sort; mkdir -p p/q; touch p/a.txt p/q/b.txt p/c; find p -type f -name '*.txt' | sort; find p -maxdepth 1 -mindepth 1 | sort; find p -type f -exec echo {} \; | sort; find p -name c -delete; ls p; find p -name '*.txt' -print0 | xargs -0 -n1 basename | sort
%%
date -u -d '2024-02-29 12:00' '+%F %T %j %u'; date -u -d @0 +%FT%TZ; date -d '2024-01-01 +1 day' +%F; date -d 'last monday' +%A; date -ud '2024-03-10T10:00:00Z' +%s
%%
echo '{"a":[1,2,{"b":"c"}],"d":null}' | jq -c '.a[2], (.a|length), .d // "x", [.a[]|select(type=="number")]|tostring'; echo '[{"n":"x","v":2},{"n":"y","v":1}]' | jq -r 'sort_by(.v)[]|"\(.n)=\(.v)"'; jq -n '{a:1}+{b:2}|keys'; echo '{"a":1}' | jq '.a as $x | [$x, $x+1]' -c; echo '"x"' | jq -r '@base64, @uri, ascii_upcase'
%%
tar cf t.tar /dev/null 2>/dev/null; mkdir z; echo hi > z/f; tar czf z.tgz z; tar tzf z.tgz; rm -r z; tar xzf z.tgz; cat z/f; gzip -c z/f | zcat; echo x | base64 | base64 -d; echo -n abc | sha256sum | cut -c1-8; echo -n abc | md5sum
%%
head -c 3 <<< abcdef; echo; tail -n +2 <<< $'a\nb\nc'; tail -n 1 <<< $'a\nb'; head -n -1 <<< $'a\nb\nc'; wc -l -w -c <<< 'a b'; cut -d: -f1,3 <<< a:b:c; cut -c2-3 <<< abcd; tr a-z A-Z <<< abc; tr -d b <<< abc; tr -s ' ' <<< 'a   b'; rev <<< abc; uniq -c <<< $'a\na\nb'; nl <<< $'x\ny'; fold -w2 <<< abcd; seq -s, 3; seq -w 8 10; shuf -i 1-1; tac <<< $'1\n2'
%%
xargs -n1 echo x <<< 'a b'; echo 'a b c' | xargs -I{} echo '<{}>'; printf 'a\0b' | xargs -0 echo; echo 1 2 3 | xargs -n2; echo | xargs -r echo none; seq 3 | xargs -P2 -n1 echo | sort
%%
umask; umask 077; touch s; stat -c '%a %n' s; chmod u+x,g=r s; stat -c %A s; ln -s s l; readlink l; test -L l && echo link; cp s s2; mv s2 s3; ls; rm s3; mkdir -p a/b/c; rmdir a/b/c; ls a; basename /x/y.z .z; dirname /x/y; realpath -m a/../b | sed "s|$PWD|.|"
%%
f() { echo; }; g() { echo hi; if true; then echo a; fi; }; unset -f g; export -f f; bash -c 'type -t f'; export -f nope; env | grep -c 'BASH_FUNC_f'; export -fn f; bash -c 'type -t f'; TIMEFORMAT=%0R; time true
%%
echo "$BASH_VERSINFO" ${BASH_VERSION%%.*}; echo $0 $$ | sed 's/[0-9]*$/N/'; echo $- | grep -c h; echo "${PIPESTATUS[@]}"; true | false | true; echo "${PIPESTATUS[@]}"; echo $SHLVL $PPID | grep -c .; echo ${#RANDOM} | grep -c '[1-5]'; echo $SECONDS
%%
x=10; (( x > 5 )) && echo big; (( x == 10 && 1 )) || echo no; if (( x-10 )); then echo t; else echo f; fi; echo $(( x > 3 ? 1 : 2 )), $((010)), $((16#ff)), $(( (1,2) )); a[0]=3; echo $((a[0]+1)); echo $((1/0)); echo rc $?
%%
f() { case $1 in start) echo s;; stop|halt) echo h;; [0-9]*) echo num;; *) echo usage; return 2;; esac; }; f start; f halt; f 12; f; echo $?
%%
exec 5<<< $'l1\nl2'; read -u5 a; read -u5 b; echo $b$a; read -t 0.01 x < <(sleep 1); echo $?; read -n2 z <<< abc; echo $z; read -d: w <<< a:b; echo $w; read -p prompt -r v <<< 'a\b'; echo "$v"; read <<< reply; echo $REPLY
%%
while IFS=, read -r n v || [ -n "$n" ]; do echo "$n->$v"; done < <(printf 'a,1\nb,2'); printf '%s\n' a b | while read l; do echo $l; done; i=0; while :; do ((++i>=3)) && break; done; echo $i
%%
kill -l 9; kill -0 $$; echo $?; (trap 'echo term; exit 5' TERM; kill $BASHPID; sleep 1); echo $?; sleep 5 & kill $!; wait $! 2>/dev/null; echo $?; timeout 0.1 sleep 5; echo $?
%%
alias ll='ls -l'; alias; unalias ll; shopt -s expand_aliases; alias hi='echo hi'
hi there; type hi
%%
echo ${undefined?msg}; echo after
%%
f() { echo in; return; echo no; }; f; echo $?; g() { false; }; g || echo failed; h() (cd /; pwd); h; pwd | sed 's|.*/||' | grep -c .; ! f >/dev/null; echo $?
%%
printf '%s\n' "${BASH_SOURCE[0]}" "${#BASH_SOURCE[@]}"; cat > s.sh <<'X'
#!/bin/bash
echo "$0 $# $1"; exit 4
X
chmod +x s.sh; ./s.sh a b; echo $?; bash s.sh; . ./s.sh x
%%
history | wc -l; pushd / > /dev/null; dirs -p | head -1; popd > /dev/null; cd /tmp && cd - > /dev/null; cd /nope; echo $?; hash -r; ulimit -n | grep -c .; times | wc -l; echo $OLDPWD
%%
echo a{b; echo }; echo "{a,b}"; echo {a}; echo $'\'' "\\" '\n'; echo -e 'a\tb\c'; echo -n; echo -E '\t'; echo --; printf -- '-%s\n' x; echo ~root; echo ~nobodyx; a=~; echo $a | grep -c /
%%
test 1 -eq 1 && echo t; test -e nofile || echo f; [ "a b" = "a b" ] && echo s; [ -n ] && echo n; [ ]; echo $?; [ 1 -eq x ]; echo $?; [ a b ]; echo $?; test ! x; echo $?; [[ x ]] && echo x; [[ -n $unset ]]; echo $?
