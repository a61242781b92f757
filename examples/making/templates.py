"""The file that a platform lets one fill in with scores and upload again, before anything is filled in."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

from making.classroom import ASSIGNMENT, DUE, TITLE, Classroom
from making.notebook import FULL
from making.people import SECTIONS

_POINTS = f"{sum(FULL.values()):.2f}"
_NO_SID = 31
"""One in so many has no number of the school's on the platform."""


def canvas_gradebook(room: Classroom) -> bytes:
    """Canvas's export: a row that says how grades are posted, a row of points, everybody by name, and the test student last."""
    title = f"{TITLE} ({ASSIGNMENT})"
    totals = ["Assignments Current Points", "Assignments Final Points", "Current Score", "Unposted Current Score", "Final Score", "Unposted Final Score"]
    rows = [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Python warm-up (51100)", title, *totals],
        ["", "", "", "", "", "", "Manual Posting", *[""] * len(totals)],
        ["    Points Possible", "", "", "", "", "10.00", _POINTS, *["(read only)"] * len(totals)],
    ]
    for place, person in enumerate(sorted(room.everybody, key=lambda person: (person.sortable.casefold(), person.platform_id))):
        warm_up = f"{int(person.sid) % 11:.2f}"
        sid = "" if place % _NO_SID == 5 else person.sid
        rows.append([person.sortable, person.platform_id, sid, person.login, f"RNN {person.section}", warm_up, "", warm_up, warm_up, *["75.00"] * 4])
    rows.append(["Student, Test", "99999", "", "4f1c0d9be7a3586620d7", f"RNN {SECTIONS[0]}", "", "", "0.00", "0.00", "", "0.00", "", "0.00"])
    return _written(rows).encode()


def moodle_worksheet(room: Classroom) -> bytes:
    """Moodle's worksheet, in English, with the mark at its start that spreadsheets want."""
    hand_ins = {person.sid: hand_in for hand_in in room.hand_ins for person in hand_in.people}
    groups = any(person.group for person in room.everybody)
    head = ["Identifier", "Full name", "ID number", "Username", "Email address", "Status", *["Group"] * groups, "Grade", "Maximum grade"]
    rows = [[*head, "Grade can be changed", "Last modified (submission)", "Last modified (grade)", "Feedback comments"]]
    for place, person in enumerate(sorted(room.everybody, key=lambda person: int(person.platform_id))):
        hand_in = hand_ins.get(person.sid)
        status, changed = "No submission", "-"
        if hand_in is not None:
            at = hand_in.last.at
            status = "Submitted for grading" + (f" - {_words(at - DUE)} late" if hand_in.late else "")
            changed = f"{at:%A}, {at.day} {at:%B %Y}, {at.hour % 12 or 12}:{at:%M %p}"
        sid = "" if place % _NO_SID == 5 else person.sid
        who = [f"Participant {person.platform_id}", person.name, sid, person.login, person.email]
        rows.append([*who, status, *[person.group] * groups, "", _POINTS, "Yes", changed, "-", ""])
    return _written(rows).encode("utf-8-sig")


def _words(late: timedelta) -> str:
    hours, minutes = late.days * 24 + late.seconds // 3600, late.seconds // 60 % 60
    return f"{hours} hours {minutes} mins" if hours else f"{minutes} mins {late.seconds % 60} secs"


def _written(rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


TEMPLATES = {"canvas": ("gradebook.csv", canvas_gradebook), "moodle": ("worksheet.csv", moodle_worksheet)}
"""Platform → name and maker of its file."""
