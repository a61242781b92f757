"""What is printed, and the tables of docs/benchmarks.md."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from benchmarks.cost import Cost, Failed, counts_everything
from benchmarks.course import MIX, Course
from benchmarks.measure import Found
from benchmarks.nbgrader_batch import BIN

__all__ = ["Table", "conditions", "markdown", "plain", "put_between", "put_into", "tables"]

BEGIN, END = "<!-- benchmarks: begin -->", "<!-- benchmarks: end -->"
_MIB = 1 << 20


@dataclass(frozen=True)
class Table:
    """Rows of text; the first column names, the others are figures."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


def conditions(course: Course) -> list[str]:
    """Sentences: when, where and of what these figures are."""
    versions = {name: importlib.metadata.version(name) for name in ("numpy", "otter-grader", "nbclient", "ipykernel")}
    if (BIN / "nbgrader").exists():
        said = subprocess.run([BIN / "nbgrader", "--version"], capture_output=True, text=True, check=False).stdout.split()
        versions["nbgrader"] = said[-1] if said else "?"
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 30
    kernel = ".".join(platform.release().split(".")[:2])
    named = ", ".join(f"{name} {version}" for name, version in versions.items())
    said_of_cpu = (
        "CPU time is that of every process, also of those that nobody waits for."
        if counts_everything()
        else "CPU time is that of processes that were waited for: this system does not let us count the others, which are only ours."
    )
    machine = f"{os.cpu_count()} processors ({platform.machine()}), {memory} GiB, Linux {kernel}, load {os.getloadavg()[1]:.1f} at the end"
    done = f"the flagship's perfect notebook, {len(course.bundle.assignment.questions)} graded questions with {course.cases} cases"
    return [
        f"{time.strftime('%Y-%m-%d', time.gmtime())}; {machine}; Python {platform.python_version()}, {named}.",
        f"Each submission: {done}. {said_of_cpu}",
    ]


def tables(found: Found) -> Iterator[Table]:
    """The tables of what was measured."""
    if found.each:
        yield Table("Each submission, all in", ("", "CPU ms", "wall ms"), list(_each(found.each)))
        ratios = list(_ratios(found.each))
        if ratios:
            yield Table("Ratios of CPU time", ("", "is", "wanted"), ratios)
    if found.bundles:
        yield Table(
            "A bundle of otter's (5 questions, 20 cases)", ("", "CPU ms", "wall ms", "otter run / this", "wanted"), list(_bundles(found))
        )
    if found.classes:
        yield Table(
            "A class from a cold start, all processors", ("", "wall s", "CPU s", "CPU ms each", "driver MiB"), list(_classes(found))
        )
        yield Table("Growth", ("", "is", "wanted"), list(_growth(found)))
    if found.pieces is not None:
        yield Table(f"Pieces (confined in the profile `{found.pieces.profile}`)", ("", "is", "wanted"), list(_pieces(found)))
    if found.layers:
        rows = [(layer, f"{1e3 * cpu_s:.1f}", f"{100 * cpu_s / found.layers['all']:.0f} %") for layer, cpu_s in found.layers.items()]
        yield Table("Where the time goes (one worker, clocks included)", ("", "CPU ms", "share"), rows)


_NAMES = {
    "floor: cells": "floor: a fork and the cells, no cases",
    "floor": "floor: a fork, the cells and all cases",
    "ours": "autograder, each further one, one worker",
    "nbgrader: public": "nbgrader autograde, each further one of a batch, public cases only",
    "nbgrader": "nbgrader autograde, each further one of a batch, all cases",
    "otter": "otter run, all cases",
}


def _each(each: dict[str, Cost]) -> Iterator[tuple[str, ...]]:
    for name, words in _NAMES.items():
        if name in each:
            yield words, f"{1e3 * each[name].cpu_s:.0f}", f"{1e3 * each[name].wall_s:.0f}"


def _ratios(each: dict[str, Cost]) -> Iterator[tuple[str, ...]]:
    wanted = {"otter": "at least 35, aim 50", "nbgrader: public": "at least 6, aim 10", "nbgrader": "at least 6, aim 10"}
    for name, words in wanted.items():
        if {"ours", name} <= each.keys():
            yield (
                f"{_NAMES[name].replace(', each further one of a batch', '')} / ours",
                f"{each[name].cpu_s / each['ours'].cpu_s:.1f}",
                words,
            )
    if {"ours", "floor"} <= each.keys():
        yield "ours / floor", f"{each['ours'].cpu_s / each['floor'].cpu_s:.2f}", "at most 2.5"
    if "ours" in each:
        yield "ours, CPU ms", f"{1e3 * each['ours'].cpu_s:.0f}", "at most 150, aim 80"


