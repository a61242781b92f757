"""Takes in whatever a platform gave: recognises it, finds out whose each submission is, and which of its files is graded.

Nothing is unpacked to disk. A submission's bytes are read when they are asked for, and kept by nobody: a class of any size takes little
memory.
"""

from __future__ import annotations

import enum
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.errors import SubmissionError
from autograder.intake import canvas, github, gradescope, moodle, nbgrader
from autograder.intake.archives import BadArchive
from autograder.intake.caps import Caps
from autograder.intake.choosing import Chooser
from autograder.intake.downloads import ARCHIVE, Came, Download, Piece, Wanted, few
from autograder.intake.folders import Found, Looked, given, has_hand_in, in_folder, others, tell_apart, written_earlier
from autograder.intake.reader import Reader
from autograder.intake.selecting import Selected, Selector
from autograder.intake.tree import File, Folder, open_archive, why
from autograder.model import HandedIn, Person, Platform
from autograder.printable import counted, one_line

__all__ = ["Arrival", "Attempts", "Recognised", "TakenIn", "take_in"]

_LISTED = 6
_WRAPPED = 3  # folders around a download that have nothing else in them
_BESIDE = 2
"""Submissions given one by one, beside which what looks like more than one is somebody's submission, too."""


class Attempts(enum.StrEnum):
    """Which of one owner's attempts are graded, where the platform tells them apart."""

    NEWEST = "newest"
    """The one that the platform says is the newest."""
    ALL = "all"
    """Each, as a submission of its own."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a given path is."""

    path: Path
    """As given."""
    platform: Platform
    """Whose."""
    sentence: str
    """For people: `submissions.zip: a Canvas download: 812 files of 403 people, 12 late, 31 resubmitted`."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One submission."""

    handed_in: HandedIn
    """Who, when, which file; `refused` where there is nothing to read."""
    shown: str
    """What messages call it; ends as the file does."""
    path: Path | None
    """Where the file lies on disk; None for one in an archive."""
    source: Callable[[], bytes] | None
    """Reads it; None where it is refused."""

    def read(self) -> bytes:
        """Return what is graded: a notebook, a zip with exactly one, or a script. Read anew at each call.

        Raises:
            SubmissionError: it is refused, cannot be read, or is too large.
        """
        if self.source is None:
            raise SubmissionError(self.handed_in.refused)
        return self.source()


@dataclass(frozen=True, slots=True)
class TakenIn:
    """All that was given."""

    recognised: tuple[Recognised, ...]
    """One for each given path, in their order."""
    arrivals: tuple[Arrival, ...]
    """Every submission, those that are refused too, by name. No two have the same name or key."""
    passed_over: tuple[str, ...]
    """Sentences on files that are no submissions."""
    warnings: tuple[str, ...]
    """Sentences for whoever gave it."""


def take_in(
    paths: Sequence[Path],
    assignment: Wanted,
    *,
    out: Path | None = None,
    caps: Caps | None = None,
    attempts: Attempts = Attempts.NEWEST,
    reader: Reader | None = None,
) -> TakenIn:
    """Recognise what was given, and list its submissions. Never raises for what it finds: that is refused by name, and the rest goes on.

    Args:
        paths: Files and folders, as they came.
        assignment: What a submission has to be like.
        out: Where results of an earlier run may lie; they are passed over.
        caps: What is too much; the defaults where None.
        attempts: Which attempts are graded.
        reader: Looks at notebooks where there are several; one of our own where None.

    Raises:
        MachineFault: notebooks cannot be looked at on this machine.
    """
    own = Reader(assignment.functions, assignment.otter) if reader is None else None
    chooser = Chooser(reader or own or Reader(assignment.functions), assignment.stubs)
    limits = caps or Caps()
    taking = _Taking(
        assignment, limits, Looked(written_earlier(out), assignment.otter is not None), attempts, Selector(assignment, limits, chooser)
    )
    try:
        for path in dict.fromkeys(paths):
            taking.path(path)
        taking.several()
        return taking.all()
    finally:
        if own is not None:
            own.close()


