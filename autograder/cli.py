"""The command `autograder`: each command parses, calls one function, prints, and sets the exit code.

0    done: everything was graded
1    the command could not do its work; stderr says why
2    it was misused
3    graded, but some results are withheld
4    `score --fail-under`: graded, and the total is lower
130  stopped by Ctrl-C; what was graded until then is written
"""

from __future__ import annotations

import shutil
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from autograder import __version__
from autograder.errors import AutograderError, MachineFault

if TYPE_CHECKING:  # what commands import when they run, so that --help is quick
    from autograder.batch.run import Progress
    from autograder.batch.threshold import Threshold
    from autograder.bundle import Bundle

__all__ = ["main"]

_OK, _FAILED, _WITHHELD, _UNDER, _STOPPED = 0, 1, 3, 4, 130
_CONFIG_HELP = "The course: its grader_config.yaml, or the folder with it."


def main() -> NoReturn:
    """Run the command and exit. Never shows a traceback but with `--debug`."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:  # a terminal that cannot show a character must not end the run
            reconfigure(errors="backslashreplace")
    debug = "--debug" in sys.argv[1:]
    try:
        code = _commands.main(prog_name="autograder", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        _complain("Stopped.")
        code = _STOPPED
    except AutograderError as error:
        if debug:
            traceback.print_exc()
        _complain(str(error))
        code = _FAILED
    except SystemExit as error:
        _complain(f"Something that was loaded ended the program (exit code {error.code}). Look for exit in the tests and the solution.")
        code = _FAILED
    except Exception as error:  # noqa: BLE001 - the last door: a mistake of ours
        if debug:
            traceback.print_exc()
            _complain("This is a mistake in the grader. Please report it with the lines above.")
        else:
            what = f"{type(error).__name__}: {error}"
            _complain(f"This is a mistake in the grader ({what}). Run it again with `autograder --debug …`, and report what it shows.")
        code = _FAILED
    sys.exit(code or _OK)


def _complain(text: str) -> None:
    from autograder.printable import printable

    click.echo(f"autograder: {printable(text)}", err=True)


class _SomePath(click.Path):
    """A path that says something: an empty one would mean the current folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            self.fail("it is empty. Name a notebook or a folder; the current folder is `.`.", param, ctx)
        return super().convert(value, param, ctx)


