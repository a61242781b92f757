"""One submission in full, for staff at the terminal: where it comes from, what each case said, what staff did, and what it comes to."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from rich.console import Console
from rich.text import Text

from autograder.model import CaseVerdict, QuestionScore, QuestionStanding, Verdict, Visibility, World
from autograder.printable import in_points, number, one_line, printable
from autograder.report.words import VERDICTS, listed

__all__ = ["Explained", "ExplainedQuestion", "Replayed", "print_explained", "print_replayed"]

_IN_TESTS = re.compile(r'^ *File "(tests/[^"\n]{1,200})", line ([0-9]{1,9})', re.MULTILINE)
_STYLES = {Verdict.PASSED: "green", Verdict.WITHHELD: "yellow"}


@dataclass(frozen=True, slots=True)
class ExplainedQuestion:
    """One question of it."""

    name: str
    """Of the question."""
    possible: Fraction
    """Its points."""
    score: QuestionScore | None
    """What grading said, with its cases; None where there is nothing."""
    standing: QuestionStanding | None
    """What counts, after staff had their say; None where the submission counts for nobody."""
    stand_ins: tuple[str, ...]
    """Functions that the reference answers for."""
    by: str
    """Which bundle judged it, where that is not the one that counts: an earlier one gave more. Else empty."""
    acts: tuple[str, ...]
    """What staff did about it, as sentences."""
    again: str
    """The command that judges it again; empty where there is nothing to judge."""

    def again_for(self, case: str) -> str:
        """The command that does so and shows this case alone; empty where there is nothing to judge."""
        return f"{self.again} --case {shlex.quote(case)}" if self.again else ""


@dataclass(frozen=True, slots=True)
class Explained:
    """A submission, or a student without one."""

    who: str
    """What the row of the class is called."""
    facts: tuple[tuple[str, str], ...]
    """What and its words, in order."""
    questions: tuple[ExplainedQuestion, ...]
    """Those that were asked for, in the assignment's order."""
    whole: bool = True
    """Whether staff's messages are shown as a whole; else where in the tests, and the last line."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """Questions judged once more, beside what is kept."""

    pairs: tuple[tuple[QuestionScore | None, QuestionScore], ...]
    """What is kept, None where nothing is, and what came now."""
    case: str
    """The only case to show; empty: all."""
    facts: tuple[tuple[str, str], ...]
    """What and its words, in order: how the notebook ran."""
    withheld: str
    """Why nothing could be judged now; empty else."""
    kept_withheld: str
    """Why what is kept is withheld as a whole; empty else."""

    @property
    def differences(self) -> tuple[str, ...]:
        """Sentences; none where what came is what is kept."""
        if self.withheld or self.kept_withheld:
            same = self.withheld == self.kept_withheld
            return () if same else (f"Kept: {self.kept_withheld or 'a score'} Now: {self.withheld or 'a score.'}",)
        return tuple(sentence for kept, now in self.pairs for sentence in _differences(kept, now, self.case))

    @property
    def other_words(self) -> bool:
        """Whether a message has other words, though its verdict is the same."""
        told = ([_told(one, self.case) for one in pair] for pair in self.pairs)
        return any(kept != now for kept, now in told)


def print_explained(console: Console, explained: Explained) -> None:
    """Print all of it; nothing in it can move a cursor."""
    console.print(Text(one_line(explained.who), style="bold"), soft_wrap=True)
    _print_facts(console, explained.facts)
    for question in explained.questions:
        console.print()
        _print_question(console, question, whole=explained.whole)
    if not explained.whole and any(question.score is not None for question in explained.questions):
        console.print()
        _line(console, "Name a question, too, to see staff's messages as a whole.", "dim")


def print_replayed(console: Console, replayed: Replayed) -> None:
    """Print what came, and whether it is what is kept."""
    _print_facts(console, replayed.facts)
    for _kept, now in replayed.pairs:
        console.print()
        _line(
            console, f"{one_line(now.question.name)}: {_earned(now.earned)} of {in_points(now.question.points)}, {_world(now, ())}", "bold"
        )
        _print_worlds(console, now, replayed.case, whole=True, again=None)
    console.print()
    for sentence in replayed.differences:
        _line(console, sentence, "yellow")
    if not replayed.differences:
        words = " Some of its words are others." if replayed.other_words else ""
        _line(console, f"The same as what is kept.{words}", "green")


def _print_facts(console: Console, facts: Sequence[tuple[str, str]]) -> None:
    width = max((len(what) for what, _words in facts), default=0) + 2
    for what, words in facts:
        for place, line in enumerate(printable(words).split("\n")):
            _line(console, f"{what if place == 0 else '':<{width}}{line}")


def _print_question(console: Console, question: ExplainedQuestion, *, whole: bool) -> None:
    standing, score = question.standing, question.score
    points = standing.points if standing is not None else score.earned if score is not None else None
    told = f", {_world(score, question.stand_ins)}" if score is not None else ""
    earned = "none" if points is None and score is None else _earned(points)
    _line(console, f"{one_line(question.name)}: {earned} of {in_points(question.possible)}{told}", "bold")
    if standing is not None and standing.override is not None:
        _line(console, f"  Given by staff; the automatic points are {_earned(standing.automatic)}.")
    for sentence in (question.by, *question.acts):
        if sentence:
            _line(console, f"  {printable(sentence)}")
    if score is None:
        _line(console, "  Nothing is judged.")
    else:
        _print_worlds(console, score, "", whole=whole, again=question.again_for)
    if question.again:
        _line(console, f"  To judge it again: {printable(question.again)}", "dim")


def _print_worlds(console: Console, score: QuestionScore, only: str, *, whole: bool, again: Callable[[str], str] | None) -> None:
    """Print the cases of each world; `again` has the command that repeats a case, which is told once for all worlds."""
    told = set[str]()

    def once(case: str) -> str:
        if again is None or case in told:
            return ""
        told.add(case)
        return again(case)

    for note in score.notes:
        _line(console, f"  {printable(note)}")
    if score.all_or_nothing:
        _line(console, "  All or nothing: one failed case costs all points.")
    _print_cases(console, score.cases, only, whole=whole, again=once)
    if score.own_cases:
        _line(console, f"  In the student's own world ({_earned(score.earned_own)}):")
        _print_cases(console, score.own_cases, only, whole=whole, again=once)
    if score.reference_cases:
        _line(console, f"  With the reference's helpers ({_earned(score.earned_reference)}), which does not count:")
        _print_cases(console, score.reference_cases, only, whole=whole, again=once)


def _print_cases(console: Console, cases: Iterable[CaseVerdict], only: str, *, whole: bool, again: Callable[[str], str]) -> None:
    shown = [case for case in cases if not only or case.name == only]
    width = max((len(VERDICTS[case.verdict]) for case in shown), default=0)
    for case in shown:
        hidden = ", hidden" if case.visibility is Visibility.HIDDEN else ""
        points = f"{number(case.earned)}/{number(case.possible)}"
        text = f"  {VERDICTS[case.verdict]:<{width}}  {one_line(case.name)} ({points}{hidden})"
        _line(console, text, _STYLES.get(case.verdict, "red"))
        staff = case.staff_message if whole else _shortened(case.staff_message)
        for who, words in (("student reads", case.message), ("staff", staff)):
            for line in _indented(who, words):
                _line(console, line)
        if case.verdict is not Verdict.PASSED:
            for line in _indented("again", again(case.name)):
                _line(console, line, "dim")


def _shortened(words: str) -> str:
    """Where in the tests, and the last line."""
    lines = [line for line in words.split("\n") if line.strip()]
    places = _IN_TESTS.findall(words)
    return "" if not lines else ": ".join([*(f"{file}, line {line}" for file, line in places[-1:]), lines[-1].strip()])


def _indented(who: str, words: str) -> Iterator[str]:
    for place, line in enumerate(printable(words).rstrip("\n").split("\n") if words else ()):
        yield f"      {who + ': ' if place == 0 else '  '}{line}"


def _world(score: QuestionScore, stand_ins: tuple[str, ...]) -> str:
    if score.world is World.REFERENCE:
        own = "" if score.earned_own is None else f"; with the student's own: {_earned(score.earned_own)}"
        return f"with the reference's {listed(stand_ins) if stand_ins else 'helpers'}{own}"
    return "with the student's own functions"


def _earned(points: Fraction | None) -> str:
    return "withheld" if points is None else str(number(points))


def _line(console: Console, text: str, style: str = "") -> None:
    console.print(Text(text, style=style), soft_wrap=True)


def _differences(kept: QuestionScore | None, now: QuestionScore, only: str) -> Iterator[str]:
    name = one_line(now.question.name)
    if kept is None:
        yield f"{name}: nothing is kept to compare with."
        return
    if not only and kept.earned != now.earned:
        yield f"{name}: {_earned(kept.earned)} is kept, {_earned(now.earned)} came now."
    for world, before, after in _worlds(kept, now):
        verdicts = {case.name: case.verdict for case in before}
        for case in after:
            was = verdicts.get(case.name)
            if (not only or case.name == only) and was is not case.verdict:
                shown = "not judged in this world" if was is None else VERDICTS[was]
                yield f"{name}, {one_line(case.name)}, {world}: {shown} is kept, {VERDICTS[case.verdict]} came now."


def _worlds(kept: QuestionScore, now: QuestionScore) -> Iterator[tuple[str, tuple[CaseVerdict, ...], tuple[CaseVerdict, ...]]]:
    yield "the student's own functions", _own(kept), _own(now)
    yield "the reference's helpers", _reference(kept), _reference(now)


def _own(score: QuestionScore) -> tuple[CaseVerdict, ...]:
    return score.cases if score.world is World.OWN else score.own_cases


def _reference(score: QuestionScore) -> tuple[CaseVerdict, ...]:
    return score.cases if score.world is World.REFERENCE else score.reference_cases


def _told(score: QuestionScore | None, only: str) -> list[tuple[str, str]]:
    cases = () if score is None else (*score.cases, *score.own_cases, *score.reference_cases)
    return [(case.message, case.staff_message) for case in cases if not only or case.name == only]
