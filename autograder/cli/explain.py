"""`autograder explain`: everything about one student's submission."""

from __future__ import annotations

from pathlib import Path

import click

from autograder.cli.ending import OK, terminal

__all__ = ["explain"]


@click.command()
@click.argument("student", metavar="STUDENT")
@click.argument("question", required=False, metavar="[QUESTION]")
@click.option("-o", "--out", default="results", show_default=True, type=click.Path(path_type=Path), help="The class's folder.")
@click.option("--replay", is_flag=True, help="Judge it once more, from the notebook and bundle that are kept; nothing is written.")
@click.option(
    "--case", default="", metavar="NAME", help="With --replay: show this case alone; the question's others run before and after it."
)
@click.pass_context
def explain(context: click.Context, /, student: str, question: str | None, out: Path, replay: bool, case: str) -> None:
    """Say everything about the submission of STUDENT: file, time, bundle, each case's verdict, what staff did, what it comes to.

    STUDENT is an id, login, e-mail or name of the roster, or a submission's name or key. For staff alone: it shows what hidden cases hold.
    """
    if case and not replay:
        raise click.UsageError("--case goes with --replay.")
    from autograder.batch.explain import explain as explained_of
    from autograder.batch.explain import replay as replay_of
    from autograder.report.explained import print_explained, print_replayed

    console = terminal()
    if replay:
        print_replayed(console, replay_of(out, student, question, case))
    else:
        print_explained(console, explained_of(out, student, question))
    context.exit(OK)
