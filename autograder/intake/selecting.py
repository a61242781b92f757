"""From the files of one submission to the bytes that are graded: zips that students handed in are looked into, one level deep."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from autograder.errors import InputError
from autograder.intake.caps import Caps
from autograder.intake.choosing import Candidate, Chooser
from autograder.intake.downloads import ARCHIVE, Piece, Wanted
from autograder.intake.tree import archive_of, why
from autograder.printable import one_line

__all__ = ["Selected", "Selector"]

_LISTED = 6


@dataclass(frozen=True, slots=True)
class Selected:
    """What is graded of one submission."""

    shown: str
    """What messages call it; ends as the file does."""
    read: Callable[[], bytes] | None = None
    """Reads it; None where it is refused."""
    piece: Piece | None = None
    """The file of the submission that it is, or is in."""
    path: Path | None = None
    """Where it lies on disk; None for what is in an archive."""
    refused: str = ""
    """Why there is nothing to grade; empty for most."""
    notes: tuple[str, ...] = ()
    """Sentences for staff: why this file of several."""


@dataclass(frozen=True, slots=True)
class _Option:
    """Something that could be graded."""

    selected: Selected
    original: str


class Selector:
    """Finds what is graded, for an assignment.

    Args:
        wanted: What a submission has to be like.
        caps: What is too much.
        chooser: Compares several notebooks.
    """

    def __init__(self, wanted: Wanted, caps: Caps, chooser: Chooser) -> None:
        self._wanted = wanted
        self._caps = caps
        self._chooser = chooser

    def select(self, files: Sequence[Piece], shown: str, *, claimed: bool = False) -> Selected:
        """Find what is graded of one submission.

        Args:
            files: All its files.
            shown: What messages call it.
            claimed: Whether they may be of several people.

        Raises:
            MachineFault: notebooks cannot be looked at on this machine.
        """
        pieces = self._wanted.hand_ins(files) or (files if claimed else [])  # a file that was given by itself may be called anything
        if not pieces:
            return Selected(shown, refused=f"{shown}: {_none(files)}. Ask for the notebook.")
        options: list[_Option] = []
        problems: list[str] = []
        for piece in pieces:
            try:
                options += self._options(piece)
            except InputError as error:
                problems.append(str(error))
        if not options:
            return Selected(shown, piece=pieces[0], refused=problems[0])
        selected, notes = self._one_of(options, shown, claimed=claimed)
        closed = [piece for piece in files if piece.file.ending == ARCHIVE and piece not in pieces]
        if closed:
            notes.append(f"{_listed(closed)}: not looked into and not graded, because a notebook was handed in beside it.")
        return Selected(selected.shown, selected.read, selected.piece, selected.path, selected.refused, (*notes, *problems))

    def _one_of(self, options: Sequence[_Option], shown: str, *, claimed: bool) -> tuple[Selected, list[str]]:
        if len(options) == 1:
            return options[0].selected, []
        if len(options) > self._caps.candidates:
            listed = f"{shown}: has {len(options)} notebooks, more than {self._caps.candidates}. Ask for the one to grade."
            return Selected(shown, refused=listed), []
        called = Counter(one.original for one in options)
        candidates = [
            Candidate(one.original if called[one.original] == 1 else one.selected.shown, one.selected.shown, one.selected.read)
            for one in options
            if one.selected.read is not None
        ]
        choice = self._chooser.choose(candidates, claimed=claimed)
        if choice.chosen is None:
            refused = f"{shown}: has {len(options)} notebooks, and it is not clear which one to grade ({choice.note}). "
            return Selected(shown, refused=refused + "Leave only the right one there (unpack an archive first), and run this again."), []
        return options[choice.chosen].selected, [choice.note]

    def _options(self, piece: Piece) -> list[_Option]:
        """What one file offers; itself, but for a zip of several notebooks.

        Raises:
            InputError: nothing; says why.
        """
        file = piece.file
        if file.problem:
            raise InputError(file.problem)
        whole = Selected(file.shown, partial(file.read, self._caps.file_bytes), piece, file.path)
        if file.ending != ARCHIVE:
            return [_Option(whole, piece.original)]
        try:
            inside = list(archive_of(file, self._caps).everything())
        except OSError as error:
            raise InputError(f"{file.shown}: cannot be read ({why(error)}). Check the file and its permissions.") from error
        members = self._wanted.hand_ins([Piece(member, member.name) for member in inside])
        if not members or members[0].file.ending == ARCHIVE:
            raise InputError(
                f"{file.shown}: is a zip that {_none([Piece(member, member.name) for member in inside])}. Ask for the notebook."
            )
        if len(members) == 1:
            if members[0].file.problem:
                raise InputError(members[0].file.problem)
            return [_Option(whole, piece.original)]
        return [
            _Option(
                Selected(member.file.shown, partial(member.file.read, self._caps.file_bytes), piece),
                f"{piece.original}/{member.original}",
            )
            for member in members
        ]


def _none(files: Sequence[Piece]) -> str:
    if not files:
        return "has no file in it"
    return f"has no notebook in it, but {_listed(files)}"


def _listed(files: Sequence[Piece]) -> str:
    return ", ".join(one_line(piece.original) for piece in files[:_LISTED]) + f" and {len(files) - _LISTED} more" * (len(files) > _LISTED)