class _Taking:
    """One `take_in`, path by path."""

    def __init__(self, wanted: Wanted, caps: Caps, looked: Looked, attempts: Attempts, selector: Selector) -> None:
        self._wanted = wanted
        self._caps = caps
        self._looked = looked
        self._attempts = attempts
        self._selector = selector
        self._recognised: dict[Path, Recognised | None] = {}
        self._single: list[Path] = []
        self._several: list[tuple[Path, Folder, Found | None]] = []
        self._claims: dict[Path, Found] = {}
        self._arrivals: list[Arrival] = []
        self._passed_over: list[str] = []
        self._warnings: list[str] = []

    def path(self, path: Path) -> None:
        """Take in one given path; what may be several submissions waits for `several`."""
        self._recognised[path] = None  # keeps its place
        root = given(path, self._caps, self._looked.earlier)
        one = root if isinstance(root, Found) else None
        if isinstance(root, Found) and not root.reason and path.name.lower().endswith(ARCHIVE):
            root = self._opened(path, root)
        if isinstance(root, Found):
            self._claim([root])
            self._recognise(path, Platform.FOLDER, "is refused" if root.reason else "one submission")
            return
        self._warnings += root.warnings
        if one is not None and self._download_in(root) is None and len(self._files(root)) <= 1:
            self._claim([one])
            self._single.append(path)
            self._recognise(path, Platform.FOLDER, "a zip of one submission")
            return
        if one is None and self._download_in(root) is None and len(self._files(root)) == 1:
            self._single.append(path)
        self._several.append((path, root, one))

    def several(self) -> None:
        """Take in what may be several submissions.

        Beside what is one student's each, as `submissions/*` gives it, a student made it, and nothing in it says who somebody is.
        """
        for path, root, one in self._several:
            beside = [other for other in self._single if other != path and other.parent == path.parent and other.is_dir() == path.is_dir()]
            if len(beside) >= _BESIDE and (one is not None or self._download_in(root) is not None):
                self._claim([one or Found(root.name, root.shown, root.place, files=self._files(root), path=root.path)])
                self._recognise(path, Platform.FOLDER, "one submission, as those beside it")
                self._warnings.append(
                    f"{path}: holds more than one notebook or looks like a download. To take it as one, give it by itself."
                )
            else:
                self._take_several(path, root, one)

    def _take_several(self, path: Path, root: Folder, one: Found | None) -> None:
        download = self._download_in(root)
        if download is not None:
            self._take(path, download)
            return
        kind = "a folder"
        if one is not None:
            root, kind = next((folder for folder in _unwrapped(root) if folder.files or len(folder.folders) > 1), root), "a zip"
        self._warn_of_mixed(path, root)
        found = in_folder(root, self._looked)
        self._claim(found)
        refused = sum(bool(item.reason and not item.files) for item in found)
        words = f"{kind} of files, whose names are claims: {counted(len(found), 'submission')}"
        self._recognise(path, Platform.FOLDER, words + f", {refused:,} refused" * bool(refused))
        self._passed_over += [f"{file.shown}: is no notebook." for file in others(root, self._looked)]

    def _files(self, root: Folder) -> list[File]:
        return [piece.file for piece in self._wanted.hand_ins([Piece(file, file.name) for file in root.everything()])]

    def _warn_of_mixed(self, path: Path, root: Folder) -> None:
        for module, platform in ((moodle, Platform.MOODLE), (canvas, Platform.CANVAS)):
            if (number := module.named(root)) > 0:
                self._warnings.append(
                    f"{path}: in it {counted(number, 'name is', 'names are')} as {platform.value.title()} writes them, and most are not, "
                    "so that all are only claims. Put the download into a folder of its own."
                )

    def _hint(self, path: Path) -> str:
        """What to do with a zip among submissions that is a whole class's."""
        try:
            inside = open_archive(path, self._caps)
        except (BadArchive, OSError):
            return ""
        found = self._download_in(inside)
        return f" It looks like {found.what}: to grade that, give it by itself." if found else ""

    def _opened(self, path: Path, found: Found) -> Folder | Found:
        try:
            return open_archive(path, self._caps)
        except BadArchive as error:
            found.reason = str(error)
        except OSError as error:
            found.reason = f"{path}: cannot be read ({why(error)}). Check the file and its permissions."
        found.files = []
        return found

    def _download_in(self, root: Folder) -> Download | None:
        return next((it for folder in _unwrapped(root) if (it := self._download(folder)) is not None), None)

    def _download(self, folder: Folder) -> Download | None:
        return (
            gradescope.recognise(folder, self._caps)
            or moodle.recognise(folder)
            or canvas.recognise(folder)
            or nbgrader.recognise(folder, self._wanted.name)
            or github.recognise(folder, self._wanted.name)
        )

    def _recognise(self, path: Path, platform: Platform, what: str) -> None:
        self._recognised[path] = Recognised(path, platform, f"{path}: {what}")

    def _claim(self, found: Sequence[Found]) -> None:
        for item in found:
            place = item.files[0].place if len(item.files) == 1 else item.place
            first = self._claims.setdefault(place, item)
            if first.shown != item.shown:
                self._warnings.append(f"{item.shown}: has the place and name of {first.shown}, which was given before and is graded.")

    def _take(self, path: Path, download: Download) -> None:
        self._recognise(path, download.platform, download.what)
        self._warnings += download.warnings
        self._passed_over += download.passed_over
        for came in download.came:
            self._arrivals += self._arrivals_of(came, download)
        if download.rest is None:
            return
        folders = tuple(folder for folder in download.rest.folders if folder.problem or has_hand_in(folder, self._looked))
        self._passed_over += [f"{folder.shown}: has no notebook in it." for folder in download.rest.folders if folder not in folders]
        rest = replace(download.rest, folders=folders)
        if rest.files or rest.folders:
            found = in_folder(rest, self._looked)
            names = ", ".join(one_line(item.name) for item in found[:_LISTED]) + f" and {len(found) - _LISTED} more" * (
                len(found) > _LISTED
            )
            self._warnings.append(
                f"{path}: is {download.what}, and among it lies what {download.platform.value.title()} did not name: {names}. "
                "These names are only claims."
            )
            self._claim(found)

    def _arrivals_of(self, came: Came, download: Download) -> list[Arrival]:
        arrivals = [self._arrival(came, download, came.files)]
        if self._attempts is Attempts.ALL and not came.refused:
            alone = replace(came, notes=(), earlier=[])
            arrivals += [self._arrival(alone, download, [piece]) for piece in came.earlier]
        return arrivals

    def _arrival(self, came: Came, download: Download, files: Sequence[Piece]) -> Arrival:
        if came.refused:
            selected = Selected(came.shown, refused=came.refused, piece=files[0] if files else None)
        else:
            selected = self._selector.select(files, came.shown)
        piece = selected.piece or (files[-1] if files else None)
        notes = came.notes if self._attempts is Attempts.NEWEST else ()
        handed_in = HandedIn(
            platform=download.platform,
            assignment=_clean(download.assignment),
            owner=_clean(came.owner),
            attempt=_clean((piece.attempt if piece else "") or came.attempt),
            name=_clean(came.name),
            file=one_line(piece.original) if piece else "",
            people=tuple(map(_cleaned, came.people)),
            anonymous=came.anonymous,
            submitted_at=came.submitted_at,
            late=came.late if piece is None or piece.late is None else piece.late,
            refused=selected.refused,
            notes=few((*notes, *selected.notes)),
        )
        return Arrival(handed_in, selected.shown, selected.path, selected.read)

    def all(self) -> TakenIn:
        """Everything, once each, by name."""
        arrivals = self._counting() + self._claimed()
        arrivals.sort(key=lambda arrival: (arrival.handed_in.name, arrival.handed_in.key))
        named: set[str] = set()
        unique = []
        for arrival in arrivals:
            number, name = 1, arrival.handed_in.name
            while (new := name if number == 1 else f"{name} ({number})") in named:
                number += 1
            named.add(new)
            unique.append(replace(arrival, handed_in=replace(arrival.handed_in, name=new)))
        unique.sort(key=lambda arrival: arrival.handed_in.name)
        recognised = tuple(one for one in self._recognised.values() if one is not None)
        return TakenIn(recognised, tuple(unique), tuple(self._passed_over), tuple(self._warnings))

    def _counting(self) -> list[Arrival]:
        """Of each owner's attempts the newest, or all, each once."""
        owners: dict[str, dict[str, Arrival]] = defaultdict(dict)
        for arrival in self._arrivals:
            attempts = owners[arrival.handed_in.owner_key]
            if arrival.handed_in.key in attempts:
                first = attempts[arrival.handed_in.key]
                self._warnings.append(
                    f"{arrival.shown}: is an attempt of {arrival.handed_in.name} that is in {first.shown}, too; that one is graded."
                )
            attempts.setdefault(arrival.handed_in.key, arrival)
        kept: list[Arrival] = []
        for attempts in owners.values():
            ordered = sorted(attempts.values(), key=lambda arrival: _age(arrival.handed_in.attempt))
            if self._attempts is Attempts.ALL and len(ordered) > 1:
                kept += [_named(arrival, f"{arrival.handed_in.name}_{arrival.handed_in.attempt}") for arrival in ordered]
                continue
            newest = ordered[-1]
            earlier = tuple(
                f"{arrival.shown} (attempt {arrival.handed_in.attempt}) is earlier, and is not graded." for arrival in ordered[-2::-1]
            )
            kept.append(replace(newest, handed_in=replace(newest.handed_in, notes=few(newest.handed_in.notes + earlier))))
        return kept

    def _claimed(self) -> list[Arrival]:
        found = list(self._claims.values())
        tell_apart(found)
        return [self._claim_arrival(item) for item in found]

    def _claim_arrival(self, item: Found) -> Arrival:
        pieces = [Piece(file, file.name) for file in item.files]
        if item.reason and len(pieces) < 2:
            selected = Selected(item.shown, refused=item.reason)
        else:
            selected = self._selector.select(pieces, item.shown, claimed=True)
            if selected.refused and item.path is not None and item.path.suffix.lower() == ARCHIVE:
                selected = replace(selected, refused=selected.refused + self._hint(item.path))
        name = one_line(item.name)
        handed_in = HandedIn(
            platform=Platform.FOLDER,
            assignment="",
            owner=name,
            attempt="",
            name=name,
            file=one_line(selected.piece.original) if selected.piece else "",
            claimed=True,
            refused=selected.refused,
            notes=few(selected.notes),
        )
        return Arrival(handed_in, selected.shown, selected.path, selected.read)


def _unwrapped(root: Folder) -> list[Folder]:
    """A folder, and those that it does nothing but wrap."""
    found = [root]
    while len(found) <= _WRAPPED and not found[-1].files and len(found[-1].folders) == 1:
        found.append(found[-1].folders[0])
    return found


def _named(arrival: Arrival, name: str) -> Arrival:
    return replace(arrival, handed_in=replace(arrival.handed_in, name=name))


def _age(attempt: str) -> tuple[bool, int, str]:
    """Greater for newer: numbers by value."""
    number = attempt.isascii() and attempt.isdigit()
    return not number, int(attempt) if number else 0, attempt


def _clean(text: str) -> str:
    """What a platform wrote, in one line, and written the same whichever system unpacked it."""
    return one_line(unicodedata.normalize("NFC", text))


def _cleaned(person: Person) -> Person:
    return Person(*(_clean(text) for text in (person.id, person.sid, person.login, person.email, person.name)))
