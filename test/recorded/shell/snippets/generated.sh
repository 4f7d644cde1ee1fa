y=x
for state in unset empty word path spaced; do
  case $state in unset) unset x;; empty) x=;; word) x=banana;; path) x=/var/lib/a.tar.gz;; spaced) x="  a  b c ";; esac
  printf "%s=[%s]\n" $state "${x:-d}" 2>&1 | sed "s/^.*line [0-9]*: //"
  set -- ${x:-d}; echo "$#:$*"
done
%%
y=x
for state in unset empty word path spaced; do
  case $state in unset) unset x;; empty) x=;; word) x=banana;; path) x=/var/lib/a.tar.gz;; spaced) x="  a  b c ";; esac
  printf "%s=[%s]\n" $state "${x-d}" 2>&1 | sed "s/^.*line [0-9]*: //"
  set -- ${x-d}; echo "$#:$*"
done
%%
y=x
for state in unset empty word path spaced; do
  case $state in unset) unset x;; empty) x=;; word) x=banana;; path) x=/var/lib/a.tar.gz;; spaced) x="  a  b c ";; esac
  printf "%s=[%s]\n" $state "${x:=d}" 2>&1 | sed "s/^.*line [0-9]*: //"
  set -- ${x:=d}; echo "$#:$*"
done
%%
y=x
for state in unset empty word path spaced; do
  case $state in unset) unset x;; empty) x=;; word) x=banana;; path) x=/var/lib/a.tar.gz;; spaced) x="  a  b c ";; esac
  printf "%s=[%s]\n" $state "${x=d}" 2>&1 | sed "s/^.*line [0-9]*: //"
  set -- ${x=d}; echo "$#:$*"
done
%%
y=x
for state in unset empty word path spaced; do
  case $state in unset) unset x;; empty) x=;; word) x=banana;; path) x=/var/lib/a.tar.gz;; spaced) x="  a  b c ";; esac
  printf "%s=[%s]\n" $state "${x:+a}" 2>&1 | sed "s/^.*line [0-9]*: //"
  set -- ${x:+a}; echo "$#:$*"
done
%%
y=x
for state in unset empty word path spaced; do
  case $state in unset) unset x;; empty) x=;; word) x=banana;; path) x=/var/lib/a.tar.gz;; spaced) x="  a  b c ";; esac
  printf "%s=[%s]\n" $state "${x+a}" 2>&1 | sed "s/^.*line [0-9]*: //"
  set -- ${x+a}; echo "$#:$*"
done
%%
y=x
for state in unset empty word path spaced; do
  case $state in unset) unset x;; empty) x=;; word) x=banana;; path) x=/var/lib/a.tar.gz;; spaced) x="  a  b c ";; esac
  printf "%s=[%s]\n" $state "${#x}" 2>&1 | sed "s/^.*line [0-9]*: //"
  set -- ${#x}; echo "$#:$*"
done
%%
y=x
for state in unset empty word path spaced; do
  case $state in unset) unset x;; empty) x=;; word) x=banana;; path) x=/var/lib/a.tar.gz;; spaced) x="  a  b c ";; esac
  printf "%s=[%s]\n" $state "${x#*a}" 2>&1 | sed "s/^.*line [0-9]*: //"
  set -- ${x#*a}; echo "$#:$*"
done
%%
y=x
for state in unset empty word path spaced; do
  case $state in unset) unset x;; empty) x=;; word) x=banana;; path) x=/var/lib/a.tar.gz;; spaced) x="  a  b c ";; esac
  printf "%s=[%s]\n" $state "${x##*a}" 2>&1 | sed "s/^.*line [0-9]*: //"
  set -- ${x##*a}; echo "$#:$*"
done
%%
y=x
for state in unset empty word path spaced; do
  case $state in unset) unset x;; empty) x=;; word) x=banana;; path) x=/var/lib/a.tar.gz;; spaced) x="  a  b c ";; esac
  printf "%s=[%s]\n" $state "${x%a*}" 2>&1 | sed "s/^.*line [0-9]*: //"
  set -- ${x%a*}; echo "$#:$*"
