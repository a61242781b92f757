"""Grades the one submission of a Gradescope container and writes its `results.json`: what run_autograder of a bundle calls.

    ROOT/source/                   the bundle, unpacked
    ROOT/submission/               what the student handed in
    ROOT/results/results.json      written when there is something to say; see `autograder.report.gradescope`

Exit code 0: it was written. A student's mistake, such as no notebook or two, is a visible message in it. 1: the author's or the
machine's fault; there is none, Gradescope shows a failed run, staff find the reason in its output and can run it again.

Source: https://gradescope-autograders.readthedocs.io/en/latest/specs/
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any, NoReturn

from autograder.archive import replace_file
from autograder.errors import AutograderError, SubmissionError
from autograder.model import Submission
from autograder.opening import open_bundle, shows_hidden
from autograder.platform.confined import close_to_others, confined_grader
from autograder.platform.handed_in import copy_as_notebook, find_handed_in
from autograder.printable import printable
from autograder.report.document import text_of
from autograder.report.gradescope import gradescope_message, gradescope_results

__all__ = ["grade_folder", "main"]


def main() -> NoReturn:
    """`python -m autograder.platform.gradescope ROOT`."""
    if len(sys.argv) != 2:
        sys.stderr.write("Name the folder with source, submission and results: python -m autograder.platform.gradescope /autograder\n")
        sys.exit(2)
    root = Path(sys.argv[1]).absolute()
    target = root / "results" / "results.json"
    try:
        target.unlink(missing_ok=True)  # whatever fails from here on, no earlier result is taken for this one
        results = grade_folder(root)
        replace_file(target, text_of(results))
    except (AutograderError, OSError) as error:
        sys.stderr.write(f"Not graded: {printable(str(error))}\nRun the autograder again for this submission when that is mended.\n")
        sys.exit(1)
    sys.exit(0)


def grade_folder(root: Path) -> dict[str, Any]:
    """Grade what lies in `root / "submission"` with the bundle in `root / "source"`; what `results.json` is to say.

    Raises:
        InputError, AuthorError: the bundle is not whole, or does not load.
        MachineFault: the machine failed, or cannot confine student code.
    """
    source = root / "source"
    close_to_others(source, root / "submission_metadata.json")
    with tempfile.TemporaryDirectory(prefix="autograder-platform-") as name:
        folder = Path(name)
        bundle = open_bundle(source, folder)
        submission = folder / "handed_in"
        submission.mkdir()
        try:
            found = find_handed_in(root / "submission", frozenset(bundle.files()))
            path = copy_as_notebook(found, submission)
        except SubmissionError as error:
            return gradescope_message(str(error).replace(f"{root / 'submission'}/", ""))
        with confined_grader(bundle) as grader:
            result = grader.grade(Submission(path.stem, path))
            return gradescope_results(result, bundle, show_hidden=shows_hidden(source), stand_ins=grader.stand_ins)


if __name__ == "__main__":
    main()
