"""Everything about one submission: where it comes from, what judged it, what staff did; and it judged once more.

Only reads the store, so it works while a run goes on.
"""

from __future__ import annotations

import difflib
import shlex
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from autograder.batch.persons import Persons
from autograder.batch.view import ClassNow, better_of, class_now
from autograder.errors import InputError
from autograder.grading.session import Grader, Order
from autograder.intake.finding import find_owner, students_called
from autograder.model import (
    Confined,
    Graded,
    HandedIn,
    Measured,
    Question,
    QuestionScore,
    Result,
    Standing,
    State,
    Submission,
    Withheld,
)
from autograder.printable import in_points, number, one_line
from autograder.report.explained import Explained, ExplainedQuestion, Replayed
from autograder.report.standings import shown_name
from autograder.report.words import problems_in_words
from autograder.standing.describe import describe
from autograder.standing.effective import Said, View
from autograder.standing.events import Act, Comment, Event, Override
from autograder.standing.works import works_of
from autograder.store import Run, Store, opened_again
from autograder.temporary import temporary_folder

__all__ = ["explain", "explained", "replay"]

_WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class _Found:
    """Whom a command means."""

    standing: Standing | None
    """Their row; None where the submission counts for nobody."""
    handed_in: HandedIn | None
    """The submission; None where there is none."""
    others: tuple[str, ...]
    """Who else has this submission as theirs, as their rows are called."""

    @property
    def who(self) -> str:
        """What it is called."""
        if self.standing is not None:
            return shown_name(self.standing)
        return "" if self.handed_in is None else one_line(self.handed_in.name)


def explain(out: Path, student: str, question: str | None = None) -> Explained:
    """Say everything about a student's submission.

    Args:
        out: The class's folder.
        student: A student or a submission, by whatever people know them by.
        question: Name of one question, or of one of its functions; None: all.

    Raises:
        InputError: There are no results, or a name means nothing or several.
        MachineFault: the store is damaged.
    """
    with Store(out, writing=False) as store:
        return explained(class_now(store), student, question)


def explained(now: ClassNow, student: str, question: str | None) -> Explained:
    """Say everything about a student's submission in a class as it stands; see `explain`."""
    found = _found(now, student)
    asked = [_question(now, question)] if question is not None else list(now.assignment.questions)
    judged = now.result(found.handed_in) if found.handed_in is not None else None
    facts = tuple((what, words) for what, words in _facts(now, found, judged) if words)
    questions = tuple(_explained(now, found, judged, one, student) for one in asked)
    return Explained(found.who, facts, questions, whole=question is not None)


