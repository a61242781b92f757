"""`autograder regrade`: a class again, with a corrected bundle."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autograder.cli.again import command_again
from autograder.cli.bundles import NamedBundle, options_for_bundle, options_for_otters_bundles
from autograder.cli.ending import FAILED, INCOMPLETE, OK, STOPPED, WITHHELD, complain, terminal
from autograder.cli.grade import options_while_working, stop_as_if_by_ctrl_c

if TYPE_CHECKING:  # what commands import when they run, so that --help is quick
    from rich.console import Console

    from autograder.batch.regrade import Regraded, Regrading
    from autograder.report.event_lines import EventLines

__all__ = ["regrade"]

_MOST_NAMES = 8


@click.command()
@options_for_bundle("The corrected bundle, ours or otter's; its tests run as yourself.")
@click.option("-o", "--out", default="results", show_default=True, type=click.Path(path_type=Path), help="The class's folder.")
@click.option(
    "--policy",
    metavar="replace|keep-best[:QUESTION,…]",
    help="Whether new points count (the default), or in all or some questions the better of old and new.",
)
@click.option("--apply", is_flag=True, help="Let the results count as soon as everything is judged.")
@click.option("--why", default="", metavar="TEXT", help="The reason, kept with the event that makes the results official.")
@click.option("--only", metavar="NAME,…", help="Judge these submissions or students, to see what would come of it.")
@click.option("--state", multiple=True, type=click.Choice(["withheld"]), help="Judge those of this status again, too.")
@options_while_working
@options_for_otters_bundles
@click.pass_context
def regrade(
    context: click.Context,
    /,
    named: NamedBundle,
    out: Path,
    as_json: bool,
    everybody: bool,
    **how: Any,
) -> None:
    """Judge a graded class again with a corrected bundle, and show who changes, by how much, and why.

    Only questions whose tests changed, or whatever else decides their verdicts, are judged. Nothing counts, and no student's page changes,
    until you say yes, or give the same command with --apply, which judges nothing again. `autograder undo` goes back.
    """
    stop_as_if_by_ctrl_c()
    from autograder.batch.regrade import regrade as regraded_class
    from autograder.batch.regrade import regrading_for
    from autograder.batch.stdout import take_stdout
    from autograder.report.event_lines import EventLines
    from autograder.report.progress import progress_on
    from autograder.temporary import temporary_folder

    asked = regrading_for(**how, debug=bool(context.obj))
    stderr = terminal(stderr=True)
    events = EventLines(take_stdout()) if as_json else None
    with temporary_folder("autograder-unpacked-") as folder, events or progress_on(stderr) as progress:
        opened = named.opened(named.located(), folder)
        regraded = regraded_class(opened, out, asked, progress)
        if events is not None:
            _tell(events, regraded)
        progress.finished()
    lost = events.lost if events is not None else ""
    shown = stderr if as_json else terminal()
    _print(regraded, shown, everybody=everybody)
    if _may_ask(regraded, asked, as_json=as_json):
        regraded = _ask(regraded, asked)
    for sentence in _ending(context, regraded):
        shown.print(sentence, soft_wrap=True)
    context.exit(_code(regraded, lost))


def _tell(events: EventLines, regraded: Regraded) -> None:
    from autograder.report.changes import change_document

    for changed in regraded.comparison.changed:
        events.changed(change_document(changed))
    events.regraded(
        {
            "run": regraded.run,
            "compared": regraded.comparison.rows,
            "changed": len(regraded.comparison.changed),
            "missing": len(regraded.comparison.missing),
            "keep_best": list(regraded.keep_best),
            "counts": bool(regraded.official) or regraded.counts_already,
        }
    )


def _print(regraded: Regraded, console: Console, *, everybody: bool) -> None:
    from autograder.printable import printable
    from autograder.report.changes import print_changes, summary

    comparison = regraded.comparison
    if regraded.counts_already and not regraded.judged:
        return
    print_changes(console, comparison.changed, everybody=everybody)
    console.print(printable(summary(comparison.changed, comparison.rows)), soft_wrap=True)
    if regraded.keep_best:
        console.print(printable(f"Where they are better, earlier points are kept for {', '.join(regraded.keep_best)}."), soft_wrap=True)


def _may_ask(regraded: Regraded, asked: Regrading, *, as_json: bool) -> bool:
    open_ = not (regraded.official or regraded.counts_already or regraded.comparison.missing or regraded.interrupted)
    return open_ and not (asked.apply or asked.only is not None or as_json) and sys.stdin.isatty() and sys.stdout.isatty()


def _ask(regraded: Regraded, asked: Regrading) -> Regraded:
    from autograder.batch.regrade import make_official

    if click.confirm("Shall these results count? Gradebook and students' pages are made anew", default=False):
        return make_official(regraded, why=asked.why, wait=asked.means.wait)
    return regraded


def _ending(context: click.Context, regraded: Regraded) -> list[str]:
    """Sentences: what counts now, and what to do next."""
    from autograder.printable import printable

    comparison = regraded.comparison
    sentences = [*regraded.damaged]
    if comparison.unread:
        sentences.append(f"Not read yet, and so not regraded: {comparison.unread}. `autograder grade` with the bundle that counts goes on.")
    if comparison.withheld:
        sentences.append(f"Withheld: {comparison.withheld}. `autograder explain` says why; `--state withheld` judges them again.")
    if regraded.counts_already and regraded.judged:
        sentences.append(f"Everything was judged afresh, and counts (run {regraded.run}).")
    elif regraded.counts_already:
        sentences.append(f"The results of this bundle count already (run {regraded.run}). There is nothing to regrade.")
    elif regraded.official:
        back = f"autograder undo {regraded.official} -o {regraded.out}"
        sentences.append(f"These results count now (run {regraded.run}, event {regraded.official}). To go back: {back}")
    elif comparison.missing:
        names = ", ".join(comparison.missing[:_MOST_NAMES])
        more = f" and {len(comparison.missing) - _MOST_NAMES} more" if len(comparison.missing) > _MOST_NAMES else ""
        sentences.append(f"Not judged with this bundle yet: {names}{more}. Nothing counts before everything is judged. To go on:")
        sentences.append("  " + command_again(context, without={"only", "fresh", "time_limit"}))
    else:
        sentences.append("Nothing counts yet, and nobody's page has changed. To let these results count, judging nothing again:")
        sentences.append("  " + command_again(context, without={"only", "fresh", "time_limit", "state", "as_json"}, plus=["--apply"]))
    return [printable(sentence) for sentence in sentences]


def _code(regraded: Regraded, lost: str) -> int:
    """The exit code, and why on stderr."""
    for sentence in regraded.unwritten:
        complain(sentence)
    if lost:
        complain(lost)
    if regraded.unwritten:
        complain("Not every file could be written. Make room, and give the same command again.")
        return FAILED
    if regraded.interrupted:
        complain("Stopped. What was judged is kept, and the same command goes on from here.")
        return STOPPED
    if lost or regraded.damaged:
        return FAILED
    if regraded.incomplete:
        complain("The time limit came before the end. What was judged is kept, and the same command goes on from here.")
        return INCOMPLETE
    return WITHHELD if regraded.comparison.withheld else OK
