"""The grading API over a folder, as a program of its own: no store, no roster, no pages, nothing written but the points at its end.

python -m benchmarks.api_alone BUNDLE FOLDER      prints submission → question → points, as JSON
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from autograder.grading.session import Grader, Order
from autograder.intake import Wanted, take_in
from autograder.model import Graded, Submission
from autograder.opening import open_bundle


def main(archive: Path, folder: Path) -> None:
    """Grade what is in the folder."""
    earned: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as opened:
        arrivals = take_in([folder], Wanted()).arrivals
        submissions = [Submission(one.handed_in.name, one.path) for one in arrivals if one.path is not None and not one.handed_in.refused]
        with Grader(open_bundle(archive, Path(opened))) as grader:
            for _order, result in grader.grade_all(map(Order, submissions)):
                questions = result.questions if isinstance(result, Graded) else ()
                earned[result.submission.name] = {
                    score.question.name: float(score.earned) for score in questions if score.earned is not None
                }
    print(json.dumps(earned))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