done
%%
y=x
for state in unset empty word path spaced; do
  case $state in unset) unset x;; empty) x=;; word) x=banana;; path) x=/var/lib/a.tar.gz;; spaced) x="  a  b c ";; esac
  printf "%s=[%s]\n" $state "${x%%a*}" 2>&1 | sed "s/^.*line [0-9]*: //"
  set -- ${x%%a*}; echo "$#:$*"
done
%%
y=x
for state in unset empty word path spaced; do
  case $state in unset) unset x;; empty) x=;; word) x=banana;; path) x=/var/lib/a.tar.gz;; spaced) x="  a  b c ";; esac
  printf "%s=[%s]\n" $state "${x/a/Z}" 2>&1 | sed "s/^.*line [0-9]*: //"
  set -- ${x/a/Z}; echo "$#:$*"
done
%%
y=x
for state in unset empty word path spaced; do
  case $state in unset) unset x;; empty) x=;; word) x=banana;; path) x=/var/lib/a.tar.gz;; spaced) x="  a  b c ";; esac
  printf "%s=[%s]\n" $state "${x//a/Z}" 2>&1 | sed "s/^.*line [0-9]*: //"
  set -- ${x//a/Z}; echo "$#:$*"
done
%%
y=x
for state in unset empty word path spaced; do
  case $state in unset) unset x;; empty) x=;; word) x=banana;; path) x=/var/lib/a.tar.gz;; spaced) x="  a  b c ";; esac
  printf "%s=[%s]\n" $state "${x/#a/Z}" 2>&1 | sed "s/^.*line [0-9]*: //"
  set -- ${x/#a/Z}; echo "$#:$*"
done
%%
y=x
for state in unset empty word path spaced; do
  case $state in unset) unset x;; empty) x=;; word) x=banana;; path) x=/var/lib/a.tar.gz;; spaced) x="  a  b c ";; esac
  printf "%s=[%s]\n" $state "${x/%a/Z}" 2>&1 | sed "s/^.*line [0-9]*: //"
  set -- ${x/%a/Z}; echo "$#:$*"
done
%%
y=x
for state in unset empty word path spaced; do
  case $state in unset) unset x;; empty) x=;; word) x=banana;; path) x=/var/lib/a.tar.gz;; spaced) x="  a  b c ";; esac
  printf "%s=[%s]\n" $state "${x:1}" 2>&1 | sed "s/^.*line [0-9]*: //"
  set -- ${x:1}; echo "$#:$*"
done
%%
y=x
for state in unset empty word path spaced; do
  case $state in unset) unset x;; empty) x=;; word) x=banana;; path) x=/var/lib/a.tar.gz;; spaced) x="  a  b c ";; esac
  printf "%s=[%s]\n" $state "${x:1:2}" 2>&1 | sed "s/^.*line [0-9]*: //"
  set -- ${x:1:2}; echo "$#:$*"
done
%%
y=x
for state in unset empty word path spaced; do
  case $state in unset) unset x;; empty) x=;; word) x=banana;; path) x=/var/lib/a.tar.gz;; spaced) x="  a  b c ";; esac
  printf "%s=[%s]\n" $state "${x: -2}" 2>&1 | sed "s/^.*line [0-9]*: //"
  set -- ${x: -2}; echo "$#:$*"
done
%%
y=x
for state in unset empty word path spaced; do
  case $state in unset) unset x;; empty) x=;; word) x=banana;; path) x=/var/lib/a.tar.gz;; spaced) x="  a  b c ";; esac
  printf "%s=[%s]\n" $state "${x:0:-1}" 2>&1 | sed "s/^.*line [0-9]*: //"
  set -- ${x:0:-1}; echo "$#:$*"
done
%%
y=x
for state in unset empty word path spaced; do
  case $state in unset) unset x;; empty) x=;; word) x=banana;; path) x=/var/lib/a.tar.gz;; spaced) x="  a  b c ";; esac
  printf "%s=[%s]\n" $state "${x^}" 2>&1 | sed "s/^.*line [0-9]*: //"
  set -- ${x^}; echo "$#:$*"
done
%%
y=x
for state in unset empty word path spaced; do
  case $state in unset) unset x;; empty) x=;; word) x=banana;; path) x=/var/lib/a.tar.gz;; spaced) x="  a  b c ";; esac
  printf "%s=[%s]\n" $state "${x^^}" 2>&1 | sed "s/^.*line [0-9]*: //"
  set -- ${x^^}; echo "$#:$*"
