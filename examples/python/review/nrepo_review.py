#!/usr/bin/env python3
"""Look through ideas that nobody has touched for a while

Usage:
  nrepo review list [--days N]
  nrepo review keep IDEA... [--dry-run]
  nrepo review shelve [--days N] [--yes] [--dry-run]
  nrepo review days [N]

Commands:
  list    list the ideas that are due, the oldest first
  keep    tag ideas with "kept": they are not due any more
  shelve  shelve all ideas that are due
  days    show, or set, after how many days an idea is due

Flags:
  --days N   due after N days; 30 unless "nrepo review days" has set another number
  --dry-run  say what would be changed, and change nothing
  --yes      do not ask
  --human    print text for people
  --json     print JSON
  --help     show this help
  --version  show the version

Examples:
  nrepo review list --days 90
  nrepo review keep 12 15
  nrepo review shelve --yes

Exit codes:
  0 done, 1 failure, 2 wrong use, 3 cancelled; others are those of nrepo
"""

# An example of a plugin in Python of the size of a real one, with the standard
# library alone. The way to the service, and to the credential, is `nrepo api`.

import json
import os
import pathlib
import signal
import subprocess
import sys
from datetime import datetime, timedelta, timezone

NREPO = os.environ.get("NREPO_EXE") or "nrepo"
VERSION = "1.0.0"
COMMANDS = {
    "list": ("list the ideas that are due", {"--days"}),
    "keep": ("tag ideas with \"kept\"", {"--dry-run"}),
    "shelve": ("shelve all ideas that are due", {"--days", "--yes", "--dry-run"}),
    "days": ("show or set when an idea is due", set()),
}
CHUNK = 20  # ideas in one request


class Failure(Exception):
    """What is wrong, and what to do; it ends the command."""

    def __init__(self, text, hint="run `nrepo review --help` for its usage", code="usage", status=2):
        super().__init__(text)
        self.hint, self.code, self.status = hint, code, status


def nrepo(*args, send=None):
    """Runs nrepo, which reports its own errors, and returns what it printed."""
    try:
        done = subprocess.run([NREPO, *args], input=json.dumps(send).encode() if send else b"", stdout=subprocess.PIPE)
    except OSError as error:
        raise Failure(f"cannot run {NREPO}: {error.strerror}", "is nrepo on PATH?", "unknown", 1) from None
    if done.returncode:
        sys.exit(done.returncode if done.returncode > 0 else 128 - done.returncode)
    return done.stdout.decode()


def prints_json():
    """The format in effect: a flag's, NEURALREPO_OUTPUT's, or the login's."""
    return nrepo("api", "--format").strip() == "json"


def show(result, lines):
    """Prints a result: JSON, or lines for people."""
    if prints_json():
        print(json.dumps(result, indent=2))
    else:
        for line in lines:
            print(line)


def plain(text):
    """Text of the service as one line that a terminal can show."""
    return "".join(c if c.isprintable() else " " for c in text)


def row(idea):
    return f"#{idea['number']} {plain(idea['title'])}"


# The plugin's own setting.


def settings():
    """The file of the setting, in the directory that the system has for that."""
    home = pathlib.Path.home()
    if os.path.isabs(os.environ.get("XDG_CONFIG_HOME", "")):
        base = pathlib.Path(os.environ["XDG_CONFIG_HOME"])
    elif sys.platform == "darwin":
        base = home / "Library" / "Application Support"
    elif sys.platform == "win32":
        base = pathlib.Path(os.environ["APPDATA"])
    else:
        base = home / ".config"
    return base / "nrepo-review" / "settings.json"


def stored_days():
    try:
        days = json.loads(settings().read_text())["days"]
        if not isinstance(days, int) or days < 0:
            raise ValueError
        return days
    except FileNotFoundError:
        return 30
    except (OSError, ValueError, KeyError, TypeError):
        raise Failure(f"cannot read {settings()}", "correct it, or remove it", "config_error", 1) from None


def store_days(days):
    file = settings()
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = file.with_suffix(".new")
        temporary.write_text(json.dumps({"days": days}) + "\n")
        temporary.replace(file)  # whole or not at all
    except OSError as error:
        raise Failure(f"cannot write {file}: {error.strerror}", "", "config_error", 1) from None


# The ideas.


def ideas():
    """All ideas: every page of the list, as one array."""
    return json.loads(nrepo("api", "--paginate", "/ideas"))


def due(days):
    """The ideas that are due, the oldest first."""
    limit = datetime.now(timezone.utc) - timedelta(days=days)
    found = [
        idea
        for idea in ideas()
        if idea["status"] in ("captured", "exploring")
        and "kept" not in (idea["tags"] or [])
        and moved(idea) <= limit
    ]
    return sorted(found, key=moved)


def moved(idea):
    """When an idea was changed last: 2026-01-15T12:00:00Z, or SQLite's form of it."""
    at = datetime.fromisoformat(idea["updated_at"].replace("Z", "+00:00"))
    return at if at.tzinfo else at.replace(tzinfo=timezone.utc)


