"""Grades a class into its store, and goes on where an earlier run stopped; then makes the files that are made of it.

what came in → lock → look at the store → start what grades (nothing is forked after that) → open the store → whose it is →
judge, one transaction for each submission → files
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from autograder import records
from autograder.batch.about_bundle import say_of_bundle
from autograder.batch.files import Files, prepare
from autograder.batch.judging import Item, Judging
from autograder.batch.means import Means, grading
from autograder.batch.up_to_date import writing
from autograder.batch.view import FIRST_RUN, OPAQUE_KEY, TIMES, ClassNow, class_now, official_run
from autograder.bundle import Bundle
from autograder.errors import InputError
from autograder.grading.court import release_cells
from autograder.intake import Arrival, Attempts, TakenIn, Wanted, take_in
from autograder.intake.matching import Matching, match
from autograder.intake.roster import Roster
from autograder.intake.subsets import Shard, chosen, sample, shard
from autograder.intake.times import Times, with_times
from autograder.model import Graded, HandedIn, Outcome, Standing, Student
from autograder.printable import counted
from autograder.report.hearing import Progress
from autograder.report.held_back import HeldBack
from autograder.standing.effective import View, effective
from autograder.store import Run, Store, keep

_SHOWN = 8

__all__ = ["Asked", "Ended", "Part", "earlier_times", "grade_class", "part_of", "refuse_another_bundle", "taken_in", "timed", "wanted"]


@dataclass(frozen=True, slots=True)
class Part:
    """Which submissions of a class are graded now; the others stay as they are. With several wishes, those that meet all."""

    only: str | None = None
    """Names with commas between; None: everybody. An empty text is refused: a filter that found nobody means nobody."""
    sample: int | None = None
    """How many owners, always the same ones; None: all."""
    shard: Shard | None = None
    """One part of several; None: all."""
    states: frozenset[str] = frozenset()
    """Only those whose result has this status, judged again: `withheld`; empty: those without a result."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How a class is graded; nothing of it changes a verdict."""

    roster: Roster | None = None
    """Takes the place of the store's."""
    times: Times | None = None
    """When submissions came, where the platform does not say. Takes the place of the store's."""
    attempts: Attempts = Attempts.NEWEST
    """Which attempts are graded."""
    part: Part = field(default_factory=Part)
    """Which submissions."""
    means: Means = field(default_factory=Means)
    """By what means."""


@dataclass(frozen=True, slots=True)
class Ended:
    """What a run did."""

    now: Sequence[Standing]
    """Where everybody stands."""
    out: Path
    """The class's folder."""
    withheld: int = 0
    """How many rows wait for somebody; see `ClassNow.withheld`."""
    interrupted: bool = False
    """True when it was stopped by Ctrl-C."""
    incomplete: bool = False
    """True when the time limit came before the end."""
    unwritten: tuple[str, ...] = ()
    """A sentence for each derived file that could not be written."""
    hints: tuple[str, ...] = ()
    """Sentences on checks of otter's bundles that nobody passed."""


def wanted(bundle: Bundle) -> Wanted:
    """What a bundle says of a submission.

    Raises:
        AuthorError: its untouched release cannot be read.
    """
    return Wanted.of(bundle.assignment, tuple(release_cells(bundle)), frozenset(bundle.files()))


def taken_in(bundle: Bundle, paths: Sequence[Path], out: Path | None, asked: Asked) -> TakenIn:
    """What came in, without grading any of it.

    Raises:
        AuthorError: the bundle's release cannot be read.
        MachineFault: notebooks cannot be looked at on this machine.
    """
    taken = take_in(paths, wanted(bundle), out=out, attempts=asked.attempts)
    folders = sorted({f"{path.parent}/" for path in paths if str(path.parent) != "."}, key=len, reverse=True)
    return replace(taken, arrivals=tuple(_without(folders, arrival) for arrival in taken.arrivals))


def _without(folders: Sequence[str], arrival: Arrival) -> Arrival:
    """An arrival whose sentences name files from what was given on: where that lies on this machine is nobody's business."""
    handed_in = arrival.handed_in

    def shorter(sentence: str) -> str:
        for folder in folders:
            sentence = sentence.replace(folder, "")
        return sentence

    notes = tuple(map(shorter, handed_in.notes))
    return replace(arrival, handed_in=replace(handed_in, refused=shorter(handed_in.refused), notes=notes))


