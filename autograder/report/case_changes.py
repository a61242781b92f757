"""Why a question's points change when it is judged with other tests: which cases newly fail or pass, in words for staff."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from autograder.model import CaseVerdict, Graded, QuestionScore, Result, Verdict, World
from autograder.printable import number, one_line
from autograder.report.words import VERDICTS

__all__ = ["why_points_change"]

_MOST_NAMED = 6  # cases of one kind
_LONGEST_NAME = 80
_LONGEST_REASON = 300


def why_points_change(question: str, before: Result | None, after: Result | None) -> str:
    """Say what is different, as one line; names of cases are the tests' own.

    Args:
        question: Its name.
        before: What counted so far; None where nothing did.
        after: What would count.
    """
    old, new = _score(question, before), _score(question, after)
    if new is None or after is None:
        return _without(question, after, "now")
    if old is None or before is None:
        return _without(question, before, "before")
    return "; ".join(_differences(old, new)) or "by its points alone"


def _score(question: str, result: Result | None) -> QuestionScore | None:
    scores = result.questions if isinstance(result, Graded) else ()
    return next((score for score in scores if score.question.name == question), None)


def _without(question: str, result: Result | None, when: str) -> str:
    match result:
        case None:
            return f"not graded {when}"
        case Graded():
            return f"no question {one_line(question)} {when}"
        case _:
            return f"withheld {when}: {_cut(result.reason, _LONGEST_REASON)}"


def _differences(old: QuestionScore, new: QuestionScore) -> Iterable[str]:
    before, after = _by_name(old.cases), _by_name(new.cases)
    both = [(before[key], case) for key, case in after.items() if key in before]
    added = [case for key, case in after.items() if key not in before]
    gone = [case for key, case in before.items() if key not in after]
    changed = [(one, other) for one, other in both if _passed(one) != _passed(other) or _lost(one) != _lost(other)]
    yield from _named("newly failing", [_with_verdict(case) for _old, case in changed if not _passed(case) and not _lost(case)])
    yield from _named("newly passing", [_name(case) for _old, case in changed if _passed(case)])
    yield from _named("not judged now", [_name(case) for _old, case in changed if _lost(case)])
    yield from _named("new and passed", [_name(case) for case in added if _passed(case)])
    yield from _named("new and not passed", [_with_verdict(case) for case in added if not _passed(case)])
    yield from _named("gone, and was passed", [_name(case) for case in gone if _passed(case)])
    yield from _named("gone, and was not passed", [_name(case) for case in gone if not _passed(case)])
    worth = [f"{_name(case)} ({number(case.possible)}, not {number(one.possible)})" for one, case in both if one.possible != case.possible]
    yield from _named("worth other points", worth)
    if old.all_or_nothing != new.all_or_nothing:
        yield "all or nothing now" if new.all_or_nothing else "no longer all or nothing"
    if old.world is not new.world:
        yield "with the reference's helpers now" if new.world is World.REFERENCE else "with their own functions now"


def _by_name(cases: Sequence[CaseVerdict]) -> dict[tuple[str, int], CaseVerdict]:
    """Cases by name; of several with one name, by place among those."""
    seen: Counter[str] = Counter()
    found: dict[tuple[str, int], CaseVerdict] = {}
    for case in cases:
        found[case.name, seen[case.name]] = case
        seen[case.name] += 1
    return found


def _passed(case: CaseVerdict) -> bool:
    return case.verdict is Verdict.PASSED


def _lost(case: CaseVerdict) -> bool:
    return case.verdict is Verdict.WITHHELD


def _with_verdict(case: CaseVerdict) -> str:
    return f"{_name(case)} ({VERDICTS[case.verdict]})"


def _name(case: CaseVerdict) -> str:
    return _cut(case.name, _LONGEST_NAME)


def _named(what: str, names: Sequence[str]) -> Iterable[str]:
    if names:
        more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
        yield f"{what}: {', '.join(names[:_MOST_NAMED])}{more}"


def _cut(text: str, longest: int) -> str:
    shown = one_line(text[: longest + 1])
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"