def change(chosen, fields, done):
    """Changes ideas, some in one request, with the progress on a terminal."""
    result = {"changed": [], "failed": []}
    for start in range(0, len(chosen), CHUNK):
        if sys.stderr.isatty():
            print(f"\r{start} of {len(chosen)}\x1b[K", end="", file=sys.stderr, flush=True)
        part = {idea["id"]: idea for idea in chosen[start : start + CHUNK]}
        reply = json.loads(nrepo("api", "-X", "PATCH", "/ideas/bulk", "--input", "-", send={"ids": list(part), **fields}))
        for one in reply["results"]:
            kind = "changed" if one["status"] == "updated" else "failed"
            result[kind].append(part[one["id"]])
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
    numbers = {kind: [idea["number"] for idea in found] for kind, found in result.items()}
    show(numbers, [done + " " + row(idea) for idea in result["changed"]] + ["Not changed: " + row(idea) for idea in result["failed"]])
    if result["failed"]:
        sys.exit(1)


def confirm(question):
    """Asks on the terminal; anything but yes ends the command."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise Failure("cannot ask without a terminal", "give --yes")
    print(question + " [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise Failure("cancelled", "", "cancelled", 3)


# The commands.


def run_list(args, flags):
    if args:
        raise Failure("list takes no arguments")
    found = due(flags["--days"])
    show([{"number": idea["number"], "title": idea["title"]} for idea in found], map(row, found))


def run_keep(args, flags):
    numbers = [number(arg.removeprefix("#"), f"{arg[:80]!a} is not an idea") for arg in args]
    if not numbers:
        raise Failure("needs an idea, as in `nrepo review keep 12`")
    by_number = {idea["number"]: idea for idea in ideas()}
    missing = [f"#{n}" for n in numbers if n not in by_number]
    if missing:
        raise Failure(f"idea {', '.join(missing)} not found", "see `nrepo review list`", "http_404", 1)
    chosen = [by_number[n] for n in dict.fromkeys(numbers)]
    if flags["--dry-run"]:
        return show({"would_change": [idea["number"] for idea in chosen]}, ["Would keep " + row(idea) for idea in chosen])
    change(chosen, {"add_tags": ["kept"]}, "Kept")


def run_shelve(args, flags):
    if args:
        raise Failure("shelve takes no arguments")
    chosen = due(flags["--days"])
    if flags["--dry-run"] or not chosen:
        return show({"would_change": [idea["number"] for idea in chosen]}, ["Would shelve " + row(idea) for idea in chosen])
    if not flags["--yes"]:
        confirm(f"Shelve {len(chosen)} ideas?")
    change(chosen, {"status": "shelved"}, "Shelved")


def run_days(args, _):
    if len(args) > 1:
        raise Failure("days takes one number")
    if args:
        store_days(number(args[0], "days must be a whole number"))
    show({"days": stored_days()}, [f"An idea is due after {stored_days()} days."])


def number(text, wrong):
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Failure(wrong)
    return int(text)


# The command line.


def parse(args):
    """Returns the command, its arguments and its flags."""
    command, rest, flags, ended = "", [], {}, False
    args = iter(args)
    for arg in args:
        name, equals, value = arg.partition("=")
        if ended or not arg.startswith("-") or arg == "-":
            if command:
                rest.append(arg)
            else:
                command = arg
        elif arg == "--":
            ended = True
        elif name == "--days":
            flags[name] = number(value if equals else next(args, ""), "--days must be a whole number")
        elif arg in ("--dry-run", "--yes"):
            flags[arg] = True
        elif arg not in ("--json", "--human"):
            raise Failure("unknown flag")
    if command not in COMMANDS:
        raise Failure("needs one of " + ", ".join(COMMANDS))
    wrong = set(flags) - COMMANDS[command][1]
    if wrong:
        raise Failure(f"{command} has no {', '.join(sorted(wrong))}")
    return command, rest, flags


def complete(words):
    """Answers nrepo: one candidate a line, a tab, a description."""
    words = [word for word in words[:-1] if not word.startswith("-")] + words[-1:]
    if len(words) < 2:
        for name, (text, _) in COMMANDS.items():
            print(name, text, sep="\t")
    elif words[0] in COMMANDS:
        for flag in sorted(COMMANDS[words[0]][1] | {"--json", "--human", "--help"}):
            print(flag)


def run(args):
    for arg in args:
        if arg in ("--json", "--human"):
            os.environ["NEURALREPO_OUTPUT"] = arg[2:]
    command, rest, flags = parse(args)
    flags = {"--dry-run": False, "--yes": False, **flags}
    if command in ("list", "shelve"):
        flags.setdefault("--days", stored_days())
    {"list": run_list, "keep": run_keep, "shelve": run_shelve, "days": run_days}[command](rest, flags)


def main():
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C and a closed pipe end it without a word
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.stdout.reconfigure(encoding="utf-8")
    args = sys.argv[1:]
    own = args[: args.index("--")] if "--" in args else args
    if args[:1] == ["__complete"]:
        complete(args[1:])
    elif "--help" in own or "-h" in own:
        print(__doc__, end="")
    elif "--version" in own:
        print("nrepo-review", VERSION)
    else:
        try:
            run(args)
        except Failure as failure:
            report(failure)
            sys.exit(failure.status)


def report(failure):
    """Prints an error in the format in effect."""
    if prints_json():
        error = {"error": str(failure), "code": failure.code, "hint": failure.hint}
        print(json.dumps({name: text for name, text in error.items() if text}), file=sys.stderr)
    else:
        print(f"nrepo review: {failure}" + (f"\nhint: {failure.hint}" if failure.hint else ""), file=sys.stderr)


if __name__ == "__main__":
    main()
