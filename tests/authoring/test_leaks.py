"""A line that stands only in the solution is found wherever the release would show it, and common lines are not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from authoring.toy_course import ToyCourse

from autograder.authoring.course import read_course
from autograder.authoring.leaks import SecretLine, refuse_leaks, secret_lines
from autograder.authoring.markers import find_regions
from autograder.authoring.sources import SourceText
from autograder.authoring.stubs import find_references
from autograder.config import load_config
from autograder.errors import AuthorError

SOLUTION = """\
def f(x, a0):
    n, m = x.shape
    ### START CODE HERE ###
    n, m = x.shape
    a_next = a0  # the first
    for t in range(m):
        caches = []
        total = 0
        a_next = np.tanh(x[:, t] + a_next)
    else:
        pass
    import math
    return n, m
    ### END CODE HERE ###
"""


@pytest.fixture(scope="module")
def secrets() -> tuple[SecretLine, ...]:
    return secret_lines(find_references(SourceText(SOLUTION, "solution.py"), {"f": "f"}).values(), [])


def test_lines_that_say_nothing_or_stand_outside_too_are_no_secret(secrets: tuple[SecretLine, ...]) -> None:
    assert [s.key for s in secrets] == ["a_next=a0", "fortinrange(m):", "a_next=np.tanh(x[:,t]+a_next)"]


@pytest.mark.parametrize(
    "text",
    [
        "a_next = np.tanh(x[:, t] + a_next)",
        "\ta_next=np.tanh( x[:,t]+a_next )   # like this",
        "# a_next = np.tanh(x[:, t] + a_next)",
        "You would write a_next = np.tanh(x[:, t] + a_next), of course.",
        '"a_next = np.tanh(x[:, t] + a_next)"',
        "a_next = a0",
        "    a_next  =  a0   # start",
        "# a_next = a0",
        "- `a_next = a0`",
        "first set `a_next = a0` and go on",
        "x = 1  # a_next = a0",
        ">>> a_next = a0",
    ],
)
def test_a_secret_line_is_found(secrets: tuple[SecretLine, ...], text: str) -> None:
    for name in ("helper.py", "README.md", "figure.svg"):
        with pytest.raises(AuthorError, match="M601"):
            refuse_leaks(secrets, {name: f"first\n{text}\nlast\n".encode()})


@pytest.mark.parametrize(
    "text",
    [
        "a_next = np.tanh(x[:, t] + b_next)",
        "da_next = np.tanh(x[:, t] + a_next_step)",
        "the hidden state a_next = a0 at first",
        "a_next = a0 + 1",
        "xa_next = a0",
        "for s in range(m):",
        "total = 0",
        "caches = []",
        "n, m = x.shape",
    ],
)
def test_a_line_that_is_not_quite_one_is_let_through(secrets: tuple[SecretLine, ...], text: str) -> None:
    refuse_leaks(secrets, {"helper.py": text.encode(), "binary.png": b"\xff\xfe" + text.encode()})


def test_the_message_names_both_places(secrets: tuple[SecretLine, ...]) -> None:
    with pytest.raises(AuthorError) as caught:
        refuse_leaks(secrets, {"images/a.svg": b"<svg>\n<!-- a_next = np.tanh(x[:, t] + a_next) -->"})
    assert str(caught.value).startswith("solution.py:9: [M601]")
    assert "images/a.svg, line 2" in str(caught.value)


@pytest.mark.parametrize("place", [("cells", 0, "source"), ("cells", 0, "metadata"), ("cells", 0, "attachments"), ("metadata", "note")])
def test_every_string_of_a_notebook_is_searched(secrets: tuple[SecretLine, ...], place: tuple[str | int, ...]) -> None:
    line = "a_next = np.tanh(x[:, t] + a_next)"
    notebook: Any = {"cells": [{"cell_type": "markdown", "metadata": {}, "source": ["x\n"]}], "metadata": {}}
    target = notebook
    for step in place[:-1]:
        target = target[step]
    target[place[-1]] = ["y\n", line] if place[-1] == "source" else {"k": [line]}
    with pytest.raises(AuthorError, match="M601"):
        refuse_leaks(secrets, {"n.ipynb": json.dumps(notebook).encode()})


def test_each_line_between_the_toys_markers_is_found_when_a_stub_keeps_it(toy: ToyCourse) -> None:
    course = read_course(load_config(toy.root))
    filled = course.notebook.clean(course.filled_cells())
    for secret in course.secrets:
        with pytest.raises(AuthorError, match="M601"):
            refuse_leaks([secret], {"n.ipynb": filled})


def test_regions_of_the_solution_are_those_of_the_markers() -> None:
    assert [(r.start, r.end) for r in find_regions(SourceText(SOLUTION, "s.py"))] == [(3, 14)]