def replay(
    out: Path,
    student: str,
    question: str | None = None,
    case: str = "",
    *,
    confined: Callable[[Sequence[str], Sequence[str]], None] = lambda _holds, _missing: None,
) -> Replayed:
    """Judge a question once more, with the bundle and the notebook that are kept; nothing is written.

    All of the question's cases are run, since an earlier one may leave something behind for a later one. Other questions are not
    asked: they count as closed, with the points that they have.

    Args:
        out: The class's folder.
        student: A student or a submission, by whatever people know them by.
        question: Name of one question, or of one of its functions; None: all.
        case: Show only this case; empty: all.
        confined: Hears what confines student code here, and what does not.

    Raises:
        InputError: There are no results, no file, or a name means nothing or several.
        AuthorError, MachineFault: as when grading.
    """
    with Store(out, writing=False) as store, temporary_folder("autograder-unpacked-") as folder:
        now = class_now(store)
        handed_in = _found(now, student).handed_in
        content = now.kept[handed_in.key].content if handed_in is not None else ""
        if handed_in is None or not content:
            raise InputError(f"There is no file of {one_line(student)} to run. `autograder explain` without --replay says what is known.")
        asked = None if question is None else _question(now, question)
        judged = now.result(handed_in)
        kept = {score.question.name: score for score in judged[0].questions} if judged is not None and isinstance(judged[0], Graded) else {}
        if case and asked is None:
            raise InputError("A case is one of a question: name the question, too.")
        if case and asked is not None and asked.name in kept:
            _refuse_unknown_case(case, kept[asked.name])
        store.files.get(content)  # its bytes are what they were
        run = _sources(now, handed_in).get(asked.name, now.run) if asked is not None else now.run
        bundle = opened_again(run, store.files, folder)
        submission = Submission(handed_in.name, store.files.path(content), handed_in.file or handed_in.name)
        store.close()  # before anything is forked
        known = () if asked is None or asked.name not in kept else tuple(score for name, score in kept.items() if name != asked.name)
        with Grader(bundle, workers=1) as grader:
            confined(grader.confinement.holds, grader.confinement.missing)
            ((_order, result),) = grader.grade_all([Order(submission, known)])
            held = grader.confinement
    withheld = result.reason if isinstance(result, Withheld) else ""
    scores = result.questions if isinstance(result, Graded) else ()
    shown = [score for score in scores if asked is None or score.question.name == asked.name]
    if case and shown:
        _refuse_unknown_case(case, shown[0])
    was = judged[0].reason if judged is not None and isinstance(judged[0], Withheld) else ""
    facts = tuple((what, words) for what, words in _ran(result, held.confined) if words)
    return Replayed(tuple((kept.get(score.question.name), score) for score in shown), case, facts, withheld, was)


def _refuse_unknown_case(case: str, score: QuestionScore) -> None:
    names = [one.name for one in score.cases]
    if case not in names:
        near = difflib.get_close_matches(case, names, n=1)
        hint = f"Did you mean `{one_line(near[0])}`?" if near else f"There are: {'; '.join(map(one_line, names))}."
        raise InputError(f"`{one_line(case)}` is no case of {score.question.name}. {hint}")


def _found(now: ClassNow, text: str) -> _Found:
    """Whom a text means: a student, else a submission; also who handed in nothing."""
    attempt = next((one for one in now.handed_in if one.key == text), None)
    if attempt is not None and attempt != works_of(now.handed_in)[attempt.owner_key].counts:
        return _Found(None, attempt, ())
    if students_called(text, now.students) or not any(text in (one.owner_key, one.key, one.name) for one in now.handed_in):
        who = Persons(now).find(text)
    else:
        who = find_owner(text, now.handed_in)  # a group's submission has a name of its own
    rows = [row for row in now.standings() if _is_of(row, who)]
    if rows:
        return _Found(rows[0], rows[0].handed_in, _sharing(now, rows[0]))
    return _Found(None, works_of(now.handed_in)[who].counts, ())


def _is_of(row: Standing, who: str) -> bool:
    if row.student is not None and row.student.id == who:
        return True
    return row.handed_in is not None and row.handed_in.owner_key == who


def _sharing(now: ClassNow, row: Standing) -> tuple[str, ...]:
    if row.handed_in is None:
        return ()
    return tuple(shown_name(other) for other in now.standings() if other != row and other.handed_in == row.handed_in)


def _question(now: ClassNow, text: str) -> Question:
    """The question of a name.

    Raises:
        InputError: it is none; names the nearest.
    """
    questions = now.assignment.questions
    for question in questions:
        if question.name == text:
            return question
    by_function = [question for question in questions if text in question.functions]
    if len(by_function) == 1:
        return by_function[0]
    names = [question.name for question in questions]
    near = difflib.get_close_matches(text, names, n=1)
    hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(names)}."
    raise InputError(f"`{one_line(text)}` is no question of this assignment. {hint}")


def _sources(now: ClassNow, handed_in: HandedIn) -> dict[str, Run]:
    """Question → the run whose score counts: an earlier one, where that gave more and may be kept."""
    best: Graded | None = None
    found: dict[str, Run] = {}
    for run, keep in now.chain:
        judged = now.store.classes.result(run.id, handed_in)
        if judged is None or not isinstance(judged[0], Graded):
            continue
        chosen = better_of(best, judged[0], keep) if best is not None and keep else judged[0]
        old = () if best is None else best.questions
        found = {score.question.name: found[score.question.name] if any(score is one for one in old) else run for score in chosen.questions}
        best = chosen
    return found


