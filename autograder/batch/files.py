"""The files that are made from a store: documents and pages, the gradebook, whose each submission is, the class as a page.

Each is replaced as a whole, only when what it is made of has changed, and readable by its owner alone. Any may be removed: it is made
again. What is in them comes from the store alone: no clock, host, path or order of completion.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

import autograder
from autograder import records
from autograder.archive import remove_unfinished, replace_file
from autograder.batch.view import ClassNow
from autograder.errors import InputError, MachineFault
from autograder.gradebook.ours import gradebook_bytes, is_heading
from autograder.intake.matches import matches_csv
from autograder.model import Graded, HandedIn, Result, Standing
from autograder.outputs import CLASS_PAGE, DATABASE, EXPORTS, GRADEBOOK, MATCHES, RESULTS, STAFF, STUDENTS, file_id
from autograder.report.class_figures import CaseFigures, TimingFigures
from autograder.report.class_page import Links, class_page_bytes
from autograder.report.document import document_bytes
from autograder.report.student_files import DOCUMENT, PAGE, student_files
from autograder.store.classes import outcome_of

__all__ = ["EVENTS_IN_FILES", "Files", "prepare"]

EVENTS_IN_FILES = "events in files"
"""Fact: how many staff events there were when the files were last made."""


def prepare(out: Path) -> None:
    """Find out now, not after the first submission, that results cannot be written; remove what a killed run has not finished.

    Raises:
        InputError: they cannot, or would take the place of what is not ours.
    """
    if not (out / DATABASE).exists():
        _refuse_anothers(out / GRADEBOOK)
    try:
        for name in ("", STAFF, RESULTS, STUDENTS):
            (out / name).mkdir(mode=0o700, parents=True, exist_ok=True)
            probe = out / name / ".written"
            probe.write_bytes(b"")
            probe.unlink()
        folders = [out, out / STAFF, out / RESULTS, out / EXPORTS, *(out / STUDENTS).iterdir()]
    except OSError as error:
        raise InputError(f"{out} cannot be used for results: {error.strerror}. Choose another folder with `-o`.") from error
    for folder in folders:
        remove_unfinished(folder)


def _refuse_anothers(gradebook: Path) -> None:
    """Refuse to write over a file that was never ours, such as the gradebook that a platform exported."""
    try:
        with gradebook.open("rb") as stream:
            first = stream.readline(1 << 20)
    except FileNotFoundError:
        return
    except OSError as error:
        raise InputError(f"{gradebook} cannot be read: {error.strerror}. Choose another folder with `-o`.") from error
    if first and not is_heading(first):
        raise InputError(f"{gradebook} was not written by this command, and would be replaced. Choose another folder with `-o`.")


class Files:
    """Derived files of one class.

    Args:
        now: The class, as it is read at the moment.
        anew: Make each of them, also where it was made of the same before.
    """

    def __init__(self, now: ClassNow, *, anew: bool = False) -> None:
        self._now = now
        self._anew = anew
        self._out = now.store.out
        self._chain = [(run.id, sorted(keep)) for run, keep in now.chain]
        self._notes: list[tuple[str, str]] = []
        self.unwritten: list[str] = []
        """A sentence for each file that could not be written; what was there before is still there."""
        names = Counter(file_id(handed_in.name) for handed_in in {one.owner_key: one for one in now.handed_in}.values())
        self._shared_names = {name for name, count in names.items() if count > 1}

    def all(self) -> tuple[Standing, ...]:
        """Bring every file up to date, and return where everybody stands."""
        now = self._now
        standings = now.standings()
        for standing in standings:
            self.of(standing)
        self._put(GRADEBOOK, gradebook_bytes(standings, now.assignment))
        if now.students:
            self._put(MATCHES, matches_csv(now.matching))
        self._class_page(standings)
        self._remove_stale(standings)
        self.note()
        if not self.unwritten and now.store.fact(EVENTS_IN_FILES) != str(len(now.events)):
            with now.store.transaction() as store:
                store.set_fact(EVENTS_IN_FILES, str(len(now.events)))
        return standings

    def _class_page(self, standings: Sequence[Standing]) -> None:
        judged = [s for s in standings if s.handed_in is not None and s.handed_in.key in self._now.outcomes]
        plain = json.dumps([records.plain(standing) for standing in standings], sort_keys=True)
        made_of = hashlib.sha256(" ".join([plain, *(self._made_of(standing) for standing in judged)]).encode()).hexdigest()
        if self._is_current(CLASS_PAGE, made_of):
            return
        cases, timing = CaseFigures(), TimingFigures()
        for handed_in in {standing.handed_in.key: standing.handed_in for standing in judged if standing.handed_in is not None}.values():
            found = self._now.result(handed_in)
            if found is not None:
                timing.add(handed_in.name, found[0])
                if isinstance(found[0], Graded):
                    cases.add(found[0])
        self._put(CLASS_PAGE, class_page_bytes(self._now.assignment, standings, cases, timing, links=self._links), made_of)

    def judged(self, handed_in: HandedIn, result: Result) -> None:
        """A submission has been judged and kept: write what is its own at once, for who looks while a run goes on."""
        if len(self._now.chain) > 1:
            return  # of which run a question counts is seen at the end
        self._now.outcomes[handed_in.key] = outcome_of(result)
        for standing in self._now.around(handed_in):
            self.of(standing)

    def of(self, standing: Standing) -> None:
        """Bring one person's files up to date."""
        handed_in = standing.handed_in
        if handed_in is None or handed_in.key not in self._now.outcomes:
            return
        made_of, of_document = self._made_of(standing), self._made_of(handed_in)
        document, folder = self.document(standing), f"{STUDENTS}/{self._now.folder(standing)}"
        if self._is_current(document, of_document) and all(self._is_current(f"{folder}/{name}", made_of) for name in (PAGE, DOCUMENT)):
            return
        found = self._now.result(handed_in)
        assert found is not None
        result, confined = found
        bundle = self._now.bundle
        stand_ins = dict(self._now.run.stand_ins)
        self._put(document, document_bytes(result, bundle, confined), of_document)
        for name, content in student_files(result, bundle, stand_ins, standing).items():
            self._put(f"{folder}/{name}", content, made_of)

    def document(self, standing: Standing) -> str:
        """Path of staff's document, from OUT."""
        assert standing.handed_in is not None
        name = file_id(standing.handed_in.name)
        if name in self._shared_names:
            name = file_id(f"{standing.handed_in.name} {standing.handed_in.owner_key}")
        return f"{RESULTS}/{name}.json"

    def note(self) -> None:
        """Remember what was written, so that it is not written again; within a transaction of its own."""
        if self._notes:
            with self._now.store.transaction() as store:
                for place, made_of in self._notes:
                    store.set_made_of(place, made_of)
            self._notes = []

    def _links(self, standing: Standing) -> Links:
        if standing.handed_in is None or standing.handed_in.key not in self._now.outcomes:
            return Links()
        return Links(f"../{STUDENTS}/{self._now.folder(standing)}/{PAGE}", f"../{self.document(standing)}")

    def _made_of(self, whose: Standing | HandedIn) -> str:
        """What files are made of that depend on where a person stands, or on the submission alone."""
        handed_in = whose.handed_in if isinstance(whose, Standing) else whose
        assert handed_in is not None
        digest = hashlib.sha256(_reports().encode())
        digest.update(json.dumps(records.plain(whose), sort_keys=True).encode())
        for run_id, keep in self._chain:
            digest.update(json.dumps([run_id, keep]).encode())
            digest.update(self._now.store.classes.result_digest(run_id, handed_in.key))
        return digest.hexdigest()

    def _is_current(self, place: str, made_of: str) -> bool:
        """Whether a file was made of this, and is what it was then."""
        if self._anew:
            return False
        try:
            content = (self._out / place).read_bytes()
        except OSError:
            return False
        return self._now.store.made_of(place) == _note(made_of, content)

    def _put(self, place: str, content: bytes, made_of: str = "") -> None:
        target = self._out / place
        if made_of:
            self._notes.append((place, _note(made_of, content)))
        with contextlib.suppress(OSError):
            if target.read_bytes() == content:
                return
        try:
            replace_file(target, content, private=True)
        except MachineFault as fault:
            self.unwritten.append(str(fault))

    def _remove_stale(self, standings: Iterable[Standing]) -> None:
        """Remove pages of who is somebody else now, and documents of what counts no more."""
        current = {self._now.folder(standing) for standing in standings if standing.handed_in is not None}
        documents = {self.document(standing) for standing in standings if standing.handed_in is not None}
        for folder in _below(self._out / STUDENTS):
            if folder.name not in current and folder.is_dir() and not folder.is_symlink():
                with contextlib.suppress(OSError):
                    for name in (PAGE, DOCUMENT):
                        (folder / name).unlink(missing_ok=True)
                    folder.rmdir()
        for path in _below(self._out / RESULTS):
            if path.suffix == ".json" and f"{RESULTS}/{path.name}" not in documents:
                with contextlib.suppress(OSError):
                    path.unlink()


def _note(made_of: str, content: bytes) -> str:
    return f"{made_of} {hashlib.sha256(content).hexdigest()}"


def _below(folder: Path) -> Iterator[Path]:
    with contextlib.suppress(OSError):
        yield from sorted(folder.iterdir())


@cache
def _reports() -> str:
    """What makes the files: pages of an older version are made anew."""
    digest = hashlib.sha256()
    package = Path(autograder.__file__).parent
    for path in sorted([*(package / "report").rglob("*.*"), package / "printable.py"]):
        if path.suffix != ".pyc":
            digest.update(path.read_bytes())
    return digest.hexdigest()
