"""What two graders say of the same submission, put together: the same whichever of them speaks first, and however often.

A submission is *disputed* where they cannot both be right. A dispute stays until the submission is graded again; its words name
nothing of what was said, for that would hang on who spoke first.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from autograder import records
from autograder.model import Confined, HandedIn, Measured, Person, Result, Submission, Withheld
from autograder.standing.lateness import instant

__all__ = ["HANDED_IN", "VERDICTS", "Claim", "Found", "agreed_claim", "agreed_result", "is_dispute", "is_same", "withheld"]

HANDED_IN = (
    "Graders disagree about it: another file, person or time came under the same identity. Grade it again from the download that counts."
)
"""There is no file of it then, for nobody can say which: it has to come in again. In every run."""
VERDICTS = "Graders disagree about it: the same notebook got different verdicts. Grade it again with `grade --state withheld`."
"""Its own, or another that is the same to a kernel. In one run."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody says was handed in."""

    handed_in: HandedIn
    """Who, what, when."""
    content: str
    """Sha256 of its file; empty where they have not read it, or it is disputed."""
    disputed: bool = False
    """Whether graders disagree about it."""


@dataclass(frozen=True, slots=True)
class Found:
    """What somebody found when they judged it."""

    result: Result
    """What became of it."""
    confined: Confined | None
    """What confined it."""
    contexts: str
    """Digest of those it was judged in, where it would certainly be judged so again; else empty."""


def is_dispute(reason: str) -> bool:
    """Whether a result is withheld for a dispute."""
    return reason in (HANDED_IN, VERDICTS)


def is_same(one: Claim, two: Claim) -> bool:
    """Whether both say the same in the same words: one moment may be written with several offsets."""
    return one == two and str(one.handed_in.submitted_at) == str(two.handed_in.submitted_at)


def agreed_claim(one: Claim, two: Claim) -> Claim:
    """What was handed in, as both say.

    What is known counts, and what one of them does not know is no contradiction: most have only heard of what others grade. Two files, two
    times, two flags or other people are: they graded from different downloads.
    """
    contents = {one.content, two.content} - {""}
    handed_in, agree = _agreed_handed_in(one.handed_in, two.handed_in)
    disputed = one.disputed or two.disputed or not agree or len(contents) > 1
    return Claim(handed_in, "" if disputed else max(contents, default=""), disputed)


def _agreed_handed_in(one: HandedIn, two: HandedIn) -> tuple[HandedIn, bool]:
    """Both as one, and whether they agree in what may decide points."""
    times = sorted((said.submitted_at for said in (one, two) if said.submitted_at is not None), key=_by_time)
    flags = sorted({said.late for said in (one, two) if said.late is not None})
    people = sorted({said.people for said in (one, two) if said.people}, key=_by_text)
    agree = len({instant(time) for time in times}) < 2 and len(flags) < 2 and len(people) < 2
    rest = min(
        (replace(said, submitted_at=None, late=None, people=()) for said in (one, two)), key=lambda said: (said.refused, _by_text(said))
    )
    first_time, first_flag = (times[0] if times else None), (flags[0] if flags else None)
    return replace(rest, submitted_at=first_time, late=first_flag, people=people[0] if people else ()), agree


def _by_time(time: datetime) -> tuple[object, str]:
    return instant(time), time.isoformat()


def _by_text(noun: HandedIn | tuple[Person, ...]) -> str:
    return json.dumps(records.plain(noun), sort_keys=True)


def agreed_result(one: Found, two: Found) -> Found:
    """What became of the same file in the same run, as both say: a score counts more than none, and of two scores neither."""
    disputes = {found.result.reason for found in (one, two) if isinstance(found.result, Withheld)} & {HANDED_IN, VERDICTS}
    if disputes:
        return withheld(HANDED_IN if HANDED_IN in disputes else VERDICTS)
    if _known(one) != _known(two):
        return max(one, two, key=_known)
    contradict = _known(one) == _HAS_SCORE and _verdicts(one) != _verdicts(two)
    return withheld(VERDICTS) if contradict else min(one, two, key=_by_all)


def withheld(dispute: str) -> Found:
    """What becomes of a submission that is disputed."""
    return Found(Withheld(Submission("", Path()), dispute), None, "")


_HAS_SCORE = 2


def _known(found: Found) -> int:
    """How much it says: nothing, something, a score."""
    if isinstance(found.result, Withheld):
        return 0
    return 1 if found.result.total is None else _HAS_SCORE


def _verdicts(found: Found) -> Result:
    return replace(found.result, submission=Submission("", Path()), measured=Measured())


def _by_all(found: Found) -> str:
    """Any order will do, as long as all that will be seen of it is in it."""
    nameless = replace(found.result, submission=Submission("", Path()))
    return json.dumps([records.plain(nameless), records.plain(found.confined), found.contexts], sort_keys=True)
