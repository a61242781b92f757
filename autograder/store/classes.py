"""Who handed in what when, the roster, and what became of each submission in each run."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from autograder import records
from autograder.model import (
    Assignment,
    Confined,
    Graded,
    HandedIn,
    Outcome,
    QuestionOutcome,
    Result,
    Student,
    Submission,
    Verdict,
    Withheld,
    World,
)
from autograder.store.judged import noun, packed, unpacked

__all__ = ["Classes", "Kept", "Run", "outcome_of"]


@dataclass(frozen=True, slots=True)
class Run:
    """Everything judged by one bundle, and what is needed to open that again."""

    parts: str
    """Sha256 of a zip in OUT/kept: the bundle as it was unpacked for grading."""
    sha256: str
    """What result documents call the bundle."""
    assignment: Assignment
    """The author's policy."""
    question_keys: tuple[tuple[str, str], ...]
    """Question, and its key in hexadecimal."""
    test_names: tuple[tuple[str, str], ...] = ()
    """Question, and its test file's name, where that is not the question's own."""
    stand_ins: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Question, and the functions that the reference answers for."""
    not_installed: tuple[tuple[str, str], ...] = ()
    """Name that a package is imported by, and the file that asks for it, where it could not be imported."""

    @property
    def id(self) -> str:
        """The same for the same bundle, opened in the same way, on any machine."""
        return _id_of(self)


@lru_cache(maxsize=16)
def _id_of(run: Run) -> str:
    """Asked for every submission, several times."""
    decides = [run.parts, run.sha256, records.plain(run.assignment), run.question_keys, run.test_names]
    return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Kept:
    """A submission, and what became of it in a run."""

    handed_in: HandedIn
    """Who, what, when."""
    content: str
    """Sha256 of its file in OUT/kept; empty where there is none."""
    outcome: Outcome | None
    """None while it has not been judged."""
    judged_content: str = ""
    """`content` when it was judged; another since then has to be judged again."""

    @property
    def current(self) -> bool:
        """Whether what was judged is what is there."""
        return self.outcome is not None and self.judged_content == self.content


class Classes:
    """The class; writes belong into a transaction of the store's."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def roster(self) -> tuple[Student, ...]:
        """The students, in the roster's order; empty where none was given."""
        rows = self._connection.execute("SELECT student FROM students ORDER BY place")
        return tuple(noun(row[0], Student) for row in rows)

    def set_roster(self, students: Sequence[Student]) -> None:
        """Take another roster."""
        self._connection.execute("DELETE FROM students")
        rows = [(student.id, place, json.dumps(records.plain(student), sort_keys=True)) for place, student in enumerate(students)]
        self._connection.executemany("INSERT INTO students VALUES (?, ?, ?)", rows)

    def set_submission(self, handed_in: HandedIn, content: str) -> None:
        """Note who handed in what; the same identity with other content takes the earlier one's place."""
        text = json.dumps(records.plain(handed_in), sort_keys=True)
        self._connection.execute(
            "INSERT INTO submissions VALUES (?, ?, ?, ?) "
            "ON CONFLICT (key) DO UPDATE SET handed_in = excluded.handed_in, content = excluded.content",
            (handed_in.key, handed_in.owner_key, text, content or None),
        )

    def announce(self, handed_in: HandedIn) -> None:
        """Note that somebody handed something in, which is not read yet; what is known of its file stays."""
        text = json.dumps(records.plain(handed_in), sort_keys=True)
        self._connection.execute(
            "INSERT INTO submissions VALUES (?, ?, ?, NULL) ON CONFLICT (key) DO UPDATE SET handed_in = excluded.handed_in",
            (handed_in.key, handed_in.owner_key, text),
        )

    def add_run(self, run: Run) -> None:
        """Note a run; the same again changes nothing."""
        self._connection.execute(
            "INSERT OR IGNORE INTO runs (id, bundle) VALUES (?, ?)", (run.id, json.dumps(records.plain(run), sort_keys=True))
        )

    def runs(self) -> dict[str, Run]:
        """Id → run."""
        rows = self._connection.execute("SELECT id, bundle FROM runs ORDER BY id")
        return {row[0]: noun(row[1], Run) for row in rows}

    def set_result(self, run_id: str, key: str, content: str, result: Result, confined: Confined | None, contexts: str = "") -> None:
        """Note what became of a submission in a run; it takes an earlier result's place.

        Args:
            run_id: The run.
            key: Of the submission.
            content: Of its file.
            result: What became of it.
            confined: What confined it; None where nothing ran.
            contexts: Digest of those it was judged in, where it would certainly be judged so again; else empty.
        """
        text = "" if confined is None else json.dumps(records.plain(confined), sort_keys=True)
        digest = hashlib.sha256(text.encode()).hexdigest()[:12] if text else ""
        if text:
            self._connection.execute("INSERT OR IGNORE INTO facts VALUES (?, ?)", (f"confined {digest}", text))
        outcome = outcome_of(result)
        status = "withheld" if outcome.total is None else "graded"
        kind = "graded" if isinstance(result, Graded) else "withheld"
        plain = records.plain(replace(result, submission=Submission("", Path())))
        light = json.dumps(records.plain(outcome), sort_keys=True)
        row = (run_id, key, content or None, status, light, contexts or None)
        blob = packed({"kind": kind, "result": plain, "confined": digest})
        self._connection.execute("INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?, ?, ?, ?)", (*row, blob))

    def adopt(self, run_id: str, before: str, contexts: str) -> int:
        """Take results of the run `before` over into another, where they were judged in the same contexts; return how many."""
        return self._connection.execute(
            "INSERT OR IGNORE INTO results SELECT ?, submission, content, status, outcome, contexts, result FROM results "
            "WHERE run = ? AND contexts = ?",
            (run_id, before, contexts),
        ).rowcount

    def result(self, run_id: str, handed_in: HandedIn) -> tuple[Result, Confined | None] | None:
        """What became of a submission in a run, with its cases, and what confined it; None where what is there now was not judged in it."""
        query = (
            "SELECT result FROM results r JOIN submissions s ON s.key = r.submission "
            "WHERE run = ? AND submission = ? AND r.content IS s.content"
        )
        row = self._connection.execute(query, (run_id, handed_in.key)).fetchone()
        if row is None:
            return None
        data = unpacked(row[0])
        graded = data["kind"] == "graded"
        result: Result = noun(data["result"], Graded) if graded else noun(data["result"], Withheld)
        file = handed_in.file or handed_in.name
        return replace(result, submission=Submission(handed_in.name, Path(file), file)), self._confined(data["confined"])

    def contexts(self, run_id: str, key: str) -> str:
        """Digest of the contexts that a submission was judged in, as `set_result` got it; empty also where it was not judged."""
        row = self._connection.execute("SELECT contexts FROM results WHERE run = ? AND submission = ?", (run_id, key)).fetchone()
        return "" if row is None else row[0] or ""

    def result_digest(self, run_id: str, key: str) -> bytes:
        """Sha256 of what is kept of a submission in a run; the same bytes, the same result. Empty where nothing is."""
        row = self._connection.execute("SELECT result FROM results WHERE run = ? AND submission = ?", (run_id, key)).fetchone()
        return b"" if row is None else hashlib.sha256(row[0]).digest()

    def _confined(self, digest: str) -> Confined | None:
        row = self._connection.execute("SELECT value FROM facts WHERE name = ?", (f"confined {digest}",)).fetchone()
        return None if row is None else noun(row[0], Confined)

    def judged_elsewise(self, run_id: str, contexts: str) -> int:
        """How many results of a run were certainly judged in other contexts than these: by another engine, or other packages."""
        query = "SELECT count(*) FROM results WHERE run = ? AND contexts <> ?"
        return int(self._connection.execute(query, (run_id, contexts)).fetchone()[0])

    def submission(self, key: str) -> Kept | None:
        """A submission, without what became of it; None where it is not there."""
        row = self._connection.execute("SELECT handed_in, content FROM submissions WHERE key = ?", (key,)).fetchone()
        return None if row is None else Kept(noun(row[0], HandedIn), row[1] or "", None)

    def submissions(self, run_id: str) -> Iterator[Kept]:
        """Every submission with its outcome in a run, by key."""
        query = (
            "SELECT handed_in, s.content, outcome, r.content FROM submissions s "
            "LEFT JOIN results r ON r.submission = s.key AND r.run = ? ORDER BY s.key"
        )
        for handed_in, content, outcome, judged in self._connection.execute(query, (run_id,)):
            found = None if outcome is None else noun(outcome, Outcome)
            yield Kept(noun(handed_in, HandedIn), content or "", found, judged or "")

    def outcome(self, run_id: str, key: str) -> tuple[Outcome, str] | None:
        """A submission's outcome in a run, and the content that was judged; None where it was not."""
        query = "SELECT outcome, content FROM results WHERE run = ? AND submission = ?"
        row = self._connection.execute(query, (run_id, key)).fetchone()
        return None if row is None else (noun(row[0], Outcome), row[1] or "")


def outcome_of(result: Result) -> Outcome:
    """A result without its cases."""
    if isinstance(result, Withheld):
        return Outcome((), None, result.reason)
    questions = tuple(
        QuestionOutcome(
            score.question.name,
            score.earned,
            sum(case.verdict is Verdict.PASSED for case in score.cases),
            len(score.cases),
            helped=score.world is World.REFERENCE and score.earned is not None and (score.earned > 0 or score.question.points == 0),
        )
        for score in result.questions
    )
    lost = [score.question.name for score in result.questions if score.earned is None and not score.question.optional]
    reason = f"A check of {', '.join(lost)} could not be run; see its result." if lost else ""
    return Outcome(questions, result.total, reason)
