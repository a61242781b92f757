"""Grade a class into its folder, regrade it, unite its parts; or score one notebook."""

from __future__ import annotations

import operator
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from autograder import records
from autograder.api.elsewhere import answer
from autograder.api.reading import open_class
from autograder.api.steps import Confinement, Hear, Notice, Step
from autograder.batch.comparing import Comparison
from autograder.batch.merge import Merged
from autograder.batch.merge import merge as merged
from autograder.errors import InputError
from autograder.model import Assignment, Graded, Result, Standing, State, Withheld
from autograder.report.changes import Changed
from autograder.report.explained import Replayed

__all__ = ["GradedClass", "RegradedClass", "StrPath", "grade", "merge", "regrade", "replay", "score"]

StrPath: TypeAlias = str | os.PathLike[str]
"""A path, as the standard library takes it."""
_Status: TypeAlias = Literal["withheld", "graded"]


@dataclass(frozen=True, slots=True)
class GradedClass:
    """A class when a run has ended. For single results, exports and what staff did: `open_class(graded.out)`."""

    out: Path
    """The class's folder."""
    assignment: Assignment
    """The policy that counts."""
    standings: tuple[Standing, ...]
    """Where everybody stands, in the gradebook's order: those of earlier runs, too."""
    incomplete: bool
    """True when the time limit came before the end; the same call goes on."""
    warnings: tuple[str, ...]
    """What the command writes to the terminal: what does not confine student code here, files that were passed over, and so on."""
    unwritten: tuple[str, ...]
    """A sentence for each page or table that could not be written; nothing graded is lost by it."""
    hints: tuple[str, ...]
    """Sentences on checks of otter's bundles that nobody passed."""

    def count(self, state: State) -> int:
        """How many have this state."""
        return sum(standing.state is state for standing in self.standings)


@dataclass(frozen=True, slots=True)
class RegradedClass:
    """A class beside what it would be with another bundle."""

    out: Path
    """The class's folder."""
    changed: tuple[Changed, ...]
    """Those whose points change, in order."""
    compared: int
    """How many rows of the class were judged with the bundle."""
    withheld: int
    """How many of them would be withheld."""
    missing: tuple[str, ...]
    """Names of submissions that are not judged with it yet; nothing counts before all are."""
    counts: bool
    """Whether the results count now."""
    official: str
    """Id of the event that made this call's results count; empty where it did not."""
    incomplete: bool
    """True when the time limit came before the end; the same call goes on."""
    warnings: tuple[str, ...]
    """What the command writes to the terminal: what does not confine student code here, kept files that are damaged."""
    unwritten: tuple[str, ...]
    """A sentence for each page or table that could not be written; nothing graded is lost by it."""


def grade(
    bundle: StrPath,
    paths: StrPath | Iterable[StrPath],
    out: StrPath,
    *,
    roster: StrPath | None = None,
    times: StrPath | None = None,
    attempts: Literal["newest", "all"] = "newest",
    only: str | Iterable[str] | None = None,
    sample: int | None = None,
    shard: str | None = None,
    state: _Status | Iterable[_Status] | None = None,
    jobs: int | None = None,
    cluster: str = "",
    time_limit: float | str | None = None,
    fresh: bool = False,
    wait: bool = False,
    solution: StrPath | None = None,
    shared: Iterable[str] = (),
    shared_where_needed: bool = False,
    otter_exact: bool = False,
    on_step: Hear | None = None,
) -> GradedClass:
    """Grade what came in, as `autograder grade` does, and go on where an earlier run stopped.

    Args:
        bundle: A grading bundle, ours or otter's. Its tests run as yourself.
        paths: What a learning platform gave: its zip, folders, notebooks.
        out: The class's folder, which gets the store and everything made of it.
        roster: Who is in the class: our CSV, or a platform's own file. Takes the place of the one that is known.
        times: When submissions came, where the platform does not say: CSV or JSON.
        attempts: Which are graded.
        only: Names of submissions or students, or one text with commas between them; everybody when None.
        sample: Grade so many, always the same.
        shard: `3/16` for the third of sixteen parts.
        state: Grade again those whose result has this status; those without a result when None.
        jobs: How many at a time; as many as there are processors when None. No result depends on it.
        cluster: `local`, or the address of a dask scheduler; see `docs/cluster.md`.
        time_limit: Start nothing new after so many seconds, or after a text such as `90 min`.
        fresh: Use no verdict of before.
        wait: Wait for another run that writes to the same folder, instead of refusing.
        solution: For otter's bundles, as are those after it; see `docs/coming-from-otter.md`.
        shared: Questions whose tests run in the student's process.
        shared_where_needed: The same for every question whose tests show that they need it.
        otter_exact: Score as otter does also where it is plainly wrong.
        on_step: Called with each step, in this thread. What it raises stops the run as Ctrl-C does.

    Raises:
        InputError: there is no submission, something cannot be used as given, or `out` has results of another bundle.
        AuthorError: the bundle's tests or solution do not load.
        MachineFault: this machine cannot grade, confine or write. What was graded is kept.
        KeyboardInterrupt: after Ctrl-C, when what was graded is kept and every process has ended. The same call goes on.
    """
    heard = _Heard(on_step)
    order = {
        "do": "grade",
        "bundle": _text(bundle),
        "paths": _paths(paths, "paths"),
        "out": _text(out),
        "opening": _opening(solution, shared, shared_where_needed, otter_exact),
        "how": {
            "roster": None if roster is None else _text(roster),
            "times": None if times is None else _text(times),
            "attempts": attempts,
            "only": None if only is None else ",".join(_some(only, "only")),
            "sample": _whole(sample),
            "shard": shard,
            "state": [] if state is None else _some(state, "state"),
            **_means(jobs, cluster, time_limit, fresh, wait),
        },
    }
    done = answer(order, heard.step)
    with open_class(out) as now:
        return GradedClass(
            now.out,
            now.assignment,
            now.standings,
            done["incomplete"],
            tuple(heard.warnings),
            tuple(done["unwritten"]),
            tuple(done["hints"]),
        )


