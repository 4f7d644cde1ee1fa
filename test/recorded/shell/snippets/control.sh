if true; then echo yes; else echo no; fi; if false; then echo a; elif true; then echo b; fi; if [ 1 -eq 2 ]; then :; fi; echo $?
%%
for i in a b c; do echo $i; done; for i; do echo never; done; for ((i=0;i<3;i++)); do echo -n $i; done; echo; for i in; do echo x; done; echo $?
%%
i=0; while [ $i -lt 3 ]; do echo $i; i=$((i+1)); done; until [ $i -eq 0 ]; do ((i--)); done; echo $i; while false; do :; done; echo $?
%%
for i in 1 2 3 4 5; do [ $i = 2 ] && continue; [ $i = 4 ] && break; echo $i; done; for i in 1 2; do for j in a b; do [ $j = b ] && continue 2; echo $i$j; done; done; for i in 1 2; do for j in a b; do break 2; done; done; echo $i
%%
case abc in a*) echo one;; abc) echo two;; esac; case x in y) ;; *) echo star;; esac; case "a b" in "a b") echo quoted;; esac; case ab in [ab][ab]) echo class;; esac; case q in a|q) echo alt;; esac; case n in (n) echo paren;; esac; case z in a) ;; esac; echo $?
%%
case a in a) echo 1;& b) echo 2;; c) echo 3;; esac; case a in a) echo 1;;& [a-c]) echo 2;;& z) echo 3;; esac; x='*'; case foo in "$x") echo lit;; $x) echo pat;; esac
%%
true && echo a || echo b; false && echo a || echo b; true || echo never; false || echo c; ! false; echo $?; ! true; echo $?; true && false; echo $?; false || true && echo d
%%
{ echo group; echo two; } | tr a-z A-Z; (echo sub; exit 3); echo $?; { false; }; echo $?; x=1; (x=2; echo $x); echo $x; { x=3; }; echo $x
%%
f() { echo "f: $1 $#"; return 5; }; f a b; echo $?; function g { echo g; }; g; h() (echo subshell; exit 2); h; echo $?; f2() { return; }; false; f2; echo $?
%%
f() { local x=inner; g; }; g() { echo $x; }; x=outer; f; g; h() { local x; x=h; unset x; echo "[${x-unset}]"; }; h; echo $x
%%
fact() { if [ $1 -le 1 ]; then echo 1; else echo $(( $1 * $(fact $(($1-1))) )); fi; }; fact 6; fib() { (($1<2)) && { echo $1; return; }; echo $(( $(fib $(($1-1))) + $(fib $(($1-2))) )); }; fib 8
%%
set -e; echo a; false; echo not reached
%%
set -e; if false; then :; fi; false || echo or; ! true; x=$(false) || echo sub; echo ok; f() { false; echo in f; }; f || echo never; (exit 3) ; echo no
%%
set -e; f() { false; echo unreachable; }; f; echo no
%%
set -e; true | false; echo still; set -o pipefail; false | true; echo no
%%
set -eu; trap 'echo trapped $?' EXIT; echo start; nosuchcmd; echo no
%%
set -x; x=5; echo $x "a b" 'q'\''q'; [ 1 = 1 ]; for i in 1; do :; done; y=$(echo sub); f() { :; }; f arg
%%
set -o pipefail; false | true; echo $?; true | false | true; echo $? ${PIPESTATUS[@]}; exit 3 | exit 4; echo ${PIPESTATUS[@]}
%%
trap 'echo exit' EXIT; trap 'echo int' INT; trap; trap - INT; trap; kill -l 9; kill -l TERM; trap '' TERM; trap -p TERM
%%
trap 'echo got term' TERM; kill -TERM $$; echo after; trap 'echo usr' USR1; kill -USR1 $$; (kill -USR1 $$); echo end
%%
trap 'echo err $?' ERR; false; true; f() { false; }; f; if false; then :; fi; false || true; (exit 4)
%%
trap 'echo bye; exit 7' EXIT; exit 2
%%
f() { trap 'echo return' RETURN; echo in; }; f; echo out
%%
(trap 'echo sub exit' EXIT; echo in sub); echo out; x=$(trap 'echo t' EXIT; echo v); echo $x
%%
return 3; echo $?; f() { for i in 1 2 3; do [ $i = 2 ] && return 9; done; }; f; echo $?; exit 300
%%
break; echo $?; continue 2; echo $?; for i in 1; do break x; done; echo no
%%
while read -r line; do echo "[$line]"; done <<< $'a b\n  c\\d \ne'; while IFS= read -r line; do echo "[$line]"; done < <(printf '  lead\nlast'); printf 'x\ny' | while read l; do echo $l; done
%%
echo a b c | { read x y; echo "$y $x"; }; echo "1:2:3" | { IFS=: read a b c; echo $c$b$a; }; read x < /dev/null; echo $?; echo abc | { read -n 2 x; echo $x; }; echo 'a\tb' | { read x; echo "$x"; }; echo 'a\tb' | { read -r x; echo "$x"; }
%%
printf 'a\nb\nc\n' | { read x; echo "first $x"; cat; }; seq 3 | (read a; read b; echo $b; cat); { read a; read b; } <<< $'1\n2'; echo $a$b; echo "y n" | { read -d ' ' r; echo $r; }
%%
[ a = a ] && echo 1; [ a == a ] && echo 2; [ a != b ] && echo 3; [ -z "" ] && echo 4; [ -n a ] && echo 5; [ a ] && echo 6; [ "" ] || echo 7; [ 5 -gt 3 ] && echo 8; [ 5 -lt 3 ] || echo 9; [ ! a = b ] && echo 10; [ a = a -a b = b ] && echo 11; [ a = b -o b = b ] && echo 12; [ \( a = a \) ] && echo 13; test x = x; echo $?
%%
touch f; mkdir d; [ -f f ] && echo f; [ -d d ] && echo d; [ -e nope ] || echo none; [ -s f ] || echo empty; [ -r f ] && echo r; [ -x f ] || echo nox; chmod +x f; [ -x f ] && echo x; ln -s f l; [ -L l ] && echo l; [ -h f ] || echo noth; [ f -ef l ] && echo same; [ -f f -a -d d ] && echo both; [ -t 0 ] || echo notty
%%
[ a; echo $?; [ 1 -eq a ]; echo $?; [ a b ]; echo $?; [ a = b c ]; echo $?; test -f; echo $?; [ -z ]; echo $?; [ = ]; echo $?; [ ! ]; echo $?; [ 1 -foo 2 ]; echo $?
%%
[[ abc == a*c ]] && echo 1; [[ abc == "a*c" ]] || echo 2; [[ abc =~ ^a(.)c$ ]] && echo ${BASH_REMATCH[0]} ${BASH_REMATCH[1]}; [[ a < b ]] && echo 3; [[ 10 -gt 9 ]] && echo 4; [[ -z $unset && -n x ]] && echo 5; [[ ! a == b ]] && echo 6; [[ a == b || c == c ]] && echo 7; [[ (a == a) && b ]] && echo 8
%%
x="a b"; [[ $x == "a b" ]] && echo 1; [[ $x = a* ]] && echo 2; p='a*'; [[ abc == $p ]] && echo 3; [[ abc == "$p" ]] || echo 4; [[ 2 -eq 1+1 ]] && echo 5; re='^[0-9]+$'; [[ 123 =~ $re ]] && echo 6; [[ "12a" =~ $re ]] || echo 7; [[ a.c =~ a\.c ]] && echo 8; [[ abc =~ "a.c" ]] || echo 9
%%
[[ 2024-01-15 =~ ([0-9]+)-([0-9]+)-([0-9]+) ]]; echo ${BASH_REMATCH[@]} ${#BASH_REMATCH[@]}; [[ foo =~ (x)?foo ]]; echo "[${BASH_REMATCH[1]}]"; shopt -s nocasematch; [[ ABC == abc ]] && echo nocase
%%
i=5; while ((i-->0)); do ((i==2)) && break; echo $i; done; for ((;;)); do echo once; break; done; for ((i=0,j=10;i<j;i+=3,j-=2)); do echo $i $j; done; until ((i>20)); do ((i+=10)); done; echo $i
%%
while :; do echo loop; break; done | cat; for x in a b; do echo $x; done > out; cat out; if true; then echo in; fi >> out; cat out; { echo e >&2; } 2>/dev/null; (echo o; echo e >&2) 2>&1 | sort
%%
select x in a b c; do echo "got $x $REPLY"; break; done <<< 2
%%
{ time true; } 2>&1 | grep -cE 'real|user|sys'
%%
f() { echo $FUNCNAME ${FUNCNAME[0]}; }; f; type -t f; type -t cd; type -t if; type -t ls; type -t nosuch; echo $?; unset -f f; f 2>&1
%%
shopt -s expand_aliases
alias hi='echo hello' two='echo 2; echo'
hi world
two x
alias hi
unalias hi
hi 2>&1
%%
x=1; x=2 : ; echo $x; f() { echo "$v"; }; v=temp f; echo "[$v]"; v=a v2=$v; echo "[$v2]"; IFS=, read a b <<< 1,2; echo $a$b "[${IFS:0:1}]"
%%
set -- -a -b val -c arg1 arg2; while getopts ab:c o; do case $o in a) echo A;; b) echo B=$OPTARG;; c) echo C;; ?) echo bad;; esac; done; shift $((OPTIND-1)); echo "rest: $*"
%%
set -- -x -b; while getopts :ab: o; do echo "$o|$OPTARG"; done; OPTIND=1; set -- -z; getopts a o; echo "$o"; OPTIND=1; set -- -abfoo; while getopts ab: o; do echo "$o $OPTARG"; done
%%
command echo hi; command -v echo; command -v ls; command -v nosuch; echo $?; builtin echo b; type echo; type nosuch; hash -r; command -V echo; echo() { builtin echo over "$@"; }; echo x; command echo y
%%
pushd /tmp >/dev/null; pwd; popd >/dev/null; cd /usr/lib; cd ..; pwd; cd - ; pwd; cd /nonexistent; echo $?; cd /etc/passwd; echo $?; (cd /; pwd); pwd; cd a b; echo $?; OLDPWD=/; cd -
%%
umask; umask 077; umask; touch f; ls -l f | cut -c1-10; umask -S; umask 022; mkdir d; ls -ld d | cut -c1-10; umask 999
%%
export A=1 B=2; export -p | grep -cE '^declare -x [AB]='; unset A; echo "[$A]"; readonly R=1; R=2; echo $?; unset R; echo $?; export -n B; env | grep -c '^B='; export 1x=2; echo $?
%%
readonly R=1; (R=2); echo $?; unset R; echo $?; export -n B; env | grep -c '^B='; export 1x=2; echo $?
%%
exec 3>out; echo to3 >&3; exec 3>&-; cat out; exec 4<out; read x <&4; echo $x; exec 4<&-; exec 5<>out; echo new >&5; exec 5>&-; cat out; echo bad >&9; echo $?
%%
echo out; echo err >&2; ls /nonexistent 2>/dev/null; echo $?; ls /nonexistent 2>&1 | cat; { echo a; echo b >&2; } > f 2>&1; cat f; echo x &> g; cat g; echo y &>> g; cat g; echo z >| g; cat g
%%
set -C; echo a > nc; echo b > nc; echo $?; echo c >| nc; cat nc; set +C; echo d > nc; cat nc; cat < nofile; echo $?; echo x > /nonexistent/f; echo $?; > empty; wc -c < empty; echo $x > $unset; echo $?
%%
cat <(echo a) <(echo b); diff <(seq 3) <(seq 3) && echo same; tee >(cat > copy) <<< data >/dev/null; sleep 0.1; cat copy; wc -l < <(seq 5); paste <(seq 2) <(seq 3 4)
%%
sleep 0.1 & p=$!; wait $p; echo $?; (exit 5) & wait $!; echo $?; false & true & wait; echo $?; wait 99999; echo $?; sleep 5 & kill $!; wait $! 2>/dev/null; echo $?
%%
{ sleep 0.2; echo later; } & echo first; wait; echo end; for i in 1 2 3; do (exit $i) & pids[$i]=$!; done; for i in 1 2 3; do wait ${pids[$i]}; echo $?; done; jobs
%%
echo ${BASH_VERSINFO[0]}; [[ $BASH_VERSION == 5.* ]] && echo five; echo $OSTYPE $HOSTTYPE; echo $UID; echo "$-" | grep -c B
%%
bash -c 'echo $0 $1 $2' zero one two; bash -c 'exit 4'; echo $?; echo 'echo from stdin $1' | bash -s arg; printf 'echo script $0 $#\n' > s.sh; bash s.sh a b; chmod +x s.sh; ./s.sh; . ./s.sh x y; bash nofile.sh; echo $?
%%
printf '#!/bin/bash\necho shebang $1\nexit 9\n' > s; chmod +x s; ./s arg; echo $?; ./nope; echo $?; touch u; ./u; echo $?; mkdir v; ./v; echo $?; nosuch; echo $?
%%
cat > lib.sh <<'X'
libf() { echo "lib $1"; }
LIBV=7
return 4
echo never
X
source ./lib.sh; echo $? $LIBV; libf x; . ./lib.sh; source nofile; echo $?; source; echo $?
%%
echo 'a; b' | tr ';' '\n'; echo a;echo b;;
%%
if true; then echo x
%%
echo "unterminated
%%
echo a | | b
%%
for i in 1 2; echo $i; done
%%
echo ok
fi
echo never
%%
echo $(echo a
%%
f() { echo a
%%
case x in
%%
echo a && 
%%
(echo a
%%
set -o | grep -E 'errexit|pipefail'; set -e; set -o | grep errexit; set +e; shopt extglob; shopt -s extglob; shopt -q extglob && echo on; set -o nosuch; echo $?; shopt -s nosuch; echo $?; set -q; echo $?
%%
printf '%5s|%-5s|%05d|%x|%X|%o|%c|%%|%e|%g\n' ab cd 42 255 255 8 xyz 1234.5 0.0001; printf '%s\n'; printf '%d\n' abc; echo $?; printf '%b\n' 'a\tb\n'; printf '%q %q\n' 'a b' "it's"; printf '%.2s|%.1f|%+d|% d\n' abc 2.55 3 4; printf '%*d|%-*d|\n' 5 1 5 2
%%
printf 'no newline'; printf '\n'; printf '%s %s\n' a; printf '%d %i %u\n' 0x10 010 5; printf "%d\n" "'A"; printf '\x41\101\u00e9\n'; printf -- '-x\n'; printf; echo $?; printf '%z\n'; echo $?; TZ=UTC printf '%(%Y)T\n' 0
%%
echo -n a; echo -e 'b\tc\\d\x41\0101'; echo -E 'a\tb'; echo -ne 'x\n'; echo -- a; echo -x; echo -e 'a\cb'; echo; echo -nn x; echo; echo - a
%%
f() { if true; then echo a; fi; for i in 1 2; do echo $i; done; }; f; g() { echo "$@" | cat; }; g a b; h() { cat; }; echo in | h; k() { cat <<X
here $1
X
}; k arg
%%
x=$(cat <<'X'
multi
line
X
); echo "$x"; cat <<A; cat <<B
one
A
two
B
echo after; cat << "Q" | sed s/a/b/
$a
Q
%%
f() { echo start; { echo inner; return 3; } ; echo no; }; f; echo $?; g() { (return 4); echo $?; }; g; f3() { local a b=2 c; echo "[$a][$b]"; }; f3; local z=1; echo $?
%%
a=1; b() { a=2; local a=3; c; echo b$a; }; c() { echo c$a; a=4; }; b; echo $a; unset -v a; echo ${a-unset}
%%
ulimit -n >/dev/null && echo ok; times >/dev/null && echo ok; help nosuch; echo $?; caller; echo $?; disown 2>&1; fg 2>&1; bg 2>&1; jobs %1; kill; echo $?; kill abc; echo $?; wait abc; echo $?; shift 99; echo $?; shift x; echo $?
%%
i=0; while true; do i=$((i+1)); [ $i -ge 1000 ] && break; done; echo $i; s=; for n in {1..100}; do s+=$n; done; echo ${#s}; x=0; for i in $(seq 500); do ((x+=i)); done; echo $x
%%
seq 100000 | head -1; yes | head -2; yes | sed 3q; cat /dev/zero | head -c 5 | wc -c; true | sleep 0; echo ${PIPESTATUS[@]}; yes | true; echo ${PIPESTATUS[@]}
%%
echo 1 | cat | cat | cat; echo a | cat - <(echo b); echo x | tee f1 f2 | cat; cat f1 f2; (echo a; echo b) | while read l; do echo "l=$l"; done; echo $l; ls nofile | cat; echo ${PIPESTATUS[0]}; echo hi |& cat; ls nofile |& wc -l
%%
for ns in a b; do
  for i in 1 2; do
    echo "$ns-$i"
  done
done | sort -r
if [[ $(echo 3) -ge 2 ]] && ! grep -q x <<< abc; then
  echo "ok"
elif false; then
  echo no
fi
%%
wait_for() {
  local tries=0 max=${2:-3}
  until "$1"; do
    tries=$((tries + 1))
    if (( tries >= max )); then
      echo "gave up after $tries" >&2
      return 1
    fi
  done
}
wait_for false 4 || echo "failed: $?"
wait_for true && echo fine
%%
#!/bin/bash
set -euo pipefail
readonly DIR="$(mktemp -d)"
trap 'rm -rf "$DIR"' EXIT
cat > "$DIR/config" <<EOF
name: ${USER:-nobody}
list:
$(for i in 1 2 3; do echo "  - item$i"; done)
EOF
grep -c item "$DIR/config"
awk '/item/{n++} END{print n}' "$DIR/config"
while IFS=': ' read -r key value; do
  [[ -n $key ]] && echo "key=$key value=$value"
done < "$DIR/config"
%%
log() { printf '[%s] %s\n' "$1" "${*:2}"; }; log INFO hello world; declare -A color=([red]=31 [green]=32); for c in red green; do printf '\e[%sm%s\e[0m\n' "${color[$c]}" "$c"; done; [ "$(id -u)" -eq 0 ] && echo root; : "${VAR:=default}"; echo $VAR; [[ -n ${VAR:-} ]] || exit 1
%%
while getopts "n:vh" opt; do :; done; echo $OPTIND; usage() { cat <<-EOF
	Usage: $0 [-n NAME]
	  -n  name
	EOF
}; usage; x=$(usage | wc -l); echo $x
