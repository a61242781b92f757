"""`autograder export`: gradebooks for learning platforms."""

from __future__ import annotations

from pathlib import Path

import click

from autograder.cli.ending import OK
from autograder.cli.options import OUT_HELP, SomePath

__all__ = ["export"]

_FORMS = ["canvas", "moodle", "moodle-feedback", "gradescope", "nbgrader", "xlsx"]
_SHOWN = 20


@click.command()
@click.argument("form", type=click.Choice(_FORMS), metavar="FORM")
@click.argument("template", required=False, type=SomePath(path_type=Path))
@click.option("-o", "--out", default="results", show_default=True, type=click.Path(path_type=Path), help=OUT_HELP)
@click.option("--to", "target", type=SomePath(path_type=Path), help="The file to write.  [default: one in OUT/exports]")
@click.option("--over", is_flag=True, help="Let --to write over a file that is there.")
@click.option("--column", help="Canvas: the assignment's number or whole heading. Moodle: the heading of the grades.")
@click.option("--scale", is_flag=True, help="Multiply scores where the platform's points possible differ from ours.")
@click.option("--all", "everybody", is_flag=True, help="Name everybody who is left out, however many there are.")
@click.pass_context
def export(
    context: click.Context,
    /,
    form: str,
    template: Path | None,
    out: Path,
    target: Path | None,
    over: bool,
    column: str | None,
    scale: bool,
    everybody: bool,
) -> None:
    """Write a gradebook that a platform takes: canvas, moodle, moodle-feedback, gradescope, nbgrader or xlsx.

    For Canvas and Moodle it is made from TEMPLATE, the gradebook or worksheet that was downloaded there, and only what has to change is
    changed. Who has no final score is left out, and named with the reason.
    """
    from autograder.batch.export import Form, Wish
    from autograder.batch.export import export as written
    from autograder.printable import counted, printable

    done = written(out, Wish(Form(form), template, target, over, column, scale))
    click.echo(printable(f"{done.path}: {counted(done.export.written, 'student')}."))
    left_out = done.export.left_out
    for one in left_out if everybody else left_out[:_SHOWN]:
        click.echo(printable(f"left out: {one.who}: {one.reason}"), err=True)
    if len(left_out) > _SHOWN and not everybody:
        click.echo(f"left out: {len(left_out) - _SHOWN} more; --all names them.", err=True)
    for sentence in done.export.notes:
        click.echo(printable(sentence), err=True)
    context.exit(OK)
