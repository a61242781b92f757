"""Of the JSON document, what students may read: nothing that only staff may, nothing about the machine, and nobody else.

How long anything took is left out, too. A student's function may take its time according to a hidden case's inputs, so a duration would
carry them out, however the case itself ends.

    standing   where the student stands after staff had their say; only there when the document is made for a person of a class
"""

from __future__ import annotations

from typing import Any

from autograder.bundle import Bundle
from autograder.model import Result, Standing, Withheld
from autograder.printable import one_line, printable
from autograder.report.document import document
from autograder.report.students_view import students_view, view_document
from autograder.report.words import why_withheld

__all__ = ["student_document"]

_FOR_STAFF = frozenset({"bundle_sha256", "confinement", "measured", "reference_cases", "staff_message"})


def student_document(result: Result, bundle: Bundle, *, standing: Standing | None = None) -> dict[str, Any]:
    """Return the document without the keys that are for staff, and with a reason only where that is about the student's file.

    With `standing`, `submission` is the student's own name and `notebook` what they called the file: a group's submission may be named
    for all of its members.
    """
    kept: dict[str, Any] = _without_staff(document(result, bundle))
    called = ""
    if standing is not None:
        view = students_view(standing)
        called = view.file or "your notebook"
        kept |= {
            "submission": one_line(view.name),
            "notebook": one_line(view.file),
            "standing": view_document(view, f"{bundle.root}/"),
        }
    if isinstance(result, Withheld):
        kept["reason"] = printable(why_withheld(result, called=called))
    return kept


def _without_staff(value: Any) -> Any:
    match value:
        case dict():
            return {key: _without_staff(item) for key, item in value.items() if key not in _FOR_STAFF}
        case list():
            return [_without_staff(item) for item in value]
        case _:
            return value
