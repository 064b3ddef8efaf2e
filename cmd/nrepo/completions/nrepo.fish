# fish completion for nrepo
function __nrepo_complete
    set -l before (commandline -opc)[2..-1]
    set -l typed (commandline -ct)
    # A quotation mark may be open; fish itself quotes what is inserted.
    set -l current (string unescape -- "$typed"; or string unescape -- "$typed\""; or string unescape -- "$typed'"; or printf '%s\n' "$typed")
    set -l files 0
    for line in (command nrepo __complete -- $before "$current" 2>/dev/null)
        if test "$line" = \tfiles
            set files 1
        else
            printf '%s\n' $line
        end
    end
    if test $files = 1
        __fish_complete_path "$current"
    end
end
complete -c nrepo -f -a '(__nrepo_complete)'
