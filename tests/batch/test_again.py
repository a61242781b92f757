"""A class that is graded again, with less than before: what is known stays, and what is odd is told."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from autograder.batch.means import Means
from autograder.batch.run import Asked, grade_class
from autograder.batch.view import class_now
from autograder.intake.times import Times
from autograder.opening import open_bundle
from autograder.store import Store

from .small_class import Quiet, bundle, files_of, points, write_class

pytestmark = pytest.mark.slow

SUNDAY = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)


class Listening(Quiet):
    """Remembers what it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def warn(self, sentence: str) -> None:
        self.told.append(sentence)

    said = warn


def again(home: Path, submissions: Path, out: Path, asked: Asked) -> str:
    """Grade, and return all that was said."""
    heard = Listening()
    grade_class(open_bundle(home / "first.zip", home / "opened"), [submissions], out, asked, heard)
    return "\n".join(heard.told)


def handed_in_at(out: Path) -> dict[str, datetime | None]:
    with Store(out, writing=False) as store:
        return {one.name: one.submitted_at for one in class_now(store).handed_in}


def test_nothing_is_lost_by_a_command_that_is_given_less_than_the_one_before(tmp_path: Path) -> None:
    submissions, out = write_class(tmp_path / "submissions"), tmp_path / "out"
    bundle(tmp_path / "first.zip")
    (tmp_path / "opened").mkdir()
    again(tmp_path, submissions, out, Asked(times=Times("there/times.csv", {"ada": SUNDAY}), means=Means(workers=2)))
    before, files = points(out), files_of(out)
    assert handed_in_at(out)["ada"] == SUNDAY

    (submissions / "ben.ipynb").unlink()
    (submissions / "ben.ipynb").symlink_to(tmp_path / "gone.ipynb")  # it cannot be read
    shutil.copy(submissions / "cleo.ipynb", submissions / "eve.ipynb")
    told = again(tmp_path, submissions, out, Asked(means=Means(workers=2)))

    assert "Times are those of times.csv, which was given before." in told
    assert "Read before, and not to be read now; what was graded then stays. " in told
    assert "ben.ipynb" in told
    assert "Graded from another file than before: eve. " in told
    assert handed_in_at(out)["ada"] == SUNDAY
    assert points(out) == before | {"eve": before["cleo"]}
    assert files_of(out)["staff/results/ben.json"] == files["staff/results/ben.json"]
