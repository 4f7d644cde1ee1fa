if [ -n "$1" ]; then echo has; elif [ -z "$1" ]; then echo none; fi; if true; then if false; then :; else echo nested; fi; fi; [ 1 = 1 ] && { echo a; echo b; } || echo c; if (( 1 )); then echo arith; fi; if [[ a == a ]] && ! [[ a == b ]]; then echo both; fi; if grep -q x <<< x; then echo found; fi
%%
for i in a b; do for j in 1 2; do [ $j = 2 ] && continue 2; echo $i$j; done; done; for ((i=10; i>0; i-=3)); do echo -n "$i "; done; echo; for f in "$@"; do :; done; for x in "a b" c; do echo "<$x>"; done; for i in $(seq 1 3); do echo -n $i; done; echo; for i in {a..c}{1,2}; do echo -n "$i "; done; echo; for i in; do echo x; done; echo "i=$i"
%%
x=10; while (( x > 7 )); do echo $x; ((x--)); done; until [[ $x -eq 9 ]]; do ((++x)); done; echo $x; while read a b; do echo "$b $a"; done <<< $'1 2\n3 4'; n=0; while :; do ((n++ >= 2)) && break; done; echo $n; while false; do :; done; echo $?
%%
echo a; echo b; { echo c; echo d; } > f; cat f; (cd /; pwd); ( x=1; echo $x ); echo "[$x]"; { y=2; }; echo $y; (exit 5) || echo "five $?"; { exit 3; } & wait $!; echo $?
%%
a=(1 2 3); echo ${a[@]} ${#a[@]} ${a[1]} ${a[-1]} "${a[*]}"; a[5]=6; echo ${!a[@]}; a+=(7 8); echo ${a[@]:2:3}; unset a[0]; echo ${#a[@]}; b=("${a[@]}"); echo ${b[0]}; c=($(echo x y z)); echo ${c[1]}; declare -a d; d[2]=z; echo ${#d[@]} ${d[2]}; e=([2]=b [0]=a); echo "${e[@]}"; echo ${c[@]^^} ${c[@]/y/Y}; [[ " ${c[*]} " == *" y "* ]] && echo in; printf '%s,' "${c[@]}"; echo; empty=(); echo "${#empty[@]}" "${empty[@]}"; for i in "${!c[@]}"; do echo -n "$i=${c[i]} "; done; echo
%%
declare -A m; m[a]=1; m["b c"]=2; echo ${m[a]} "${m[b c]}" ${#m[@]}; for k in "${!m[@]}"; do echo "$k"; done | sort; [[ -v m[a] ]] && echo set; [[ -v m[z] ]] || echo unset; unset 'm[a]'; echo ${#m[@]}; m+=([x]=9 [y]=8); echo "${m[x]}${m[y]}"; declare -A n=([one]=1 [two]=2); echo "${n[one]}"; k=two; echo ${n[$k]}; ((n[one]+=5)); echo ${n[one]}; declare -p n | grep -c declare
%%
echo {1..5} {5..1} {a..e} {01..05} {1..10..3} x{a,b}y {a,b}{1,2} {a,{b,c}} {1..3}.txt "{a,b}" {a b} {a} {} a{,b}; echo {-2..2} {z..w} pre{1,2,3}post $(echo {1..3}) {x,y}$HOME
%%
echo ~ ~/x; echo "~" '~'; x=~; echo $x; echo a~; echo ~root; HOME=/h; echo ~; echo ~nosuchuser; PATH=~/bin:$PATH; echo ${PATH%%:*}; echo --opt=~/x; y=~/a:~/b; echo $y
%%
echo $'a\tb\n\x41\u00e9\'' "a\tb" 'a\tb' "\$x \"q\" \\ \`" $"loc" a\ b "a
b"; echo "it's" 'say "hi"' "nested '$((1+1))'" 'it'\''s'; echo -e "a\\nb" ; echo "a\
b"; echo a\
b; echo '\n' "\n" \n; echo "!" "a!b"
%%
cat < /etc/hostname > o; wc -l < o; echo a > f; echo b >> f; cat < f; cat f > g 2>&1; cat g nofile > both 2>&1; cat both; cat nofile 2> err || cat err; { echo out; echo err >&2; } 2>&1 >/dev/null; { echo out; echo err >&2; } > /dev/null 2>&1; ls nofile &> all; cat all; echo x 1>&2 2>/dev/null; echo y >&2 2>&1 | cat; : > f; wc -c < f; echo z | tee -a f > /dev/null; cat f; > newfile; [ -e newfile ] && echo made; cat <<< "here $((2+3))"; cat 0< f; echo to3 3>f3 >&3; cat f3
%%
f() { echo "$# $1"; return 3; }; f a b; echo $?; f() ( exit 4 ); f; echo $?; function g { local v=in; echo $v; }; v=out; g; echo $v; h() { v=changed; }; h; echo $v; k() { echo "$FUNCNAME"; }; k; declare -f k | head -2; unset -f k; k 2>&1 | grep -c 'not found'; w() { echo "${@:2}"; }; w a b c; r() { echo $((${1}+1)); }; echo $(r $(r 1)); type -t f; z() { cat; }; echo piped | z; z < /dev/null; q() { return; }; false; q; echo $?
%%
[[ -f /etc/passwd && ! -d /etc/passwd ]] && echo file; [[ -d /etc ]] && echo dir; [[ -r /etc/passwd ]] && echo r; [[ abc =~ b ]] && echo m; [[ "a b" == "a b" ]] && echo eq; [[ a != b ]] && echo ne; [[ -n $HOME ]] && echo n; [[ ab == a? ]] && echo q; [[ ab == [a-c]b ]] && echo br; p='a*'; [[ abc == $p ]] && echo p; [[ abc == "$p" ]] || echo np; [[ 5 -lt 10 ]] && echo lt; [[ 5 < 10 ]] || echo strlt; [[ (a == b || c == c) && d == d ]] && echo grp; [[ x ]] && echo x; [[ -z $nope ]] && echo z; [[ f1 -nt f2 ]]; echo $?; [[ $'a\nb' =~ a.b ]] && echo nl; [[ "foo.yaml" == *.y?(a)ml ]] && echo ext; [[ a1b2 =~ ([a-z])([0-9]) ]]; echo "${BASH_REMATCH[@]}"
%%
echo $(echo $(echo deep)); echo "$(echo "in $(echo 'q')")"; echo `echo old`; x=$(printf 'a\n\n'); echo "[$x]"; echo "$(< /etc/hostname)" | wc -l; echo $(exit 3); echo $?; y=$(exit 4); echo $?; echo "$(echo a; echo b)"; echo $(echo a; echo b); z=$( (echo sub) ); echo $z; echo $((`echo 1`+$(echo 2))); echo "$(case x in x) echo c;; esac)"; echo $(# comment
echo after)
%%
x=1; readonly R=5; (R=6); echo "rc $?"; export E=7; bash -c 'echo $E'; unset x; echo "[${x-unset}]"; declare -i n=3+4; echo $n; n+=1; echo $n; declare -u up=abc; echo $up; declare -l lo=ABC; echo $lo; A=1 B=2 bash -c 'echo $A$B'; echo "[$A]"; v=5 eval 'echo $v'; declare -x X1=1; env | grep ^X1; declare -n nr=n; echo $nr; printf -v out '%03d' 7; echo $out; typeset t=1; echo $t; : ${D:=dflt}; echo $D; ind=E; echo ${!ind}
%%
echo ${v:-a} ${v:=b} ${v:+c} "${v:?e}"; u=; echo "[${u:-x}] [${u-x}] [${u:+x}] [${u+x}]"; s=/a/b/c.tar.gz; echo ${s##*/} ${s#*/} ${s%.*} ${s%%.*} ${s%/*} ${s/b/X} ${s//\//-} ${s/#\/a/Z} ${s/%gz/bz} ${#s} ${s:3} ${s:1:3} ${s: -2} ${s:(-5):3}; t=hello; echo ${t^} ${t^^} ${t^^[aeiou]} ${t~} ${t@U} ${t@Q}; echo "${t:1:$((1+1))}" ${t:0:-1}; arr=(x y); echo "${arr[@]:0:1}" "${arr[*]@Q}"; echo "${@:-none}" "${*:-none}" ${1:-no1}; e='a b'; echo ${e// /+} "${e% *}" ${e@Q}
%%
true; echo $?; false; echo $?; true && false || echo c; false && true; echo $?; ! false && echo neg; a=$(false); echo $?; f() { return 256; }; f; echo $?; (exit 300); echo $?; true | false | true; echo "$? ${PIPESTATUS[*]}"; set -o pipefail; false | true; echo $?; set +o pipefail; : ; echo $?; if false; then :; fi; echo $?; case x in y) ;; esac; echo $?; [ ]; echo $?; test 1 -eq 1; echo $?; (( 0 )); echo $?; let 0; echo $?
%%
trap 'echo EXIT $?' EXIT; trap 'echo ERR' ERR; false; trap - ERR; false; trap 'echo USR1' USR1; kill -USR1 $$; trap '' INT; kill -INT $$; echo survived; trap 'echo DEBUG' DEBUG; echo x; trap - DEBUG; (trap 'echo sub' EXIT); exit 3
%%
alias ll='ls -l'; alias | head -1; shopt -s expand_aliases
alias say='echo said'
say hi
unalias say
say hi 2>&1 | grep -c found
alias x='echo a; echo'
x b
\echo raw
%%
echo start; eval "echo evaled; y=5"; echo $y; eval 'for i in 1 2; do echo $i; done'; cmd="echo with args"; $cmd more; c=(echo "two words"); "${c[@]}"; eval "$(echo 'z=9')"; echo $z; exec echo replaced; echo never
%%
(sleep 0.01; echo late) & echo first; wait $!; echo $?; f() { sleep 0.01; return 7; }; f & wait $!; echo $?; for i in 3 1 2; do (sleep 0.0$i; echo $i) & done; wait; wait -n 2>/dev/null; echo $?; sleep 1 & kill %1; wait %1 2>/dev/null; echo $?
%%
getopts_test() { local OPTIND o; while getopts ":ab:c" o "$@"; do case $o in a) echo a;; b) echo "b=$OPTARG";; c) echo c;; :) echo "missing $OPTARG";; \?) echo "bad $OPTARG";; esac; done; shift $((OPTIND-1)); echo "rest $*"; }; getopts_test -a -b x -c y z; getopts_test -b; getopts_test -x -a; getopts_test -abfoo; getopts_test -- -a
%%
printf '%s %s\n' a b c; printf '%5d|%-5d|%05d|%+d\n' 1 2 3 4; printf '%.2f %e %g\n' 3.14159 12345.678 0.0001; printf '%x %X %o %#x\n' 255 255 8 255; printf '%c%c\n' abc def; printf '%b' 'a\tb\n'; printf '%q\n' "a b'c"; printf '%%\n'; printf '%10s|%-10s|\n' right left; printf '%.3s\n' abcdef; printf '%*s\n' 5 x; printf 'no args\n'; printf '%s\n' "$(seq 3)"; printf '%d\n' "'a"; TZ=UTC printf '%(%F)T\n' 0; printf -- '-%s\n' x; printf '\033[1m%s\033[0m\n' bold; printf '%s' a b c; echo; printf '%-8s%s\n' k v kk vv
%%
set -x; a=1; echo $a; [ $a = 1 ] && b=2; [[ $a == 1 ]]; ((a++)); for i in 1 2; do echo $i; done; f() { echo f; }; f; { set +x; } 2>/dev/null; echo off
%%
if then
%%
for do done
%%
echo 'unclosed
%%
echo $((1+))
%%
f( { echo; }
%%
[[ a == ]]
%%
done
%%
}
%%
echo a ;; echo b
%%
while true do echo; done
%%
echo "a" > 
%%
echo `echo unclosed
%%
cat <<EOF
never closed $((1+1))
%%
head -c 3 <<< abcdef; echo; head -n -1 <<< $'a\nb\nc'; tail -n 1 <<< $'a\nb'; tail -c 3 <<< abcdef; tail -n +2 <<< $'a\nb\nc'; wc -l <<< $'a\nb'; wc <<< "a b"; sort -u <<< $'b\na\nb'; sort -rn <<< $'1\n10\n9'; uniq -c <<< $'a\na\nb'; uniq -d <<< $'a\na\nb'; cut -c2-3 <<< abcd; cut -d, -f1,3 <<< a,b,c; cut -d: -f2- <<< a:b:c; tr -d a <<< banana; tr -s a <<< aab; tr '[:lower:]' '[:upper:]' <<< abc; rev <<< abc; fold -w 2 <<< abcde; seq -s, 5; seq 0 0.5 1; seq 3 -1 1; seq -w 8 10; shuf -n1 <<< x; tac <<< $'1\n2'; expand <<< $'a\tb'; nl -ba <<< $'a\n\nb'; paste -d+ <(seq 2) <(seq 2); join <(printf '1 a\n') <(printf '1 b\n'); yes x | head -2; dirname /a/b/c /d; basename /a/b.txt .txt; realpath -m /a/../b
%%
echo one two | { read a b; echo $b; }; echo x | read y; echo "[$y]"; shopt -s lastpipe; echo x | read y; echo "[$y]"; cat /etc/passwd | head -1 | cut -d: -f1; (echo a; echo b >&2) 2>&1 | sort; echo a | tee >(tr a b > o) | cat; sleep 0.05; cat o; ! echo x | grep -q y && echo neg; echo a |& cat; { echo 1; echo 2; } | (read x; echo "first $x"; cat); seq 3 | while read n; do echo $((n*n)); done | paste -sd+; time -p true 2>&1 | grep -c real
%%
IFS=,; x="a,b,c"; for i in $x; do echo "$i"; done; echo $x; echo "$x"; set -- $x; echo $#; unset IFS; y="  lead and   inner  "; echo $y; echo "$y"; for w in $y; do echo "<$w>"; done; z='*'; echo "$z"; set -f; echo $z; set +f; a='x y'; b=$a; echo "$b"; set -- "$a" $a; echo $#; e=""; set -- $e "$e"; echo $#; n=$'a\nb'; echo $n; echo "$n"
%%
echo $0 $# $$ | grep -c bash; echo $- | grep -c h; set -- a b; echo $@ $*; bash -c 'echo $0 $1 $@' name one two; echo $_; true last; echo $_; echo ${#@} ${@:1:1} "${@: -1}"; echo $LINENO; echo ${BASH_SOURCE[0]}; f() { echo ${#FUNCNAME[@]} $1; }; f x; echo $SHLVL | grep -c .; echo ${RANDOM:0:0}ok; [ $SECONDS -lt 5 ] && echo s; echo $PPID | grep -cE '^[0-9]+$'; echo $BASHPID | grep -cE '^[0-9]+$'
%%
set -o | grep -E '^(errexit|nounset|pipefail|xtrace)'; set -euo pipefail; echo $-  | tr -d BhHcis; set +eu; [[ -o pipefail ]] && echo pf; shopt -s nullglob; shopt nullglob; shopt -u nullglob; shopt -p nullglob; set -o noglob; echo *; set +o noglob; set -- -x; echo $1; set --; echo $#; set -v; echo verbose; set +v
%%
x=(a "b c" d); printf '<%s>' "${x[@]}"; echo; printf '<%s>' ${x[@]}; echo; printf '<%s>' "${x[*]}"; echo; IFS=-; echo "${x[*]}"; unset IFS; y=("${x[@]}" e); echo ${#y[@]}; x=("${x[@]:1}"); echo "${x[0]}"; declare -p x; read -ra z <<< "1 2 3"; echo "${z[@]}"; z=("${z[@]/2}"); echo "${#z[@]}"; for i in "${!z[@]}"; do [[ -z ${z[i]} ]] && unset "z[i]"; done; echo "${#z[@]}"; s="a b"; arr=($s); arr2=("$s"); echo ${#arr[@]} ${#arr2[@]}; [[ -z ${nope[@]} ]] && echo none; echo "${x[@]: -1:1}"
%%
a=5; b=3; echo $((a+b)) $((a-b)) $((a*b)) $((a/b)) $((a%b)) $((a**b)) $((a<<b)) $((a>>1)) $((a&b)) $((a|b)) $((a^b)) $((~a)) $((!a)) $((a>b)) $((a<=b)) $((a==b)) $((a!=b)) $((a&&b)) $((a||0)) $((a>b?a:b)) $((a+=1)) $((b-=1)) $((a++)) $((--b)) $((a,b)) $(( (a+b)*2 )) $((-a)) $((+a)) $((010+1)) $((0x10)) $((36#z)) $((a=7)); ((a>5&&b<5)) && echo y; ((c=a*2)); echo $c; echo $((x)) $((undefined+1)); let a++ b--; echo $a $b; i=0; ((i++)); echo $? $i; ((i--)); echo $? $i
%%
echo $((1/0)); echo "rc $?"
%%
echo $((5 % 0)) || echo no
%%
unset x; echo ${x:?not set}; echo unreachable
%%
readonly A=1; A=2; echo unreachable?
%%
f() { local a=1; local -i b=2+3; local c; echo "$a $b [${c-unset}]"; local a=9; echo $a; g; }; g() { echo "dyn $a"; a=changed; }; f; echo "[$a]"; h() { unset v; echo "[${v-unset}]"; }; v=1; h; k() { local IFS=:; echo "$*"; }; k a b; echo "${IFS:0:1}|" | od -c | head -1
