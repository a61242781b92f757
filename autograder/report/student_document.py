"""Of the JSON document, what students may read: nothing that only staff may, and nothing about the machine.

How long anything took is left out, too. A student's function may take its time according to a hidden case's inputs, so a duration would
carry them out, however the case itself ends.
"""

from __future__ import annotations

from typing import Any

from autograder.bundle import Bundle
from autograder.model import Result, Withheld
from autograder.printable import printable
from autograder.report.document import document
from autograder.report.words import why_withheld

__all__ = ["student_document"]

_FOR_STAFF = frozenset({"bundle_sha256", "confinement", "measured", "reference_cases", "staff_message"})


def student_document(result: Result, bundle: Bundle) -> dict[str, Any]:
    """Return the document without the keys that are for staff, and with a reason only where that is about the student's file."""
    kept: dict[str, Any] = _without_staff(document(result, bundle))
    if isinstance(result, Withheld):
        kept["reason"] = printable(why_withheld(result))
    return kept


def _without_staff(value: Any) -> Any:
    match value:
        case dict():
            return {key: _without_staff(item) for key, item in value.items() if key not in _FOR_STAFF}
        case list():
            return [_without_staff(item) for item in value]
        case _:
            return value
