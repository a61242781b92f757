"""Grades a class of hostile notebooks with canaries around it, and says what did not hold."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from end_to_end.command import ENVIRONMENT, REPOSITORY
from handed_in import Class, expected, mismatches
from results_of import document_names, folders

from attacks.canaries import Canaries
from autograder.outputs import RESULTS, file_id
from autograder.printable import one_line

__all__ = ["NAMES", "NOBODY", "WALLED", "Arena", "bundled", "submission"]

HERE = Path(__file__).parent
COURSE = HERE / "course"
NOTEBOOKS = HERE / "notebooks"
NAMES = sorted(path.name for path in NOTEBOOKS.iterdir())
_WALLED = {"carried", "endless", "escapes", "floods", "hooks", "honest", "oracle", "searches", "shadows"}
WALLED = [name for name in NAMES if expected(NOTEBOOKS / name)["family"] in _WALLED]
"""Those that confinement has a say in: what the judge makes of values and texts is the same for every user and profile."""
NOBODY = 65534

_DONE = re.compile("BREACH.*")
"""What a notebook says when it got through."""
_SMUGGLED = re.compile("smuggled(?!_by_)", re.IGNORECASE)
"""What it says of hidden inputs; its own name apart."""
_HIDDEN = ("48151", "16234", "42108")
"""Of the inputs of hidden cases."""
_TAGS = frozenset(
    "html head meta title style body header section h1 h2 p small strong em span div table thead tbody tr th td a pre details summary ul li wbr".split()  # noqa: SIM905
)
_ANY = re.compile(".*", re.DOTALL)
_ATTRIBUTES = dict.fromkeys(("lang", "charset", "name", "content", "class", "id", "colspan"), _ANY) | {
    "href": re.compile("#.*"),
    "http-equiv": re.compile("Content-Security-Policy"),
}
"""Of our own template; what their values must be."""
_TRUSTED_CPU_S = 10.0
"""Seconds of CPU that judging one submission may take. The most that any takes is 1; colliding keys took 22."""
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def bundled(home: Path) -> Path:
    """Build the course's bundle."""
    built = subprocess.run(
        [sys.executable, "-m", "autograder", "bundle", "--no-prove", "-c", COURSE, "-o", home / "bundle.zip"],
        env=ENVIRONMENT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    return home / "bundle.zip"


def handed_in_as(name: str) -> str:
    """What the folder with a folder of `notebooks` is called when it is handed in."""
    return str(expected(NOTEBOOKS / name).get("handed_in_as", name))


def submission(name: str) -> str:
    """What it is called from then on."""
    return one_line(handed_in_as(name))


class Arena:
    """One run of the real command over some of the notebooks.

    Args:
        home: An empty folder that everyone can reach.
        names: Folders of `notebooks`.
        user: Who grades; None for whoever runs the tests.
        profile: How student code is confined; None for the best that the machine has.
    """

    def __init__(self, home: Path, names: Sequence[str], *, user: int | None = None, profile: str | None = None) -> None:
        self._names = names
        self._scratch = home / "tmp"
        for folder in (home / "handed_in", home / "run", self._scratch):
            folder.mkdir(parents=True)
        if user is not None:
            for folder in (home / "run", self._scratch):
                os.chown(folder, user, user)
        for name in names:
            folder = home / "handed_in" / handed_in_as(name)
            folder.mkdir()
            shutil.copy(NOTEBOOKS / name / "attack.ipynb", folder / expected(NOTEBOOKS / name).get("file", "attack.ipynb"))
        self.canaries = Canaries(home, user)
        try:
            bundled(home / "teacher")
            self._grade(home, user, profile)
        finally:
            self._touched = list(self.canaries.touched())
            self.canaries.close()

    def _grade(self, home: Path, user: int | None, profile: str | None) -> None:
        reach = [sys.prefix, sys.base_prefix, REPOSITORY]
        cwd = home / "run"
        order = json.dumps({"user": user, "reach": [str(path) for path in reach], "cwd": str(cwd), "report": str(home / "left.json")})
        program = [sys.executable, "-m", "autograder"] if profile is None else [sys.executable, str(HERE / "in_profile.py"), profile]
        done = subprocess.run(
            [
                sys.executable,
                HERE.parent / "keeper.py",
                order,
                *program,
                "grade",
                "-b",
                home / "teacher" / "bundle.zip",
                home / "handed_in",
                "-o",
                "out",
            ],
            cwd=cwd,
            env=ENVIRONMENT
            | {"TMPDIR": str(self._scratch), "TEACHERS_SECRET": self.canaries.of_the_environment, "HOME": str(home / "teacher")},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        self.said = done.stdout + done.stderr
        assert document_names(home / "run" / "out"), self.said[-4000:]
        self.graded = Class.of(home / "run", done.returncode, self.said)
        self._folders = folders(home / "run" / "out")
        self._left = json.loads((home / "left.json").read_text())

    def wrong(self, name: str) -> list[str]:
        """Sentences: what a notebook should not have got, done or been shown."""
        wanted = expected(NOTEBOOKS / name)
        document, page = self.document(name), self.page(name)
        staff = json.loads(document)
        found = mismatches(wanted, staff)
        spent = staff["measured"]["cpu_s"] - staff["measured"]["student_cpu_s"]
        if spent > _TRUSTED_CPU_S:
            found.append(f"it cost the grader itself {spent} s of CPU")
        secrets = [self.canaries.of_a_file, self.canaries.of_the_environment, "canary-of-the-tests"]
        found += [f"the document says {text}" for text in (*secrets, *_DONE.findall(document)) if text in document]
        closed = [*secrets, *_HIDDEN, "canary-of-the-solution", *_solution_lines(), *wanted.get("absent", ()), str(self.graded.home.parent)]
        # What others are called; a name that is an attack itself may be in anybody's text.
        closed += [one for one in self._names if one == submission(one) and one not in submission(name)]
        own = "\n".join(_strings(json.loads(self._of_student(name, "result.json"))))
        for where, read in (("the page", page), ("the student's document", own)):
            found += [f"{where} says {text}" for text in (*closed, *_SMUGGLED.findall(read), *_DONE.findall(read)) if text in read]
        found += [f"the document holds {character!r}" for character in _unseen(document)]
        found += [f"the student's page or document holds {character!r}" for character in _unseen(page + own)]
        return found + _foreign_markup(page)

    def wrong_for_all(self) -> list[str]:
        """Sentences: what of the whole run should not be so."""
        if self.graded.code != 0:
            return [f"the run ended with {self.graded.code}, and said at its end: {self.said[-1000:]}", *self._touched]
        book = (self.graded.home / "out" / "gradebook.csv").read_text(encoding="utf-8")
        rows = self.graded.rows()
        found = [*self._touched, *(f"left: {command} ({pid})" for pid, command in self._left)]
        found += [f"left in the folder for temporary files: {left}" for left in os.listdir(self._scratch)]
        for where, text in (("the terminal", self.said), ("the gradebook", book)):
            found += [f"{where} shows {character!r}" for character in _unseen(text)]
            closed = [self.canaries.of_a_file, self.canaries.of_the_environment, "canary-of-", *_HIDDEN]
            found += [f"{where} shows {said}" for said in (*closed, *_DONE.findall(text)) if said in text]
        if len(rows) != len(self._names) or {row["status"] for row in rows} != {"graded"}:
            found.append(f"{len(rows)} rows for {len(self._names)} submissions, of status {sorted({row['status'] for row in rows})}")
        found += [f"a formula in the gradebook: {cell}" for row in rows for cell in row.values() if cell.startswith(_FORMULAS)]
        return found

    def document(self, name: str) -> str:
        """A submission's result, as it was written."""
        return (self.graded.home / "out" / RESULTS / f"{file_id(submission(name))}.json").read_text(encoding="utf-8")

    def page(self, name: str) -> str:
        """Its student's page."""
        return self._of_student(name, "feedback.html")

    def _of_student(self, name: str, file: str) -> str:
        return (self._folders[submission(name)] / file).read_text(encoding="utf-8")

    def row(self, name: str) -> dict[str, str]:
        """Its row of the gradebook."""
        (row,) = [row for row in self.graded.rows() if row["submission"] == submission(name)]
        return row


def _strings(value: Any) -> Iterator[str]:
    """Every text of a document, keys too."""
    match value:
        case str():
            yield value
        case dict():
            for key, item in value.items():
                yield from (key, *_strings(item))
        case list():
            for item in value:
                yield from _strings(item)


def _solution_lines() -> list[str]:
    """Lines of the solution that no honest notebook of this suite has."""
    lines = (COURSE / "solutions" / "attacked.py").read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if "np." in line and "import" not in line]


def _unseen(text: str) -> set[str]:
    """Characters that move a cursor, turn a line round or cannot be seen."""
    return {c for c in set(text) if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") and c != "\n"}


def _foreign_markup(page: str) -> list[str]:
    """What our own template does not have: elements, attributes, links to elsewhere."""
    found: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            strange = [name for name, value in attrs if name not in _ATTRIBUTES or not _ATTRIBUTES[name].fullmatch(value or "")]
            if tag not in _TAGS or strange:
                found.append(f"the page has <{tag}> with {attrs}")

    Reader().feed(page)
    return found
