"""`autograder score`: one notebook, for a tool."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.bundles import NamedBundle, options_for_bundle, options_for_otters_bundles
from autograder.cli.ending import OK, UNDER, WITHHELD, complain, terminal
from autograder.cli.options import SomePath
from autograder.errors import MachineFault

if TYPE_CHECKING:  # what the command imports when it runs, so that --help is quick
    from autograder.batch.threshold import Threshold

__all__ = ["score"]


def _threshold(_context: click.Context, _parameter: click.Parameter, text: str | None) -> Threshold | None:
    """What `--fail-under` says."""
    from autograder.batch.threshold import read_threshold

    try:
        return None if text is None else read_threshold(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@click.command(name="score")
@click.argument("notebook", type=SomePath(path_type=Path))
@options_for_bundle("The grading bundle.")
@click.option("-f", "--format", "form", type=click.Choice(["json", "junit", "gradescope"]), default="json", show_default=True)
@click.option(
    "--for",
    "audience",
    type=click.Choice(["student", "staff"]),
    default="student",
    show_default=True,
    help="Who will read it. Not for gradescope: each entry there says itself who sees it.",
)
@click.option("--fail-under", "least", metavar="POINTS|SHARE%", callback=_threshold, help="End with exit code 4 when the total is lower.")
@options_for_otters_bundles
@click.pass_context
def score(
    context: click.Context,
    notebook: Path,
    named: NamedBundle,
    form: str,
    audience: str,
    least: Threshold | None,
) -> None:
    """Grade one notebook, and write its result to stdout, for a tool to read. Everything else goes to stderr.

    Exit code 0: graded. 1: it could not be done. 2: called wrongly. 3: something is withheld, which is no zero. 4: graded, and the
    total is under --fail-under.
    """
    from autograder.batch.about_bundle import say_of_bundle
    from autograder.batch.one import Form, grade_one, written
    from autograder.batch.stdout import take_stdout, write_document
    from autograder.opening import shows_hidden
    from autograder.printable import in_points, number
    from autograder.report.progress import progress_on
    from autograder.temporary import temporary_folder

    if audience == "staff" and form == Form.GRADESCOPE:
        raise click.UsageError("--for staff: in Gradescope's results every entry says itself who sees it. Leave the option out.")
    stdout = take_stdout()
    stderr = terminal(stderr=True)
    with temporary_folder("autograder-unpacked-") as folder, progress_on(stderr) as progress:
        path = named.located()
        opened = named.opened(path, folder)
        least_points = Fraction(0) if least is None else least.points(opened.assignment.points)
        say_of_bundle(opened, progress, grades_a_class=False)
        scored = grade_one(opened, notebook, progress, debug=bool(context.obj))
        later = shows_hidden(path) if path.is_dir() and opened.assignment.otter is None else None
        try:
            document = written(scored, opened, Form(form), for_staff=audience == "staff", show_hidden=later)
        except MachineFault:
            document = b""
            complain("Gradescope's results cannot say that something is withheld for no fault of the student's, so none were written.")
    write_document(document, stdout)
    if scored.total is None:
        complain("Something is withheld. This is not a zero. With `--for staff`, as JSON or JUnit XML, it says what and why.")
        context.exit(WITHHELD)
    if scored.total < least_points:
        complain(f"{in_points(scored.total)} {'is' if scored.total == 1 else 'are'} under {number(least_points)} (--fail-under).")
        context.exit(UNDER)
    context.exit(OK)