def grade_class(bundle: Bundle, paths: Sequence[Path], out: Path, asked: Asked, progress: Progress) -> Ended:
    """Grade what came in, and write its results below `out`.

    Args:
        bundle: An opened bundle; its folder must stay until this returns.
        paths: What came in.
        out: The class's folder; made when it is not there.
        asked: How.
        progress: Hears of every step.

    Returns:
        Where everybody stands, also after Ctrl-C: then with what was graded until then. The same call again goes on.

    Raises:
        InputError: There is no submission, `out` cannot be used, or has results of another bundle.
        AuthorError: The bundle's tests or solution do not load.
        MachineFault: There is no warm process, confinement that the config requires cannot be had, or the store cannot be written.
    """
    until = asked.means.until()
    say_of_bundle(bundle, progress, grades_a_class=True)
    taken = taken_in(bundle, paths, out, asked)
    _say(taken, asked, progress)
    if not any(not arrival.handed_in.refused for arrival in taken.arrivals):  # before anything is made: a slip leaves no folder
        reasons = [arrival.handed_in.refused for arrival in taken.arrivals]
        raise InputError("\n".join(["There is nothing to grade.", *(reasons or taken.passed_over)]))
    with writing(out, wait=asked.means.wait, said=progress.said):
        prepare(out)
        with Store(out, writing=True) as store:  # now, and not when everything is loaded
            store.files.tidy()
        with grading(bundle, asked.means, progress) as (grader, reader), Store(out, writing=True) as store:
            run = _run(store, bundle, grader.stand_ins)
            judging = Judging(store, run, grader, grader.confinement.confined, reader, progress, fresh=asked.means.fresh)
            judging.again, judging.until = asked.part.states, until
            return _judged(judging, taken, asked, progress, grader.workers)


def _say(taken: TakenIn, asked: Asked, progress: Progress) -> None:
    for recognised in taken.recognised:
        progress.said(f"{recognised.sentence}.")
    if asked.roster is not None:
        progress.said(asked.roster.kind)
    warnings = (*taken.warnings, *(asked.roster.notices if asked.roster is not None else ()))
    for sentence in (*warnings, *(asked.times.notices if asked.times is not None else ())):
        progress.warn(sentence)
    noted = sum(bool(arrival.handed_in.notes) for arrival in taken.arrivals)
    if noted:
        progress.said(
            f"For {noted} of them there was more than one file or attempt: `--dry-run` and `autograder explain` say which counts, and why."
        )
    if taken.passed_over:
        progress.warn(f"Passed over, since they are no notebooks: {_some(taken.passed_over)}")


def _some(texts: Sequence[str], between: str = " ") -> str:
    return between.join([*texts[:_SHOWN], *([f"and {len(texts) - _SHOWN} more"] if len(texts) > _SHOWN else [])])


def _run(store: Store, bundle: Bundle, stand_ins: Mapping[str, tuple[str, ...]]) -> Run:
    """The run that this bundle's results are of.

    Raises:
        InputError: the class was graded with another bundle.
    """
    run = keep(bundle, store.files, stand_ins)
    official = official_run(store)
    refuse_another_bundle(official, run, store.out)
    with store.transaction():
        store.classes.add_run(run)
        if official is None:
            keys = hashlib.sha256(b"folders" + b"".join(key for _name, key in sorted(bundle.question_keys.items())))
            store.set_fact(FIRST_RUN, run.id)
            store.set_fact(OPAQUE_KEY, keys.hexdigest())
    return run


def refuse_another_bundle(official: Run | None, run: Run, out: Path) -> None:
    """Refuse to grade into a class that was graded with another bundle.

    Raises:
        InputError: it was.
    """
    if official is not None and official.id != run.id:
        raise InputError(
            f"{out} was graded with another bundle (sha256 {official.sha256[:12]}…; this one: {run.sha256[:12]}…). To grade with "
            "a corrected one, and see who changes before anything counts: `autograder regrade -b BUNDLE -o OUT`. For another assignment, "
            "choose another folder with `-o`."
        )


