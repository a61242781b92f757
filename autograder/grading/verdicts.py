"""What an exception in a test means: a verdict, words for students, words for staff.

A student's act is an exception of the `StudentAct` family while a test runs, and data afterwards. Each carries two texts: an
open one, which may quote the student's own values, and a closed one, made of our words, builtin exception names and places in
the expected structure, for everything that is hidden.
"""

from __future__ import annotations

import builtins
import os
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.checks import Difference
from autograder.errors import AuthorError
from autograder.grading.own_names import NotInstalled
from autograder.grading.wire import UnsendableOfOurs
from autograder.model import Verdict

__all__ = ["CaseOutcome", "StudentAct", "failed_beside", "of_exception", "of_lost_judge", "of_missing", "of_overrun", "raised", "short"]


_MOST_TEXT = 2_000
"""Characters of an exception's message that a test can look at."""
_MOST_TRACEBACK = 4_000
_FOLDERS = sorted({f"{os.path.abspath(path)}/" for path in [*sys.path, str(Path(__file__).parents[2])]} - {"/"}, key=len, reverse=True)
"""What stands before the names of imported files."""


@dataclass(frozen=True, slots=True)
class CaseOutcome:
    """A case's verdict before anyone decides who may read what."""

    verdict: Verdict
    """What became of it."""
    open: str = ""
    """For students when the case is public and the world their own."""
    closed: str = ""
    """For students otherwise."""
    staff: str = ""
    """For staff only: everything known."""
    held_back: tuple[str, ...] = ()
    """Types of what came that is no plain data, where it did not pass."""
    process_ended: bool = False
    """True when the question's process ended in it: whoever watches the processes may know why."""
    repeatable: bool = True
    """False where it may have been the machine's doing."""


class StudentAct(Exception):
    """Something the student's code did; `verdict`, and its open and closed words."""

    def __init__(self, verdict: Verdict, open_words: str, closed_words: str) -> None:
        super().__init__(open_words)
        self.verdict = verdict
        self.open_words = open_words
        self.closed_words = closed_words


class _Raised(StudentAct):
    """The student's function raised; mixed with the builtin exception that it raised, so that a test may expect it."""

    text = ""

    def __str__(self) -> str:  # what a test that expects it reads
        return self.text


def raised(name: str, header: dict[str, Any], *, may_stop: bool = False) -> StudentAct:
    """The exception to raise in a test for one that the student's function raised.

    Args:
        name: The function that was called.
        header: What its process says of the exception: `name`, `bases`, `text`, `line`. Any JSON.
        may_stop: Whether the test may get a `StopIteration`. One that a function raises ends a `map` of it as if all were done, so that
            `all(map(check, pairs))` is true; instead it is what Python itself makes of one that leaves a generator.

    Returns:
        An instance of both `StudentAct` and the nearest builtin exception that the student's process names.
    """
    builtin = _builtin(header.get("bases"))
    if issubclass(builtin, StopIteration) and not may_stop:
        builtin = RuntimeError
    text = short(header.get("text"))
    own_name = short(header.get("name"), 80) or builtin.__name__
    line = short(header.get("line"))
    verdict = Verdict.OUT_OF_MEMORY if issubclass(builtin, MemoryError) else Verdict.ERROR
    open_words = f"{name} raised {own_name}" + (f": {text}" if text else ".") + (f"\n  in {line}" if line else "")
    if issubclass(builtin, SystemExit):
        open_words = f"{name} tried to end the program (sys.exit or exit). A graded function returns its values instead."
    closed = f"{name} raised {builtin.__name__}." if builtin is not Exception else f"{name} raised an exception."
    mixin = builtin if issubclass(builtin, Exception) else Exception
    # Named as the student's, for a doctest that expects it by its name and words.
    whole = header["text"] if isinstance(header.get("text"), str) else ""
    known = {"text": whole[:_MOST_TEXT], "__module__": "__main__"}
    kind = own_name if own_name.isidentifier() else builtin.__name__
    try:
        act: Any = type(kind, (_Raised, mixin), dict(known))(verdict, open_words, closed)
    except (TypeError, ValueError):  # builtins whose constructors want more, such as UnicodeDecodeError
        act = type(builtin.__name__, (_Raised,), dict(known))(verdict, open_words, closed)
    act.args = (act.text,)
    raised_by_student: StudentAct = act
    return raised_by_student