def score(
    bundle: StrPath,
    notebook: StrPath,
    *,
    solution: StrPath | None = None,
    shared: Iterable[str] = (),
    shared_where_needed: bool = False,
    otter_exact: bool = False,
    on_step: Hear | None = None,
) -> Result:
    """Grade one notebook, and keep nothing.

    Args:
        bundle: A grading bundle, ours or otter's. Its tests run as yourself.
        notebook: The file; for a bundle of otter's a .py file or a zip will do as well.
        solution: For otter's bundles, as are those after it; see `grade`.
        shared: See `grade`.
        shared_where_needed: See `grade`.
        otter_exact: See `grade`.
        on_step: Called with `Confinement` and each `Notice`, in this thread.

    Returns:
        `Graded`, with every case; or `Withheld`, with the reason, which is no zero. Both are for staff.

    Raises:
        InputError: there is no such file, or something cannot be used as given.
        AuthorError: the bundle's tests or solution do not load.
        MachineFault: this machine cannot grade or confine.
        KeyboardInterrupt: after Ctrl-C, when every process has ended.
    """
    opening = _opening(solution, shared, shared_where_needed, otter_exact)
    order = {"do": "score", "bundle": _text(bundle), "notebook": _text(notebook), "opening": opening}
    done = answer(order, on_step)
    return records.read(done["result"], Graded) if done["kind"] == Graded.__name__ else records.read(done["result"], Withheld)


def regrade(
    bundle: StrPath,
    out: StrPath,
    *,
    policy: str | None = None,
    apply: bool = False,
    why: str = "",
    only: str | Iterable[str] | None = None,
    state: Literal["withheld"] | None = None,
    jobs: int | None = None,
    cluster: str = "",
    time_limit: float | str | None = None,
    fresh: bool = False,
    wait: bool = False,
    solution: StrPath | None = None,
    shared: Iterable[str] = (),
    shared_where_needed: bool = False,
    otter_exact: bool = False,
    on_step: Hear | None = None,
) -> RegradedClass:
    """Judge a graded class again with a corrected bundle, and say who would change. Nothing counts before a call with `apply`.

    Args:
        bundle: The corrected bundle.
        out: The class's folder.
        policy: `replace` (as None), `keep-best`, or `keep-best:` and questions with commas between.
        apply: Let the results count when everything is judged; what is judged already is not judged again.
        why: The reason, kept with the event that makes the results count.
        only: Judge these alone, to see what would come of it; see `grade`.
        state: Judge those that are withheld again, too.
        jobs: See `grade`, as for those after it.
        cluster: See `grade`.
        time_limit: See `grade`.
        fresh: Use no verdict of before.
        wait: See `grade`.
        solution: See `grade`.
        shared: See `grade`.
        shared_where_needed: See `grade`.
        otter_exact: See `grade`.
        on_step: See `grade`.

    Returns:
        Who would change, by how much and why; and the event that lets it count, for `Class.undo`.

    Raises:
        InputError: there are no results, they are of another assignment, or something cannot be used as given.
        AuthorError, MachineFault, KeyboardInterrupt: see `grade`.
    """
    order = {
        "do": "regrade",
        "bundle": _text(bundle),
        "out": _text(out),
        "opening": _opening(solution, shared, shared_where_needed, otter_exact),
        "how": {
            "policy": policy,
            "apply": apply,
            "why": why,
            "only": None if only is None else ",".join(_some(only, "only")),
            "state": [] if state is None else [state],
            **_means(jobs, cluster, time_limit, fresh, wait),
        },
    }
    heard = _Heard(on_step)
    done = answer(order, heard.step)
    comparison = records.read(done["comparison"], Comparison)
    return RegradedClass(
        Path(_text(out)),
        comparison.changed,
        comparison.rows,
        comparison.withheld,
        comparison.missing,
        bool(done["official"]) or done["counts_already"],
        done["official"],
        done["incomplete"],
        (*heard.warnings, *done["damaged"]),
        tuple(done["unwritten"]),
    )


