git init; ls -a; cat .git/HEAD; git status
%%
git init -b main; git init; git status -s
%%
git init -q -b main; echo a > a; git status; git add a; git status; git status -s; git commit -m "first"; git status; git log
%%
git init -q -b main; printf 'one\ntwo\nthree\n' > f; git add .; git commit -qm one; echo four >> f; git diff; git commit -am two; git log --oneline; git show; git show HEAD~1 --stat
%%
git init -q -b main; mkdir d; echo x > d/x; echo y > d/y; git add d; git commit -m dirs; git rm d/x; git mv d/y z; git status; git commit -m moved; git ls-files; ls
%%
git status; echo $?; git log; echo $?
%%
git init -q -b main; git commit -m none; echo $?; git log; echo $?; git commit --allow-empty -m empty; git log --oneline
%%
git init -q -b main; echo a > a; git add a; git commit -qm a; git commit --amend -m b; git log --format=%s; git reflog
%%
git init -q -b main; echo a > a; git add a; git commit -qm a; git comit; echo $?
%%
git init -q -b main; git add nothing; echo $?; git add; echo $?; git rm nothing; echo $?; git mv a b; echo $?; git checkout nothing; echo $?; git restore nothing; echo $?
%%
git init -q -b main; echo a > a; git add a; git commit -qm a; echo b >> a; git add a; git restore --staged a; git status -s; git restore a; git status -s; rm a; git status; git checkout -- a; ls; git checkout a
%%
git init -q -b main; printf '*.log\nbuild/\n!keep.log\n/only\n' > .gitignore; mkdir -p build sub/only; touch a.log keep.log build/x only sub/only/x; git status -s; git add a.log; echo $?; git check-ignore -v a.log build/x sub/only/x; git status --ignored -s
%%
git init -q -b main; echo a > a; git add a; git commit -qm a; git cat-file -p HEAD; git cat-file -t HEAD; git cat-file -p 'HEAD^{tree}'; git cat-file -s HEAD:a; git hash-object a; echo hi | git hash-object --stdin; git ls-tree HEAD; git rev-parse HEAD HEAD:a; git rev-parse --short HEAD; git rev-parse --abbrev-ref HEAD
%%
git init -q -b main; touch a b; git add a; git commit -qm a; git stash -u; git stash list; git stash pop; git status -s
%%
git init -q -b main; echo 1 > a; git add a; git commit -qm a; echo 2 > a; echo n > n; git add n; git stash; git status -s; git stash list; git stash show; git stash apply; git status -s; git stash drop; git stash list; git stash pop; echo $?
%%
git init -q -b main; echo 1 > a; git add a; git commit -qm 'one

body of it'; git tag v1; git tag -a v2 -m 'second tag'; git tag; git show v2 --stat; git tag -n; git tag -d v1; git tag v2; echo $?; git describe 2>/dev/null; git log --format='%h %s%n%b' ; git cat-file -p v2
%%
git init -q -b main; echo 1 > a; chmod +x a; git add a; git commit -m x; chmod -x a; git diff; git commit -am y
%%
git init -q -b main; ln -s target l; git add l; git commit -m link; git ls-files -s; git cat-file -p :l; rm l; git checkout -q l; readlink l
%%
git init -q -b main; for i in 1 2 3 4; do echo $i > f$i; git add .; git commit -qm "c$i"; done; git log --oneline -n 2; git log -1 --format=%H; git log --oneline --reverse; git log --oneline --skip=1 -2; git log --oneline HEAD~2..HEAD; git log --oneline -- f2; git rev-list --count HEAD; git shortlog -s HEAD
%%
git init -q -b main; echo a > a; git add a; git commit -qm a; git reset --hard nope; echo $?; echo b > b; git add b; git reset; git status -s; echo c >> a; git reset; git reset --hard; git status -s
%%
git init -q -b main; for i in 1 2 3; do echo $i > f; git add .; git commit -qm "c$i"; done; git reset --soft HEAD~1; git status -s; git reset --mixed HEAD~1; git status -s; git reset --hard HEAD; cat f; git reflog; git reset --hard HEAD@{3}; cat f
%%
git init -q -b main; touch 'a b' $'t\tb' ü; git status -s; git add .; git status; git commit -m names; git ls-files
%%
git config --list; git config user.name; echo $?; git config --global user.name 'Ada L'; git config --global user.email a@b; cat ~/.gitconfig; git config user.name; git config --global --unset user.name; cat ~/.gitconfig; git config nosection; echo $?; git config --global alias.st 'status -s'; git config --global --list; git init -q -b main; touch x; git st; git config --local core.x y; git config core.x; cat .git/config
%%
unset GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL; git init -q -b main; git -c user.name=B -c user.email=b@x commit --allow-empty -m x; git log --format='%an %ae'
%%
git init -q -b main; mkdir -p a/b; echo 1 > a/b/c; cd a; git status; git add b; git status -s; git commit -m sub; cd b; echo 2 > c; echo 3 > d; git status; git diff; git diff --stat; git rev-parse --show-prefix --show-cdup; git ls-files; git add ..; git status -s
%%
git init -q -b main; echo 1 > a; git add -v a; git add -n .; echo 2 > b; git add -nA; git commit -q -m x -m 'second paragraph'; git log; git commit --amend --no-edit; git log --oneline; git commit --amend -q --author='Eve <eve@x.org>' --no-edit; git log -1 --format='%an <%ae> %cn'
%%
git init -q -b main; printf 'a\nb\n' > f; git add f; git commit -qm 1; printf 'a\nb' > f; git diff; printf '\0\1' > bin; git add bin; git diff --cached; git commit -am bin; printf '\0\2\3' > bin; git diff; git diff --stat
%%
git init -q -b main; printf 'a\nb\n' > f; git add f; git commit -qm 1; echo c >> f; GIT_AUTHOR_NAME=Bob git commit -qam 2; echo d >> f; git blame -s f; git blame f | sed 's/(Not.*//'
%%
git init -q -b main; echo 1 > a; git add a; git commit -qm a; echo u > u; mkdir ud; echo x > ud/x; git clean; echo $?; git clean -n; git clean -nd; git clean -fd; git status -s
%%
git --version; git version; git init -q -b main x; ls -a x; git -C x status; git -C nope status; echo $?; git --git-dir=x/.git log; echo $?