def _judged(judging: Judging, taken: TakenIn, asked: Asked, progress: Progress, workers: int) -> Ended:
    store = judging.store
    students = asked.roster.students if asked.roster is not None else store.classes.roster()
    times = asked.times or earlier_times(store)
    arrivals, sentences = timed(taken.arrivals, times, students, effective(store.history.all()))
    if times is not None and asked.times is None:
        progress.said(f"Times are those of {times.shown}, which was given before.")
        sentences = []  # they were told then
    for sentence in sentences:
        progress.warn(sentence)
    with store.transaction():
        if asked.times is not None:
            store.set_fact(TIMES, json.dumps(records.plain(replace(asked.times, shown=Path(asked.times.shown).name, notices=()))))
        if asked.roster is not None:
            store.classes.set_roster(asked.roster.students)
        for arrival in arrivals:
            _announce(store, arrival.handed_in)
    now = class_now(store)
    for sentence in (*now.matching.warnings, *now.view.odd):
        progress.warn(sentence)
    mine = part_of(arrivals, asked.part, now.students, now.matching, now.outcomes)
    files = Files(now)
    judging.kept = files.judged
    possible = now.assignment.points
    done = 0 if asked.means.fresh else sum(key in now.outcomes for key in {arrival.handed_in.key for arrival in mine})
    progress.began(len(mine), 0 if asked.part.states else done, possible=possible, at_a_time=workers)
    interrupted = False
    try:
        judging.judge(Item(arrival.handed_in, arrival.read) for arrival in mine)
    except KeyboardInterrupt:
        interrupted = True
    for sentence in _doubts(judging, store):
        progress.warn(sentence)
    files.note()
    if files.unwritten:
        progress.warn(f"{files.unwritten[0]} Grading went on, and it is tried again now.")
    now = class_now(store)
    files = Files(now)
    standings = files.all()
    hints = _hints(now) if now.assignment.otter is not None else ()  # a course of ours is proved with its solution
    return Ended(standings, store.out, now.withheld(standings), interrupted, judging.stopped_early, tuple(files.unwritten), hints)


def _announce(store: Store, handed_in: HandedIn) -> None:
    """Note who handed in what; but what was read before is not forgotten for a file that cannot be read now."""
    noted = store.classes.submission(handed_in.key) if handed_in.refused else None
    if noted is None or not noted.content:
        store.classes.announce(handed_in)


def _doubts(judging: Judging, store: Store) -> Iterator[str]:
    """What somebody should look at, as sentences."""
    if judging.unread:
        yield f"Read before, and not to be read now; what was graded then stays. {_some(judging.unread)}"
    if judging.replaced:
        names = _some(judging.replaced, ", ")
        yield (
            f"Graded from another file than before: {names}. What a file is called is only a claim: if it is another student's, rename it."
        )
    elsewise = store.classes.judged_elsewise(judging.run.id, judging.engine.contexts.digest)
    if elsewise:
        yield (
            f"Kept as they are: {counted(elsewise, 'result')} of another version of the grader, of Python or of packages, or of a "
            "machine that confines otherwise. `--fresh` judges everybody anew, alike."
        )


def _hints(now: ClassNow) -> tuple[str, ...]:
    held_back = HeldBack()
    for handed_in in now.handed_in:
        found = now.result(handed_in)
        if found is not None and isinstance(found[0], Graded):
            held_back.add(found[0])
    return tuple(held_back.sentences())


def timed(arrivals: Sequence[Arrival], times: Times | None, students: Sequence[Student], view: View) -> tuple[list[Arrival], list[str]]:
    """What came in, with the times that were given besides, and sentences on times that are nobody's."""
    if times is None:
        return list(arrivals), []
    handed_in = [arrival.handed_in for arrival in arrivals]
    matching = match(handed_in, students, {owner: said.act.student for owner, said in view.matches.items()})
    with_them, sentences = with_times(handed_in, times, matching)
    return [replace(arrival, handed_in=one) for arrival, one in zip(arrivals, with_them, strict=True)], list(sentences)


def earlier_times(store: Store) -> Times | None:
    """The times that were given last; None where none ever were."""
    known = store.fact(TIMES)
    return None if known is None else records.read(json.loads(known), Times)


def part_of(
    arrivals: Sequence[Arrival], part: Part, students: Sequence[Student], matching: Matching, outcomes: Mapping[str, Outcome]
) -> list[Arrival]:
    """Which of them are meant, in a class with this roster, these owners, and these results by key.

    Raises:
        InputError: a name is nobody's, means several, or is of a student who handed in nothing.
    """
    whole = [arrival.handed_in for arrival in arrivals]
    keys = {handed_in.key for handed_in in whole}
    if part.only is not None:
        keys &= {one.key for one in chosen(part.only, whole, students, matching)}
    if part.shard is not None:
        keys &= {one.key for one in shard(whole, part.shard)}
    if part.sample is not None:
        keys &= {one.key for one in sample([one for one in whole if one.key in keys], part.sample)}
    if part.states:
        keys &= {key for key, outcome in outcomes.items() if ("withheld" if outcome.total is None else "graded") in part.states}
    return [arrival for arrival in arrivals if arrival.handed_in.key in keys]
