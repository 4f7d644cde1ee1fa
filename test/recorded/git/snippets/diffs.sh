git init -q -b main; seq 1 30 > f; git add f; git commit -qm 1; sed -i '3d;15s/.*/x/;28a y' f; git diff; git diff --stat; git diff --numstat; git diff --shortstat; git diff --name-only; git diff -U1
%%
git init -q -b main; printf 'def a():\n    return 1\n\ndef b():\n    return 2\n' > f.py; git add f.py; git commit -qm 1; printf 'def a():\n    return 1\n\ndef c():\n    return 3\n\ndef b():\n    return 2\n' > f.py; git diff
%%
git init -q -b main; printf 'items:\n  - name: a\n    value: 1\n  - name: b\n    value: 1\n' > f.yaml; git add .; git commit -qm 1; printf 'items:\n  - name: a\n    value: 1\n  - name: x\n    value: 1\n  - name: b\n    value: 1\n' > f.yaml; git diff; git commit -am two
%%
git init -q -b main; printf 'a\n\nb\n\nc\n' > f; git add .; git commit -qm 1; printf 'a\n\nb\n\nb2\n\nc\n' > f; git diff; printf 'a\n\nb\nc\n' > f; git diff; git diff -w; git diff -b
%%
git init -q -b main; echo a > a; git add a; git commit -qm 1; echo b > b; git add b; echo c >> a; git diff --cached; git diff HEAD; git diff --staged --name-status; git diff --quiet; echo $?; git diff --exit-code >/dev/null; echo $?; git diff HEAD -- b; git diff nope; echo $?
%%
git init -q -b main; seq 1 100 > f; git add f; git commit -qm 1; seq 50 300 > f; git diff --stat; git commit -qam 2; git log --stat --oneline; git log -p --oneline -1 | head -20; git log --name-only --format=%s; git log --numstat --format=%h
%%
git init -q -b main; mkdir -p very/long/directory/name/that/goes/on/and/on/for/ever/and/ever/until/it/ends; seq 1 200 > very/long/directory/name/that/goes/on/and/on/for/ever/and/ever/until/it/ends/file.txt; git add .; git commit -m long; git show --stat; git mv very/long very/short; git commit -m ren
%%
git init -q -b main; echo 1 > a; git add a; git commit -qm 'Fix the thing'; git log --format='%h|%an|%ae|%ad|%s|%d' --date=short; git log --format=fuller; git log --pretty=oneline; git log --pretty=format:'%h %cd' --date=iso; echo; git log --format='%C(red)%h%Creset %s'; git log --decorate --oneline; git log --date=raw -1 --format=%ad; git log --grep=thing --oneline; git log --author=Nobody; git log --pretty=short; git log --format=%f; git log --date=rfc; git log --date=unix --format=%cd
%%
git init -q -b main; echo 'x y' > 'a b'; git add .; git commit -qm 1; echo z > 'a b'; git diff; mkdir d; git mv 'a b' d/c; git status -s; git diff --cached -M; printf 'x\n' > e; git diff --no-index e d/c; echo $?
%%
git init -q -b main; printf 'a\r\nb\r\n' > f; git add f; git commit -qm crlf; printf 'a\nb\n' > f; git diff | cat -A; rm f; mkdir f; echo x > f/y; git status -s; git add -A; git commit -m dir
%%
git init -q -b main; printf '1\n2\n3\n4\n5\n6\n7\n8\n9\n' > f; git add f; git commit -qm 1; git checkout -qb x; sed -i 's/2/two/;s/8/eight/' f; git commit -qam x; git checkout -q main; sed -i 's/2/TWO/;s/5/FIVE/;s/8/EIGHT/' f; git commit -qam m; git merge x; cat f; git diff
