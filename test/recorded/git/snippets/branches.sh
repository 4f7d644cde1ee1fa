git init -q -b main; git branch; git branch x; echo $?; git checkout -b y; git status; git commit --allow-empty -qm a; git branch; git branch z; git branch -v; git checkout z; git branch --show-current
%%
git init -q -b main; echo 1 > a; git add a; git commit -qm 1; git checkout -b feature; echo 2 > b; git add b; git commit -qm 2; git checkout main; git merge feature; git log --oneline; git branch -d feature; git branch
%%
git init -q -b main; echo 1 > a; git add a; git commit -qm 1; git switch -c feature; echo 2 > b; git add b; git commit -qm 2; git switch main; echo 3 > c; git add c; git commit -qm 3; git merge feature -m merged; git log --oneline --graph; git log --merges; git show --format=%P HEAD
%%
git init -q -b main; printf '1\n2\n3\n' > a; git add a; git commit -qm 1; git checkout -qb f; printf '1\nf\n3\n' > a; git commit -qam f; git checkout -q main; printf '1\nm\n3\n' > a; git commit -qam m; git merge f; echo $?; cat a; git status; git status -s; git diff; git ls-files -s; git commit -m x; echo $?; printf '1\nfm\n3\n' > a; git add a; git status; git commit -m resolved; git log --oneline --graph; git show
%%
git init -q -b main; printf '1\n2\n3\n' > a; git add a; git commit -qm 1; git checkout -qb f; printf '1\nf\n3\n' > a; git commit -qam f; git checkout -q main; printf '1\nm\n3\n' > a; git commit -qam m; git merge f; git merge --abort; git status -s; cat a; git merge --abort; echo $?; git merge f; git checkout --theirs a; cat a; git checkout --ours a; cat a; git add a; git commit -qm done; git log --oneline
%%
git init -q -b main; echo 1 > a; git add a; git commit -qm 1; git checkout -qb f; git rm -q a; git commit -qm rm; git checkout -q main; echo 2 > a; git commit -qam mod; git merge f; echo $?; git status; git rm a; git commit -m gone
%%
git init -q -b main; echo 1 > a; git add a; git commit -qm 1; git checkout -qb f; echo f > n; git add n; git commit -qm fn; git checkout -q main; echo m > n; git add n; git commit -qm mn; git merge f; echo $?; cat n; git status -s
%%
git init -q -b main; echo 1 > a; git add a; git commit -qm 1; git checkout -qb f; echo 2 > a; git commit -qam 2; git checkout -q main; echo dirty > a; git checkout f; echo $?; git merge f; echo $?; git stash -q; git checkout f; git checkout -; git stash pop
%%
git init -q -b main; echo 1 > a; git add a; git commit -qm 1; git checkout -qb f; echo 2 > b; git add b; git commit -qm 2; git checkout -q main; echo own > b; git checkout f; echo $?; git merge f; echo $?; cat b
%%
git init -q -b main; for i in 1 2 3; do echo $i > a; git add a; git commit -qm $i; done; git checkout HEAD~1; git status; git branch; git checkout main; git checkout -q --detach; git status; git commit --allow-empty -qm d; git status; git switch main; git switch HEAD~1; echo $?; git switch nope; echo $?; git switch --detach HEAD~1
%%
git init -q -b main; echo 1 > a; git add a; git commit -qm 1; git branch x; git branch x; echo $?; git branch -m x y; git branch; git branch -m new; git branch; git branch -d nope; echo $?; git branch -d new; echo $?; git checkout -qb un; git commit --allow-empty -qm u; git checkout -q new; git branch -d un; echo $?; git branch -D un; git branch 'bad name'; echo $?
%%
git init -q -b main; printf 'a\nb\nc\n' > f; git add f; git commit -qm 1; git checkout -qb x; printf 'A\nb\nc\n' > f; git commit -qam top; git checkout -q main; printf 'a\nb\nC\n' > f; git commit -qam bottom; git merge x -m both; cat f; git log --oneline; git diff HEAD^1 HEAD; git diff HEAD^2 --stat
%%
git init -q -b main; echo 1 > a; git add a; git commit -qm 1; git checkout -qb f; echo 2 > b; git add b; git commit -qm add-b; echo 3 > c; git add c; git commit -qm add-c; git checkout -q main; git cherry-pick f~1; ls; git cherry-pick f; git log --oneline; git revert --no-edit HEAD; ls; git log -1 --format=%B
%%
git init -q -b main; echo 1 > a; git add a; git commit -qm 1; git checkout -qb f; echo 2 > a; git commit -qam two; git checkout -q main; echo 3 > a; git commit -qam three; git cherry-pick f; echo $?; git status; cat a; git cherry-pick --abort; git status -s; git cherry-pick f; echo r > a; git add a; git -c core.editor=true cherry-pick --continue; git log --oneline
%%
git init -q -b main; echo 1 > a; git add a; git commit -qm 1; git checkout -qb f; git commit --allow-empty -qm e; git checkout -q main; git merge f --no-ff -m forced; git log --oneline --graph; git merge f; git merge --ff-only f
%%
git init -q -b main; echo 1 > a; git add a; git commit -qm 1; git tag v1; echo 2 > a; git commit -qam 2; git checkout v1; git checkout -b from-tag; git branch -v; git diff v1 main; git diff main..v1 --stat; git log main --oneline; git show v1:a; git rev-parse v1 main~1; git merge-base main from-tag; git branch --contains v1; git branch --merged main
%%
git init -q -b main; echo 1 > a; git add a; git commit -qm 1; git checkout -qb f; printf '%s\n' 1 2 3 4 5 6 > long; git add long; git commit -qm long; git mv long longer; git commit -qm ren; git checkout -q main; git merge f; git log --stat -1 f~1; git show --stat; git diff --name-status HEAD~1; git diff -M --summary HEAD~1
%%
git init -q -b main; printf '%s\n' 1 2 3 4 5 6 > long; git add long; git commit -qm long; git checkout -qb f; git mv long moved; git commit -qm ren; git checkout -q main; printf '%s\n' 0 2 3 4 5 6 > long; git commit -qam mod; git merge f -m m; cat moved; ls; git status -s
%%
git init -q -b main; echo 1 > a; git add a; git commit -qm 1; git checkout --orphan o; git status -s; git rm -rqf .; echo 2 > b; git add b; git commit -qm o; git log --oneline; git merge main; echo $?
%%
git init -q -b main; echo 1 > a; git add a; git commit -qm 1; git checkout -qb f; echo 2 > a; git commit -qam 2; git checkout main -- a; git status -s; git checkout f~1 -- a; git restore --source=f a; git status -s; git restore --source=f --staged --worktree a; git status -s; git checkout f~1 a
