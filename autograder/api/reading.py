"""A class as it stands, read from its folder."""

from __future__ import annotations

import contextlib
import os
import threading
from pathlib import Path
from typing import Literal

from autograder.batch.export import Form, Wish, exported
from autograder.batch.view import ClassNow, class_now
from autograder.errors import InputError
from autograder.gradebook.export import Export
from autograder.intake.finding import find_owner, find_student, students_called
from autograder.model import Assignment, HandedIn, Result, Standing, Student
from autograder.standing.events import Event
from autograder.store import Store

__all__ = ["Class", "open_class"]


class Class(contextlib.AbstractContextManager["Class"]):
    """Where a class stands at one moment. Others may grade into its folder meanwhile: `refresh` looks again.

    It is read by the thread that opened it, and no other. Close it when done.

    Args:
        out: The class's folder.

    Raises:
        InputError: there is no class, or nothing was graded into it yet.
        MachineFault: its store is damaged.
    """

    def __init__(self, out: str | os.PathLike[str]) -> None:
        self.out = Path(os.fsdecode(out))
        """The class's folder."""
        self._thread = threading.get_ident()
        self._store: Store | None = Store(self.out, writing=False)
        try:
            self._now = class_now(self._store)
            self._look()
        except BaseException:
            self.close()
            raise

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the store; a second call does nothing."""
        store, self._store = self._store, None
        if store is not None:
            store.close()

    def refresh(self) -> None:
        """Look again."""
        self._now = class_now(self._open())
        self._look()

    def _look(self) -> None:
        self.assignment: Assignment = self._now.assignment
        """The policy that counts."""
        self.students: tuple[Student, ...] = self._now.students
        """The roster; empty where none was given."""
        self.standings: tuple[Standing, ...] = self._now.standings()
        """Where everybody stands, in the gradebook's order."""
        self.events: tuple[Event, ...] = self._open().history.all()
        """What staff did, by time; those that are undone, too."""

    def standing(self, who: str) -> Standing:
        """Return where one person stands.

        Args:
            who: Id, login, e-mail or name of a student; or a submission's name or key.

        Raises:
            InputError: nobody, or more than one, is meant; names the nearest.
        """
        now = self._now
        if now.students and (students_called(who, now.students) or not _is_owner(who, now)):
            student = find_student(who, now.students)
            return next(standing for standing in self.standings if standing.student == student)
        owner = find_owner(who, now.handed_in)
        theirs = [standing for standing in self.standings if standing.handed_in is not None and standing.handed_in.owner_key == owner]
        if len(theirs) == 1:
            return theirs[0]
        whose = ", ".join(standing.student.id for standing in theirs if standing.student is not None)
        raise InputError(f"{who!r} is the submission of {len(theirs)} students ({whose}). Name one of them.")

    def result(self, of: Standing | HandedIn) -> Result | None:
        """Return every case of a submission, for staff; None where there is none, or nothing counts yet.

        Points in it are the automatic ones: what staff gave instead is in the standing.
        """
        self._open()
        handed_in = of.handed_in if isinstance(of, Standing) else of
        found = None if handed_in is None else self._now.result(handed_in)
        return None if found is None else found[0]

    def export(
        self,
        form: Literal["canvas", "moodle", "moodle-feedback", "gradescope", "nbgrader", "xlsx"],
        template: str | os.PathLike[str] | None = None,
        *,
        column: str | None = None,
        scale: bool = False,
    ) -> Export:
        """Make a platform's gradebook, and write nothing.

        Args:
            form: For whom.
            template: The platform's own file; for `canvas` and `moodle` alone.
            column: Which column of it, where that cannot be told: see `autograder export --help`.
            scale: Multiply scores where the platform's points possible differ.

        Returns:
            The file's bytes, and who is left out of it and why.

        Raises:
            InputError: it cannot be made; says what to do.
        """
        self._open()
        if form not in tuple(Form):
            raise InputError(f"There is no export {form!r}. Name one of {', '.join(Form)}.")
        return exported(self._now, Wish(Form(form), None if template is None else Path(os.fsdecode(template)), column=column, scale=scale))

    def _open(self) -> Store:
        if self._store is None:
            raise InputError(f"The class of {self.out} was closed. Open it again, or ask within `with open_class(…)`.")
        if threading.get_ident() != self._thread:
            raise InputError(f"The class of {self.out} was opened by another thread. Open it in the thread that reads it.")
        return self._store


def _is_owner(who: str, now: ClassNow) -> bool:
    try:
        find_owner(who, now.handed_in)
    except InputError:
        return False
    return True


def open_class(out: str | os.PathLike[str]) -> Class:
    """Read a class from its folder; see `Class`. Best used in `with`, which closes it."""
    return Class(out)
