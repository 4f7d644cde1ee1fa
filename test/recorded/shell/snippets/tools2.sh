mkdir -p d/e; touch d/f d/e/g; ls d; ls -R d; ls -d d/*; ls -1 d | wc -l; ls -a d; ls -A d; cp -r d d2; ls d2; cp d/f x; mv x y; ls y; rm y; rm -rf d2; ls; mkdir a b; rmdir a b; ln -s d/f l; readlink l; readlink -f l | grep -c /d/f; [ -L l ] && echo link; cat l; rm l; touch -d '2020-01-01' old; [ d/f -nt old ] && echo newer; find . -newer old -type f | sort; ls -p; basename "$PWD" | wc -l
%%
printf 'apple 3\nbanana 1\ncherry 2\n' > f; sort -k2n f; sort -k2nr f | head -1; sort -t' ' -k1.2 f; sort -c f && echo sorted; sort -m f f | uniq -c; sort -R f | wc -l; sort -o out f; cat out; sort -k2,2n -s f | cut -d' ' -f1; printf '10K\n2M\n1G\n' | sort -h; printf 'b\nA\na\nB\n' | sort -f; printf 'Jan\nMar\nFeb\n' | sort -M; printf 'x\0a\0' | sort -z | tr '\0' ' '
%%
echo 'hello world' > f; grep hello f; grep -o 'w.*' f; grep -c o f; grep -i HELLO f; grep -v hello f; echo $?; grep -n . f; grep -l hello f; grep -L hello f; grep -w world f; grep -x 'hello world' f; grep -E '(hello|bye) w' f; grep -F 'o w' f; grep -q z f; echo $?; printf 'a\nb\nc\nd\n' | grep -A1 b; printf 'a\nb\nc\nd\n' | grep -B1 c; printf 'a\nb\nc\n' | grep -C1 b; grep -r hello . ; grep -rn hello --include='f*' .; grep -e hello -e world f; printf 'x1\ny2\n' | grep -P '\d' | head -1; grep -m1 o f; grep -h hello f f; grep -H hello f; printf 'a.b\naxb\n' | grep 'a\.b'; printf 'tab\there\n' | grep -P '\t'; printf 'a\nb\n' | grep -vc a; echo abab | grep -ob b; grep pattern nofile; echo $?; grep -s x nofile; echo $?
%%
printf 'line1\nline2\nline3\n' > f; sed 's/line/L/' f; sed -n '2,3p' f; sed '2d' f; sed '/2/d' f; sed '2i\inserted' f; sed '2a appended' f; sed '2c changed' f; sed -e 's/1/one/' -e 's/2/two/' f; sed 's/\(line\)\([0-9]\)/\2\1/' f; sed -E 's/(line)([0-9])/\2-\1/' f; sed 's/LINE/x/I' f; sed -n '/1/,/2/p' f; sed '1!d' f; sed '$d' f; sed 's/^/  /' f; sed 's/$/!/' f; sed 's/./\U&/' f; sed -n 's/2/two/p' f; sed '/1/s/line/X/' f; sed -i '1d' f; cat f; sed '1~2d' <(seq 4); sed 'N;N;s/\n/,/g' <(seq 3); sed '/2/r f' <(seq 3); sed '/2/w out' <(seq 3) >/dev/null; cat out; sed -s -n '$p' f f; sed 's/a\|b/X/g' <<< abc; sed 's/[0-9]\+/N/g' <<< a12b3; sed 's/x*/-/g' <<< abc; sed ':a;s/^\(\s*\)x/\1y/;ta' <<< xx; sed '/start/,/end/{//!d}' <<< $'start\nmid\nend'; echo "path=/a/b" | sed 's#/a/b#/c#'; sed -z 's/\n/;/g' <<< $'a\nb'; sed --expression='s/a/b/' <<< a; sed -n l <<< $'a\tb'
%%
printf 'a b c\nd e f\n' > f; awk '{print $2}' f; awk '{print $NF}' f; awk 'NR==2' f; awk '/d/' f; awk '!/d/' f; awk '{print NR, NF}' f; awk -F' ' '{print $1 "-" $3}' f; awk 'END{print NR}' f; awk 'BEGIN{print "start"} {n++} END{print n}' f; awk '{s=s $1} END{print s}' f; awk '$1=="d"{print "found"}' f; awk '{for(i=NF;i>0;i--) printf "%s ",$i; print ""}' f; awk '{a[NR]=$0} END{for(i=NR;i>=1;i--) print a[i]}' f; awk 'NR==1{next}{print}' f; awk '{print length($0)}' f; awk -v x=5 'BEGIN{print x*2}'; awk 'BEGIN{split("a:b:c",p,":"); print p[2], length(p)}'; awk '{sub(/a/,"X"); print}' f; awk 'BEGIN{print substr("hello",2,3), toupper("x"), index("abc","b"), match("foobar","bar"), RSTART}'; awk '$2 ~ /^[be]$/ {c++} END{print c+0}' f; awk '{print > "out_" NR}' f; cat out_1 out_2; awk 'BEGIN{"echo cmd" | getline x; print x}'; awk '{print | "sort -r"}' f; awk 'BEGIN{printf "%s %d %.2f\n","a",3.9,2.345}'; awk 'BEGIN{x["a"]=1; if("a" in x) print "yes"; delete x["a"]; print length(x)}'; awk -F'[:=]' '{print $1,$2,$3}' <<< a:b=c; awk 'BEGIN{while(i<3){i++; if(i==2)continue; print i}}'; awk 'function f(x){return x*2} BEGIN{print f(4)}'; awk 'BEGIN { print 1==1.0, "a"<"b", 2<10, "2"<"10" }'; awk 'NR%2' <(seq 4); awk 'FNR==NR{a[$1];next} $1 in a' <(echo d) f; echo "1,2" | awk 'BEGIN{FS=OFS=","}{$1=$1;print $2,$1}'; awk '{$1="";print substr($0,2)}' f; awk 'ORS=NR%2?" ":"\n"' <(seq 4)
%%
tar -cf a.tar /dev/null 2>/dev/null; mkdir t; echo x > t/a; echo y > t/b; tar -czf t.tgz t; tar -tzf t.tgz | sort; rm -r t; tar -xzf t.tgz; cat t/a t/b; mkdir o; tar -xf t.tgz -C o; ls o/t; gzip -k t/a; ls t; gunzip -c t/a.gz; zcat t/a.gz; tar -cf - t | tar -tf - | wc -l; tar --exclude=t/b -cf e.tar t; tar -tf e.tar | grep -c b; tar xzf nofile.tgz 2>&1 | head -1; tar -xzf t.tgz --strip-components=1; ls a b; tar cvf v.tar t/a t/b
%%
chmod 755 . ; touch f; chmod 644 f; stat -c %a f; chmod +x f; stat -c %A f; chmod u=rw,g=r,o= f; stat -c %a f; chmod -R 700 .; stat -c %a f; chmod a-w f; stat -c %a f; ls -l f | cut -c1-10; umask 027; touch g; mkdir h; stat -c '%a' g h; chmod g+w,o+r g; stat -c %a g; install -m 600 g i 2>/dev/null; stat -c '%a %n' i; chown root:root f; stat -c '%U:%G' f; test -x f || echo nox; [ -w f ] && echo rootcan; chmod 4755 f; stat -c %a f; chmod bad f; echo $?
%%
echo 'a:b:c' | tr ':' '\n' | tac | paste -sd:; echo hello | tr 'a-y' 'b-z'; echo 'x  y' | tr -s ' '; echo abc123 | tr -cd '0-9'; echo; echo 'A B' | tr ' ' '_' | tr '[:upper:]' '[:lower:]'; head -c 5 /dev/zero | tr '\0' x; echo; echo aXb | tr -d '[:upper:]'; echo 'a\b' | tr '\\' /; echo "tab	x" | tr '\t' ' '; printf 'a\r\n' | tr -d '\r' | od -c | head -1; echo abc | tr abc xy; echo abc | tr -t abc xy; echo "hello" | tr -c 'a-z\n' '.'
%%
echo '{"a":{"b":[1,2,{"c":"x"}]},"d":null,"e":true,"f":1.5}' > j
jq . j
jq -c . j
jq .a.b j
jq '.a.b[2].c' j
jq -r '.a.b[2].c' j
jq '.a.b[0:2]' j
jq '.a.b[-1]' j
jq 'keys' j
%%
echo '{"a":{"b":[1,2,{"c":"x"}]},"d":null,"e":true,"f":1.5}' > j
jq '.d' j
jq '.a | has("b")' j
jq '[.[] | type]' j -c
jq 'to_entries[] | .key' j
jq '.a.b | map(numbers)' j -c
jq '.x.y.z' j
jq '.f|floor' j
jq 'if .e then "yes" else "no" end' j
%%
echo '{"a":{"b":[1,2,{"c":"x"}]},"d":null,"e":true,"f":1.5}' > j
jq '[.a.b[] | if type=="number" then .+1 else . end]' -c j
jq --argjson n 5 '.a.b[0]+$n' j
jq -n '{a:1,b:[range(3)]}' -c
jq -s 'length' j j
jq '.a.b|length' j
jq 'del(.a)' -c j
jq '.g="new"' -c j
jq '.a.b[0]|=.+10' -c j
%%
echo '{"a":{"b":[1,2,{"c":"x"}]},"d":null,"e":true,"f":1.5}' > j
jq -r '.a.b|@csv' <<< '{"a":{"b":[1,"x"]}}'
jq -r '@base64' <<< '"hi"'
jq -r '@base64d' <<< '"aGk="'
jq 'path(..)' -c <<< '[1]'
jq '..|numbers' j
jq '[paths]|length' j
jq -e '.e' j; echo $?
jq -e '.d' j; echo $?
%%
echo '{"a":{"b":[1,2,{"c":"x"}]},"d":null,"e":true,"f":1.5}' > j
jq '.[' j 2>/dev/null; echo $?
jq -r '.a.b[] | tostring' j
jq 'with_entries(.value|=type)' -c j
jq -r 'to_entries|map("\(.key)")|join(",")' j
jq 'reduce .a.b[0,1] as $x (0; .+$x)' j
jq '.a.b|first,last' -c j
jq 'limit(1;.a.b[])' j
jq '[.a.b[]|select(type=="object")]|length' j
%%
echo '{"a":{"b":[1,2,{"c":"x"}]},"d":null,"e":true,"f":1.5}' > j
jq '.a as $x | $x.b[0]' j
jq 'try error("x") catch .' j
jq '"x" * 3' <<< null
jq 'tojson|fromjson|.f' j
jq 'input_line_number' j >/dev/null
jq '[splits(", ")]' -c <<< '"a, b"'
jq 'ltrimstr("a")' <<< '"abc"'
jq 'test("^a")' <<< '"abc"'
%%
echo '{"a":{"b":[1,2,{"c":"x"}]},"d":null,"e":true,"f":1.5}' > j
jq '[match("b";"g").offset]' -c <<< '"abcb"'
jq 'group_by(.k)|map(length)' -c <<< '[{"k":1},{"k":1},{"k":2}]'
jq 'unique' -c <<< '[2,1,2]'
jq 'sort_by(.n)|.[0].n' <<< '[{"n":2},{"n":1}]'
jq 'any(.>1)' <<< '[1,2]'
jq 'flatten' -c <<< '[1,[2,[3]]]'
jq 'min_by(.n)' -c <<< '[{"n":2},{"n":1}]'
jq '. as [$a,$b] | $a+$b' <<< '[1,2]'
%%
echo '{"a":{"b":[1,2,{"c":"x"}]},"d":null,"e":true,"f":1.5}' > j
jq -r '.[]|[.a,.b]|@tsv' <<< '[{"a":1,"b":"x"}]'
jq 'env.HOME' <<< null
jq '$ENV.HOME' <<< null
jq -r --arg v 'a b' '$v' <<< null
jq -rj '.[]' <<< '["a","b"]'; echo
jq --tab -c . <<< '[1]'
jq --indent 4 . <<< '[1]'
jq -S . -c <<< '{"b":1,"a":2}'
%%
echo '{"a":{"b":[1,2,{"c":"x"}]},"d":null,"e":true,"f":1.5}' > j
jq 'ascii_downcase' <<< '"AB"'
jq 'contains("b")' <<< '"abc"'
jq 'inside([1,2])' <<< '[1]'
jq 'now|type' <<< null
jq '"\(1+1)"' <<< null
jq 'todate' <<< 0
jq '.[0] // "d"' <<< '[]'
jq 'walk(if type=="number" then .+1 else . end)' -c <<< '[1,[2]]'
%%
echo '{"a":{"b":[1,2,{"c":"x"}]},"d":null,"e":true,"f":1.5}' > j
jq '[.[]?]' -c <<< '1'
jq 'error' <<< '"msg"' 2>&1
jq -n 'input' <<< 5
jq -n '[inputs]' -c <<< '1 2'
jq '.a,.b' <<< '{"a":1,"b":2}'
jq -R . <<< 'raw text'
jq -Rs 'split("\n")' -c <<< 'a'
jq 'indices(1)' -c <<< '[1,2,1]'
%%
echo '{"a":{"b":[1,2,{"c":"x"}]},"d":null,"e":true,"f":1.5}' > j
jq 'implode' <<< '[65]'
jq 'explode' -c <<< '"A"'
jq 'ascii' <<< 65 2>/dev/null
jq 'getpath(["a","b"])' <<< '{"a":{"b":3}}'
jq 'setpath(["a"];1)' -c <<< '{}'
jq 'delpaths([["a"]])' -c <<< '{"a":1}'
jq 'to_entries' -c <<< '{"a":1}'
jq 'from_entries' -c <<< '[{"key":"a","value":1}]'
%%
echo '{"a":{"b":[1,2,{"c":"x"}]},"d":null,"e":true,"f":1.5}' > j
jq 'transpose' -c <<< '[[1,2],[3,4]]'
jq 'tonumber' <<< '"5"'
jq 'ceil,round,sqrt' <<< 2.25
jq 'pow(2;3)' <<< null
jq 'isvalid(.a)' <<< null 2>/dev/null
jq 'label $f | 1, break $f, 2' <<< null
jq 'until(.>3;.+1)' <<< 1
jq '[recurse(if .<2 then .+1 else empty end)]' -c <<< 0
%%
echo '{"a":{"b":[1,2,{"c":"x"}]},"d":null,"e":true,"f":1.5}' > j
jq 'splits("a")' <<< '"bac"'
jq 'gsub("a";"b")' <<< '"aa"'
jq 'capture("(?<x>a)")' -c <<< '"a"'
jq 'scan("a")' <<< '"aa"'
jq '@uri,@html,@sh,@json,@text' <<< '"a b&"'
jq 'input_filename' j | grep -c j
jq 'ltrimstr(1)' <<< '"a"'
jq 'startswith("a"),endswith("b")' <<< '"ab"'
%%
echo '{"a":{"b":[1,2,{"c":"x"}]},"d":null,"e":true,"f":1.5}' > j
jq 'add' <<< '[]'
jq 'add' <<< '["a","b"]'
jq '.[1:]' <<< '"abc"'
jq 'length' <<< '"é"'
jq 'utf8bytelength' <<< '"é"'
jq 'not' <<< true
jq 'all' <<< '[true,false]'
jq 'range(0;10;3)' <<< null
%%
echo '{"a":{"b":[1,2,{"c":"x"}]},"d":null,"e":true,"f":1.5}' > j
jq 'floor' <<< '"x"' 2>&1
jq '{a,b:.c}' -c <<< '{"a":1,"c":2}'
jq '{(.a):1}' -c <<< '{"a":"k"}'
jq '.a+=1' -c <<< '{"a":1}'
jq '.a//=5' -c <<< '{}'
jq '.. |= (numbers+1)?' -c <<< '[1]' 2>/dev/null
jq 'map_values(.+1)' -c <<< '{"a":1}'
jq '.a?' <<< '1'
%%
echo '{"a":{"b":[1,2,{"c":"x"}]},"d":null,"e":true,"f":1.5}' > j
jq '.["a"]' <<< '{"a":1}'
jq '."a-b"' <<< '{"a-b":1}'
jq '.a."b-c"' <<< '{"a":{"b-c":1}}'
jq 'limit(2;repeat(1))' <<< null
jq '[.[]|tostring]|join("-")' <<< '[1,null,"a"]'
jq 'ascii_upcase|.[0:1]' <<< '"abc"'
jq 'strptime("%Y-%m-%d")|mktime' <<< '"2024-01-01"'
jq 'fromdate' <<< '"2024-01-01T00:00:00Z"'
%%
echo '{"a":{"b":[1,2,{"c":"x"}]},"d":null,"e":true,"f":1.5}' > j
jq 'strftime("%Y")' <<< 0
jq 'getpath(["x","y"])' <<< null
jq 'tojson' <<< '{"a":[1]}'
jq 'env|type' <<< null
jq 'halt_error' <<< '"bye\n"' ; echo $?
jq '$__loc__' -c <<< null
jq 'ltrimstr("x")|rtrimstr("c")' <<< '"abc"'
jq 'infinite,nan|isinfinite' <<< null
%%
echo '{"a":{"b":[1,2,{"c":"x"}]},"d":null,"e":true,"f":1.5}' > j
jq 'splits("x";"g")' <<< '"axb"'
jq 'first(range(5;10))' <<< null
jq 'nth(2)' <<< '[1,2,3]'
jq 'combinations' -c <<< '[[1,2],[3]]'
jq 'error(null)' <<< 1 2>&1
jq 'input' <<< 1 2>&1
jq 'min,max' <<< '[]'
jq 'tojson' <<< 1.0
%%
echo '{"a":{"b":[1,2,{"c":"x"}]},"d":null,"e":true,"f":1.5}' > j
jq . <<< 1e1000
jq . <<< 100000000000000000000
jq -c . <<< '{"a":1,"a":2}'
jq . <<< '"\u00e9\ud83d\ude00"'
jq -a . <<< '"é"'
%%
find /etc -maxdepth 1 -name 'host*' | sort | head -3; mkdir -p x/y/z; touch x/a.yaml x/y/b.yaml x/y/c.txt; find x -name '*.yaml' | sort; find x -type f ! -name '*.yaml'; find x -iname '*.YAML' | wc -l; find x -name '*.yaml' -o -name '*.txt' | sort; find x -type f -exec echo f {} + | tr ' ' '\n' | sort; find x -type d | sort; find x -path '*y*' -name 'b*'; find x -size 0 -type f | wc -l; find x -type f -print0 | xargs -0 ls | sort; find x -maxdepth 1 -type f; find x -empty | sort; find x -name a.yaml -printf '%f %s\n'; find x -mmin -5 -type f | wc -l; find nofile; echo $?; find x -type f -name '*.txt' -exec rm {} \;; find x -type f | sort; find x \( -name a.yaml -o -name b.yaml \) -a -type f | wc -l; find x -perm 644 -type f | wc -l; find x -regex '.*/b\.yaml'; find x -prune; find x -depth | head -1; find x -not -type d | wc -l; find x -user root | wc -l
%%
seq 3 > f
printf 'a\nb\nc\n' | head -n1
printf 'a\nb\nc\n' | tail -n2
seq 20 | head
seq 20 | tail -3
seq 5 | head -n -2
seq 5 | tail -n +4
head -c4 <<< abcdef
%%
seq 3 > f
echo
tail -c3 <<< abcdef
head -n1 f f
tail -qn1 f f
head -5 nofile
seq 10 | sed -n '3,5p'
seq 10 | awk 'NR>=3&&NR<=4'
%%
seq 3 > f
cat -n f
cat -A <<< $'a\tb'
cat -s <<< $'a\n\n\nb'
cat -b <<< $'a\n\nb'
cat -E f
cat f - <<< x
tac f
%%
seq 3 > f
nl f
wc f
wc -l f f
wc -L <<< abcd
wc -m <<< é
wc -c <<< é
wc -w < f
%%
seq 3 > f
seq 3 | wc -l
split -l1 f p_
ls p_*
fold -w3 <<< abcdefg
fold -sw5 <<< 'ab cd ef'
column -t <<< $'a bb\nccc d'
column -t -s: <<< 'a:b'
%%
seq 3 > f
paste f f
paste -d, f f
paste -s f
comm <(seq 3) <(seq 2 4)
join <(echo 1 a) <(echo 1 b)
uniq <<< $'a\na\nb'
uniq -c <<< $'a\na'
%%
seq 3 > f
uniq -u <<< $'a\na\nb'
uniq -i <<< $'a\nA'
uniq -f1 <<< $'1 a\n2 a'
rev f
seq 3 | shuf | sort
tee a b <<< x > /dev/null
cat a b
%%
seq 3 > f
md5sum <<< x
sha256sum <<< x | cut -c1-16
sha1sum f | cut -d' ' -f1
od -An -tx1 <<< ab
base64 <<< x
strings <<< abcd
expand -t4 <<< $'a\tb'
%%
seq 3 > f
truncate -s 3 t
stat -c %s t
cat g
cmp f g
yes | head -1
mktemp -u | grep -c tmp
seq -f '%02g' 3
%%
seq 3 > f
printenv HOME
groups
id -gn
arch
uname -m
nproc | grep -c .
sync
%%
seq 3 > f
sleep 0
true
false || echo f
test a = a && echo t
[ 1 -lt 2 ] && echo b
expr 1 + 2
echo $(( 1+2 ))
%%
seq 3 > f
date -u -d @0 +%F
basename /a/b
dirname /a/b
tty -s || echo no
realpath .. | grep -c /
readlink -f . | grep -c /
env -i A=1 env
%%
seq 3 > f
env -u HOME printenv HOME
timeout 1 echo t
xargs echo <<< 'a b'
uptime | grep -c load
free | grep -c Mem
df / | wc -l
du -sh . | wc -l
%%
seq 3 > f
ps -e | grep -c bash >/dev/null && echo ps
pgrep -c . >/dev/null && echo pg
which bash
type ls
file f 2>/dev/null | cut -c1-2