def _bundles(found: Found) -> Iterator[tuple[str, ...]]:
    names = {"otter": "otter run", "plugin": "otter run, with our plugin", "ours": "autograder, each further one, one worker"}
    wanted = {"otter": "", "plugin": "at least 1", "ours": "at least 30"}
    for (form, name), cost in found.bundles.items():
        ratio = found.bundles[form, "otter"].cpu_s / cost.cpu_s
        yield f"{form}: {names[name]}", f"{1e3 * cost.cpu_s:.0f}", f"{1e3 * cost.wall_s:.0f}", f"{ratio:.1f}", wanted[name]


def _classes(found: Found) -> Iterator[tuple[str, ...]]:
    rows = [(f"{count} copies", count, cost) for count, cost in found.classes.items()]
    if found.mixed is not None:
        count, cost = found.mixed
        rows.append((f"{count} mixed ones (every second perfect, the others {len(MIX)} of the examples in turn)", count, cost))
    for name, count, cost in rows:
        yield name, f"{cost.wall_s:.1f}", f"{cost.cpu_s:.1f}", f"{1e3 * cost.cpu_s / count:.0f}", f"{cost.memory_bytes / _MIB:.0f}"


def _growth(found: Found) -> Iterator[tuple[str, ...]]:
    if found.start_up_s is not None:
        yield "start and end of the command, wall s", f"{found.start_up_s:.2f}", "below 2"
    counts = sorted(found.classes)
    for fewer, more in pairwise(counts):
        each = found.classes[more].each(found.classes[fewer], more - fewer)
        yield f"each of the {more - fewer} beyond {fewer}, CPU ms", f"{1e3 * each.cpu_s:.0f}", "the same"
        yield f"submissions a second, beyond {fewer}", f"{1 / each.wall_s:.1f}", f"at least {5 * (os.cpu_count() or 1)}"
    if 200 in found.classes:
        yield "200 copies from a cold start, wall s", f"{found.classes[200].wall_s:.1f}", "below 25"
    if found.mixed is not None and found.mixed[0] == 800:
        yield "800 mixed ones, wall s", f"{found.mixed[1].wall_s:.1f}", "below 90"


def _pieces(found: Found) -> Iterator[tuple[str, ...]]:
    assert found.pieces is not None
    yield "kernel's fork, confined, ms", f"{1e3 * found.pieces.kernel_s:.1f}", ""
    yield "of that, confinement, ms", f"{1e3 * found.pieces.confinement_s:.1f}", "below 10"
    yield "question's fork, looked at, ms", f"{1e3 * found.pieces.question_s:.1f}", "below 8"
    memory = found.pieces.own_memory_bytes
    yield "a kernel's own memory, MiB", "not told to this user" if memory is None else f"{memory / _MIB:.1f}", "below 25"


def plain(table: Table) -> str:
    """The table as text for a terminal."""
    rows = [table.columns, *table.rows]
    widths = [max(len(row[column]) for row in rows) for column in range(len(table.columns))]
    lines = [
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width) for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
    return "\n".join([table.title, *(line.rstrip() for line in lines), ""])


def markdown(table: Table) -> str:
    """The table for a page."""
    head = "| " + " | ".join(table.columns) + " |\n|---|" + "---:|" * (len(table.columns) - 1)
    return "\n".join([f"**{table.title}**", "", head, *("| " + " | ".join(row) + " |" for row in table.rows), ""])


def put_into(page: Path, course: Course, found: Found) -> None:
    """Write the tables between the page's two markers.

    Raises:
        Failed: they are not there.
    """
    parts = [*conditions(course), *map(markdown, tables(found))]
    page.write_text(put_between(page.read_text(encoding="utf-8"), parts), encoding="utf-8")


def put_between(text: str, parts: Sequence[str]) -> str:
    """The page's text with these paragraphs between its markers.

    Raises:
        Failed: it has no markers.
    """
    before, begin, rest = text.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not (begin and end):
        raise Failed(f"The page has no `{BEGIN}` … `{END}` to put the tables between.")
    return before + BEGIN + "\n\n" + "\n\n".join(part.strip() for part in parts) + "\n\n" + END + after
