#!/usr/bin/env python3
"""The long parts of the tests, which the gate leaves out (tests/parts.json), and when each last passed (docs/tested.json).

A part `within` the gate repeats at length what the gate samples; `beyond` are those of its tests that the gate leaves out.
A part with a `lock` passes with the packages that it names: its row has their digest, and the gate fails once the lock has others.

  parts.py names              their names
  parts.py filter NAME        the nextest filter of those that are Rust tests; nothing for the others
  parts.py gate               the filter of what the gate runs
  parts.py changed BRANCH     the parts whose inputs differ from BRANCH
  parts.py stale              a line for each part whose inputs changed since it last passed
  parts.py enter NAME --passed N --seconds S
                              it has passed on the commit that is checked out
"""

import argparse
import datetime
import hashlib
import json
import subprocess
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
PARTS = json.loads((TOP / "tests/parts.json").read_text())
TESTED = TOP / "docs/tested.json"


def git(*arguments):
    return subprocess.run(["git", "-C", str(TOP), *arguments], capture_output=True, text=True)


def differs(part, commit):
    """Whether the inputs of a part differ from a commit; so they do from one that this clone lacks."""
    return git("diff", "--quiet", commit, "--", *PARTS[part]["inputs"]).returncode != 0


def whole(part):
    """The nextest filter of a part: nothing where its tests are others."""
    return " + ".join(f"({part[name]})" for name in ("filter", "beyond") if name in part)


def gate():
    """What the gate runs: all but the parts, and of those within it what goes beyond it."""
    left_out = [whole(part) if part.get("within") != "gate" else part.get("beyond", "") for part in PARTS.values()]
    left_out = [one for one in left_out if one]
    return "not (" + " + ".join(f"({one})" for one in left_out) + ")"


def stale():
    rows = json.loads(TESTED.read_text())
    for part in PARTS:
        row = rows.get(part)
        if row is None:
            yield f"not run yet: {part}"
        elif differs(part, row["commit"]):
            yield f"changed since it passed on {row['date']}: {part}"


def locked(part):
    """The digest of the packages in a part's lock, whatever its comments say; none where it has no lock."""
    if "lock" not in PARTS[part]:
        return {}
    lines = (TOP / PARTS[part]["lock"]).read_text().splitlines()
    return {"lock": hashlib.sha256("\n".join(line for line in lines if not line.startswith("#")).encode()).hexdigest()}


def enter(part, passed, seconds):
    rows = json.loads(TESTED.read_text())
    rows[part] = {
        "commit": git("rev-parse", "HEAD").stdout.strip(),
        "date": datetime.datetime.now(datetime.timezone.utc).date().isoformat(),
        "passed": passed,
        "seconds": seconds,
        **locked(part),
    }
    ordered = {name: rows[name] for name in PARTS if name in rows}
    TESTED.write_text(json.dumps(ordered, indent=2) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("names", "gate", "stale"):
        commands.add_parser(name)
    commands.add_parser("filter").add_argument("part", choices=PARTS)
    commands.add_parser("changed").add_argument("branch")
    entered = commands.add_parser("enter")
    entered.add_argument("part", choices=PARTS)
    entered.add_argument("--passed", type=int, required=True)
    entered.add_argument("--seconds", type=int, required=True)
    given = parser.parse_args()
    match given.command:
        case "names":
            print(*PARTS, sep="\n")
        case "filter":
            print(whole(PARTS[given.part]))
        case "gate":
            print(gate())
        case "changed":
            if git("rev-parse", "--verify", given.branch).returncode != 0:
                parser.error(f"there is no branch or commit {given.branch}")
            print(*(part for part in PARTS if differs(part, given.branch)), sep="\n")
        case "stale":
            print(*stale(), sep="\n")
        case "enter":
            enter(given.part, given.passed, given.seconds)


if __name__ == "__main__":
    main()
