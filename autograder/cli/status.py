"""A class that was graded: `autograder status` shows where it stands, `log` what staff did, `report` makes its files again."""

from __future__ import annotations

import json
from pathlib import Path

import click

from autograder.cli.ending import FAILED, OK, complain
from autograder.cli.options import option_for_out

__all__ = ["log", "report", "status"]


@click.command()
@option_for_out
@click.option("--json", "as_json", is_flag=True, help="Write a JSON object, with all names.")
def status(out: Path, as_json: bool) -> None:
    """Show where a class stands: who is graded, what counts, what waits for a look. Also while it is graded."""
    from autograder.batch.status import as_data, as_lines, read_status

    found = read_status(out)
    if as_json:
        click.echo(json.dumps(as_data(found), indent=1))
        return
    for line in as_lines(found):
        click.echo(line)


@click.command()
@click.argument("student", required=False)
@option_for_out
@click.option("--json", "as_json", is_flag=True, help="Write a JSON array.")
def log(student: str | None, out: Path, as_json: bool) -> None:
    """Show what staff did, the latest last; with STUDENT only what is about them."""
    from autograder.batch.log import as_data, as_lines, read_log

    entries = read_log(out, student)
    if as_json:
        click.echo(json.dumps(as_data(entries), indent=1))
        return
    for line in as_lines(entries):
        click.echo(line)


@click.command()
@option_for_out
@click.option("--wait", is_flag=True, help="Wait for another command that writes to the same folder.")
@click.pass_context
def report(context: click.Context, out: Path, wait: bool) -> None:
    """Make every file again that is made of the store: pages, documents, gradebook. Nothing is graded."""
    from autograder.batch.up_to_date import make
    from autograder.outputs import CLASS_PAGE, GRADEBOOK, STUDENTS
    from autograder.printable import printable

    made = make(out, wait=wait, anew=True)
    for sentence in made.unwritten:
        complain(sentence)
    if made.unwritten:
        complain("Not everything could be written. Make room, and give the same command again.")
        context.exit(FAILED)
    places = ", ".join(str(out / name) for name in (GRADEBOOK, STUDENTS, CLASS_PAGE))
    click.echo(printable(f"The files of {len(made.standings)} rows are made again: {places}."))
    context.exit(OK)
