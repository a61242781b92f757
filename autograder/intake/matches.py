"""`matches.csv`: whose each submission is and why, for staff to look through; a row for each student of a submission.

    submission, owner, student, name, rule, suggestions, sentence

A submission that is nobody's has one row, with `student` empty. `owner` is the key that `autograder match` records.
UTF-8; quoted as RFC 4180 says. A text that a spreadsheet would take for a formula gets an apostrophe in front.
"""

from __future__ import annotations

import csv
import io

from autograder.intake.matching import Matching, Suggestion
from autograder.printable import neutral

__all__ = ["matches_csv"]

_COLUMNS = ("submission", "owner", "student", "name", "rule", "suggestions", "sentence")


def matches_csv(matching: Matching) -> bytes:
    """Return the file's text: first those that are nobody's, then the others, each by the submission's name."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for owner in sorted(matching.owners.values(), key=lambda owner: (bool(owner.links), owner.submissions, owner.key)):
        suggestions = "; ".join(_suggested(suggestion) for suggestion in owner.suggestions)
        for who in [(link.student.id, link.student.name, str(link.rule)) for link in owner.links] or [("", "", "")]:
            writer.writerow(map(neutral, ("; ".join(owner.submissions), owner.key, *who, suggestions, owner.sentence)))
    return buffer.getvalue().encode()


def _suggested(suggestion: Suggestion) -> str:
    student = suggestion.student
    return f"{student.id} {student.name} ({suggestion.likeness})" if student.name else f"{student.id} ({suggestion.likeness})"