def _facts(now: ClassNow, found: _Found, judged: tuple[Result, Confined | None] | None) -> Iterator[tuple[str, str]]:
    standing, handed_in = found.standing, found.handed_in
    yield "status", _status(standing, judged)
    if handed_in is not None:
        yield "submission", f"{one_line(handed_in.name)} (key {one_line(handed_in.key)})"
        yield "also of", ", ".join(found.others)
        owner = now.matching.owners.get(handed_in.owner_key)
        yield "whose", owner.sentence if owner is not None and now.students else ""
        yield "attempt", _attempt(now, handed_in)
        yield "handed in", _handed_in(handed_in)
        content = now.kept[handed_in.key].content
        kept = now.store.files.path(content).relative_to(now.store.out) if content else "no file is kept"
        yield "file", f"{one_line(handed_in.file) or 'none'} ({kept})"
        yield "notes", "\n".join(handed_in.notes)
    yield "bundle", _bundle(now)
    if judged is not None:
        yield from (fact for fact in _ran(*judged) if standing is None or fact[0] != _WITHHELD)  # the status has said it
    if standing is not None:
        yield "lateness", _lateness(standing)
        yield "score", _score(now, standing)
    yield "staff", "\n".join(_acts(now, found, None))


def _status(standing: Standing | None, judged: tuple[Result, Confined | None] | None) -> str:
    if standing is None:
        return f"counts for nobody; {'judged' if judged is not None else 'not graded'}"
    left_out = "" if standing.left_out.endswith(standing.reason) and standing.reason else standing.left_out
    return "\n".join(filter(None, (standing.state.value, standing.reason, left_out)))


def _attempt(now: ClassNow, handed_in: HandedIn) -> str:
    attempts = [one for one in now.handed_in if one.owner_key == handed_in.owner_key]
    if len(attempts) == 1:
        return one_line(handed_in.attempt)
    counts = works_of(attempts)[handed_in.owner_key].counts
    which = "the one that counts" if counts == handed_in else f"{one_line(counts.attempt)} counts"
    others = ", ".join(one_line(one.key) for one in attempts if one.key != handed_in.key)
    return f"{one_line(handed_in.attempt)}, {which}; others: {others}"


def _handed_in(handed_in: HandedIn) -> str:
    flag = {None: "", True: "; late, says the platform", False: "; not late, says the platform"}[handed_in.late]
    at = handed_in.submitted_at
    return f"{'at a time that is not known' if at is None else at.isoformat(sep=' ', timespec='seconds')}{flag}"


def _bundle(now: ClassNow) -> str:
    counts = f"sha256 {now.run.sha256} (run {now.run.id})"
    if not now.view.officials:
        return counts
    said = now.view.officials[-1]
    return f"{counts}\n{_act(said.event)}"


def _ran(result: Result, confined: Confined | None) -> Iterator[tuple[str, str]]:
    match result:
        case Graded(execution=execution, notes=notes):
            restarts = f", started again {execution.fresh_kernels} times" if execution.fresh_kernels else ""
            dropped = "\nIt printed more than is kept." if execution.output_dropped else ""
            problems = [f"\n{what}" for what, _remedy in problems_in_words(execution.problems)]
            yield "notebook", f"{execution.cells} code cells{restarts}{dropped}{''.join(problems)}"
            yield "", "\n".join(notes)
        case Withheld(reason=reason):
            yield _WITHHELD, reason
    if isinstance(result, Graded) or result.measured != Measured():
        yield "took", _took(result.measured)
    yield "confined", "" if confined is None else "; ".join((f"profile {confined.profile.value}", *confined.missing))


