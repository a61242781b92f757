"""The class as a page for staff: one file that works offline, from a disk, on paper.

    how many there are of each state; how totals and each question are distributed; which cases are hardest
    who is withheld and why, what staff set by hand, what grading took
    everybody in a table that sorts and filters

It names everybody and gives staff's reasons: it is not for students. Its one script sorts and filters that table; the page's own policy
lets a browser run no other. Every text is escaped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from urllib.parse import quote

from autograder.model import Assignment, Question, QuestionStanding, Standing, State, Verdict
from autograder.printable import number, one_line
from autograder.report.class_figures import CaseFigures, CaseTally, TimingFigures
from autograder.report.page import rendered
from autograder.report.plots import histogram
from autograder.report.question_figures import question_figures, totals
from autograder.report.words import VERDICTS

__all__ = ["Links", "class_page_bytes"]

_MINUS, _UNKNOWN = "\N{MINUS SIGN}", "\N{EN DASH}"
_MOST_NAMES = 12
"""Names in one line of who is withheld; the table has all."""
_HARDEST = 12
"""Cases that are shown at once; the others are folded."""
_MOST_CHANGES = 10
"""Of what staff set, what is shown at once; the rest is folded."""


@dataclass(frozen=True, slots=True)
class Links:
    """Where a row leads: paths from the page's folder, `/` between their parts; empty where there is nothing."""

    page: str = ""
    """The student's page."""
    document: str = ""
    """The result document, for staff."""


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    value: str | None = None
    """What to sort by, where that is not the text."""
    hint: str = ""
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    unmatched: bool
    also: str
    """What the filter finds besides what is shown."""
    page: str
    document: str
    submission: str
    id: str
    section: str
    group: str
    state: State
    questions: list[_Cell]
    late: _Cell
    total: _Cell


@dataclass(frozen=True, slots=True)
class _ByHand:
    name: str
    what: str
    automatic: str
    points: str
    why: str


def class_page_bytes(
    assignment: Assignment,
    standings: Sequence[Standing],
    cases: CaseFigures,
    timing: TimingFigures | None = None,
    *,
    links: Callable[[Standing], Links] = lambda _standing: Links(),
) -> bytes:
    """Return the page as UTF-8.

    Args:
        assignment: What was graded.
        standings: A row of the table for each, in this order.
        cases: How cases ended, over the submissions.
        timing: What grading took; None: the page says nothing of it.
        links: Where a standing's row leads.
    """
    scores = totals(standings)
    counts = Counter(standing.state for standing in standings)
    graded = question_figures(assignment, standings)
    hardest = cases.hardest_first()
    failing = [tally for tally in hardest if tally.passed is None or tally.passed < 1]
    roster = any(standing.student for standing in standings)
    return rendered(
        "class.html",
        "",
        assignment=assignment,
        rows=[_row(standing, links(standing), assignment, roster=roster) for standing in standings],
        has_section=any(standing.student and standing.student.section for standing in standings),
        has_group=any(standing.student and standing.student.group for standing in standings),
        has_late=any(standing.lateness for standing in standings),
        roster=roster,
        counts=[(state, counts[state]) for state in State if counts[state]],
        scores=scores,
        mean=sum(scores, Fraction(0)) / len(scores) if scores else None,
        median=_median(scores),
        late=sum(standing.lateness is not None and standing.lateness.late for standing in standings),
        plot=histogram(scores, assignment.points, bins=20, width=720, height=150, gap=4),
        figures=[(one, histogram(one.shares, Fraction(1), bins=10, width=110, height=30, gap=2)) for one in graded],
        hardest=failing[:_HARDEST],
        most=_MOST_CHANGES,
        harder=failing[_HARDEST:],
        easy=[tally for tally in hardest if tally.passed == 1],
        submissions=cases.submissions,
        withheld=_grouped(
            (standing.reason or "No reason is recorded.", standing) for standing in standings if standing.state is State.WITHHELD
        ),
        left_out=_grouped((s.left_out, s) for s in standings if s.left_out and s.state is not State.WITHHELD),
        by_hand=list(_by_hand(standings, assignment)),
        timing=timing if timing is not None and timing.submissions else None,
        points=_short,
        percent=_percent,
        others=_others,
        seconds=_seconds,
    )


