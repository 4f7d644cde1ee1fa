printf 'b\na\nc\na\n' > f; sort f; sort -r f; sort -u f; sort f | uniq; sort f | uniq -c; sort f | uniq -d; sort f | uniq -u; uniq f
%%
printf '10\n9\n2\n1\n' | sort; printf '10\n9\n2\n1\n' | sort -n; printf '10\n9\n' | sort -rn; printf 'a 3\nb 1\nc 2\n' | sort -k2; printf 'a 3\nb 1\nc 2\n' | sort -k2nr; printf 'a:3\nb:1\n' | sort -t: -k2 -n; printf '1K\n2M\n500\n' | sort -h; printf 'v1.10\nv1.9\n' | sort -V; printf 'B\na\nC\n' | sort -f; printf '3 a\n3 b\n1 c\n' | sort -s -k1,1n; printf 'b\na\n' | sort -c; echo $?
%%
printf 'JAN\nMAR\nFEB\n' | sort -M; printf 'a b 2\na b 1\na a 3\n' | sort -k1,1 -k2,2r -k3n; printf 'x10\nx9\nx1\n' | sort -k1.2n; printf 'b\0a\0' | sort -z | tr '\0' ' '; echo; printf 'c\nb\n' | sort -o out; cat out; sort nofile; echo $?; sort -k0 </dev/null; echo $?; printf '1\n1\n2\n' | sort -nu
%%
printf 'a:b:c\nd:e:f\nnone\n' > f; cut -d: -f1 f; cut -d: -f2- f; cut -d: -f1,3 f; cut -d: -f2 -s f; cut -c1-2 f; cut -c2- f; cut -b1 f; cut -d: -f1,3 --output-delimiter=_ f; cut --complement -d: -f1 f; cut f; echo $?; cut -f0 f; echo $?
%%
echo hello | tr a-z A-Z; echo hello | tr -d l; echo "a  b   c" | tr -s ' '; echo hello | tr el ip; echo abc123 | tr -d '[:digit:]'; echo abc123 | tr -cd '[:digit:]'; echo; echo 'a,b;c' | tr ',;' '\n'; echo abc | tr abc x; echo 'Hello' | tr '[:upper:]' '[:lower:]'; echo aabb | tr -s a; tr a; echo $?; echo abc | tr -c a x; echo; echo 'a-b' | tr -- - _
%%
seq 20 > f; head -3 f; head -n 2 f; head -n -17 f; head -c 4 f; tail -2 f; tail -n +19 f; tail -c 3 f; seq 3 | tail -1; head -1 f f; tail -n 1 -q f f; head -x f; echo $?; head nofile; echo $?; seq 5 | head -n0; tail -n 3 < f
%%
printf 'one two\nthree\n' > f; wc f; wc -l f; wc -w f; wc -c f; wc -l < f; wc f f; wc -lw f; echo -n abc | wc -c; printf 'é\n' | wc -m; printf 'é\n' | wc -c; wc -L f; wc nofile; echo $?; cat f | wc
%%
printf 'foo\nbar\nFoo\nfoobar\n' > f; grep foo f; grep -i foo f; grep -v foo f; grep -c foo f; grep -n foo f; grep -w foo f; grep -x foo f; grep -l foo f; grep -L zzz f; grep -q foo f; echo $?; grep zzz f; echo $?; grep -o 'o*b' f; grep -m1 foo f; grep -e foo -e bar f; grep -E 'foo|bar' f; grep -F 'o.' f; grep 'fo\{2\}' f; grep '^b' f; grep 'r$' f
%%
printf 'a1\nb22\nc\n' > f; grep '[0-9]' f; grep -E '[0-9]+' f; grep -oE '[0-9]+' f; grep -E '^.{2}$' f; grep -A1 a1 f; grep -B1 c f; grep -C1 b22 f; grep -h a f f; grep a f f; grep -n -A1 a1 f; grep -c . f nofile; grep -s x nofile; echo $?; grep; echo $?; grep -E '(' f; echo $?; grep -rn b22 . ; grep -vc a f; cat f | grep -n c -; grep -ob c f
%%
printf 'x=1\ny = 2\n# c\n\n' > f; grep -v '^#' f; grep -v '^$' f; grep -E '^[a-z]+ *= *[0-9]+$' f; grep '\.' f; echo $?; grep -P '\w+(?= =)' f; grep -oP 'y = \K\d' f; grep -e '-x' f; grep -- '-x' f; echo "a.b" | grep -F . ; echo 'a\b' | grep 'a\\b'; echo tab$'\t'x | grep $'\t'; echo aXb | grep -o '[[:upper:]]'; echo 'foo bar' | grep -w ba; echo 'foo-bar' | grep -w bar; printf 'a\nb\n' | grep -z a | tr '\0' '|'
%%
echo 'hello world' | sed 's/o/0/'; echo 'hello world' | sed 's/o/0/g'; echo 'hello world' | sed 's/o/0/2'; echo hello | sed 's/l\(l\)/<\1>/'; echo hello | sed -E 's/(h)(e)/\2\1/'; echo hello | sed 's/.*/[&]/'; echo a/b | sed 's|/|_|'; echo Hello | sed 's/h/X/I'; echo abc | sed 's/b//'; echo 'a.b' | sed 's/\./-/'; echo aaa | sed 's/a*/x/g'; echo abc | sed 's/x*/-/g'; echo hello | sed 's/\(.\)\(.\)/\2\1/g'
%%
seq 5 | sed -n 3p; seq 5 | sed 2d; seq 5 | sed '2,4d'; seq 5 | sed -n '2,3p'; seq 5 | sed '$d'; seq 5 | sed -n '$p'; seq 5 | sed '/3/d'; seq 5 | sed -n '/2/,/4/p'; seq 5 | sed '3q'; seq 5 | sed -n '2{p;q}'; seq 10 | sed -n '1~3p'; seq 5 | sed '2!d'; seq 5 | sed -n '2,+1p'; seq 5 | sed 3Q; seq 5 | sed '/2/,$d'; seq 6 | sed '0~2d'
%%
seq 3 | sed '2i\before'; seq 3 | sed '2a after'; seq 3 | sed '2c changed'; seq 3 | sed '1i a\nb'; seq 2 | sed 'a\
multi\
line'; seq 3 | sed '$a end'; seq 3 | sed = ; seq 3 | sed -n '2='; echo abc | sed y/abc/xyz/; printf 'a\nb\n' | sed 'N;s/\n/,/'; printf 'a\nb\nc\n' | sed ':a;N;$!ba;s/\n/,/g'; printf '1\n2\n3\n' | sed -n '1!G;h;$p'; printf 'x\n' | sed 's/x/a\nb/'; printf 'x\n' | sed 's/x/a\tb/'
%%
printf 'a: 1\nb: 2\n' > f; sed -i 's/1/9/' f; cat f; sed -i.bak 's/2/8/' f; cat f f.bak; sed -n 's/a: //p' f; sed -e 's/a/A/' -e 's/b/B/' f; sed 's/a/A/;s/b/B/' f; sed '/^a/s/9/7/' f; sed -E 's/^([a-z]): ([0-9])$/\2=\1/' f; sed 's/\s*$//' f; sed p nofile; echo $?; sed 's/a/b' f; echo $?; sed k f; echo $?; sed -n '/a/{s/a/X/;p}' f; sed "s/a/$HOMEX/" f; sed '1r f' f; sed -n 'w out' f; cat out
%%
echo 'hello world' | sed 's/\w\+/[&]/g'; echo 'hello' | sed 's/./\U&/'; echo 'hello world' | sed 's/\b\(.\)/\u\1/g'; echo HELLO | sed 's/.*/\L&/'; echo 'a b' | sed -E 's/(\S+) (\S+)/\2 \1/'; echo aXbXc | sed 's/X/\n/2'; printf 'a\n\n\nb\n' | sed '/^$/d'; printf 'a\n\n\nb\n' | sed '/^$/N;/^\n$/D'; echo 'k=v' | sed 's/=.*//'; echo path/to/file | sed 's#.*/##'; echo '[x]' | sed 's/[][]//g'; echo 'a]b' | sed 's/[]]/-/'; echo abcabc | sed 's/b/X/2g'; echo 'a&b' | sed 's/&/\&amp;/'
%%
echo a b c | xargs; echo a b c | xargs -n1; echo a b c | xargs -n2 echo x; printf 'a\nb\n' | xargs -I{} echo "<{}>"; echo 'a "b c" d' | xargs -n1; printf 'a b\0c\0' | xargs -0 -n1; echo | xargs echo empty; echo | xargs -r echo never; printf '1\n2\n' | xargs -t echo 2>&1; echo a | xargs false; echo $?; echo a | xargs nosuchcmd; echo $?; seq 3 | xargs -P2 -n1 echo | sort; printf 'a,b' | xargs -d, -n1 echo; echo x | xargs sh -c 'exit 255'; echo $?
%%
mkdir -p d/e; touch d/a.txt d/b.log d/e/c.txt; find d | sort; find d -name '*.txt' | sort; find d -type d | sort; find d -maxdepth 1 -type f | sort; find d -name '*.txt' -exec echo got {} \; | sort; find d -name '*.txt' -exec echo {} + | wc -w; find d -not -name '*.txt' -type f; find d -name a.txt -o -name b.log | sort; find d -path '*e*' | sort; find d -name '*.log' -delete; find d -type f | sort; find nope; echo $?; find d -mindepth 1 -maxdepth 1 | sort; find d -iname 'A*'; find d -printf '%f %y\n' | sort; find d -size +0 -type f; find . -name e -prune -o -type f -print | sort; find d -foo; echo $?
%%
mkdir a; mkdir a; echo $?; mkdir -p a/b/c; mkdir x/y; echo $?; mkdir; echo $?; rmdir a; echo $?; rmdir a/b/c; ls a/b; touch f; rm f; rm f; echo $?; rm -f f; echo $?; rm a; echo $?; rm -r a; ls; rm; echo $?; rm -f; echo $?; mkdir -v v; rmdir -v v; touch t; rm -v t; mkdir -m 700 m; stat -c %a m
%%
echo 1 > a; cp a b; cat b; cp a nodir/x; echo $?; mkdir d; cp a b d; ls d; cp -r d e; ls e; cp d f; echo $?; cp; echo $?; cp a; echo $?; mv a c; ls; mv nofile x; echo $?; mv b d; echo $?; mv c d/new; ls d; cp -v d/new n; mv -v n o; cp nofile y; echo $?; ln -s o l; readlink l; cat l; ln o h; cat h; ln -s o l; echo $?; cp o o; echo $?
%%
touch a; chmod 644 a; stat -c '%a %n' a; chmod u+x a; stat -c %a a; chmod go-r a; stat -c %A a; chmod a=rw a; stat -c %a a; chmod +x a; stat -c %a a; chmod 999 a; echo $?; chmod 600 nofile; echo $?; chmod; echo $?; chmod u=rwx,g=rx,o= a; stat -c %a a; mkdir d; touch d/f; chmod -R 700 d; stat -c %a d/f; chmod -x a; stat -c %a a
%%
touch b a c; ls; ls -1; ls -r; mkdir d; touch d/x .h; ls; ls -a | head -4; ls -A; ls d; ls -d d; ls a d; ls nofile; echo $?; ls -l a | cut -c1-10; ls -F; ls -p; ls *; ls -R; echo hi > s; ls -lh s | cut -d' ' -f5; ls -m; ls -Q
%%
basename /a/b/c; basename /a/b.txt .txt; basename a/; basename -a x/1 x/2; basename -s .c a.c; basename; echo $?; dirname /a/b/c; dirname a; dirname /a; dirname a/b/; dirname /; realpath . | grep -c /; realpath nofile | grep -c nofile; readlink -f . | grep -c /; basename /; basename ''
%%
seq 3; seq 2 4; seq 1 2 7; seq 3 -1 1; seq -s, 3; seq -w 8 11; seq 0.5 0.5 2; seq 5 1; seq a; echo $?; seq; echo $?; seq 1 0; seq -2 2; seq 1 0.5 2
%%
echo hello | base64; echo aGVsbG8K | base64 -d; printf '%s' a | base64; seq 30 | base64; seq 30 | base64 -w0; echo; echo 'a b' | base64 | base64 --decode; echo '!!!' | base64 -d; echo $?; echo -n YWI= | base64 -d; echo; echo YWI | base64 -d; echo $?
%%
env -i A=1 B=2 env; env -u HOME env | grep -c '^HOME='; env A=x sh -c 'echo $A'; env nosuch; echo $?; printenv HOME >/dev/null; echo $?; printenv NOSUCHVAR; echo $?; A=5 printenv A; env -i sh -c 'echo hi'; true; echo $?; false; echo $?; env FOO=bar printenv FOO
%%
date -u -d '2024-02-29 12:34:56' '+%Y-%m-%d %H:%M:%S %j %a %b %e %p %I'; date -u -d @0; date -u -d @86400 +%F; date -u -d '2024-01-01' +%s; date -u -d '2024-01-31 +1 day' +%F; date -u -d '2024-01-01 00:00 2 hours ago' '+%F %T'; date -u -d '2024-03-10' '+%V %u %w %U %y %C %D %R %T %s %z'; date -d nonsense; echo $?; date -u -Iseconds -d @0; date -u -R -d @0; date -u +%Z; date -u -d '2024-01-01T10:00:00Z' +%T
%%
printf 'a\nb\n' | tee f | cat; cat f; printf 'c\n' | tee -a f >/dev/null; cat f; cat -n f; cat -A <<< $'t\tx'; cat -b <<< $'a\n\nb'; cat -s <<< $'a\n\n\nb'; cat nofile; echo $?; cat f nofile f 2>/dev/null; echo $?; cat - < f; cat -E <<< x; echo x | cat f -; cat -z; echo $?
%%
diff <(echo a) <(echo a); echo $?; diff <(echo a) <(echo b); echo $?; printf '1\n2\n3\n4\n5\n' > x; printf '1\n2x\n3\n5\n6\n' > y; diff x y; diff -u x y | tail -n +3; diff -q x y; diff x nofile; echo $?; diff -i <(echo A) <(echo a); echo $?; diff -w <(echo 'a b') <(echo ab); echo $?; cmp x y; cmp x x; echo $?; mkdir d1 d2; touch d1/a; diff d1 d2; diff <(printf 'a') <(printf 'a\n')
%%
timeout 5 echo ok; timeout 0.1 sleep 5; echo $?; timeout -s KILL 0.1 sleep 5; echo $?; timeout 1 nosuchcmd; echo $?; timeout; echo $?; sleep 0; sleep x; echo $?; sleep; echo $?; timeout 1 false; echo $?; timeout --preserve-status 0.1 sleep 5; echo $?; timeout x true; echo $?
%%
mktemp -u XXXX | wc -c; f=$(mktemp); [ -f $f ] && echo file; d=$(mktemp -d); [ -d $d ] && echo dir; rm -r $f $d; mktemp abc; echo $?; touch -d '2020-01-01' old; touch new; [ new -nt old ] && echo newer; [ old -ot new ] && echo older; stat -c '%Y' old; stat -c '%s %F' old; stat nofile; echo $?; touch -c none; ls none; touch; echo $?; touch nodir/f; echo $?
%%
rev <<< abc; tac <<< $'1\n2\n3'; nl <<< $'a\nb'; paste -sd, <(seq 3); paste -d: <(seq 2) <(seq 3 4); fold -w 3 <<< abcdefg; expand <<< $'a\tb'; printf 'a\nb\n' | paste - -; seq 4 | paste - - ; comm <(printf 'a\nb\n') <(printf 'b\nc\n'); comm -12 <(printf 'a\nb\n') <(printf 'b\nc\n'); join <(printf '1 a\n2 b\n') <(printf '1 x\n2 y\n'); printf 'a b\nccc d\n' | column -t; seq 5 > s; split -l 2 s p; cat paa; ls p*
%%
expr 1 + 2; expr 5 \* 3; expr 7 / 2; expr 7 % 4; expr length hello; expr substr hello 2 3; expr index hello l; expr a = a; expr 1 \> 2; echo $?; expr hello : 'h\(.*\)o'; expr 3 - 5; expr 1 / 0; echo $?; expr a + 1; echo $?; expr 0; echo $?; expr \( 1 + 2 \) \* 3; expr abc : '.*'
%%
echo abc | md5sum; echo abc | sha1sum; echo abc | sha256sum; echo abc > f; md5sum f; sha256sum f > s; sha256sum -c s; od -c <<< ab; od -An -tx1 <<< ab; echo AB | od -An -c; which cat >/dev/null && echo found; which nosuch; echo $?; uname; uname -s; whoami; id -u; tty; echo $?
%%
mkdir d; echo 1 > d/a; echo 2 > d/b; tar czf t.tgz d; tar tzf t.tgz | sort; rm -r d; tar xzf t.tgz; cat d/a; tar xzOf t.tgz d/b; mkdir out; tar xzf t.tgz -C out; ls out/d; gzip -c d/a | gunzip; gzip d/a; ls d; gunzip d/a.gz; cat d/a; gzip -dc < <(gzip -c <<< z); zcat <(gzip -c <<< y); tar cf - d | tar tf - | sort; tar xf nofile 2>/dev/null; echo $?; tar cvf v.tar d | sort
