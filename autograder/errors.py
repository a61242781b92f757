"""Every error this package raises on purpose, and who is to act on it.

    AutograderError                 one sentence for the person at the terminal
    ├── AuthorError                 the instructor's sources: file, place, what is wrong, what to do
    ├── InputError                  a path, bundle or submission that cannot be used as given
    │   └── SubmissionError         one submission's file: the rest of the class goes on
    └── MachineFault                this machine failed us: the result is withheld, never a zero

A student's act is not an error here: it becomes a `Verdict` (see `autograder.model`).
"""

from __future__ import annotations

__all__ = ["AuthorError", "AutograderError", "InputError", "MachineFault", "SubmissionError"]


class AutograderError(Exception):
    """Base of all our errors; `str(error)` is a whole sentence that names the remedy."""


class AuthorError(AutograderError):
    """A mistake in what the instructor wrote.

    Args:
        what: What is wrong, as one sentence.
        file: The file it is in, as the author would name it; may be empty.
        line: 1-based line in that file, or None where no line can be named.
        remedy: What to do about it; may be empty.
    """

    def __init__(self, what: str, *, file: str = "", line: int | None = None, remedy: str = "") -> None:
        self.what = what
        self.file = file
        self.line = line
        self.remedy = remedy
        place = f"{file}:{line}: " if file and line is not None else f"{file}: " if file else ""
        super().__init__(place + what + (f" {remedy}" if remedy else ""))


class InputError(AutograderError):
    """A path, bundle or option that cannot be used as given; names it and says what to do."""


class SubmissionError(InputError):
    """One submission's file cannot be read as a notebook; the others are graded."""


class MachineFault(AutograderError):
    """The machine, not the student or the author, failed; the result is withheld and may be retried."""
