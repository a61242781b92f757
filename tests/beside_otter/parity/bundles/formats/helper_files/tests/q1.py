import json
from pathlib import Path

from otter.test_files import test_case
from tools import area
from tools.shapes import PI

OK_FORMAT = False
name = "q1"
points = 4
EXPECTED = json.loads(Path("answers.json").read_text())


@test_case()
def test_area(disc):
    assert disc(2) == EXPECTED["area"] == area(2)


@test_case()
def test_given(apply):
    assert apply(area, 1) == PI


@test_case(hidden=True)
def test_loaded(load):
    assert load("answers.json") == EXPECTED
    assert load(Path("answers.json"))["names"] == ["x", "y"]


@test_case(hidden=True)
def test_written(save):
    save("mine.txt", "hello")
    assert Path("mine.txt").read_text() == "hello"
