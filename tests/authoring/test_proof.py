"""Before anything is released, the reference is graded as a student is, and so is the untouched notebook."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from authoring.toy_course import ToyCourse

from autograder.authoring.bundling import build_bundle
from autograder.authoring.release import build_release
from autograder.config import load_config
from autograder.errors import AuthorError

pytestmark = pytest.mark.slow


def test_a_sound_course_is_proved_and_released(toy: ToyCourse) -> None:
    built = build_release(load_config(toy.root), toy.root / "dist" / "release")
    assert (built.folder / "toy.ipynb").is_file()


def test_a_proved_bundle_is_the_one_that_is_built_without(toy: ToyCourse, tmp_path: Path) -> None:
    proved = build_bundle(load_config(toy.root), tmp_path / "a.zip")
    assert proved == build_bundle(load_config(toy.root), tmp_path / "b.zip", prove=False)


MISTAKES: dict[str, tuple[Callable[[ToyCourse], object], list[str]]] = {
    "a cell that raises though the stubs are filled": (
        lambda toy: toy.add_cell("code", "print(undefined_name)"),
        ["[M701]", "cell 14", "NameError", "undefined_name"],
    ),
    "an expected output that the reference does not print": (
        lambda toy: toy.edit(toy.printed, "0.494", "0.495"),
        ["[M702]", "printed_outputs.json", "`quadruple`", "`0.495`"],
    ),
    "an expected output that no cell prints": (
        lambda toy: toy.edit_cell('print("quadruple(x)[0] =", quadruple(x)[0])', "quadruple(x)"),
        ["[M702]", "is expected to be printed"],
    ),
    "a case that the reference fails": (
        lambda toy: toy.edit(toy.cases / "quadruple.py", "4 * inputs()", "5 * inputs()"),
        ["[M703]", "tests/cases/quadruple.py:19", "“the printed values”", "AssertionError"],
    ),
    "a case of an optional question that the reference fails": (
        lambda toy: toy.edit(toy.cases / "spread.py", "[3.0, 3.0, 3.0]", "[3.0, 3.0, 4.0]"),
        ["[M703]", "tests/cases/spread.py"],
    ),
    "a case that anything passes": (
        lambda toy: toy.edit(toy.cases / "double.py", "assert np.all(double", "assert True or np.all(double"),
        ["[M704]", "1 point ", "tests/cases/double.py", "“the printed values”"],
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_course_that_cannot_be_proved_is_refused(toy: ToyCourse, name: str) -> None:
    spoil, words = MISTAKES[name]
    spoil(toy)
    with pytest.raises(AuthorError) as caught:
        build_release(load_config(toy.root), toy.root / "dist" / "release")
    for word in words:
        assert word in str(caught.value)
    assert not (toy.root / "dist").exists()
