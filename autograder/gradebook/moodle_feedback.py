"""Moodle: feedback files for a whole class, as the zip that its importer takes ("Upload multiple feedback files in a zip").

    Full Name_4454589_assignfeedback_file_/feedback.html

The importer splits each part of a path at its first four underscores; the second piece has to be the participant number, the third and the
fourth the plugin. So a name has no underscore here. Files whose names begin with `.` or `~` are passed over, and a file that is
already there with the same content is too: the same class gives the same bytes.

Source: Moodle, mod/assign/feedback/file/importziplib.php.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from autograder.archive import zip_bytes
from autograder.gradebook.export import Export, LeftOut, name_of
from autograder.gradebook.rows import platform_ids
from autograder.model.people import Platform, Standing
from autograder.printable import one_line

__all__ = ["moodle_feedback_zip"]

_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|_\s]+')  # what splits a path, and what a disk refuses
_LONGEST = 50  # characters of a name: four bytes each, and the rest, are below the 255 bytes that a disk takes


def moodle_feedback_zip(
    standings: Sequence[Standing], page_of: Callable[[Standing], bytes | None], *, file_name: str = "feedback.html"
) -> Export:
    """Return the zip with each student's page.

    Args:
        standings: The class.
        page_of: A student's own page; None: there is none.
        file_name: What the page is called in Moodle.
    """
    numbers = [platform_ids(standing, Platform.MOODLE) for standing in standings]
    times = Counter(number for several in numbers for number in several)
    parts: dict[str, bytes] = {}
    left_out: list[LeftOut] = []
    for standing, several in zip(standings, numbers, strict=True):
        page = None if standing.left_out else page_of(standing)
        if standing.left_out:
            reason = standing.left_out
        elif page is None:
            reason = "There is no page of theirs."
        elif len(several) != 1 or not (several[0].isascii() and several[0].isdigit()):
            reason = "Their participant number in Moodle is not known: give Moodle's grading worksheet as the roster."
        elif times[several[0]] > 1:
            reason = f"Participant {several[0]} of Moodle may be theirs or another student's."
        else:
            parts[f"{_folder_name(standing)}_{several[0]}_assignfeedback_file_/{file_name}"] = page
            continue
        left_out.append(LeftOut(name_of(standing), reason))
    return Export(zip_bytes(parts), len(parts), tuple(left_out))


def _folder_name(standing: Standing) -> str:
    """For people: the importer does not look at it, as long as it has no underscore and no slash."""
    name = "" if standing.student is None else standing.student.name
    return _NOT_IN_NAMES.sub(" ", one_line(name)).strip()[:_LONGEST].strip() or "Participant"
