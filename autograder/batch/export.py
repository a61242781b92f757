"""Gradebooks for learning platforms, from a class's store: a new file, never over the one that came from the platform."""

from __future__ import annotations

import enum
import os
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from autograder.archive import replace_file
from autograder.batch.view import ClassNow, class_now
from autograder.errors import InputError, MachineFault
from autograder.gradebook.canvas import canvas_export
from autograder.gradebook.export import Export
from autograder.gradebook.gradescope import gradescope_csv
from autograder.gradebook.moodle import moodle_export
from autograder.gradebook.moodle_feedback import moodle_feedback_zip
from autograder.gradebook.nbgrader import nbgrader_csv
from autograder.gradebook.xlsx import gradebook_xlsx
from autograder.model import Standing
from autograder.outputs import EXPORTS
from autograder.report.student_files import PAGE, student_files
from autograder.standing.export import Excused, exported_points
from autograder.store import Store

__all__ = ["Exported", "Form", "Wish", "export", "exported"]

_LARGEST = 64 << 20
"""Bytes of a template."""


class Form(enum.StrEnum):
    """What is written, and for whom."""

    CANVAS = "canvas"
    """Canvas's exported gradebook, with one assignment's column filled."""
    MOODLE = "moodle"
    """Moodle's grading worksheet, with grades and feedback filled."""
    MOODLE_FEEDBACK = "moodle-feedback"
    """A zip of every student's page, for Moodle's upload of feedback files."""
    GRADESCOPE = "gradescope"
    """The class in Gradescope's columns."""
    NBGRADER = "nbgrader"
    """The class in nbgrader's columns."""
    XLSX = "xlsx"
    """Our own gradebook as a spreadsheet."""


_NAMES = {
    Form.MOODLE_FEEDBACK: "moodle-feedback.zip",
    Form.GRADESCOPE: "gradescope.csv",
    Form.NBGRADER: "nbgrader.csv",
    Form.XLSX: "gradebook.xlsx",
}
_FROM_TEMPLATE = {Form.CANVAS: "the gradebook that Canvas exports", Form.MOODLE: "Moodle's grading worksheet"}


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for."""

    form: Form
    """Which file."""
    template: Path | None = None
    """The platform's own file, for Canvas and Moodle; None for the others."""
    target: Path | None = None
    """Where to; None: OUT/exports."""
    over: bool = False
    """Whether `target` may be there already: it is written over then."""
    column: str | None = None
    """Which column, where that cannot be told."""
    scale: bool = False
    """Multiply scores where the platform's points possible differ."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written."""

    path: Path
    """The file."""
    export: Export
    """What is in it, and who is not and why."""


def export(out: Path, wish: Wish) -> Exported:
    """Write a gradebook.

    Raises:
        InputError: there is nothing to export, or the template is none; says what to do.
        MachineFault: the file cannot be written.
    """
    source = _template(wish)
    name = _NAMES.get(wish.form) or f"{wish.form}-{wish.template.name if wish.template is not None else 'gradebook.csv'}"
    target = wish.target if wish.target is not None else out / EXPORTS / name
    with Store(out, writing=False) as store:
        made = _made(class_now(store), wish, source)
    if wish.template is not None and target.exists() and os.path.samefile(target, wish.template):
        raise InputError(f"{target} is the file from the platform, which is never written over. Choose another with `--to`.")
    if wish.target is not None and os.path.lexists(target) and not wish.over:
        raise InputError(f"{target} is there already. Choose another with `--to`, or write over it with `--over`.")
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise MachineFault(f"{target.parent} cannot be made: {error.strerror}.") from error
    replace_file(target, made.data, private=True)
    return Exported(target, made)


def exported(now: ClassNow, wish: Wish) -> Export:
    """Make a gradebook without writing it; `target` is not looked at.

    Raises:
        InputError: there is nothing to export, or the template is none; says what to do.
    """
    return _made(now, wish, _template(wish))


def _template(wish: Wish) -> bytes:
    if (wish.form in _FROM_TEMPLATE) != (wish.template is not None):
        if wish.template is None:
            raise InputError(f"An export for {wish.form} is made from {_FROM_TEMPLATE[wish.form]}. Name that file.")
        raise InputError(f"An export for {wish.form} needs no file of the platform's. Leave out {wish.template}.")
    if wish.template is None:
        return b""
    try:
        with wish.template.open("rb") as stream:
            data = stream.read(_LARGEST + 1)
    except OSError as error:
        raise InputError(f"{wish.template} cannot be read: {error.strerror}. Correct the path.") from error
    if len(data) > _LARGEST:
        raise InputError(f"{wish.template} is larger than {_LARGEST >> 20} MiB. Name {_FROM_TEMPLATE[wish.form]}.")
    return data


def _made(now: ClassNow, wish: Wish, source: bytes) -> Export:
    assignment, standings = now.assignment, now.standings()
    name = str(wish.template)

    def points(standing: Standing) -> Fraction | Excused | None:
        return exported_points(standing, assignment)

    match wish.form:
        case Form.CANVAS:
            return canvas_export(source, name, standings, assignment, points_of=points, column=wish.column, scale=wish.scale)
        case Form.MOODLE:
            return moodle_export(source, name, standings, assignment, points_of=points, column=wish.column, scale=wish.scale)
        case Form.MOODLE_FEEDBACK:
            return moodle_feedback_zip(standings, lambda standing: _page(now, standing))
        case Form.GRADESCOPE:
            return gradescope_csv(standings, assignment, points_of=points)
        case Form.NBGRADER:
            return nbgrader_csv(standings, assignment, points_of=points)
        case Form.XLSX:
            return Export(gradebook_xlsx(standings, assignment), len(standings), ())


def _page(now: ClassNow, standing: Standing) -> bytes | None:
    found = None if standing.handed_in is None else now.result(standing.handed_in)
    return None if found is None else student_files(found[0], now.bundle, dict(now.run.stand_ins), standing)[PAGE]
