"""A class as it stands, read from its folder; and what staff does there."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Concatenate, Literal, ParamSpec

from autograder.batch import acts
from autograder.batch.acts import Done
from autograder.batch.explain import explained
from autograder.batch.export import Form, Wish, exported
from autograder.batch.persons import Persons
from autograder.batch.up_to_date import Made, make
from autograder.batch.view import class_now
from autograder.errors import InputError
from autograder.gradebook.export import Export
from autograder.model import Assignment, HandedIn, Result, Standing, Student
from autograder.report.explained import Explained
from autograder.standing.events import Event
from autograder.store import Store

__all__ = ["Class", "open_class"]

P = ParamSpec("P")


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
        found = Persons(self._now).find(who)
        for standing in self.standings:
            if found == (standing.student.id if standing.student else standing.handed_in.owner_key if standing.handed_in else ""):
                return standing
        raise InputError(f"{who!r} has no row in the gradebook. `matches.csv` in {self.out} has whose each submission is.")

    def result(self, of: Standing | HandedIn) -> Result | None:
        """Return every case of a submission, for staff; None where there is none, or nothing counts yet.

        Points in it are the automatic ones: what staff gave instead is in the standing.
        """
        self._open()
        handed_in = of.handed_in if isinstance(of, Standing) else of
        found = None if handed_in is None else self._now.result(handed_in)
        return None if found is None else found[0]

    def explain(self, who: str, question: str | None = None) -> Explained:
        """Say everything about one submission: file, time, bundle, each case's verdict and message, what staff did. For staff.

        Args:
            who: Id, login, e-mail or name of a student; or a submission's name or key.
            question: Its name, or that of one of its functions; all when None.

        Raises:
            InputError: a name means nothing, or several.
        """
        self._open()
        return explained(self._now, who, question)

    def report(self, *, wait: bool = False) -> Made:
        """Make every page, document and table again that is made of the store, and read the class anew. Nothing is graded.

        Args:
            wait: Wait for another run that writes to the same folder, instead of refusing.

        Raises:
            InputError: another run writes there.
            MachineFault: the store cannot be written.
        """
        self._open()
        made = make(self.out, wait=wait, anew=True)
        self.refresh()
        return made

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

    def override(self, student: str, question: str, points: Fraction | float | str, why: str) -> Done:
        """Give points by hand, for a question or for `TOTAL`; the automatic ones stay beside them.

        As with every act of staff's: it is kept at once, also while others grade, it outlives every regrade, it can be undone, gradebook
        and pages follow, and this class is read anew.

        Args:
            student: Id, login, e-mail or name of a student; or a submission's name or key.
            question: Its name, or `TOTAL`.
            points: Exact as `Fraction`, `int` or text (`7.5`, `22/3`); of a `float` what it prints as.
            why: The reason, for staff.

        Raises:
            InputError: there is no such person, question or number of points, or no reason; nothing was noted.
            MachineFault: the store cannot be written; nothing was noted.
        """
        return self._acted(acts.override, student, question, str(points), why)

    def comment(self, student: str, text: str, question: str | None = None, *, staff_only: bool = False) -> Done:
        """Write something beside a score: on the student's page, or for staff alone. See `override`."""
        return self._acted(acts.comment, student, question, text, staff_only=staff_only)

    def excuse(self, student: str, why: str) -> Done:
        """Let no score of a student's count. See `override`."""
        return self._acted(acts.excuse, student, why)

    def extend(self, student: str, due: datetime | str, why: str = "") -> Done:
        """Give a student a due date of their own, with its offset from UTC. See `override`."""
        return self._acted(acts.extend, student, due if isinstance(due, str) else due.isoformat(), why)

    def match(self, submission: str, student: str, why: str = "") -> Done:
        """Say whose a submission is, in all its attempts. See `override`."""
        return self._acted(acts.match, submission, student, why)

    def undo(self, event: Event | str, why: str = "") -> Done:
        """Let an earlier event count no more, by its id. See `override`."""
        return self._acted(acts.undo, event if isinstance(event, str) else event.id, why)

    def _acted(self, act: Callable[Concatenate[Path, P], Done], *what: P.args, **how: P.kwargs) -> Done:
        self._open()
        done = act(self.out, *what, **how)
        self.refresh()
        return done

    def _open(self) -> Store:
        if self._store is None:
            raise InputError(f"The class of {self.out} was closed. Open it again, or ask within `with open_class(…)`.")
        if threading.get_ident() != self._thread:
            raise InputError(f"The class of {self.out} was opened by another thread. Open it in the thread that reads it.")
        return self._store


def open_class(out: str | os.PathLike[str]) -> Class:
    """Read a class from its folder; see `Class`. Best used in `with`, which closes it."""
    return Class(out)
