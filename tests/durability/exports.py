"""Every export that can be made of a class, with platforms' own files made up from its roster, as if the class came from each of them."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from autograder.batch.export import Form, Wish, exported
from autograder.batch.view import ClassNow, class_now
from autograder.gradebook.export import Export
from autograder.model import Platform
from autograder.printable import number
from autograder.store import Store

__all__ = ["exports"]


def exports(out: Path) -> dict[Form, Export]:
    """Each form of export, and what it is."""
    with Store(out, writing=False) as store, tempfile.TemporaryDirectory() as folder:
        now = class_now(store)
        numbered = enumerate(now.students, start=7001)
        now = replace(now, students=tuple(replace(one, platform_ids=((Platform.MOODLE, str(at)),)) for at, one in numbered))
        templates = {Form.CANVAS: list(_canvas(now)), Form.MOODLE: list(_moodle(now))}
        for form, rows in templates.items():
            (Path(folder) / form).write_text(_csv(rows), encoding="utf-8")
        made = {form: exported(now, Wish(form, Path(folder) / form if form in templates else None)) for form in Form}
        return {form: _without(folder, export) for form, export in made.items()}


def _without(folder: str, export: Export) -> Export:
    """It, with reasons that do not name where the platforms' files lay."""
    return replace(export, left_out=tuple(replace(one, reason=one.reason.replace(folder, "")) for one in export.left_out))


def _canvas(now: ClassNow) -> Iterator[list[str]]:
    """As Canvas exports its gradebook."""
    yield ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", f"{now.assignment.title} (51207)"]
    yield ["    Points Possible", "", "", "", "", str(number(now.assignment.points))]
    for at, student in enumerate(now.students, start=9001):
        yield [student.name, str(at), student.id, student.login, student.section, ""]


def _moodle(now: ClassNow) -> Iterator[list[str]]:
    """As Moodle's "Download grading worksheet" gives it."""
    columns = ["Identifier", "Full name", "Email address", "Status", "Grade", "Maximum Grade", "Grade can be changed"]
    yield [*columns, "Last modified (submission)", "Last modified (grade)", "Feedback comments"]
    possible, when = str(number(now.assignment.points)), "Monday, 5 October 2026, 10:00 AM"
    for student in now.students:
        name = f"Participant {dict(student.platform_ids)[Platform.MOODLE]}"
        yield [name, student.name, student.email, "Submitted", "", possible, "Yes", when, "-", ""]


def _csv(rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