def _took(measured: Measured) -> str:
    if measured == Measured():
        return "nothing: an equal notebook had been judged before, with the same tests"
    memory = f", at most {measured.peak_memory_bytes >> 20} MiB" if measured.peak_memory_bytes else ""
    return (
        f"{measured.wall_s:.2f} s (the notebook and the questions judged with it; no case is timed by itself), "
        f"{measured.cpu_s:.2f} s of a processor, {measured.student_cpu_s:.2f} s of that the student's code{memory}"
    )


def _lateness(standing: Standing) -> str:
    line = standing.lateness
    if line is None:
        return ""
    return f"{line.words}: -{in_points(line.points)}" if line.points else line.words


def _score(now: ClassNow, standing: Standing) -> str:
    possible = in_points(now.assignment.points)
    if standing.total_override is not None:
        automatic = "withheld" if standing.subtotal is None else number(standing.subtotal)
        return f"{number(standing.total_override)} of {possible}, given by staff; the questions add up to {automatic}"
    if standing.state is State.EXCUSED or standing.final is None:
        return "none"
    late = standing.lateness.points if standing.lateness is not None else Fraction(0)
    sum_ = f" (questions {number(standing.subtotal)}, lateness -{number(late)})" if late and standing.subtotal is not None else ""
    return f"{number(standing.final)} of {possible}{sum_}"


def _names(now: ClassNow, found: _Found) -> frozenset[str]:
    """What events may call them."""
    student = found.standing.student if found.standing is not None else None
    owners = [found.handed_in.owner_key] if found.handed_in is not None else []
    persons = Persons(now)
    return frozenset[str]().union(*(persons.names_of(who) for who in (*owners, *([student.id] if student is not None else []))))


def _acts(now: ClassNow, found: _Found, question: str | None) -> Iterator[str]:
    """What staff did that is in force: about one question, or about all else."""
    names = _names(now, found)
    said = [one for one in _about(now.view, names) if _question_of(one.act) == question]
    for one in sorted(said, key=lambda one: one.order):
        yield _act(Persons(now).named(one.event))


def _about(view: View, names: frozenset[str]) -> Iterator[Said[Override] | Said[Comment] | Said[Act]]:
    for (who, _question), override in view.overrides.items():
        if who in names:
            yield override
    for who in names:
        yield from view.comments.get(who, ())
        for acts in (view.excuses, view.extensions, view.matches):
            if who in acts:
                yield acts[who]  # type: ignore[misc]


def _question_of(act: Act) -> str | None:
    return act.question if isinstance(act, (Override, Comment)) else None


def _act(event: Event) -> str:
    why = f': "{one_line(event.why)}"' if event.why else ""
    return f"{describe(event)} ({one_line(event.by)}, {event.at:%Y-%m-%d %H:%M} UTC, event {event.id}{why})"


def _explained(
    now: ClassNow, found: _Found, judged: tuple[Result, Confined | None] | None, question: Question, student: str
) -> ExplainedQuestion:
    scores = judged[0].questions if judged is not None and isinstance(judged[0], Graded) else ()
    score = next((one for one in scores if one.question.name == question.name), None)
    rows = found.standing.questions if found.standing is not None else ()
    standing = next((one for one in rows if one.name == question.name), None)
    source = _sources(now, found.handed_in).get(question.name, now.run) if found.handed_in is not None else now.run
    by = f"Judged by an earlier bundle, which gave more: sha256 {source.sha256} (run {source.id})." if source.id != now.run.id else ""
    content = found.handed_in is not None and bool(now.kept[found.handed_in.key].content)
    words = ["autograder", "explain", student, question.name, "-o", str(now.store.out), "--replay"]
    return ExplainedQuestion(
        name=question.name,
        possible=question.points,
        score=score,
        standing=standing,
        stand_ins=dict(source.stand_ins).get(question.name, ()),
        by=by,
        acts=tuple(_acts(now, found, question.name)),
        again=shlex.join(words) if content else "",
    )
