#!/usr/bin/env python3
"""nrepo review: look through ideas that nobody has changed for a while."""

import argparse
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta, timezone

VERSION = "1.0.0"


def nrepo(*args, stdin=""):
    """Runs nrepo and returns its output. If it fails, it has printed the error."""
    command = [os.environ.get("NREPO_EXE") or "nrepo", *args]
    try:
        done = subprocess.run(command, input=stdin, capture_output=True, encoding="utf-8")
    except OSError as error:
        sys.exit(f"nrepo review: cannot run {command[0]}: {error.strerror}")
    if done.stderr:
        clear_line()
        sys.stderr.write(done.stderr)
    if done.returncode:
        sys.exit(done.returncode if done.returncode > 0 else 128 - done.returncode)
    return done.stdout


def clear_line():
    """Removes the progress from the terminal."""
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def wants_json():
    return nrepo("api", "--format").strip() == "json"


def show(result, lines):
    """Prints the result as JSON, or as lines of text."""
    if wants_json():
        print(json.dumps(result))
    else:
        for line in lines:
            print(line)


def fail(text, code="usage", status=2):
    """Prints an error as JSON or as text, and ends the command."""
    print(json.dumps({"error": text, "code": code}) if wants_json() else f"nrepo review: {text}", file=sys.stderr)
    sys.exit(status)


# Ideas


def all_ideas():
    return json.loads(nrepo("api", "--paginate", "/ideas"))


def last_change(idea):
    at = datetime.fromisoformat(idea["updated_at"].replace("Z", "+00:00"))
    return at if at.tzinfo else at.replace(tzinfo=timezone.utc)


def due(days):
    """Returns the ideas that are due, oldest first. None means the number of days in the setting."""
    if days is None:
        days = stored_days()
    limit = datetime.now(timezone.utc) - timedelta(days=days)
    found = [
        idea
        for idea in all_ideas()
        if idea["status"] in ("captured", "exploring") and "kept" not in idea["tags"] and last_change(idea) <= limit
    ]
    return sorted(found, key=last_change)


def row(idea):
    """An idea on one line. The title may contain control characters, which must not reach the terminal."""
    title = "".join(c if c.isprintable() else " " for c in idea["title"])
    return f"#{idea['number']} {title}"


def list_due(args):
    found = due(args.days)
    show([{"number": idea["number"], "title": idea["title"]} for idea in found], map(row, found))


# The setting


def settings_file():
    home = pathlib.Path.home()
    if os.path.isabs(os.environ.get("XDG_CONFIG_HOME", "")):
        directory = pathlib.Path(os.environ["XDG_CONFIG_HOME"])
    elif sys.platform == "darwin":
        directory = home / "Library" / "Application Support"
    elif sys.platform == "win32":
        directory = pathlib.Path(os.environ["APPDATA"])
    else:
        directory = home / ".config"
    return directory / "nrepo-review" / "settings.json"


def stored_days():
    try:
        return whole_number(str(json.loads(settings_file().read_text())["days"]))
    except FileNotFoundError:
        return 30
    except (OSError, ValueError, KeyError, TypeError, argparse.ArgumentTypeError):
        fail(f"cannot read {settings_file()}: correct it, or remove it", "config_error", 1)


def days(args):
    if args.days is not None:
        file = settings_file()
        try:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            new = file.with_suffix(".new")
            new.write_text(json.dumps({"days": args.days}) + "\n")
            new.replace(file)  # so that nobody reads half a file
        except OSError as error:
            fail(f"cannot write {file}: {error.strerror}", "config_error", 1)
    show({"days": stored_days()}, [f"Ideas are due after {stored_days()} days."])


# Changes


