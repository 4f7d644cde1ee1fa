git init -q --bare srv.git; git clone srv.git w; cd w; echo 1 > a; git add a; git commit -qm 1; git status; git push; echo $?; git branch -M main; git push -u origin main; git status; git remote -v; git push; echo 2 > a; git commit -qam 2; git status; git push; git log --oneline origin/main; git branch -vv; git branch -a
%%
git init -q --bare -b main srv.git; git clone -q srv.git a; cd a; echo 1 > f; git add f; git commit -qm 1; git push -q; cd ..; git clone srv.git b; cd b; echo 2 > f; git commit -qam 2; git push; cd ../a; git fetch; git status; git pull; cat f; git log --oneline
%%
git init -q --bare -b main srv.git; git clone -q srv.git a; cd a; echo 1 > f; git add f; git commit -qm 1; git push -q; git clone -q ../srv.git ../b; echo 2 > f; git commit -qam 2; git push -q; cd ../b; echo 3 > g; git add g; git commit -qm 3; git push; echo $?; git pull; echo $?; git pull --no-rebase --no-edit; git log --format=%s --graph; git push -q; git status
%%
git init -q -b main o; cd o; echo 1 > a; git add a; git commit -qm 1; git branch dev; git tag v1; cd ..; git clone o c; cd c; git branch -a; git checkout dev; git branch -vv; cat .git/config; git remote show origin; git remote rename origin up; git branch -r; git remote remove up; git branch -a; git remote -v; git remote remove nope; echo $?
%%
git init -q -b main; git remote add origin https://example.invalid/x.git; git remote -v; git remote add origin y; echo $?; git remote get-url origin; git remote set-url origin ../z; git remote; cat .git/config; git push; echo $?
%%
git clone nowhere; echo $?; mkdir full; touch full/x; git init -q o; git clone o full; echo $?; git clone o empty; git pull; echo $?
%%
git init -q --bare -b main srv.git; git clone -q srv.git a; cd a; git commit --allow-empty -qm 1; git push origin main:dev; git push origin HEAD:refs/heads/x; git push origin --delete x; git push origin :nope; echo $?; git tag v1; git push origin v1; git push --tags; git fetch -p; git branch -r; git push origin nope; echo $?
%%
git init -q --bare -b main srv.git; git clone -q srv.git a; cd a; echo 1 > a; git add a; git commit -qm 1; git push -q; git commit --amend -qm one; git push; echo $?; git push -f; git push --force-with-lease
