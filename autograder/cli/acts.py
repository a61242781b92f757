"""What staff does after grading: `autograder override`, `comment`, `excuse`, `extend`, `match` and `undo`.

Each says what it did, what the score was and is, and how to undo it. Nothing is graded for it, and it outlives every regrade.
"""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.ending import FAILED, OK, complain
from autograder.cli.options import option_for_out

if TYPE_CHECKING:  # what commands import when they run, so that --help is quick
    from autograder.batch.acts import Done

__all__ = ["comment", "excuse", "extend", "match", "override", "undo"]


@click.command()
@click.argument("student")
@click.argument("question", metavar="QUESTION|TOTAL")
@click.option("--points", required=True, metavar="N", help="Exactly as written: 7, 7.5 or 22/3.")
@click.option("--why", required=True, metavar="TEXT", help="The reason, for staff.")
@option_for_out
@click.pass_context
def override(context: click.Context, student: str, question: str, points: str, why: str, out: Path) -> None:
    """Give points by hand for a question, or for the total in place of questions and lateness.

    STUDENT is an id, login, e-mail or name of the roster, or a submission's name as in the gradebook. The automatic score stays beside it.
    """
    from autograder.batch import acts

    context.exit(_told(acts.override(out, student, question, points, why), out))


@click.command()
@click.argument("student")
@click.argument("words", nargs=-1, required=True, metavar="[QUESTION] TEXT")
@click.option("--staff-only", is_flag=True, help="The student never sees it.")
@option_for_out
@click.pass_context
def comment(context: click.Context, student: str, words: tuple[str, ...], staff_only: bool, out: Path) -> None:
    """Write something beside a score: on the student's page and in the gradebook, or for staff alone.

    Put TEXT in quotes; it is plain text, without markup.
    """
    from autograder.batch import acts

    if len(words) > 2:
        raise click.UsageError("There is more than one text. Put the comment in quotes.", context)
    question = words[0] if len(words) == 2 else None
    context.exit(_told(acts.comment(out, student, question, words[-1], staff_only=staff_only), out))


@click.command()
@click.argument("student")
@click.option("--why", required=True, metavar="TEXT", help="The reason, for staff.")
@option_for_out
@click.pass_context
def excuse(context: click.Context, student: str, why: str, out: Path) -> None:
    """Let no score of a student's count."""
    from autograder.batch import acts

    context.exit(_told(acts.excuse(out, student, why), out))


@click.command()
@click.argument("student")
@click.argument("due")
@click.option("--why", default="", metavar="TEXT", help="The reason, for staff.")
@option_for_out
@click.pass_context
def extend(context: click.Context, student: str, due: str, why: str, out: Path) -> None:
    """Give a student a due date of their own, such as 2026-11-20T23:59+01:00."""
    from autograder.batch import acts

    context.exit(_told(acts.extend(out, student, due, why), out))


@click.command()
@click.argument("submission")
@click.argument("student")
@click.option("--why", default="", metavar="TEXT", help="The reason, for staff.")
@option_for_out
@click.pass_context
def match(context: click.Context, submission: str, student: str, why: str, out: Path) -> None:
    """Say whose a submission is; nothing needs to be graded again.

    SUBMISSION is a name or key as in matches.csv, which also has suggestions; STUDENT is an id, login, e-mail or name of the roster.
    """
    from autograder.batch import acts

    context.exit(_told(acts.match(out, submission, student, why), out))


@click.command()
@click.argument("event")
@click.option("--why", default="", metavar="TEXT", help="The reason, for staff.")
@option_for_out
@click.pass_context
def undo(context: click.Context, event: str, why: str, out: Path) -> None:
    """Let an earlier EVENT count no more; `autograder log` has their ids. An undo, too, can be undone."""
    from autograder.batch import acts

    context.exit(_told(acts.undo(out, event, why), out))


def _told(done: Done, out: Path) -> int:
    """Say what became of it, and return the exit code."""
    from autograder.printable import printable

    for sentence in (done.did, *done.scores):
        click.echo(printable(sentence))
    for sentence in done.warnings:
        complain(sentence)
    if done.later:
        click.echo(printable(done.later))
    if done.event is not None:
        where = "" if str(out) == "results" else f" -o {shlex.quote(str(out))}"
        click.echo(printable(f"To undo it: autograder undo {done.event.id}{where}"))
    if not done.unwritten:
        return OK
    for sentence in done.unwritten:
        complain(sentence)
    complain("What you said is noted and counts, but not all files show it. Make room, then: `autograder report`.")
    return FAILED
