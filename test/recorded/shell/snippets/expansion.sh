x=hello; echo $x ${x} "${x}" '$x' "\$x" "a${x}b" $x$x
%%
echo ${x:-default} ${x-default}; x=; echo "[${x:-d}] [${x-d}] [${x:+p}] [${x+p}]"; y=1; echo ${y:+set} ${y+set}
%%
echo ${x:=assigned}; echo $x; unset x; echo ${x=again} $x
%%
echo ${x:?is missing}; echo not reached
%%
x=1; echo ${x?never}; unset y; (echo ${y?}) 2>&1; echo $?
%%
p=/usr/local/lib/file.tar.gz; echo ${p#*/} ${p##*/} ${p%.*} ${p%%.*} ${p%/*} ${p#nomatch}
%%
s=banana; echo ${s/a/A} ${s//a/A} ${s/#b/B} ${s/%a/X} ${s//an} ${s/[an]*/Z} ${s//[!a]/-}
%%
s="hello world"; echo ${#s} ${s:6} ${s:0:5} ${s: -5} ${s: -5:2} ${s:1:-1} "[${s:20}]"
%%
s=Hello; echo ${s^} ${s^^} ${s,} ${s,,} ${s^^[el]}; t=abc; echo ${t^} ${t^^b}
%%
a="x y  z"; echo $a; echo "$a"; set -- $a; echo $#; set -- "$a"; echo $#
%%
IFS=:; v=a:b::c:; for w in $v; do echo "[$w]"; done; set -- $v; echo $#
%%
IFS=' :'; v=' a : b  c:'; for w in $v; do echo "[$w]"; done
%%
set -- a "b c" d; echo $*; echo "$*"; echo "$@"; for i in "$@"; do echo "<$i>"; done; for i in $*; do echo "($i)"; done
%%
set -- a "b c" d; IFS=,; echo "$*"; echo $*; x="$*"; echo "$x"; y=$*; echo "$y"; z=$@; echo "$z"
%%
set --; echo "[$*]" "$@" end; for i in "$@"; do echo never; done; echo $#
%%
set -- 1 2 3 4 5; echo ${@:2} / ${@:2:2} / ${*:4} / ${@: -2} / ${#@} ${#*} $#
%%
set -- one two three four five six seven eight nine ten eleven; echo $1 $10 ${10} ${11}; shift 9; echo $1; shift 5; echo $? $1
%%
echo {a,b,c} x{1,2}y {1..5} {5..1} {a..e} {1..10..3} {01..03} {a,b}{1,2} {x} {} {a,} a{b{c,d},e}f
%%
echo "{a,b}" '{1..3}' \{a,b\} {a\,b,c} ${x}{1,2} {$HOMEX,b} {-1..1} {3..1..2} {a..e..2}
%%
echo ~+ | grep -c / ; HOME=/h; echo ~ ~/x a~ "~" '~' ~nosuchuser x=~ --opt=~; y=~:~/b; echo $y
%%
echo $((1+2*3)) $(( (1+2)*3 )) $((7/2)) $((7%3)) $((-7/2)) $((2**10)) $((1<<4)) $((0xff)) $((010)) $((2#101)) $((16#ff))
%%
x=5; echo $((x+1)) $((x++)) $x $((++x)) $((x--)) $x $((x+=10)) $((x*=2)) $((x>3)) $((x==40)) $((!x)) $((~1)) $((-x)) $((x?1:2))
%%
echo $((1 && 0)) $((1 || 0)) $((5 & 3)) $((5 | 3)) $((5 ^ 3)) $((1,2)) $((1 ? 2 : 3)) $((3 > 2 && 2 > 1))
%%
a[3]=7; i=3; echo $((a[3]+1)) $((a[i])) $((a[i]++)) ${a[3]}; b=a[3]; echo $((b)); n=x; x=9; echo $((n+1)) $((unset1+1))
%%
echo $((1/0)); echo after
%%
echo $((1 +)); echo after
%%
echo $((09)); echo after
%%
echo $((9223372036854775807 + 1)) $((1<<63)) $((0x7fffffffffffffff))
%%
echo $(echo a; echo b) "$(echo a; echo b)" `echo c` "$(printf 'x\n\n\n')|"; x=$(false); echo $?; y=$(exit 3) ; echo $?
%%
echo "$(echo "nested $(echo "deep")")" `echo \`echo back\`` $(echo ')') "$(cat <<E
in here $((1+1))
E
)"
%%
x='a*b'; echo $x "$x"; y='$(echo no)'; echo $y; z='`no`'; echo "$z"
%%
mkdir g; cd g; touch a1 a2 b1 .hidden 'c d'; echo *; echo a*; echo ?1; echo [ab]1; echo [!a]*; echo [a-b]?; echo "a*" 'a*' a\*; echo z*; echo .h*; echo ./a*
%%
mkdir -p d/e/f; touch d/x d/e/y d/e/f/z; echo d/*; echo d/*/*; echo d/**; shopt -s globstar; echo d/**; echo **/z; shopt -s nullglob; echo nomatch*; shopt -s dotglob; echo *
%%
touch a b c; x='*'; echo $x "$x"; echo [[:alpha:]] [[:digit:]]*; for f in *; do echo "f=$f"; done; set -f; echo *
%%
shopt -s extglob
touch ab abab ac b; echo @(ab|ac) ; echo +(ab); echo !(ab*); echo ?(a)b; x=aaab; echo ${x##+(a)} ${x/@(a|b)/X}; case foo in @(foo|bar)) echo yes;; esac
%%
echo "a\nb" 'a\nb' $'a\nb' $'tab\there' $'\x41\u00e9\101' $'it\'s' "it's" 'say "hi"' "say \"hi\"" a\ b "a\ b" "\`" "\$" "\\"
%%
echo a"b"'c'$'d'"$((1))"e; echo ""; echo '' a; echo "$unset" a; echo $unset a; x=" sp "; echo "[$x]" [$x]
%%
a=1 b=2 eval 'echo $a $b'; echo "[$a]"; a=5 env | grep -c '^a=5'; export a=7; env | grep '^a='; a=8 bash -c 'echo $a'; echo $a
%%
x=abc; echo ${!x}; abc=val; echo ${!x}; arr=(p q); r=arr[1]; echo ${!r}; pre_a=1; pre_b=2; echo ${!pre_*} ${!pre_@}
%%
x="it's"; echo ${x@Q} ${x@U} ${x@u} ${x@L}; y=$'a\nb'; echo ${y@Q}; a=(1 "2 3"); echo ${a[@]@Q} ${x@A}; z='\t|'; echo "${z@E}"
%%
declare -n ref=target; ref=5; echo $target; target=6; echo $ref ${!ref}
%%
declare -i n=5; n+=3; echo $n; n="2*3"; echo $n; declare -u up=abc; echo $up; declare -l lo=ABC; echo $lo; declare -r ro=1; ro=2; echo $ro
%%
x=5; x+=5; echo $x; x+=a; echo $x; s=abc; s+="d e"; echo "$s"
%%
echo "${x:-"quoted default"}" ${x:-a b} "${x:-$(echo cmd)}" ${x:-'single $x'} "${x:-'single'}" "${x:-a\"b}"
%%
v=value; cat <<E
plain $v ${v^^} $(echo cmd) $((2+2)) \$v \\ "quoted" 'single' `echo tick`
E
cat <<'E'
raw $v $(echo) \n
E
cat <<-E
	tabs stripped $v
		twice
	E
cat <<E | tr a-z A-Z
piped
E
%%
cat <<< "here $((1+1)) string"; cat <<< word; x="a  b"; cat <<< $x; cat <<< "$x"; read a b <<< "1 2 3"; echo "$a|$b"
%%
set -u; echo ${x:-ok}; echo $x; echo not reached
%%
set -u; echo "${a[@]}" $# "$@"; echo ${#a[@]}; echo $1; echo no
%%
echo $RANDOM | grep -cE '^[0-9]+$'; echo $$ | grep -cE '^[0-9]+$'; echo $LINENO; echo $0; echo $BASH_SUBSHELL; (echo $BASH_SUBSHELL)
%%
x=$'a b\nc'; echo $x; echo "$x"; set -- $x; echo $#; y=$(printf 'a\nb\n\n'); echo "$y" | wc -l
%%
echo ${#unset} ${#} ; a=日本語; echo ${#a} ${a:1:1} ${a/本/x}; printf '%s\n' "$a"
%%
eval echo '$((1+1))' \$HOMEX '"a  b"'; x='echo hi; echo there'; $x; eval "$x"; eval; echo $?
%%
echo a#b #comment
echo 'a # b' "c # d" # another
#whole line
echo done
%%
echo one \
two \
three; echo "line \
continued"; echo 'not \
continued'
%%
a=(one two three); echo ${a[@]/o/0} ${a[@]#t} ${a[*]^} "${a[@]:1}" ${a[@]:0:2} ${a[-1]}; echo "${a[*]}" ${#a[1]}
%%
x=/a/b/c; IFS=/ read -ra parts <<< "$x"; echo "${#parts[@]}" "${parts[1]}" "${parts[3]}"; printf '<%s>' "${parts[@]}"; echo
%%
echo "$(( $(echo 2) * $((3)) ))" $(( ${#x} + 1 )) $[ 1 + 1 ]; y=4; echo $(( $y * y )) $((y**2))
%%
x=5; let x=x+1 y=x*2; echo $x $y; let "z = x > 3"; echo $z $?; let 0; echo $?; ((x=0)); echo $?; ((x=1)); echo $?
%%
x='a b'; y=$x; echo "$y"; z="$x"c; echo $z; declare w=$x; echo "$w"; local_f() { local v=$x; echo "$v"; }; local_f; export e=$x; echo "$e"
%%
touch 'f 1' 'f 2'; for f in f*; do echo "$f"; done; ls "f 1"; rm f\ 1; ls; x='f*'; ls $x "$x" 2>&1
%%
echo ${x:-${y:-${z:-deep}}} ${x:+no}${y:-yes}; a=b; b=c; eval echo \$$a; echo ${!a}
%%
printf '%s|' "${@:-none}"; echo; f() { echo "${1-unset} ${2:-empty} $#"; }; f; f ''; f a b
