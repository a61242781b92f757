"""`autograder grade`: a class."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autograder.cli.bundles import NamedBundle, options_for_bundle, options_for_otters_bundles
from autograder.cli.ending import FAILED, INCOMPLETE, OK, STOPPED, WITHHELD, complain, terminal
from autograder.cli.options import SomePath

if TYPE_CHECKING:  # what commands import when they run, so that --help is quick
    from autograder.batch.run import Asked, Ended
    from autograder.bundle import Bundle

__all__ = ["grade", "options_while_working", "stop_as_if_by_ctrl_c"]


def options_while_working(command: Callable[..., None]) -> Callable[..., None]:
    """Add what `grade` and `regrade` have in common."""
    options = (
        click.option(
            "-j", "--jobs", "--workers", "workers", type=click.IntRange(1, 512), help="Graded at a time; no result depends on it."
        ),
        click.option("--cluster", default="", metavar="local|tls://HOST:PORT", help="Grade on a dask cluster (docs/cluster.md)."),
        click.option("--time-limit", metavar="DURATION", help="Start nothing new after it, such as `90 min`; exit code 5."),
        click.option("--fresh", is_flag=True, help="Use no verdict of before, not even of an equal notebook in this run."),
        click.option("--wait", is_flag=True, help="Wait for another command that writes to the same folder."),
        click.option("--json", "as_json", is_flag=True, help="Write events to stdout, a JSON object on each line, and nothing else there."),
        click.option("--all", "everybody", is_flag=True, help="Print everybody, however many there are."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def stop_as_if_by_ctrl_c() -> None:
    """Let a connection that breaks end the run as Ctrl-C does."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # but for `nohup`
            signal.signal(number, signal.default_int_handler)


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH…", type=SomePath(path_type=Path))
@options_for_bundle("The grading bundle, ours or otter's; its tests run as yourself.")
@click.option("-o", "--out", default="results", show_default=True, type=click.Path(path_type=Path), help="The class's folder.")
@click.option("--roster", type=SomePath(path_type=Path), help="Who is in the class: our CSV, or a platform's own file.")
@click.option("--times", type=SomePath(path_type=Path), help="When submissions came, where the platform does not say: CSV or JSON.")
@click.option("--attempts", type=click.Choice(["newest", "all"]), default="newest", show_default=True, help="Which are graded.")
@click.option("--dry-run", is_flag=True, help="Show who would be graded from which file, and why; grade nothing.")
@click.option("--only", metavar="NAME,…", help="Grade these submissions or students.")
@click.option("--sample", type=click.IntRange(1), metavar="N", help="Grade N of them, always the same.")
@click.option("--shard", metavar="I/N", help="Grade one part of N; `autograder merge` puts them together.")
@click.option("--state", multiple=True, type=click.Choice(["withheld", "graded"]), help="Grade again those of this status.")
@options_while_working
@options_for_otters_bundles
@click.pass_context
def grade(
    context: click.Context,
    /,
    paths: tuple[Path, ...],
    named: NamedBundle,
    out: Path,
    dry_run: bool,
    as_json: bool,
    everybody: bool,
    **how: Any,
) -> None:
    """Grade whatever a learning platform gave: its zip, or folders and notebooks. The same command again goes on where it stopped.

    Recognised are downloads of Gradescope, Canvas, Moodle, nbgrader and GitHub Classroom; anything else is a folder of notebooks, each a
    submission named as its file, or of folders with one notebook, named as the folder. OUT gets the store (autograder.sqlite),
    gradebook.csv, students/ (a folder for each student) and staff/.
    """
    stop_as_if_by_ctrl_c()
    from autograder.batch.asking import asked_for
    from autograder.batch.run import grade_class
    from autograder.batch.stdout import take_stdout
    from autograder.report.event_lines import EventLines
    from autograder.report.progress import progress_on
    from autograder.temporary import temporary_folder

    asked = asked_for(**how, debug=bool(context.obj))
    stderr = terminal(stderr=True)
    events = EventLines(take_stdout()) if as_json else None
    with temporary_folder("autograder-unpacked-") as folder, events or progress_on(stderr) as progress:
        opened = named.opened(named.located(), folder)
        if dry_run:
            _show(opened, paths, out, asked)
            context.exit(OK)
        ended = grade_class(opened, paths, out, asked, progress)
        progress.finished()
    lost = events.lost if events is not None else ""
    shown = stderr if as_json else terminal()
    _print(ended, opened, shown, stderr, everybody=everybody)
    context.exit(_code(ended, lost))


def _show(opened: Bundle, paths: tuple[Path, ...], out: Path, asked: Asked) -> None:
    """Print what was taken in."""
    from autograder.batch.dry_run import print_dry_run

    print_dry_run(opened, paths, out, asked, terminal())


def _print(ended: Ended, opened: Bundle, shown: Any, stderr: Any, *, everybody: bool) -> None:
    from autograder.outputs import CLASS_PAGE, GRADEBOOK, STUDENTS
    from autograder.printable import printable
    from autograder.report.standings import print_standings, print_standings_reasons, print_standings_summary

    gradebook = ended.out / GRADEBOOK
    print_standings(shown, ended.now, opened.assignment, gradebook, everybody=everybody)
    print_standings_reasons(stderr, ended.now)
    for sentence in ended.hints:
        stderr.print(printable(sentence), style="yellow", soft_wrap=True)
    places = [("gradebook", gradebook), ("for each student", ended.out / STUDENTS), ("the class", ended.out / CLASS_PAGE)]
    print_standings_summary(shown, ended.now, places)
    for sentence in ended.unwritten:
        complain(sentence)


def _code(ended: Ended, lost: str) -> int:
    """The exit code, and why on stderr."""
    if lost:
        complain(lost)
    if ended.unwritten:
        complain("Not everything could be written. The table above is complete; make room, and give the same command again.")
        return FAILED
    if ended.interrupted:
        complain("Stopped. What was graded is kept, and the same command goes on from here.")
        return STOPPED
    if lost:
        return FAILED
    if ended.incomplete:
        complain("The time limit came before the end. What was graded is kept, and the same command goes on from here.")
        return INCOMPLETE
    return WITHHELD if ended.withheld else OK