def _threshold(_context: click.Context, _parameter: click.Parameter, text: str | None) -> Threshold | None:
    """What `--fail-under` says."""
    from autograder.batch.threshold import read_threshold

    try:
        return None if text is None else read_threshold(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


def _options_for_otters_bundles(command: Callable[..., None]) -> Callable[..., None]:
    options = (
        click.option("--solution", type=_SomePath(path_type=Path), help="For otter's bundles: a .py file or notebook that is right."),
        click.option("--shared", multiple=True, metavar="QUESTION", help="For otter's bundles: run its tests beside the student's code."),
        click.option("--shared-where-needed", is_flag=True, help="The same for every question whose tests show that they need it."),
        click.option("--otter-exact", is_flag=True, help="Score as otter does also where it is plainly wrong."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="autograder")
@click.option("--debug", is_flag=True, help="Show tracebacks.")
@click.pass_context
def _commands(context: click.Context, debug: bool) -> None:
    """Grade notebook assignments function by function, with the answers out of reach of the students' code."""
    context.obj = debug


@_commands.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH…", type=_SomePath(path_type=Path))
@click.option(
    "-b",
    "--bundle",
    type=_SomePath(path_type=Path),
    help="The grading bundle, ours or otter's; its tests run as yourself. Without it, the course's own is built.",
)
@click.option("-c", "--config", default=".", type=click.Path(path_type=Path), help=_CONFIG_HELP + " Not used with --bundle.")
@click.option("-o", "--out", default="results", show_default=True, type=click.Path(path_type=Path), help="Folder for the results.")
@click.option(
    "-j", "--workers", type=click.IntRange(1, 512), help="Submissions graded at a time; no result depends on it.  [default: processors]"
)
@_options_for_otters_bundles
@click.pass_context
def grade(
    context: click.Context,
    paths: tuple[Path, ...],
    bundle: Path | None,
    config: Path,
    out: Path,
    workers: int | None,
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
    from autograder.intake.folders import find_submissions, passed_over
    from autograder.opening import free_passes, open_bundle
    from autograder.report.table import TerminalProgress, print_class, print_held_back, print_reasons, print_summary

    stderr = Console(stderr=True, highlight=False, markup=False, emoji=False)
    with tempfile.TemporaryDirectory(prefix="autograder-bundle-") as folder, TerminalProgress(stderr) as progress:
        opened = open_bundle(
            bundle if bundle is not None else _build(config),
            Path(folder),
            solution=solution,
            shared=frozenset(shared),
            shared_where_needed=shared_where_needed,
            exact=otter_exact,
        )
        scripts = opened.assignment.otter is not None
        _say_of_bundle(opened, progress)
        for sentence in free_passes(opened):
            progress.warn(sentence)
        for_nobody = passed_over(paths, out=out, scripts=scripts)
        if for_nobody:
            named = ", ".join(str(path) for path in for_nobody[:8]) + (f" and {len(for_nobody) - 8} more" if len(for_nobody) > 8 else "")
            progress.warn(f"Passed over, since they are no notebooks: {named}.")
        summary = run_batch(
            opened, find_submissions(paths, out=out, scripts=scripts), out, progress, workers=workers, debug=bool(context.obj)
        )
    stdout = Console(highlight=False, markup=False, emoji=False)
    print_class(stdout, summary.rows, opened.assignment)
    print_reasons(stderr, summary.rows)
    if opened.assignment.otter is not None:  # a course of ours is proved with its solution
        print_held_back(stderr, summary.rows)
    print_summary(stdout, summary.rows, summary.out, summary.gradebook, summary.earlier)
    for sentence in summary.unwritten:
        _complain(sentence)
    if summary.unwritten:
        _complain("Not everything could be written. The table above is complete; make room, and grade again.")
        context.exit(_FAILED)
    if summary.interrupted:
        _complain("Stopped. The gradebook has what was graded until then.")
        context.exit(_STOPPED)
    context.exit(_OK if summary.count("graded") == len(summary.rows) else _WITHHELD)


def _say_of_bundle(opened: Bundle, progress: Progress) -> None:
    """What whoever grades with a bundle should know of it."""
    if opened.assignment.otter is not None:
        progress.warn("The tests of this bundle are code that runs as yourself. Grade only with bundles of people you trust.")
    for sentence in opened.notices:
        progress.warn(sentence)
    if opened.assignment.demo_secret:
        progress.warn(
            "This bundle was built with the published demo secret, so hidden inputs can be foreseen. "
            "Before real students, put 32 random bytes into .autograder-secret beside the config, and build again."
        )


def _build(config: Path) -> Path:
    """Build the course's own bundle, as `autograder bundle` does."""
    from autograder.authoring.bundling import build_bundle
    from autograder.config import load_config

    sources = load_config(config)
    target = sources.root / "dist" / "autograder.zip"
    build_bundle(sources, target)
    return target


@_commands.command(name="score")
@click.argument("notebook", type=_SomePath(path_type=Path))
@click.option("-b", "--bundle", type=_SomePath(path_type=Path), help="The grading bundle. Without it, the course's own is built.")
@click.option("-c", "--config", default=".", type=click.Path(path_type=Path), help=_CONFIG_HELP + " Not used with --bundle.")
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
@_options_for_otters_bundles
@click.pass_context
def score(
    context: click.Context,
    notebook: Path,
    bundle: Path | None,
    config: Path,
    form: str,
    audience: str,
    least: Threshold | None,
    solution: Path | None,
    shared: tuple[str, ...],
    shared_where_needed: bool,
    otter_exact: bool,
) -> None:
    """Grade one notebook, and write its result to stdout, for a tool to read. Everything else goes to stderr.

    Exit code 0: graded. 1: it could not be done. 2: called wrongly. 3: something is withheld, which is no zero. 4: graded, and the
    total is under --fail-under.
    """
    from rich.console import Console

    from autograder.batch.one import Form, grade_one, written
    from autograder.batch.stdout import take_stdout, write_document
    from autograder.opening import open_bundle, shows_hidden
    from autograder.printable import number
    from autograder.report.table import TerminalProgress

    if audience == "staff" and form == Form.GRADESCOPE:
        raise click.UsageError("--for staff: in Gradescope's results every entry says itself who sees it. Leave the option out.")
    stdout = take_stdout()
    stderr = Console(stderr=True, highlight=False, markup=False, emoji=False)
    with tempfile.TemporaryDirectory(prefix="autograder-bundle-") as folder, TerminalProgress(stderr) as progress:
        path = bundle if bundle is not None else _build(config)
        opened = open_bundle(
            path, Path(folder), solution=solution, shared=frozenset(shared), shared_where_needed=shared_where_needed, exact=otter_exact
        )
        least_points = Fraction(0) if least is None else least.points(opened.assignment.points)
        _say_of_bundle(opened, progress)
        scored = grade_one(opened, notebook, progress, debug=bool(context.obj))
        later = shows_hidden(path) if path.is_dir() and opened.assignment.otter is None else None
        try:
            document = written(scored, opened, Form(form), for_staff=audience == "staff", show_hidden=later)
        except MachineFault:
            document = b""
            _complain("Gradescope's results cannot say that something is withheld for no fault of the student's, so none were written.")
    write_document(document, stdout)
    if scored.total is None:
        _complain("Something is withheld. This is not a zero. With `--for staff`, as JSON or JUnit XML, it says what and why.")
        context.exit(_WITHHELD)
    if scored.total < least_points:
        _complain(f"{number(scored.total)} points are under {number(least_points)} (--fail-under).")
        context.exit(_UNDER)
    context.exit(_OK)


@_commands.command()
@click.option("-c", "--config", default=".", type=click.Path(path_type=Path), help=_CONFIG_HELP)
@click.option("-o", "--out", type=click.Path(path_type=Path), help="Folder for the release.  [default: dist/release in the course]")
@click.option("--no-prove", is_flag=True, help="Do not run the reference and the untouched release first.")
def release(config: Path, out: Path | None, no_prove: bool) -> None:
    """Build what students get: a folder, and a zip of it."""
    from autograder.authoring.release import build_release
    from autograder.config import load_config

    sources = load_config(config)
    made = build_release(sources, out if out is not None else sources.root / "dist" / "release", prove=not no_prove)
    click.echo(f"{click.format_filename(made.folder)}: {len(made.files)} files")
    click.echo(f"{click.format_filename(made.archive)}: sha256 {made.sha256}")


@_commands.command()
@click.option("-c", "--config", default=".", type=click.Path(path_type=Path), help=_CONFIG_HELP)
@click.option("-o", "--out", type=click.Path(path_type=Path), help="The zip to write.  [default: dist/autograder.zip in the course]")
@click.option("--no-prove", is_flag=True, help="Do not run the reference and the untouched release first.")
def bundle(config: Path, out: Path | None, no_prove: bool) -> None:
    """Build what grading needs: one zip, with the hidden cases and the reference. Keep it to yourself."""
    from autograder.authoring.bundling import build_bundle
    from autograder.config import load_config

    sources = load_config(config)
    target = out if out is not None else sources.root / "dist" / "autograder.zip"
    sha256 = build_bundle(sources, target, prove=not no_prove)
    click.echo(f"{click.format_filename(target)}: sha256 {sha256}")
    if sources.assignment.demo_secret:
        click.echo(
            "Built with the published demo secret: hidden inputs can be foreseen. Before real students, put 32 random bytes "
            "into .autograder-secret beside the config, and build again.",
            err=True,
        )


@_commands.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--name", help="The assignment's identifier.  [default: the folder's name]")
def new(folder: Path, name: str | None) -> None:
    """Make a small course folder: two questions, one calling the other."""
    from autograder.authoring.scaffold import new_course

    for path in new_course(folder, name=name):
        click.echo(click.format_filename(path))
    command = "" if shutil.which("autograder") else f" AUTOGRADER={Path(sys.executable).with_name('autograder')}"
    click.echo(f"Now: cd {click.format_filename(folder)} && make grade{command}")


@_commands.command()
@click.option("--profile", type=click.Choice(["namespaces", "processes", "off"]), help="Try this one.  [default: the best that works]")
@click.pass_context
def doctor(context: click.Context, profile: str | None) -> None:
    """Say what confines student code on this machine, by trying it. Exit code 1 when something does not hold."""
    from autograder.doctor import examine
    from autograder.model import Profile

    found = examine(None if profile is None else Profile(profile))
    click.echo(found.system)
    click.echo(", ".join(f"{name} {version}" for name, version in found.packages))
    click.echo(f"profile: {found.profile}\n")
    for finding in found.findings:
        click.echo(f"{'holds  ' if finding.holds else 'MISSING'}  {finding.layer}")
        for words in finding.got_through:
            click.echo(f"         but when it was tried, {words}. Please report this.")
        if finding.layer.remedy:
            click.echo(f"         {finding.layer.remedy}")
    click.echo(f"\n{'Everything holds' if found.all_hold else 'Not everything holds'} ({found.seconds:.1f} s). See docs/confinement.md.")
    context.exit(_OK if found.all_hold else _FAILED)