def replay(out: StrPath, who: str, question: str | None = None, *, case: str = "", on_step: Hear | None = None) -> Replayed:
    """Judge one submission once more, from the notebook and the bundle that are kept, and write nothing.

    Args:
        out: The class's folder.
        who: Id, login, e-mail or name of a student; or a submission's name or key.
        question: Its name, or that of one of its functions; all when None.
        case: Show this case alone; the question's others run before and after it.
        on_step: Called with `Confinement`, in this thread.

    Returns:
        What came, beside what is kept, and how they differ; with staff's full messages.

    Raises:
        InputError: there are no results or no file, or a name means nothing or several.
        AuthorError, MachineFault, KeyboardInterrupt: see `grade`.
    """
    order = {"do": "replay", "out": _text(out), "who": who, "question": question, "case": case}
    return records.read(answer(order, on_step), Replayed)


def merge(out: StrPath, sources: StrPath | Iterable[StrPath], *, wait: bool = False) -> Merged:
    """Unite what several machines graded of one class, each its `shard`, into one folder; see `autograder merge`.

    Args:
        out: The folder, which is made or added to.
        sources: Folders of classes.
        wait: Wait for another run that writes to `out`, instead of refusing.

    Raises:
        InputError: a source has no results, is damaged, or they are of different assignments, bundles or rosters; nothing is taken then.
        MachineFault: the store cannot be written.
    """
    return merged(Path(_text(out)), [Path(path) for path in _paths(sources, "sources")], wait=wait)


class _Heard:
    """Keeps the warnings of a run, and passes each step on."""

    def __init__(self, hear: Hear | None) -> None:
        self._hear = hear
        self.warnings: list[str] = []

    def step(self, step: Step) -> None:
        if isinstance(step, Notice) and step.warning:
            self.warnings.append(step.text)
        elif isinstance(step, Confinement):
            self.warnings += [f"Not protected here: {phrase}." for phrase in step.missing]
        if self._hear is not None:
            self._hear(step)


def _opening(solution: StrPath | None, shared: Iterable[str], where_needed: bool, exact: bool) -> dict[str, Any]:
    names = [shared] if isinstance(shared, str) else list(shared)
    return {
        "solution": None if solution is None else _text(solution),
        "shared": names,
        "shared_where_needed": where_needed,
        "otter_exact": exact,
    }


def _means(jobs: int | None, cluster: str, time_limit: float | str | None, fresh: bool, wait: bool) -> dict[str, Any]:
    return {"workers": _whole(jobs), "cluster": cluster, "time_limit": time_limit, "fresh": fresh, "wait": wait}


def _paths(given: StrPath | Iterable[StrPath], what: str) -> list[str]:
    return _some([_text(path) for path in ([given] if isinstance(given, (str, os.PathLike)) else given)], what)


def _some(given: str | Iterable[str], what: str) -> list[str]:
    """One or several, and never none: an empty list must not mean everybody.

    Raises:
        InputError: there is none.
    """
    several = [given] if isinstance(given, str) else list(given)
    if not all(several) or not several:
        raise InputError(f"`{what}` is empty. Name at least one.")
    return several


def _whole(count: int | None) -> int | None:
    """A number that is one, of NumPy's, too; TypeError for anything else."""
    return None if count is None else operator.index(count)


def _text(path: StrPath) -> str:
    """A path as text; also one whose bytes are no text."""
    return os.fsdecode(path)
