#compdef nrepo
# zsh completion for nrepo
_nrepo() {
    local line name text word=$PREFIX files=''
    local -a found
    case $compstate[quote] in
        '') word=${(Q)PREFIX} ;;
        \$\') word=${(Q):-\$\'$PREFIX\'} ;;
        *) word=${(Q):-$compstate[quote]$PREFIX$compstate[quote]} ;;
    esac
    while IFS= read -r line; do
        if [[ $line == $'\tfiles' ]]; then
            files=1
            continue
        fi
        name=${line%%$'\t'*}
        text=${line#$name}
        text=${text#$'\t'}
        name=${name//\\/\\\\}
        name=${name//:/\\:}
        found+=("$name${text:+:$text}")
    done < <(command nrepo __complete -- "${(@Q)words[2,CURRENT-1]}" "$word" 2>/dev/null)
    if (( $#found )); then
        _describe -t commands 'nrepo' found
    elif [[ -n $files ]]; then
        _files
    fi
}
if [[ ${funcstack[1]} == _nrepo ]]; then
    _nrepo "$@"
elif (( $+functions[compdef] )); then
    compdef _nrepo nrepo
else
    # compinit has not run yet: register the completion before the first prompt.
    _nrepo_register() {
        add-zsh-hook -d precmd _nrepo_register
        (( $+functions[compdef] )) || { autoload -U compinit && compinit -i -D }
        compdef _nrepo nrepo
    }
    autoload -U add-zsh-hook && add-zsh-hook precmd _nrepo_register
fi
