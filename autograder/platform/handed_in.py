"""Which file in a platform's folder is the submission: exactly one notebook, or, where there is none, one zip or one script.

A zip that Gradescope was given lies there unpacked, with whatever it held: what `grader.export()` makes has a log and a PDF beside the
notebook. Nothing is read here, nothing followed, and no name is trusted.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Collection, Iterator
from pathlib import Path

from autograder.errors import MachineFault, SubmissionError
from autograder.printable import one_line

__all__ = ["copy_as_notebook", "find_handed_in"]

_LEFT_BEHIND = {"__MACOSX", "__pycache__"}
_MOST_ENTRIES = 20_000
_SHOWN = 6
_LARGEST = 64 << 20  # bytes; twice what is read of a notebook, so that the reader's own words are heard


def find_handed_in(folder: Path, course_files: Collection[str] = ()) -> Path:
    """Return the submission's path.

    Args:
        folder: What the platform put there.
        course_files: Names of scripts that students have from the course: they are no submissions.

    Raises:
        SubmissionError: there is none, or more than one; for the student to read.
        MachineFault: the folder cannot be read.
    """
    try:
        found = sorted(_regular_files(folder))
    except OSError as error:
        raise MachineFault(f"What was handed in cannot be read: {error}.") from error
    for ending, what in ((".ipynb", "notebooks"), (".zip", "zips"), (".py", "scripts")):
        these = [path for path in found if path.suffix.lower() == ending and (ending != ".py" or path.name not in course_files)]
        if len(these) == 1:
            return these[0]
        if these:
            names = ", ".join(one_line(path.relative_to(folder).as_posix()) for path in these[:_SHOWN])
            more = f" and {len(these) - _SHOWN} more" if len(these) > _SHOWN else ""
            raise SubmissionError(f"There are {len(these)} {what}, so it is not clear which one to grade: {names}{more}. Hand in one.")
    raise SubmissionError("There is no notebook in what was handed in. Hand in the notebook itself (a file that ends in .ipynb).")


def _regular_files(folder: Path) -> Iterator[Path]:
    left = _MOST_ENTRIES
    waiting = [folder]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                left -= 1
                if left < 0:
                    raise SubmissionError(f"More than {_MOST_ENTRIES} files were handed in. Hand in the notebook itself.")
                if entry.name.startswith(".") or entry.name in _LEFT_BEHIND:
                    continue
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(Path(entry.path))
                elif entry.is_file(follow_symlinks=False):
                    yield Path(entry.path)


def copy_as_notebook(path: Path, into: Path) -> Path:
    """Copy a submission into a folder of ours, under its own name; a script as a notebook of one cell, as otter takes it.

    Raises:
        SubmissionError: it is no regular file, far too large, or a script that is no text.
        MachineFault: it cannot be copied.
    """
    target = into / path.name
    try:
        # Without following a link, or waiting for whoever writes into a pipe.
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NOFOLLOW | os.O_NONBLOCK)) as stream:
            status = os.fstat(stream.fileno())
            if not stat.S_ISREG(status.st_mode) or status.st_size > _LARGEST:
                raise SubmissionError(
                    f"{path}: is no file, or larger than {_LARGEST >> 20} MiB. Hand in the notebook, with its outputs cleared."
                )
            if path.suffix.lower() != ".py":
                with target.open("wb") as copy:
                    shutil.copyfileobj(stream, copy)
                return target
            text = stream.read().decode("utf-8-sig")
        target = target.with_suffix(".ipynb")
        cell: dict[str, object] = {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": text}
        target.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [cell]}), encoding="utf-8")
        return target
    except UnicodeDecodeError as error:
        raise SubmissionError(f"{path}: is not UTF-8 text. Save it again as UTF-8, and hand that in.") from error
    except OSError as error:
        raise MachineFault(f"{path} cannot be copied: {error}.") from error
