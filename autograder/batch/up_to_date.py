"""Derived files that never stay behind what staff did.

A command that adds an event makes the files anew where nobody else is writing. Where somebody is, the files are theirs to make, when they
have done their own work: they look for events that came after their last look once more when they have let the lock go. So whoever finds
the lock taken may leave, for that look is still to come.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.batch.files import EVENTS_IN_FILES, Files, prepare
from autograder.batch.view import class_now, official_run
from autograder.errors import AutograderError
from autograder.model import Standing
from autograder.outputs import DATABASE
from autograder.store import Busy, Store, lock

__all__ = ["Made", "are_behind", "make", "writing"]


@dataclass(frozen=True, slots=True)
class Made:
    """What became of the files."""

    standings: tuple[Standing, ...]
    """Where everybody stands, in the gradebook's order."""
    unwritten: tuple[str, ...] = ()
    """A sentence for each file that could not be written."""


@contextlib.contextmanager
def writing(out: Path, *, wait: bool = False, said: Callable[[str], None] = lambda _sentence: None) -> Iterator[None]:
    """Hold the lock on a class's folder; when it is let go, put into the files what staff did in the meantime.

    Args:
        out: The folder.
        wait: Wait for another command that writes there.
        said: Hears, once, for whom it waits.

    Raises:
        Busy: somebody else writes there.
        InputError, MachineFault: the folder cannot be used.
    """
    try:
        with lock(out, wait=wait, said=said):
            yield
    except Busy:
        raise
    except BaseException:
        with contextlib.suppress(AutograderError):  # what came first is what is told
            _catch_up(out)
        raise
    _catch_up(out)


def make(out: Path, *, wait: bool = False, anew: bool = False) -> Made:
    """Bring all files up to date, those that were removed too.

    Args:
        out: The class's folder.
        wait: Wait for another command that writes there.
        anew: Make also those that are up to date, whatever became of them since.

    Raises:
        Busy: somebody else writes there.
        InputError: there is no class, or the folder cannot be used.
        MachineFault: the store cannot be read or written.
    """
    with Store(out, writing=False):
        pass  # before anything is made in a folder that is no class's
    with writing(out, wait=wait):
        prepare(out)
        with Store(out, writing=True) as store:
            files = Files(class_now(store), anew=anew)
            return Made(files.all(), tuple(files.unwritten))


def are_behind(store: Store) -> bool:
    """Whether staff did something that the files do not show."""
    return official_run(store) is not None and store.fact(EVENTS_IN_FILES) != str(store.history.count())


def _catch_up(out: Path) -> None:
    with contextlib.suppress(Busy):  # who writes now looks in turn
        while _is_behind(out):
            with lock(out), Store(out, writing=True) as store:
                prepare(out)
                files = Files(class_now(store))
                files.all()
            if files.unwritten:
                return  # `autograder status` says that they are behind


def _is_behind(out: Path) -> bool:
    if not (out / DATABASE).is_file():
        return False
    with Store(out, writing=False) as store:
        return are_behind(store)