def failed_beside(header: dict[str, Any]) -> StudentAct:
    """What to raise for a test that ran in the student's process and did not pass, as that process tells it."""
    builtin = _builtin(header.get("bases"))
    text = header["text"][:_MOST_TEXT] if isinstance(header.get("text"), str) else ""
    if issubclass(builtin, AssertionError):
        return StudentAct(Verdict.FAILED, f"The check does not hold{': ' if text else '.'}{text}", "The check does not hold.")
    verdict = Verdict.OUT_OF_MEMORY if issubclass(builtin, MemoryError) else Verdict.ERROR
    words = f"The check stopped with {short(header.get('name'), 80) or builtin.__name__}: {text}"
    return StudentAct(verdict, words, f"The check stopped with {builtin.__name__}.")


def _builtin(bases: Any) -> type[BaseException]:
    """The most special builtin exception among names that the student's process chose; it chooses only among builtins."""
    for name in bases if isinstance(bases, list) else ():
        kind = getattr(builtins, name, None) if isinstance(name, str) else None
        if isinstance(kind, type) and issubclass(kind, BaseException):
            return kind
    return Exception


def short(text: Any, most: int = 400) -> str:
    """A student's text made harmless for a line: printable, and cut."""
    shown = "".join(c if c.isprintable() else " " for c in text) if isinstance(text, str) else ""
    return shown if len(shown) <= most else shown[:most] + "…"


def of_exception(error: BaseException, *, value_seen: bool, test_file: Path) -> CaseOutcome:
    """Read a test's exception.

    Args:
        error: What the case raised.
        value_seen: True when a value of the student's (or an act of theirs) had come into this case before.
        test_file: To find the line that failed.
    """
    staff = _told(error, test_file)
    line = _failing_line(error, test_file)
    match error:
        case NotInstalled() | ModuleNotFoundError() if not isinstance(error, StudentAct):
            return of_not_installed(error)
        case UnsendableOfOurs():
            return _not_run(f"{staff}\nIts tests can be run beside the student's code: isolation: shared.")
        case AuthorError():
            return _not_run(str(error))
        case SystemExit():  # never a function's, which is a `StudentAct`
            return _not_run(f"{line}: the test ends the program. Let it raise AssertionError instead.\n{staff}")
        case NameError() if not isinstance(error, StudentAct) and _is_undefined(error, test_file):
            return _not_run(f"{line}: {error}. Define or import it in the test, or take it as a parameter.\n{staff}")
        case StudentAct():
            # Whose memory was short, the limit's or the machine's, cannot be told from here.
            certain = error.verdict is not Verdict.OUT_OF_MEMORY
            return CaseOutcome(error.verdict, error.open_words, error.closed_words, staff, repeatable=certain)
        case Difference():
            return CaseOutcome(Verdict.FAILED, str(error), error.closed, staff)
        case AssertionError():
            words = f"The check does not hold: {error}" if str(error) else f"The check does not hold: {line}"
            return CaseOutcome(Verdict.FAILED, words, "The check does not hold.", staff)
        case MemoryError() if value_seen:
            words = "What the function returned is too large to be compared."
            return CaseOutcome(Verdict.OUT_OF_MEMORY, words, words, staff, repeatable=False)
        case _ if value_seen:
            if "'Opaque'" in str(error):  # our word for it, in Python's sentence
                words = (
                    "The check got something from your notebook that it cannot look into, such as a figure, a class, or an object of one."
                )
                return CaseOutcome(Verdict.FAILED, words, words, staff)
            words = "The check could not use what it got from your notebook"
            closed = f"{words} ({_builtin([kind.__name__ for kind in type(error).__mro__]).__name__})."
            return CaseOutcome(Verdict.FAILED, f"{words}: {type(error).__name__}: {error}\n  at {line}", closed, staff)
        case FileNotFoundError():
            remedy = (
                "Put it among the bundle's files; where notebooks write it, the test must run beside them (--shared, isolation: shared)."
            )
            return _not_run(f"{line}: there is no file {error.filename}. {remedy}\n{staff}")
        case _:
            what = f"{type(error).__name__}: {error}".removesuffix(": ")
            return _not_run(f"{line}: {what} (before anything of the student's came into it). Mend the test.\n{staff}")