done
%%
y=x
for state in unset empty word path spaced; do
  case $state in unset) unset x;; empty) x=;; word) x=banana;; path) x=/var/lib/a.tar.gz;; spaced) x="  a  b c ";; esac
  printf "%s=[%s]\n" $state "${x,}" 2>&1 | sed "s/^.*line [0-9]*: //"
  set -- ${x,}; echo "$#:$*"
done
%%
y=x
for state in unset empty word path spaced; do
  case $state in unset) unset x;; empty) x=;; word) x=banana;; path) x=/var/lib/a.tar.gz;; spaced) x="  a  b c ";; esac
  printf "%s=[%s]\n" $state "${x,,}" 2>&1 | sed "s/^.*line [0-9]*: //"
  set -- ${x,,}; echo "$#:$*"
done
%%
y=x
for state in unset empty word path spaced; do
  case $state in unset) unset x;; empty) x=;; word) x=banana;; path) x=/var/lib/a.tar.gz;; spaced) x="  a  b c ";; esac
  printf "%s=[%s]\n" $state "${x@Q}" 2>&1 | sed "s/^.*line [0-9]*: //"
  set -- ${x@Q}; echo "$#:$*"
done
%%
y=x
for state in unset empty word path spaced; do
  case $state in unset) unset x;; empty) x=;; word) x=banana;; path) x=/var/lib/a.tar.gz;; spaced) x="  a  b c ";; esac
  printf "%s=[%s]\n" $state "${x@U}" 2>&1 | sed "s/^.*line [0-9]*: //"
  set -- ${x@U}; echo "$#:$*"
done
%%
y=x
for state in unset empty word path spaced; do
  case $state in unset) unset x;; empty) x=;; word) x=banana;; path) x=/var/lib/a.tar.gz;; spaced) x="  a  b c ";; esac
  printf "%s=[%s]\n" $state "${x@L}" 2>&1 | sed "s/^.*line [0-9]*: //"
  set -- ${x@L}; echo "$#:$*"
done
%%
y=x
for state in unset empty word path spaced; do
  case $state in unset) unset x;; empty) x=;; word) x=banana;; path) x=/var/lib/a.tar.gz;; spaced) x="  a  b c ";; esac
  printf "%s=[%s]\n" $state "${!y}" 2>&1 | sed "s/^.*line [0-9]*: //"
  set -- ${!y}; echo "$#:$*"
done
%%
y=x
for state in unset empty word path spaced; do
  case $state in unset) unset x;; empty) x=;; word) x=banana;; path) x=/var/lib/a.tar.gz;; spaced) x="  a  b c ";; esac
  printf "%s=[%s]\n" $state "\"${x[@]}\"" 2>&1 | sed "s/^.*line [0-9]*: //"
  set -- "${x[@]}"; echo "$#:$*"
done
%%
y=x
for state in unset empty word path spaced; do
  case $state in unset) unset x;; empty) x=;; word) x=banana;; path) x=/var/lib/a.tar.gz;; spaced) x="  a  b c ";; esac
  printf "%s=[%s]\n" $state "${x[0]}" 2>&1 | sed "s/^.*line [0-9]*: //"
  set -- ${x[0]}; echo "$#:$*"
