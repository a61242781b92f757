"""Puts together what several machines graded of one class: `grade --shard I/N` on each, then this.

In any order, and as often as one likes: the result is the same. Verdicts, submissions and staff's events of all sources are united. Where
two of them contradict each other (another file, person or time under the same identity; another verdict for the same notebook, whoever
handed it in), nobody can say which is right: whatever rests on it is withheld and named, until somebody grades it again. Who is in no
source yet is `not graded`.

sources  →  copied and looked at  →  lock  →  notebooks and bundles  →  everything else, in one transaction  →  files
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.batch.agreeing import is_dispute
from autograder.batch.files import Files, prepare
from autograder.batch.sources import Common, Source, looked_at, take_files
from autograder.batch.union import unite
from autograder.batch.up_to_date import writing
from autograder.batch.view import class_now
from autograder.errors import InputError
from autograder.model import Standing
from autograder.store import Store
from autograder.temporary import temporary_folder

__all__ = ["Merged", "merge"]


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge did."""

    now: tuple[Standing, ...]
    """Where everybody stands."""
    added: int
    """Results that were not there before."""
    disputed: tuple[str, ...]
    """Names of submissions about which sources disagree."""
    unwritten: tuple[str, ...]
    """A sentence for each derived file that could not be written."""
    unfinished: tuple[str, ...] = ()
    """A sentence for each source that somebody was writing to."""


def merge(out: Path, sources: Sequence[Path], *, wait: bool = False) -> Merged:
    """Unite what was graded into `out`, which is made or added to.

    Raises:
        InputError: a source has no results, is damaged, or they are of different assignments, bundles or rosters; nothing is taken then.
        MachineFault: the store cannot be written.
    """
    for folder in sources:
        if os.path.realpath(folder) == os.path.realpath(out):
            raise InputError(f"{folder} is the folder that is merged into. Name the others alone.")
    common = Common()
    with temporary_folder("autograder-merge-") as folder:
        parts = looked_at(sources, common, folder)
        with writing(out, wait=wait):
            prepare(out)
            with Store(out, writing=True) as store:
                common.take(store, out)
                take_files(parts, store.files)
                added = unite(store, [part.copy for part in parts])
                now = class_now(store)
                files = Files(now)
                standings = files.all()
                ours = [one for one in now.kept.values() if one.current and one.outcome is not None]
                disputed = tuple(one.handed_in.name for one in ours if one.outcome is not None and is_dispute(one.outcome.reason))
                return Merged(standings, added, disputed, tuple(files.unwritten), tuple(_unfinished(part) for part in parts if part.writer))


def _unfinished(part: Source) -> str:
    return f"{part.folder} is still being written to ({part.writer}): merge it again when that has ended."
