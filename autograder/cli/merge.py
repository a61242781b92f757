"""`autograder merge`: what several machines graded of one class."""

from __future__ import annotations

from pathlib import Path

import click

from autograder.cli.ending import FAILED, OK, WITHHELD, complain
from autograder.cli.options import OUT_HELP, SomePath

__all__ = ["merge"]


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE…", type=SomePath(path_type=Path))
@click.option("-o", "--out", default="results", show_default=True, type=click.Path(path_type=Path), help=OUT_HELP)
@click.option("--wait", is_flag=True, help="Wait for another command that writes to the same folder.")
@click.pass_context
def merge(context: click.Context, /, sources: tuple[Path, ...], out: Path, wait: bool) -> None:
    """Put together what `grade --shard I/N` graded, from the folders SOURCE… into OUT. In any order, as often as you like.

    Exit code 3 when something is withheld, also what sources disagree about.
    """
    from autograder.batch.merge import merge as merged
    from autograder.model import State
    from autograder.printable import counted, printable

    done = merged(out, sources, wait=wait)
    counts = {state: sum(standing.state is state for standing in done.now) for state in State}
    said = ", ".join(f"{count} {state}" for state, count in counts.items() if count)
    click.echo(printable(f"{out}: {counted(done.added, 'result')} added. {said}."))
    for name in done.disputed:
        complain(f"{name}: sources disagree about it; it is withheld. `autograder explain` says how.")
    for sentence in (*done.unfinished, *done.unwritten):
        complain(sentence)
    context.exit(FAILED if done.unwritten else WITHHELD if counts[State.WITHHELD] else OK)
