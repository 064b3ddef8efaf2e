# bash completion for nrepo; works with bash 3.2 and later
_nrepo() {
    local words=() word line glue='' i
    COMPREPLY=()
    # bash splits words at = and : too; join them again.
    for ((i = 1; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if ((${#words[@]})) && { [[ $glue ]] || [[ $word == [=:]* ]]; } &&
            [[ $COMP_LINE == *"${words[${#words[@]} - 1]}$word"* ]]; then
            words[${#words[@]} - 1]+=$word
        else
            words+=("$word")
        fi
        glue=''
        [[ $word == *[=:] ]] && glue=1
    done
    local last=${words[${#words[@]} - 1]} current=${COMP_WORDS[COMP_CWORD]}
    local joined=${last%"$current"}
    [[ $current == [=:] ]] && joined=$last
    while IFS= read -r line; do
        line=${line%%$'\t'*}
        line=${line#"$joined"}
        [[ $line ]] || continue
        printf -v line %q "$line"
        COMPREPLY+=("$line")
    done < <(command nrepo __complete -- "${words[@]}" 2>/dev/null)
    if ((${#COMPREPLY[@]} == 0 && ${#words[@]} == 1)); then
        compopt +o default +o bashdefault 2>/dev/null
    fi
}
complete -o bashdefault -o default -F _nrepo nrepo