def _row(standing: Standing, links: Links, assignment: Assignment, *, roster: bool) -> _Row:
    student, handed_in, late = standing.student, standing.handed_in, standing.lateness
    submission = handed_in.name if handed_in else ""
    questions = {one.name: one for one in standing.questions}
    return _Row(
        name=one_line(_name(standing)),
        unmatched=roster and student is None,
        also=one_line(f"{student.login} {student.email}".strip()) if student else "",
        page=_path(links.page),
        document=_path(links.document),
        submission=one_line(submission),
        id=one_line(student.id) if student else "",
        section=one_line(student.section) if student else "",
        group=one_line(student.group) if student else "",
        state=standing.state,
        questions=[_cell(question, questions.get(question.name)) for question in assignment.questions],
        late=_Cell(late.words if late else "", str(float(late.points)) if late else ""),
        total=_Cell(
            _points(standing.final),
            hint=standing.why if standing.total_override is not None else "",
            by_hand=standing.total_override is not None and standing.final is not None,
        ),
    )


def _cell(question: Question, one: QuestionStanding | None) -> _Cell:
    if one is None:
        return _Cell("")
    if one.override is not None:
        return _Cell(_points(one.points), hint=f"automatic: {_points(one.automatic) or 'none'}; {one.why}", by_hand=True)
    if question.points == 0 and one.points is not None and one.cases:
        return _Cell(f"{one.passed}/{one.cases}", value=str(one.passed / one.cases))
    return _Cell(_points(one.points))


def _name(standing: Standing) -> str:
    if standing.student:
        return standing.student.name or standing.student.login or standing.student.id
    return standing.handed_in.name if standing.handed_in else ""


def _grouped(pairs: Iterator[tuple[str, Standing]]) -> list[tuple[str, int, str]]:
    """Each reason, how many it is of, and who they are: the most frequent first."""
    found: dict[str, list[str]] = {}
    for reason, standing in pairs:
        found.setdefault(reason, []).append(one_line(_name(standing)))
    ordered = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    return [(reason, len(names), _listed(names)) for reason, names in ordered]


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:_MOST_NAMES])
    return shown if len(names) <= _MOST_NAMES else f"{shown} and {len(names) - _MOST_NAMES:,} more"


def _by_hand(standings: Sequence[Standing], assignment: Assignment) -> Iterator[_ByHand]:
    for standing in standings:
        name = one_line(_name(standing))
        if standing.state is State.EXCUSED:
            yield _ByHand(name, "excused", "", "", standing.why)
        for one in standing.questions:
            if one.override is not None:
                yield _ByHand(name, one.name, _points(one.automatic), _points(one.override), one.why)
        if standing.total_override is not None and standing.state is not State.EXCUSED:
            before = _points(standing.subtotal)
            if before and standing.lateness and standing.lateness.points:
                before += f" ({_MINUS}{_points(standing.lateness.points)} late)"
            yield _ByHand(name, f"total of {_points(assignment.points)}", before, _points(standing.total_override), standing.why)


def _path(path: str) -> str:
    """A relative path as an address; what is in it can start no scheme and leave no attribute."""
    assert not path.startswith("/"), path
    return quote(path, safe="/", errors="surrogateescape")


def _points(points: Fraction | None) -> str:
    return "" if points is None else str(number(points))


def _short(points: Fraction | None) -> str:
    """Points in few digits, for figures of the class."""
    return _UNKNOWN if points is None else str(number(Fraction(round(points * 100), 100)))


def _median(scores: Sequence[Fraction]) -> Fraction | None:
    if not scores:
        return None
    return (scores[(len(scores) - 1) // 2] + scores[len(scores) // 2]) / 2


def _percent(share: float | None) -> str:
    """A share in whole percent, where 0 and 100 mean nobody and everybody."""
    if share is None:
        return _UNKNOWN
    if 0 < share < 0.01:
        return "<1%"
    return ">99%" if 0.99 < share < 1 else f"{share:.0%}"


def _others(tally: CaseTally) -> str:
    """How a case ended for those who did not pass it, the most frequent first."""
    ended = sorted(((-count, VERDICTS[v]) for v, count in tally.counted.items() if v is not Verdict.PASSED and count))
    return ", ".join(f"{-count:,} {words}" for count, words in ended)


def _seconds(seconds: float) -> str:
    """A duration with as many digits as are worth reading."""
    if seconds < 10:
        return f"{seconds:.2f} s"
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"
