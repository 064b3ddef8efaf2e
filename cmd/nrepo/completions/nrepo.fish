# fish completion for nrepo
function __nrepo_complete
    set -l before (commandline -opc)[2..-1]
    set -l current (commandline -ct)
    set -l found (command nrepo __complete -- $before "$current" 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\n' $found
    else if test (count $before) -gt 0
        __fish_complete_path "$current"
    end
end
complete -c nrepo -f -a '(__nrepo_complete)'
