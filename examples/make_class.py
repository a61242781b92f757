"""Writes a made-up class: what a learning platform would give for it, its roster, and the truth about everybody.

    python examples/make_class.py OUT [--students 1000] [--seed 7] [--as canvas|moodle|gradescope|nbgrader|folder]
                                  [--no-groups] [--everyone]

    OUT/submissions.zip     canvas, moodle, gradescope: the download
    OUT/submitted/          nbgrader: its tree
    OUT/submissions/        folder: what somebody filled by hand
    OUT/gradebook.csv       canvas: the export that scores are filled into; with its special rows and the test student
    OUT/worksheet.csv       moodle: likewise
    OUT/roster.csv          id, login, email, name, section, group; the id is the platform's on Canvas, else the school's number
    OUT/truth.csv           a row for each student: what they handed in, and the points that it is worth

70 % of what can be graded is near-perfect (right in several styles, or with one small mistake); the rest is spread evenly over
all other examples. 2 % run into a time limit (see `making/mix.py`). All notebooks differ in their code. Beyond that, 2 % are
no notebook or empty, 3 % of the class hand in nothing, one in ten is late, one in eight handed in something else before, and some
share a submission as a group. Names are shared, spelt with accents in both of Unicode's ways, and have one to four parts.
`--everyone`: each student hands in one notebook that can be graded, once.

Everything is drawn from the seed: equal arguments give equal bytes. All people are invented.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import sys
from pathlib import Path

from making.classroom import Classroom, HandIn, classroom
from making.downloads import DOWNLOADS, GROUPS
from making.mix import TIME_OUTS
from making.notebook import FULL
from making.people import Person, roster_rows
from making.templates import TEMPLATES

from autograder.archive import zip_bytes

FOLDERS = {"nbgrader": "submitted", "folder": "submissions"}
"""Platforms whose download is a folder → its name."""
FEWEST = 8


def write_class(out: Path, students: int, seed: int, platform: str, *, groups: bool, everyone: bool) -> Classroom:
    """Write a class into a folder that is not there yet, or is empty."""
    room = classroom(students, seed, groups=groups and platform in GROUPS, everyone=everyone)
    parts = DOWNLOADS[platform](room, seed)
    out.mkdir(parents=True, exist_ok=True)
    if platform in FOLDERS:
        for name, content in parts.items():
            target = out / FOLDERS[platform] / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    else:
        (out / "submissions.zip").write_bytes(zip_bytes(parts))
    if platform in TEMPLATES:
        name, make = TEMPLATES[platform]
        (out / name).write_bytes(make(room))
    ids = "platform_id" if platform == "canvas" else "sid"
    write_rows(out / "roster.csv", roster_rows(room.everybody, ids, seed, logins=platform in FOLDERS))
    write_rows(out / "truth.csv", truth(room, ids))
    return room


def truth(room: Classroom, ids: str) -> list[dict[str, str]]:
    """What is true of everybody, in the order of the roster's ids.

    `points` of a question and the `total` are empty where nothing was handed in that can be graded. `namesakes` says how many others
    have the same name, so that a name alone does not tell who it is. `sha256` is of the one file that counts, empty where there is none.
    """
    handed_in = {person.sid: hand_in for hand_in in room.hand_ins for person in hand_in.people}
    names = [(person.given, person.family) for person in room.everybody]
    return [
        {**_who(person, getattr(person, ids)), "namesakes": str(names.count((person.given, person.family)) - 1), **_what(handed_in.get(person.sid))}
        for person in sorted(room.everybody, key=lambda person: getattr(person, ids))
    ]


def _who(person: Person, student: str) -> dict[str, str]:
    return {"student": student, "sid": person.sid, "platform_id": person.platform_id, "login": person.login, "email": person.email, "name": person.name, "group": person.group}


def _what(hand_in: HandIn | None) -> dict[str, str]:
    points = None if hand_in is None else hand_in.points
    return {
        "state": "not submitted" if hand_in is None else "withheld" if points is None else "graded",
        "variant": "" if hand_in is None else hand_in.variant,
        "time_out": "yes" if hand_in is not None and hand_in.variant in TIME_OUTS else "",
        "late": "" if hand_in is None else "yes" if hand_in.late else "no",
        "submitted_at": "" if hand_in is None else hand_in.last.at.isoformat(),
        "attempts": "0" if hand_in is None else str(len(hand_in.attempts)),
        "sha256": "" if hand_in is None or hand_in.counts is None else hashlib.sha256(hand_in.counts).hexdigest(),
        **{name: "" if points is None else f"{points[name]:g}" for name in FULL},
        "total": "" if points is None else f"{sum(points.values()):g}",
    }


def write_rows(target: Path, rows: list[dict[str, str]]) -> None:
    """Write a CSV file with a header."""
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    """Read the arguments, write, and say what is in the class."""
    parser = argparse.ArgumentParser(prog="make_class.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, metavar="OUT", help="a folder that is not there yet, or is empty")
    parser.add_argument("--students", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--as", dest="platform", choices=DOWNLOADS, default="canvas")
    parser.add_argument("--no-groups", action="store_true", help="everybody hands in alone")
    parser.add_argument("--everyone", action="store_true", help="everybody hands in a notebook that can be graded, once and alone")
    options = parser.parse_args()
    if not FEWEST <= options.students <= 50_000:
        parser.error(f"--students is {options.students}: give a number from {FEWEST} to 50000")
    if options.out.exists() and (not options.out.is_dir() or any(options.out.iterdir())):
        parser.error(f"{options.out} is there already: name a new folder")
    room = write_class(options.out, options.students, options.seed, options.platform, groups=not options.no_groups, everyone=options.everyone)
    print("\n".join(room.shares()))


if __name__ == "__main__":
    sys.exit(main())
