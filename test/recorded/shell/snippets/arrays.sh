a=(one two "three four" five); echo ${a[0]} "${a[2]}" ${#a[@]} ${!a[@]}; for x in "${a[@]}"; do echo "<$x>"; done
%%
a=(); echo ${#a[@]} "[${a[@]}]"; a+=(x); a+=(y z); echo ${a[@]}; a[10]=far; echo ${!a[@]} ${#a[@]}; unset 'a[1]'; echo ${a[@]} ${!a[@]}; unset a; echo ${#a[@]}
%%
a=([2]=c [0]=a [5]=f g); echo ${a[@]} ${!a[@]}; b=("${a[@]}"); echo ${!b[@]}; a[1+1]=new; echo ${a[2]}; echo ${a[-1]}
%%
declare -A m; m[one]=1; m["two words"]=2; m[x$((1+1))]=3; echo ${m[one]} "${m[two words]}" ${m[x2]} ${#m[@]}; unset 'm[one]'; echo ${#m[@]} "${m[one]-gone}"
%%
declare -A m=([a]=1 [b]=2); for k in a b; do echo "$k=${m[$k]}"; done; [[ -v m[a] ]] && echo has; [[ -v m[zz] ]] || echo hasnt; m[a]+=0; echo ${m[a]}
%%
a=(3 1 2); IFS=$'\n' sorted=($(sort <<<"${a[*]}")); echo ${sorted[@]}; unset IFS; echo "${a[*]}"; IFS=-; echo "${a[*]}"
%%
mapfile -t lines < <(printf 'a\nb c\nd\n'); echo ${#lines[@]} "${lines[1]}"; readarray -n 2 -t two < <(seq 5); echo ${two[@]}; mapfile raw <<< x; printf '[%s]' "${raw[@]}"
%%
f() { local -a loc=(1 2); loc+=(3); echo ${loc[@]}; }; f; echo "[${loc[@]}]"; g() { arr=(x y); }; g; echo ${arr[1]}
%%
a=(1 2 3); a=("${a[@]:1}"); echo ${a[@]}; a=("new" "${a[@]}"); echo ${a[@]}; echo ${a[@]/2/two}; s="${a[*]}"; echo $s; echo "${a[@]: -2:1}"
%%
declare -p x 2>&1; x=1; declare -p x; declare -a arr=(a "b c"); declare -p arr; declare -A h=([k]=v); declare -p h; declare -ix n=3; declare -p n; export e='q"t'; declare -p e
%%
read -a w <<< "a b c"; echo ${w[1]}; a="x:y:z"; IFS=: read -r p q <<< "$a"; echo "$p" "$q"; read -r first rest <<< "one two three"; echo $first - $rest
%%
a=(a b c); for i in "${!a[@]}"; do echo "$i:${a[$i]}"; done; for ((i=0;i<${#a[@]};i++)); do printf '%s ' "${a[i]}"; done; echo
%%
a=(1 2 3 4); sum=0; for n in "${a[@]}"; do ((sum+=n)); done; echo $sum; echo $(( ${a[0]} + a[1] )); ((a[0]+=10)); echo ${a[0]}; echo ${#a}
%%
a=(x); echo $a ${a} "$a"; a=y; echo ${a[0]} ${#a[@]}; b=str; b[1]=two; echo ${b[@]}; echo "${a[5]:-none}"
%%
a=('*' "$(echo 'q r')" $(echo s t)); echo "${#a[@]}"; printf '<%s>' "${a[@]}"; echo; touch g1 g2; a=(g*); echo ${#a[@]}
%%
printf -v out '%03d' 7; echo $out; printf -v 'arr[2]' x; echo ${arr[2]}; printf '%s,' a b c; echo; printf '%d-%s\n' 1 a 2 b
%%
a=(b a c); printf '%s\n' "${a[@]}" | sort | tr '\n' ' '; echo; [[ " ${a[*]} " == *" a "* ]] && echo contains; [ ${#a[@]} -eq 3 ] && echo three
%%
a=(1 2); b=(3); c=("${a[@]}" "${b[@]}"); echo ${c[@]}; set -- "${c[@]}"; echo $3; a[${#a[@]}]=9; echo ${a[@]}; readonly a; a[0]=5; echo $?