done
%%
y=x
for state in unset empty word path spaced; do
  case $state in unset) unset x;; empty) x=;; word) x=banana;; path) x=/var/lib/a.tar.gz;; spaced) x="  a  b c ";; esac
  printf "%s=[%s]\n" $state "${#x[@]}" 2>&1 | sed "s/^.*line [0-9]*: //"
  set -- ${#x[@]}; echo "$#:$*"
done
%%
y=x
for state in unset empty word path spaced; do
  case $state in unset) unset x;; empty) x=;; word) x=banana;; path) x=/var/lib/a.tar.gz;; spaced) x="  a  b c ";; esac
  printf "%s=[%s]\n" $state "${x//[aeiou]/_}" 2>&1 | sed "s/^.*line [0-9]*: //"
  set -- ${x//[aeiou]/_}; echo "$#:$*"
done
%%
y=x
for state in unset empty word path spaced; do
  case $state in unset) unset x;; empty) x=;; word) x=banana;; path) x=/var/lib/a.tar.gz;; spaced) x="  a  b c ";; esac
  printf "%s=[%s]\n" $state "${x//?/.}" 2>&1 | sed "s/^.*line [0-9]*: //"
  set -- ${x//?/.}; echo "$#:$*"
done
%%
y=x
for state in unset empty word path spaced; do
  case $state in unset) unset x;; empty) x=;; word) x=banana;; path) x=/var/lib/a.tar.gz;; spaced) x="  a  b c ";; esac
  printf "%s=[%s]\n" $state "${x#\"${x%%[![:space:]]*}\"}" 2>&1 | sed "s/^.*line [0-9]*: //"
  set -- ${x#"${x%%[![:space:]]*}"}; echo "$#:$*"
done
%%
y=x
for state in unset empty word path spaced; do
  case $state in unset) unset x;; empty) x=;; word) x=banana;; path) x=/var/lib/a.tar.gz;; spaced) x="  a  b c ";; esac
  printf "%s=[%s]\n" $state "${x:$((1+1))}" 2>&1 | sed "s/^.*line [0-9]*: //"
  set -- ${x:$((1+1))}; echo "$#:$*"
done
%%
y=x
for state in unset empty word path spaced; do
  case $state in unset) unset x;; empty) x=;; word) x=banana;; path) x=/var/lib/a.tar.gz;; spaced) x="  a  b c ";; esac
  printf "%s=[%s]\n" $state "${x:-${y:-z}}" 2>&1 | sed "s/^.*line [0-9]*: //"
  set -- ${x:-${y:-z}}; echo "$#:$*"
done
%%
y=x
for state in unset empty word path spaced; do
  case $state in unset) unset x;; empty) x=;; word) x=banana;; path) x=/var/lib/a.tar.gz;; spaced) x="  a  b c ";; esac
  printf "%s=[%s]\n" $state "${x:+\"q $x\"}" 2>&1 | sed "s/^.*line [0-9]*: //"
  set -- ${x:+"q $x"}; echo "$#:$*"
