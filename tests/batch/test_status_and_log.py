"""Where a class stands, and what staff did."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from report.made_by_hand import ASSIGNMENT

from autograder.batch import acts, log, status
from autograder.batch.status import as_data, as_lines, read_status
from autograder.model import State
from autograder.standing.events import Comment, Excuse, Match, Official, Override, Undo

from .a_store import CLEO, MEMBERS, Member, add_events, canvas, grade_by_hand
from .reading import made_files


def test_a_class_at_a_glance(out: Path) -> None:
    found = read_status(out)
    assert dict(found.counts) == {State.GRADED: 3, State.WITHHELD: 1, State.NOT_SUBMITTED: 1}
    assert (found.students, found.submissions, found.attempts) == (4, 4, 4)
    assert [one.submission for one in found.unmatched] == ["mystery"]
    assert found.withheld == (status.Reason("dora.ipynb is empty. Ask for the notebook again.", ("dora (1004)",)),)
    lines = "\n".join(as_lines(found))
    for sentence in (
        "A toy & more, 30 points: 3 graded, 1 withheld, 1 not submitted.",
        "4 submissions, 4 students on the roster.",
        "counts (the first one; bundle sha256 abababababab…)",
        "withheld: dora (1004): dora.ipynb is empty.",
        "nobody's: mystery: Nobody on the roster has this id, login, e-mail or name.",
        "not submitted: Cleo Clark (1003).",
        "nobody is writing.",
    ):
        assert sentence in lines


def test_it_names_the_run_that_counts_what_is_not_graded_and_who_is_late_by_an_unknown_time(out: Path) -> None:
    late = canvas("cleo", at=None, late=True)
    second = replace(ASSIGNMENT, title="Corrected")
    run = grade_by_hand(out, [*MEMBERS[:1], Member(late, None)], assignment=second, files=False)
    assert read_status(out).other_runs == (run.id,)
    (event,) = add_events(out, Official(run=run.id, keep_best=("helper",)))
    found = read_status(out)
    assert (found.run, found.official_by, found.keep_best, found.other_runs) == (run.id, event.id, ("helper",), ())
    assert dict(found.counts)[State.PENDING] == 1
    assert found.late_time_unknown == ("cleo (1003)",)
    assert any(line.startswith("late, time unknown: cleo (1003): nothing is subtracted.") for line in as_lines(found))
    assert f"made official by event {event.id}, but in helper the earlier one where it is better" in "\n".join(as_lines(found))


def test_two_claims_are_a_conflict_and_no_news_twice(out: Path) -> None:
    grade_by_hand(out, [Member(canvas("x", "cleo 1"), None), Member(canvas("y", "cleo 2"), None)])
    add_events(out, Match(submission="canvas/12/9x", student=CLEO.id), Match(submission="canvas/12/9y", student=CLEO.id))
    found = read_status(out)
    (sentence,) = found.conflicts
    assert "2 submissions would be theirs" in sentence
    assert sum(sentence in line for line in as_lines(found)) == 1


def test_events_that_reach_nobody_are_told(out: Path) -> None:
    add_events(out, Excuse(who="9999"), Undo(event="0" * 12), Override(who="1001", question="gone", points=ASSIGNMENT.points))
    told = " ".join(read_status(out).odd)
    assert "about nobody in this class" in told
    assert "there is no such event" in told
    assert "a question that this assignment does not have" in told


def test_status_is_plain_data_too_and_writes_nothing(out: Path) -> None:
    before = made_files(out)
    data = json.loads(json.dumps(as_data(read_status(out))))
    assert data["counts"] == {"graded": 3, "withheld": 1, "not submitted": 1}
    assert data["unmatched"][0]["submission"] == "mystery"
    assert data["withheld"] == [{"reason": "dora.ipynb is empty. Ask for the notebook again.", "names": ["dora (1004)"]}]
    assert (data["writing"], data["files_behind"]) == (None, False)
    assert made_files(out) == before


def test_the_docs_name_every_command_and_every_key(out: Path, repository: Path) -> None:
    text = (repository / "docs" / "staff.md").read_text(encoding="utf-8")
    data = as_data(read_status(out))
    assert [key for key in (*data, *data["run"], *data["events"], *data["unmatched"][0]) if f"`{key}`" not in text] == []
    commands = ("override", "comment", "excuse", "extend", "match", "undo", "log", "status", "report")
    assert [command for command in commands if f"`autograder {command}" not in text] == []


def test_the_log_says_who_did_what_why_and_what_of_it_counts(out: Path) -> None:
    first = acts.override(out, "ada", "helper", "9", "right but for a name").event
    second = acts.override(out, "ada", "helper", "8", "not quite").event
    third = acts.comment(out, "ben", None, "copied?\nask", staff_only=True).event
    assert first is not None
    assert second is not None
    assert third is not None
    fourth = acts.undo(out, third.id, "a mistake").event
    assert fourth is not None
    entries = log.read_log(out)
    assert [(one.id, one.counts, one.undone_by, one.replaced_by) for one in entries] == [
        (first.id, True, "", second.id),
        (second.id, True, "", ""),
        (third.id, False, fourth.id, ""),
        (fourth.id, True, "", ""),
    ]
    lines = log.as_lines(entries)
    assert lines[0] == f"{first.id}  {first.at:%Y-%m-%d %H:%M} UTC  {first.by} (replaced by {second.id})"
    assert lines[1:3] == [
        "    Ada Adler (1001) has 9 points for helper, in place of the automatic ones.",
        "    why: right but for a name",
    ]
    assert r"    For staff alone, about Ben Berg (1002): copied?\nask" in lines
    assert lines[-2].startswith(f"    Event {third.id} counts no more: For staff alone, about Ben Berg (1002)")
    assert [one["undone_by"] for one in log.as_data(entries)] == [None, None, fourth.id, None]


def test_the_log_of_one_person_has_what_was_said_of_their_submission_too(out: Path) -> None:
    acts.override(out, "mystery", "helper", "9", "x")
    acts.comment(out, "ada", None, "Hello")
    acts.match(out, "mystery", "cleo")
    acts.undo(out, acts.excuse(out, "cleo", "ill").event.id)  # type: ignore[union-attr]
    kinds = [one.did.split()[0] for one in log.read_log(out, "cleo")]
    assert kinds == ["mystery", "Whatever", "Cleo", "Event"]


def test_undos_in_a_circle_end(out: Path) -> None:
    add_events(out, Comment(who="1001", question=None, text="x"), Undo(event=f"{3:012x}"), Undo(event=f"{2:012x}"))
    assert len(log.read_log(out)) == 3
    assert len(log.read_log(out, "ada")) == 1
    assert any("undoes itself" in sentence for sentence in read_status(out).odd)


def test_a_class_without_events_has_an_empty_log(out: Path) -> None:
    assert log.as_lines(log.read_log(out)) == ["Staff did nothing yet."]