def _not_run(staff: str) -> CaseOutcome:
    words = "This check could not be run; your teacher has been told, and it costs you nothing."
    return CaseOutcome(Verdict.WITHHELD, words, words, staff)


def _is_undefined(error: NameError, test_file: Path) -> bool:
    """Whether a test's own line uses a name that is nowhere: no value of a student's can make that right or wrong."""
    last = traceback.extract_tb(error.__traceback__)[-1:]
    return (
        not isinstance(error, UnboundLocalError)
        and str(error).endswith("is not defined")
        and [f.filename for f in last] == [str(test_file)]
    )


def of_missing(names: tuple[str, ...]) -> CaseOutcome:
    """Read the failure of a test that looked for what the notebook does not have."""
    listed = ", ".join(names)
    words = f"The notebook defines no {listed}. (Did the cell run without an error?)"
    return CaseOutcome(Verdict.MISSING, words, f"The notebook defines no {listed}.")


def of_not_installed(error: ImportError | NotInstalled) -> CaseOutcome:
    """Read the want of a package in the grader's own process: nothing that the student can do anything about."""
    if isinstance(error, ImportError):
        return _not_run(f"The test needs {error.name or 'a package'}, which is not installed here ({error}). Install it, and grade again.")
    return _not_run(str(error))


def of_overrun(limit: str) -> CaseOutcome:
    """Read the end of a question's process whose submission used too much of something: "memory" or "processes"."""
    what = {"memory": "memory", "processes": "processes or threads"}[limit]
    verdict = Verdict.OUT_OF_MEMORY if limit == "memory" else Verdict.ERROR
    words = f"The function was ended: it, and what it started, used more {what} than a submission may."
    return CaseOutcome(verdict, words, words, repeatable=False)


def of_lost_judge(how: str, *, value_seen: bool) -> CaseOutcome:
    """Read the end of a judge's process in the middle of a case; `how` says what ended it."""
    if value_seen:
        words = "What the function returned used up the time or memory for comparing it."
        return CaseOutcome(Verdict.ERROR, words, words, f"the judge's process {how} with the student's value in play", repeatable=False)
    return _not_run(f"The judge's process {how}, and not by anything of the student's. Look for a loop or an exit in the test.")


def _told(error: BaseException, test_file: Path) -> str:
    """A traceback for staff, from the test's own line on. Files are named as Python imports them: it is to be the same on any machine."""
    found = error.__traceback__
    while found is not None and found.tb_frame.f_code.co_filename != str(test_file):
        found = found.tb_next
    text = "".join(traceback.format_exception(type(error), error, found or error.__traceback__))
    for folder in (f"{test_file.parent.parent}/", *_FOLDERS):  # before it is cut: half a name is no name
        text = text.replace(folder, "")
    return text[-_MOST_TRACEBACK:]


def _failing_line(error: BaseException, test_file: Path) -> str:
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(test_file)]
    return f"{test_file.name}, line {frames[-1].lineno}: {frames[-1].line}" if frames else test_file.name
