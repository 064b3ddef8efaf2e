# bash completion for nrepo; works with bash 3.2 and later
_nrepo() {
    local line files=''
    COMPREPLY=()
    # nrepo parses the line like bash, and quotes its candidates accordingly.
    while IFS= read -r line; do
        if [[ $line == $'\tfiles' ]]; then
            files=1
        else
            COMPREPLY+=("$line")
        fi
    done < <(command nrepo __complete bash "${COMP_LINE:0:${COMP_POINT:-${#COMP_LINE}}}" "${2-${COMP_WORDS[COMP_CWORD]}}" 2>/dev/null)
    [[ $files ]] || compopt +o default +o bashdefault 2>/dev/null
}
complete -o bashdefault -o default -F _nrepo nrepo