def change(ideas, fields, dry_run):
    """Changes some ideas per request, and shows the progress."""
    if dry_run:
        return show({"would_change": [idea["number"] for idea in ideas]}, ["would change " + row(idea) for idea in ideas])
    changed, failed, began = [], [], time.monotonic()
    for start in range(0, len(ideas), 5):
        if sys.stderr.isatty() and time.monotonic() - began > 1:
            print(f"\r{start} of {len(ideas)} ideas", end="", file=sys.stderr, flush=True)
        part = {idea["id"]: idea for idea in ideas[start : start + 5]}
        request = json.dumps({"ids": list(part), **fields})
        reply = json.loads(nrepo("api", "-X", "PATCH", "/ideas/bulk", "--input", "-", stdin=request))
        for result in reply["results"]:
            (changed if result["status"] == "updated" else failed).append(part[result["id"]])
    clear_line()
    show(
        {"changed": [idea["number"] for idea in changed], "failed": [idea["number"] for idea in failed]},
        ["changed " + row(idea) for idea in changed] + ["not changed " + row(idea) for idea in failed],
    )
    if failed:
        sys.exit(1)


def keep(args):
    ideas = {idea["number"]: idea for idea in all_ideas()}
    for number in args.ideas:
        if number not in ideas:
            fail(f"idea #{number} not found", "http_404", 1)
    change([ideas[number] for number in dict.fromkeys(args.ideas)], {"add_tags": ["kept"]}, args.dry_run)


def shelve(args):
    found = due(args.days)
    if found and not args.yes and not args.dry_run:
        confirm(f"Shelve {len(found)} ideas?")
    change(found, {"status": "shelved"}, args.dry_run)


def confirm(question):
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        fail("cannot ask without a terminal: use --yes")
    print(question, "[y/N] ", end="", file=sys.stderr, flush=True)
    answer = sys.stdin.readline()
    if not answer:
        print(file=sys.stderr)  # after Ctrl-D
    if answer.strip().lower() not in ("y", "yes"):
        fail("cancelled", "cancelled", 3)


# The command line


class Parser(argparse.ArgumentParser):
    def __init__(self, **options):
        super().__init__(allow_abbrev=False, **options)

    def error(self, message):
        fail(message)


def whole_number(text):
    if not re.fullmatch("#?[0-9]{1,5}", text):
        raise argparse.ArgumentTypeError("must be a whole number")
    return int(text.lstrip("#"))


def command_line():
    common = Parser(add_help=False)
    common.add_argument("--json", action="store_true", help="print JSON")
    common.add_argument("--human", action="store_true", help="print text")
    parser = Parser(prog="nrepo review", description="Look through ideas that nobody has changed for a while.", parents=[common])
    parser.add_argument("--version", action="version", version=f"nrepo-review {VERSION}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def command(run, name, text):
        added = commands.add_parser(name, help=text, description=text, parents=[common])
        added.set_defaults(run=run)
        return added

    added = command(list_due, "list", "list the ideas that are due")
    added.add_argument("--days", type=whole_number, metavar="N", help="due after N days (default: the setting)")
    added = command(keep, "keep", 'tag ideas with "kept": they are no longer due')
    added.add_argument("ideas", type=whole_number, metavar="IDEA", nargs="+", help="its number, such as 12")
    added.add_argument("--dry-run", action="store_true", help="show what would change")
    added = command(shelve, "shelve", "shelve the ideas that are due")
    added.add_argument("--days", type=whole_number, metavar="N", help="due after N days (default: the setting)")
    added.add_argument("--yes", action="store_true", help="do not ask")
    added.add_argument("--dry-run", action="store_true", help="show what would change")
    added = command(days, "days", "show or change the setting: after how many days ideas are due")
    added.add_argument("days", type=whole_number, metavar="N", nargs="?", help="the new number of days")
    return parser, commands.choices


def complete(words, commands):
    """Prints the candidates for the last word."""
    if len(words) == 1:
        for name, parser in commands.items():
            print(name, parser.description, sep="\t")
    elif words[0] in commands:
        print(*re.findall("--[a-z-]+", commands[words[0]].format_usage()), sep="\n")


def main():
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # no traceback after Ctrl-C
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # or if the output is closed
    sys.stdout.reconfigure(encoding="utf-8")
    parser, commands = command_line()
    if sys.argv[1:2] == ["__complete"]:
        return complete(sys.argv[2:], commands)
    for arg in sys.argv[1:]:
        if arg in ("--json", "--human"):
            os.environ["NEURALREPO_OUTPUT"] = arg[2:]
    args = parser.parse_args()
    args.run(args)


if __name__ == "__main__":
    main()
