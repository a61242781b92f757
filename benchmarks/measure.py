"""Runs the parts, and keeps what each found."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

from benchmarks import floor, nbgrader_batch, otter_bundles, ours, stock_otter
from benchmarks.cost import Cost, median
from benchmarks.course import Course, copies
from benchmarks.layers import profile
from benchmarks.pieces import Pieces, pieces

__all__ = ["PARTS", "QUICK", "Found", "Size", "measure"]

PARTS = ("floor", "ours", "nbgrader", "otter", "bundles", "classes", "pieces", "layers")


@dataclass(frozen=True)
class Size:
    """How much is run."""

    rounds: int = 3
    """What is compared is run in turn, this often; medians count."""
    more: int = 40
    """Further submissions of ours, and of the floor."""
    peers: int = 6
    """Further submissions of an nbgrader batch."""
    classes: tuple[int, ...] = (20, 200, 1000)
    """Copies of the perfect notebook."""
    mixed: int = 800
    """Notebooks of the mixed class."""
    pieces: int = 60
    """Forks of each kind."""
    layers: int = 41
    """Submissions of which one less is profiled."""


QUICK = Size(rounds=1, more=10, peers=3, classes=(20, 60), mixed=40, pieces=12, layers=6)
"""A look: good for a factor of two."""


@dataclass
class Found:
    """What the parts found; a part that was not run left nothing."""

    each: dict[str, Cost] = field(default_factory=dict)
    """What a further submission costs with "floor: cells", "floor", "ours", "nbgrader: public", "nbgrader", "otter"."""
    bundles: dict[tuple[str, str], Cost] = field(default_factory=dict)
    """Format of an otter bundle, and "otter", "plugin" or "ours" → what a submission costs."""
    start_up_s: float | None = None
    """Wall-clock seconds of our command besides its submissions."""
    classes: dict[int, Cost] = field(default_factory=dict)
    """Copies → what the whole class costs from a cold start, with all processors."""
    mixed: tuple[int, Cost] | None = None
    """The mixed class, and what it costs."""
    pieces: Pieces | None = None
    """Forks, confinement, memory."""
    layers: dict[str, float] = field(default_factory=dict)
    """Layer → CPU seconds for each submission."""


def measure(course: Course, size: Size, parts: Collection[str], say: Callable[[str], None]) -> Found:
    """Run the parts.

    Raises:
        Failed: a grader failed, or did not give the marks it should.
    """
    found = Found()
    compared: dict[str, list[Cost]] = {}
    bundles: dict[tuple[str, str], list[Cost]] = {}
    for number in range(1, size.rounds + 1):
        say(f"round {number} of {size.rounds}")
        for name, cost in _compared(course, size, parts, say):
            compared.setdefault(name, []).append(cost)
        for form in otter_bundles.FORMATS if "bundles" in parts else ():
            say(f"a bundle of otter's, {form}")
            for name, cost in otter_bundles.compared(form, size.more):
                bundles.setdefault((form, name), []).append(cost)
    found.each = {name: median(costs) for name, costs in compared.items()}
    found.bundles = {key: median(costs) for key, costs in bundles.items()}
    if "classes" in parts:
        say("start-up")
        found.start_up_s = min(ours.start_up(course) for _ in range(size.rounds))
        for count in size.classes:
            say(f"a class of {count}")
            found.classes[count] = ours.whole_class(course, count)
        say(f"a mixed class of {size.mixed}")
        found.mixed = size.mixed, ours.mixed_class(course, size.mixed)
    if "pieces" in parts:
        say("forks, confinement, memory")
        found.pieces = pieces(course, size.pieces)
    if "layers" in parts:
        say("the profile by layer")
        found.layers = profile(course, size.layers)
    return found


def _compared(course: Course, size: Size, parts: Collection[str], say: Callable[[str], None]) -> Iterator[tuple[str, Cost]]:
    """What is compared, once, one after the other, so that all meet the same state of the machine."""
    if "floor" in parts:
        say("the floor")
        cells, everything = floor.floor(course, size.more)
        yield "floor: cells", cells
        yield "floor", everything
    if "ours" in parts:
        say("ours")
        yield "ours", ours.each_more(course.archive, lambda count, folder: copies(course, count, folder), size.more, "--workers", "1")
    if "otter" in parts:
        say("otter run")
        yield "otter", stock_otter.otter_run(course)
    if "nbgrader" in parts:
        say("nbgrader autograde")
        yield "nbgrader: public", nbgrader_batch.each_more(course, size.peers, hidden=False)
        yield "nbgrader", nbgrader_batch.each_more(course, size.peers, hidden=True)
