"""The command `autograder`: each command parses, calls one function, prints, and sets the exit code.

0    done: everything was graded
1    the command could not do its work; stderr says why
2    it was misused
3    graded, but some results are withheld
4    `score --fail-under`: graded, and the total is lower
5    `grade --time-limit`: the time was over before everything was graded; the same command goes on
130  stopped by Ctrl-C; what was graded until then is kept, and the same command goes on

A command's module imports what the command needs when it runs, so that --help is quick.
"""

from __future__ import annotations

import sys
import traceback
from typing import NoReturn

import click

from autograder import __version__
from autograder.cli import acts, authoring, doctor, explain, export, grade, merge, regrade, score, status
from autograder.cli.ending import FAILED, OK, STOPPED, complain
from autograder.errors import AutograderError

__all__ = ["main"]


def main() -> NoReturn:
    """Run the command and exit. Never shows a traceback but with `--debug`."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:  # a terminal that cannot show a character must not end the run
            reconfigure(errors="backslashreplace")
    debug = "--debug" in sys.argv[1:]
    stdout = sys.stdout
    try:
        code = _commands.main(prog_name="autograder", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        complain("Stopped.")
        code = STOPPED
    except AutograderError as error:
        if debug:
            traceback.print_exc()
        complain(str(error))
        code = FAILED
    except SystemExit as error:
        # Where whoever read stdout, such as `head`, had enough, click takes another stdout, and rich ends.
        if sys.stdout is stdout and not isinstance(error.__context__, BrokenPipeError):
            complain(f"Something that was loaded ended the program (exit code {error.code}). Look for exit in the tests and the solution.")
        code = FAILED
    except Exception as error:  # noqa: BLE001 - the last door: a mistake of ours
        if debug:
            traceback.print_exc()
            complain("This is a mistake in the grader. Please report it with the lines above.")
        else:
            what = f"{type(error).__name__}: {error}"
            complain(f"This is a mistake in the grader ({what}). Run it again with `autograder --debug …`, and report what it shows.")
        code = FAILED
    sys.exit(code or OK)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="autograder")
@click.option("--debug", is_flag=True, help="Show tracebacks.")
@click.pass_context
def _commands(context: click.Context, debug: bool) -> None:
    """Grade notebook assignments function by function, with the answers out of reach of the students' code."""
    context.obj = debug


_GRADING = (grade.grade, regrade.regrade, merge.merge, score.score)
_AFTER_GRADING = (
    status.status,
    explain.explain,
    acts.override,
    acts.comment,
    acts.excuse,
    acts.extend,
    acts.match,
    acts.undo,
    status.log,
    status.report,
)
_AUTHORING = (authoring.release, authoring.bundle, authoring.new)
for _command in (*_GRADING, *_AFTER_GRADING, export.export, *_AUTHORING, doctor.doctor):
    _commands.add_command(_command)
