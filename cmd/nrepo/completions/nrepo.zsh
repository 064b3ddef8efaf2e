#compdef nrepo
# zsh completion for nrepo
_nrepo() {
    local line name text
    local -a found
    while IFS= read -r line; do
        name=${line%%$'\t'*}
        text=${line#$name}
        text=${text#$'\t'}
        name=${name//\\/\\\\}
        name=${name//:/\\:}
        found+=("$name${text:+:$text}")
    done < <(command nrepo __complete -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)
    if (( $#found )); then
        _describe -t commands 'nrepo' found
    elif (( CURRENT > 2 )); then
        _files
    fi
}
if [[ ${funcstack[1]} == _nrepo ]]; then
    _nrepo "$@"
else
    compdef _nrepo nrepo
fi
