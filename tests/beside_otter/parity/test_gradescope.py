"""What otter_config.json makes of points on Gradescope: the same score, and the same said to students of it, as otter's results.json."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from autograder.grading.session import Grader
from autograder.model import Submission
from autograder.opening import open_bundle
from autograder.report.gradescope import gradescope_results
from beside_otter import written
from beside_otter.parity.both_ways import BUNDLES, Bundle
from beside_otter.warm_otter import OtterRun, WarmOtter


def _sum(results: dict[str, Any], key: str) -> float:
    return round(float(sum(entry.get(key, 0) for entry in results["tests"])), 4)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["config", "quiet", "all_public", "threshold"])
def test_gradescope_gets_the_score_and_the_visibility_that_otter_gives(name: str, warm_otter: WarmOtter, tmp_path: Path) -> None:
    bundle = Bundle(BUNDLES / "formats" / name)
    archive = written.bundle_zip(bundle.folder, tmp_path / "autograder.zip")
    handed_in = [one.hand_in(tmp_path) for one in bundle.submissions()]
    opened = open_bundle(archive, tmp_path)
    runs = warm_otter.run([OtterRun.of(archive, path, tmp_path / path.stem) for path in handed_in])
    with Grader(opened, workers=1) as grader:
        graded = [grader.grade(Submission(path.stem, path)) for path in handed_in]
    for path, ran, result in zip(handed_in, runs, graded, strict=True):
        theirs = ran.results
        assert theirs is not None, ran.said
        mine = gradescope_results(result, opened)
        assert mine.get("stdout_visibility") == theirs.get("stdout_visibility"), path.stem
        assert ("score" in mine) == ("score" in theirs), path.stem
        assert round(mine.get("score", 0), 4) == round(theirs.get("score", 0), 4), path.stem
        for key in ("score", "max_score"):
            assert _sum(mine, key) == _sum(theirs, key), path.stem
        (of_questions,) = {entry["visibility"] for entry in theirs["tests"] if "max_score" in entry}
        assert {entry["visibility"] for entry in mine["tests"]} <= {"visible", of_questions}, path.stem
