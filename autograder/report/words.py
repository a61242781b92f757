"""What reports say to students in the same words, wherever they are shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

from autograder.model import CellProblem, Graded, QuestionScore, Result, Verdict, Withheld, World
from autograder.printable import number

__all__ = [
    "VERDICTS",
    "all_or_nothing",
    "checks_lost",
    "checks_not_run",
    "listed",
    "notebook_in_words",
    "problems_in_words",
    "which_world",
    "why_withheld",
]

VERDICTS: Mapping[Verdict, str] = {
    Verdict.PASSED: "passed",
    Verdict.FAILED: "wrong answer",
    Verdict.ERROR: "stopped with an error",
    Verdict.TIMED_OUT: "took too long",
    Verdict.OUT_OF_MEMORY: "used too much memory",
    Verdict.MISSING: "not found",
    Verdict.WITHHELD: "not judged",
}


def why_withheld(result: Result, *, called: str = "") -> str:
    """The reason when it is about the student's file, without the folders it lies in; anything else is for staff.

    Args:
        result: A withheld one.
        called: What its student knows the file as; empty: its name.
    """
    assert isinstance(result, Withheld)
    path = result.submission.path
    for name in filter(None, (result.submission.shown, str(path))):
        if result.reason.startswith(f"{name}: ") and "\n" not in result.reason:
            known_as, rest = called or result.submission.file, result.reason[len(name) :]
            # Without a folder in it, a name is as little a secret as any word, and may be one: `a: is a folder`.
            return known_as + (rest.replace(name, known_as) if "/" in name else rest)
    return ""


def checks_not_run(result: Graded) -> tuple[str, str]:
    """Of a result without a total: the counted questions whose checks could not be run, and, for staff, why; it may be empty."""
    names = [score.question.name for score in result.questions if score.earned is None and not score.question.optional]
    return ", ".join(names), next(filter(None, (why for _name, why in checks_lost(result))), "")


def checks_lost(result: Graded) -> list[tuple[str, str]]:
    """Each question of which a check could not be run, and why its first one could not, for staff."""
    lost: dict[str, str] = {}
    for score in result.questions:
        for case in score.cases:
            if case.verdict is Verdict.WITHHELD:
                lost[score.question.name] = lost.get(score.question.name) or case.staff_message
    return list(lost.items())


def which_world(score: QuestionScore, stand_ins: tuple[str, ...]) -> str:
    """Say in plain words which world counted, and why; empty where there was only one."""
    name = listed(score.question.functions) if score.question.functions else score.question.name
    correct = f"a correct {listed(stand_ins)}" if len(stand_ins) == 1 else f"correct versions of {listed(stand_ins)}"
    if score.world is World.REFERENCE:
        text = f"Your {name} was graded together with {correct}, so a mistake in your own costs nothing here."
        if score.earned_own is not None and score.earned_own != score.earned:
            possible = number(score.question.points)
            text += f" With your own functions it would have earned {number(score.earned_own)} of {possible} points."
        return text
    if score.earned is None or score.earned_reference is None:
        return ""
    if all(case.verdict is Verdict.MISSING for case in score.cases):
        return ""
    return (
        f"Your {name} was graded with your own functions. It was also tried with {correct}, which earned no more: look for "
        f"the mistake in {name} itself."
    )


def listed(names: tuple[str, ...]) -> str:
    """Names as part of a sentence."""
    if not names:
        return "the functions it relies on"
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def all_or_nothing(score: QuestionScore) -> bool:
    """True when cases passed that earned nothing, because not all did."""
    return score.earned == 0 and sum((case.earned for case in score.cases), Fraction(0)) > 0


def notebook_in_words(result: Graded) -> str:
    """What happened to the notebook as a whole, in lines; empty for most."""
    lines = list(result.notes)
    lines += [f"{what} {remedy}".rstrip() for what, remedy in problems_in_words(result.execution.problems)]
    if result.execution.problems:
        lines.append("By itself, what happens in a cell costs no points.")
    return "\n".join(lines)


def problems_in_words(problems: tuple[CellProblem, ...]) -> list[tuple[str, str]]:
    """What happened in which cells, and what to do about it; cells that wait for a function to be written are one entry."""
    unwritten = [problem.cell for problem in problems if problem.name == "NotImplementedError"]
    found = [(f"Code cell {p.cell} {what}", remedy) for p in problems if p.cell not in unwritten for what, remedy in [_problem(p)]]
    if unwritten:
        cells = f"cell {unwritten[0]}" if len(unwritten) == 1 else f"cells {listed(tuple(str(cell) for cell in unwritten))}"
        found.append((f"Code {cells} tried a function that is not written yet.", ""))
    return found


def _problem(problem: CellProblem) -> tuple[str, str]:
    """What happened in a cell, and what to do about it."""
    match problem.kind:
        case "raised":
            what = f"stopped with {problem.name}" if problem.name else "stopped with an error"
            # A syntax error's own words name a file that the kernel made of the cell.
            text = re.sub(r"\(\d+\.py, line (\d+)\)", r"(line \1 of the cell)", problem.text)
            what += f": {text}" if text else ""
            what += "" if what.endswith((".", "!", "?", "…")) else "."
            if problem.name == "ModuleNotFoundError":
                return what, "It is not there while grading: import it in a cell of its own, and use it in nothing that is graded."
            return what, "To see it, restart the kernel and run all cells from the top."
        case "timed_out":
            return "took too long and was interrupted.", "Look for a loop that does not end, or make the cell do less."
        case "hung":
            return "could not be interrupted, so the notebook was run again without it.", "Look for a loop that catches every exception."
        case "killed_kernel":
            return (
                "ended the whole notebook, so it was run again without this cell.",
                "Look for exit, for code that stops the process, and for arrays that are far too large.",
            )
        case _:
            return "was not run.", "Mend the cells above first."
