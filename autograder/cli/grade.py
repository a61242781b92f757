"""`autograder grade`: a class."""

from __future__ import annotations

import signal
import tempfile
from pathlib import Path

import click

from autograder.cli.bundles import build_course, say_of_bundle
from autograder.cli.ending import FAILED, OK, STOPPED, WITHHELD, complain
from autograder.cli.options import CONFIG_HELP, SomePath, options_for_otters_bundles

__all__ = ["grade"]


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH…", type=SomePath(path_type=Path))
@click.option(
    "-b",
    "--bundle",
    type=SomePath(path_type=Path),
    help="The grading bundle, ours or otter's; its tests run as yourself. Without it, the course's own is built.",
)
@click.option("-c", "--config", default=".", type=click.Path(path_type=Path), help=CONFIG_HELP + " Not used with --bundle.")
@click.option("-o", "--out", default="results", show_default=True, type=click.Path(path_type=Path), help="Folder for the results.")
@click.option(
    "-j", "--workers", type=click.IntRange(1, 512), help="Submissions graded at a time; no result depends on it.  [default: processors]"
)
@click.option("--json", "as_json", is_flag=True, help="Write events to stdout, a JSON object on each line, and nothing else there.")
@options_for_otters_bundles
@click.pass_context
def grade(
    context: click.Context,
    paths: tuple[Path, ...],
    bundle: Path | None,
    config: Path,
    out: Path,
    workers: int | None,
    as_json: bool,
    solution: Path | None,
    shared: tuple[str, ...],
    shared_where_needed: bool,
    otter_exact: bool,
) -> None:
    """Grade notebooks (or zips of one), and folders of them.

    In a given folder each notebook is a submission, named as its file, and each folder with one notebook, named as the
    folder. Results go to OUT/results (JSON), OUT/students (a page for each student) and OUT/gradebook.csv.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):  # a connection that breaks ends the run as Ctrl-C does
        if signal.getsignal(number) is not signal.SIG_IGN:  # but for `nohup`
            signal.signal(number, signal.default_int_handler)
    from rich.console import Console

    from autograder.batch.run import run_batch
    from autograder.batch.stdout import take_stdout
    from autograder.intake.folders import find_submissions, passed_over
    from autograder.opening import free_passes, open_bundle
    from autograder.report.event_lines import EventLines
    from autograder.report.progress import progress_on
    from autograder.report.table import print_class, print_held_back, print_reasons, print_summary

    stderr = Console(stderr=True, highlight=False, markup=False, emoji=False)
    events = EventLines(take_stdout()) if as_json else None
    with tempfile.TemporaryDirectory(prefix="autograder-bundle-") as folder, events or progress_on(stderr) as progress:
        opened = open_bundle(
            bundle if bundle is not None else build_course(config),
            Path(folder),
            solution=solution,
            shared=frozenset(shared),
            shared_where_needed=shared_where_needed,
            exact=otter_exact,
        )
        scripts = opened.assignment.otter is not None
        say_of_bundle(opened, progress)
        for sentence in free_passes(opened):
            progress.warn(sentence)
        for_nobody = passed_over(paths, out=out, scripts=scripts)
        if for_nobody:
            named = ", ".join(str(path) for path in for_nobody[:8]) + (f" and {len(for_nobody) - 8} more" if len(for_nobody) > 8 else "")
            progress.warn(f"Passed over, since they are no notebooks: {named}.")
        summary = run_batch(
            opened, find_submissions(paths, out=out, scripts=scripts), out, progress, workers=workers, debug=bool(context.obj)
        )
        progress.finished()
    shown = stderr if as_json else Console(highlight=False, markup=False, emoji=False)
    print_class(shown, summary.rows, opened.assignment)
    print_reasons(stderr, summary.rows)
    if opened.assignment.otter is not None:  # a course of ours is proved with its solution
        print_held_back(stderr, summary.rows)
    print_summary(shown, summary.rows, summary.out, summary.gradebook, summary.earlier)
    for sentence in summary.unwritten:
        complain(sentence)
    if events is not None and events.lost:
        complain(events.lost)
    if summary.unwritten:
        complain("Not everything could be written. The table above is complete; make room, and grade again.")
        context.exit(FAILED)
    if summary.interrupted:
        complain("Stopped. The gradebook has what was graded until then.")
        context.exit(STOPPED)
    if events is not None and events.lost:
        context.exit(FAILED)
    context.exit(OK if summary.count("graded") == len(summary.rows) else WITHHELD)