done
%%
IFS=' '; v=$(printf 'a b  c|'); v=${v%|}
set -- $v; echo $#; printf '<%s>' "$@"; echo; printf '<%s>' "$*" $*; echo
read -r a b <<< "$v"; echo "[$a][$b]"; read -ra arr <<< "$v"; echo ${#arr[@]}; for w in $v"x"; do echo "{$w}"; done
%%
IFS=','; v=$(printf 'a,b,,c,|'); v=${v%|}
set -- $v; echo $#; printf '<%s>' "$@"; echo; printf '<%s>' "$*" $*; echo
read -r a b <<< "$v"; echo "[$a][$b]"; read -ra arr <<< "$v"; echo ${#arr[@]}; for w in $v"x"; do echo "{$w}"; done
%%
IFS=':'; v=$(printf ':a:b:|'); v=${v%|}
set -- $v; echo $#; printf '<%s>' "$@"; echo; printf '<%s>' "$*" $*; echo
read -r a b <<< "$v"; echo "[$a][$b]"; read -ra arr <<< "$v"; echo ${#arr[@]}; for w in $v"x"; do echo "{$w}"; done
%%
IFS=' ,'; v=$(printf 'a , b ,c|'); v=${v%|}
set -- $v; echo $#; printf '<%s>' "$@"; echo; printf '<%s>' "$*" $*; echo
read -r a b <<< "$v"; echo "[$a][$b]"; read -ra arr <<< "$v"; echo ${#arr[@]}; for w in $v"x"; do echo "{$w}"; done
%%
IFS=$'\n'; v=$(printf 'a b\nc|'); v=${v%|}
set -- $v; echo $#; printf '<%s>' "$@"; echo; printf '<%s>' "$*" $*; echo
read -r a b <<< "$v"; echo "[$a][$b]"; read -ra arr <<< "$v"; echo ${#arr[@]}; for w in $v"x"; do echo "{$w}"; done
%%
IFS=''; v=$(printf 'a b c|'); v=${v%|}
set -- $v; echo $#; printf '<%s>' "$@"; echo; printf '<%s>' "$*" $*; echo
read -r a b <<< "$v"; echo "[$a][$b]"; read -ra arr <<< "$v"; echo ${#arr[@]}; for w in $v"x"; do echo "{$w}"; done
%%
IFS='-'; v=$(printf 'a-b--|'); v=${v%|}
set -- $v; echo $#; printf '<%s>' "$@"; echo; printf '<%s>' "$*" $*; echo
read -r a b <<< "$v"; echo "[$a][$b]"; read -ra arr <<< "$v"; echo ${#arr[@]}; for w in $v"x"; do echo "{$w}"; done
%%
IFS='ab'; v=$(printf 'xaybz|'); v=${v%|}
set -- $v; echo $#; printf '<%s>' "$@"; echo; printf '<%s>' "$*" $*; echo
read -r a b <<< "$v"; echo "[$a][$b]"; read -ra arr <<< "$v"; echo ${#arr[@]}; for w in $v"x"; do echo "{$w}"; done
%%
IFS=' 	'; v=$(printf '  a	b |'); v=${v%|}
set -- $v; echo $#; printf '<%s>' "$@"; echo; printf '<%s>' "$*" $*; echo
read -r a b <<< "$v"; echo "[$a][$b]"; read -ra arr <<< "$v"; echo ${#arr[@]}; for w in $v"x"; do echo "{$w}"; done
%%
a='a'; b='b'
for op in = != '<' '>' -eq -lt -ge -nt -ef; do [ "$a" "$op" "$b" ] 2>/dev/null; echo "$op $?"; done
for op in -z -n -e -d -f -s -x; do test $op "$a"; echo "$op $?"; done; [[ $a == $b ]]; echo $?; [[ $a < $b ]]; echo $?; [ "$a" ] && [ ! "$b" ]; echo $?; [ "$a" -a "$b" ] 2>/dev/null; echo $?
%%
a='10'; b='9'
for op in = != '<' '>' -eq -lt -ge -nt -ef; do [ "$a" "$op" "$b" ] 2>/dev/null; echo "$op $?"; done
for op in -z -n -e -d -f -s -x; do test $op "$a"; echo "$op $?"; done; [[ $a == $b ]]; echo $?; [[ $a < $b ]]; echo $?; [ "$a" ] && [ ! "$b" ]; echo $?; [ "$a" -a "$b" ] 2>/dev/null; echo $?
%%
a=''; b=''
for op in = != '<' '>' -eq -lt -ge -nt -ef; do [ "$a" "$op" "$b" ] 2>/dev/null; echo "$op $?"; done
for op in -z -n -e -d -f -s -x; do test $op "$a"; echo "$op $?"; done; [[ $a == $b ]]; echo $?; [[ $a < $b ]]; echo $?; [ "$a" ] && [ ! "$b" ]; echo $?; [ "$a" -a "$b" ] 2>/dev/null; echo $?
%%
a='a b'; b='a b'
for op in = != '<' '>' -eq -lt -ge -nt -ef; do [ "$a" "$op" "$b" ] 2>/dev/null; echo "$op $?"; done
for op in -z -n -e -d -f -s -x; do test $op "$a"; echo "$op $?"; done; [[ $a == $b ]]; echo $?; [[ $a < $b ]]; echo $?; [ "$a" ] && [ ! "$b" ]; echo $?; [ "$a" -a "$b" ] 2>/dev/null; echo $?
%%
a='*'; b='x'
for op in = != '<' '>' -eq -lt -ge -nt -ef; do [ "$a" "$op" "$b" ] 2>/dev/null; echo "$op $?"; done
for op in -z -n -e -d -f -s -x; do test $op "$a"; echo "$op $?"; done; [[ $a == $b ]]; echo $?; [[ $a < $b ]]; echo $?; [ "$a" ] && [ ! "$b" ]; echo $?; [ "$a" -a "$b" ] 2>/dev/null; echo $?
%%
a='01'; b='1'
for op in = != '<' '>' -eq -lt -ge -nt -ef; do [ "$a" "$op" "$b" ] 2>/dev/null; echo "$op $?"; done
for op in -z -n -e -d -f -s -x; do test $op "$a"; echo "$op $?"; done; [[ $a == $b ]]; echo $?; [[ $a < $b ]]; echo $?; [ "$a" ] && [ ! "$b" ]; echo $?; [ "$a" -a "$b" ] 2>/dev/null; echo $?
%%
a='/etc'; b='/none'
for op in = != '<' '>' -eq -lt -ge -nt -ef; do [ "$a" "$op" "$b" ] 2>/dev/null; echo "$op $?"; done
for op in -z -n -e -d -f -s -x; do test $op "$a"; echo "$op $?"; done; [[ $a == $b ]]; echo $?; [[ $a < $b ]]; echo $?; [ "$a" ] && [ ! "$b" ]; echo $?; [ "$a" -a "$b" ] 2>/dev/null; echo $?
%%
a='-n'; b='x'
for op in = != '<' '>' -eq -lt -ge -nt -ef; do [ "$a" "$op" "$b" ] 2>/dev/null; echo "$op $?"; done
for op in -z -n -e -d -f -s -x; do test $op "$a"; echo "$op $?"; done; [[ $a == $b ]]; echo $?; [[ $a < $b ]]; echo $?; [ "$a" ] && [ ! "$b" ]; echo $?; [ "$a" -a "$b" ] 2>/dev/null; echo $?
%%
a='!'; b='a'
for op in = != '<' '>' -eq -lt -ge -nt -ef; do [ "$a" "$op" "$b" ] 2>/dev/null; echo "$op $?"; done
for op in -z -n -e -d -f -s -x; do test $op "$a"; echo "$op $?"; done; [[ $a == $b ]]; echo $?; [[ $a < $b ]]; echo $?; [ "$a" ] && [ ! "$b" ]; echo $?; [ "$a" -a "$b" ] 2>/dev/null; echo $?
%%
a='('; b=')'
for op in = != '<' '>' -eq -lt -ge -nt -ef; do [ "$a" "$op" "$b" ] 2>/dev/null; echo "$op $?"; done
for op in -z -n -e -d -f -s -x; do test $op "$a"; echo "$op $?"; done; [[ $a == $b ]]; echo $?; [[ $a < $b ]]; echo $?; [ "$a" ] && [ ! "$b" ]; echo $?; [ "$a" -a "$b" ] 2>/dev/null; echo $?
%%
set -e
f() { false; echo in; }
f
echo end $?
%%
set -eo pipefail
f() { false; echo in; }
f
echo end $?
%%
set -e
f() { false; echo in; }
f && echo and
echo end $?
%%
set -eo pipefail
f() { false; echo in; }
f && echo and
echo end $?
%%
set -e
f() { false; echo in; }
f || echo or
echo end $?
%%
set -eo pipefail
f() { false; echo in; }
f || echo or
echo end $?
%%
set -e
f() { false; echo in; }
! f
echo end $?
%%
set -eo pipefail
f() { false; echo in; }
! f
echo end $?
%%
set -e
f() { false; echo in; }
if f; then echo then; fi
echo end $?
%%
set -eo pipefail
f() { false; echo in; }
if f; then echo then; fi
echo end $?
%%
set -e
f() { false; echo in; }
while f; do break; done
echo end $?
%%
set -eo pipefail
f() { false; echo in; }
while f; do break; done
echo end $?
%%
set -e
f() { false; echo in; }
x=$(f)
echo end $?
%%
set -eo pipefail
f() { false; echo in; }
x=$(f)
echo end $?
%%
set -e
f() { false; echo in; }
local_=$(f) && echo set
echo end $?
%%
set -eo pipefail
f() { false; echo in; }
local_=$(f) && echo set
echo end $?
%%
set -e
f() { false; echo in; }
f | cat
echo end $?
%%
set -eo pipefail
f() { false; echo in; }
f | cat
echo end $?
%%
set -e
f() { false; echo in; }
(f)
echo end $?
%%
set -eo pipefail
f() { false; echo in; }
(f)
echo end $?
%%
set -e
f() { false; echo in; }
{ f; }
echo end $?
%%
set -eo pipefail
f() { false; echo in; }
{ f; }
echo end $?
%%
set -e
f() { false; echo in; }
f; echo $?
echo end $?
%%
set -eo pipefail
f() { false; echo in; }
f; echo $?
echo end $?
%%
set -e
f() { false; echo in; }
for i in 1; do f; done
echo end $?
%%
set -eo pipefail
f() { false; echo in; }
for i in 1; do f; done
echo end $?
%%
set -e
f() { false; echo in; }
case x in x) f;; esac
echo end $?
%%
set -eo pipefail
f() { false; echo in; }
case x in x) f;; esac
echo end $?
%%
set -e
f() { false; echo in; }
f & wait $!
echo end $?
%%
set -eo pipefail
f() { false; echo in; }
f & wait $!
echo end $?
%%
set -e
f() { false; echo in; }
eval f
echo end $?
%%
set -eo pipefail
f() { false; echo in; }
eval f
echo end $?
%%
set -e
f() { false; echo in; }
true && f
echo end $?
%%
set -eo pipefail
f() { false; echo in; }
true && f
echo end $?
%%
set -e
f() { false; echo in; }
[[ $(f) == "" ]]
echo end $?
%%
set -eo pipefail
f() { false; echo in; }
[[ $(f) == "" ]]
echo end $?
%%
set -e
f() { false; echo in; }
echo $(f)
echo end $?
%%
set -eo pipefail
f() { false; echo in; }
echo $(f)
echo end $?
%%
set -e
f() { false; echo in; }
trap "echo T" ERR; f
echo end $?
%%
set -eo pipefail
f() { false; echo in; }
trap "echo T" ERR; f
echo end $?
%%
set -e
f() { false; echo in; }
f >/dev/null
echo end $?
%%
set -eo pipefail
f() { false; echo in; }
f >/dev/null
echo end $?
%%
set -e
f() { false; echo in; }
until f; do break; done
echo end $?
%%
set -eo pipefail
f() { false; echo in; }
until f; do break; done
echo end $?
%%
set -e
f() { false; echo in; }
time f 2>/dev/null
echo end $?
%%
set -e
f() { false; echo in; }
command f
echo end $?
%%
set -eo pipefail
f() { false; echo in; }
command f
echo end $?
%%
set -e
f() { false; echo in; }
. <(echo f)
echo end $?
%%
set -eo pipefail
f() { false; echo in; }
. <(echo f)
echo end $?
%%
echo a >o; cat o
%%
echo a >>o; echo b >>o; cat o
%%
cat <<< x >o; cat o
%%
ls nofile 2>o; wc -l <o
%%
ls nofile >o 2>&1; wc -l <o
%%
ls nofile 2>&1 >o | wc -l
%%
{ echo a; echo b >&2; } 2>o >p; cat p o
%%
exec 3>o; echo x >&3; echo y >&3; exec 3>&-; cat o
%%
echo a 3>o >&3; cat o
%%
cat 3<<< three <&3
%%
while read l; do echo "$l"; done < <(seq 2)
%%
cat <(echo a) - <<< b
%%
echo x | tee o >(cat >p) >/dev/null; sleep 0.05; cat o p
%%
cat < o 2>/dev/null || echo none
%%
> o; [ -f o ] && [ ! -s o ] && echo empty
%%
echo a > "o p"; cat "o p"
%%
f=o; echo a > $f; cat $f
%%
echo a > ./o.{1,2} 2>&1; echo $?
%%
cat << X
a $((1+1))
X
%%
cat << "X"
a $((1+1))
X
%%
cat <<- X
	a
		b
	X
%%
cat << X | tr a b
a
X
%%
cat <<A - <<B
1
A
2
B
%%
(echo out; echo err >&2) &> o; sort o
%%
echo a >&2 2>/dev/null
%%
n=5; echo $n>o; cat o
%%
echo 2>o; cat o; echo a 2> o
%%
read x < <(echo hi); echo $x
%%
exec < <(echo line); read l; echo $l
%%
exec 5<>o; echo hey >&5; cat o; exec 5>&-
%%
set -o noclobber; echo a >o; echo b >o; echo $?; echo c >|o; cat o
%%
printf "a\nb\n" > o; while read -u 4 l; do echo "[$l]"; done 4< o
%%
{ cat; } < <(echo grp)
%%
for i in 1 2; do echo $i; done > o; cat o
%%
if true; then echo t; fi > o; cat o
%%
f() { echo fn; } > o; f; cat o
%%
echo $(< /etc/hostname) | wc -w
%%
cat /dev/null; echo n > /dev/null; echo $?
