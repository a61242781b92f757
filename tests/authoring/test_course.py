"""Sources that disagree are named: code, file, line, a caret, and what to do."""

from __future__ import annotations

from collections.abc import Callable

import nbformat
import pytest
from authoring.toy_course import CELLS, ToyCourse
from hypothesis import given
from hypothesis import strategies as st

from autograder.authoring.course import Course, read_course
from autograder.authoring.notebook import read_course_notebook
from autograder.config import load_config
from autograder.errors import AuthorError


def read(toy: ToyCourse) -> Course:
    return read_course(load_config(toy.root))


def complaint(toy: ToyCourse) -> str:
    with pytest.raises(AuthorError) as caught:
        read(toy)
    return str(caught.value)


def test_sources_that_agree_are_read(toy: ToyCourse) -> None:
    course = read(toy)
    assert list(course.stubs) == list(course.references) == ["double", "quadruple", "spread"]
    assert [c.name for c in course.cases["double"].cases] == ["the printed values", "any other values"]


def test_only_lines_of_the_solutions_own_are_secret(toy: ToyCourse) -> None:
    assert [secret.key for secret in read(toy).secrets] == [
        "y=scaled(x,factor+0)",
        "once=double(x)",
        "y=double(once)",
        "result=np.max(x,axis=axis)-np.min(x,axis=axis)",
    ]


def test_a_stub_takes_the_references_lines(toy: ToyCourse) -> None:
    filled = read(toy).filled_cells()
    assert filled[8].split("\n")[2:6] == [
        "    ### START CODE HERE ### (≈2 lines)",
        "    once = double(x)",
        "    y = double(once)",
        "    ### END CODE HERE ###",
    ]


def test_lines_are_indented_as_the_stub_is_and_strings_are_left_alone(toy: ToyCourse) -> None:
    spread = "\n".join("  " + line[4:] if line.startswith("    ") else line for line in toy.cells[11][1].split("\n"))
    toy.cells[11] = ("code", spread)
    toy.write_notebook()
    assert read(toy).filled_cells()[12].split("\n")[2:6] == [
        "  ### START CODE HERE ###",
        '  text = """kept',
        '  as it is"""',
        "  result = np.max(x, axis=axis) - np.min(x, axis=axis)",
    ]


CELL_MISTAKES: list[tuple[str, str, str, list[str]]] = [
    ("# GRADED FUNCTION: double", "# GRADED FUNCTION double", "M105", ["cell 3, line 1", "`# GRADED FUNCTION: name`"]),
    (
        "### START CODE HERE ### (≈1 line)",
        "## start code here",
        "M101",
        ["cell 3, line 4", "`### START CODE HERE ###`"],
    ),
    ("    ### END CODE HERE ###\n    return y", "    return y", "M102", ["cell 3, line 4"]),
    ("y = None", "### START CODE HERE ###", "M103", ["line 4 is still open"]),
    ("### START CODE HERE ### (≈1 line)", "pass", "M104", ["none was started"]),
    ("# GRADED FUNCTION: double\n", "", "M106", ["no heading"]),
    ("# GRADED FUNCTION: double\n", "# GRADED FUNCTION: double\n# GRADED FUNCTION: x\n", "M107", ["cell 3, line 2"]),
    ("def double(x):", "def doubel(x):", "M201", ["no function `double`", "Did you mean `doubel`?"]),
    (
        "# GRADED FUNCTION: quadruple\ndef quadruple",
        "# GRADED FUNCTION: double\ndef double",
        "M203",
        ["cell 3 already"],
    ),
    (
        "def double(x):",
        "def double(x, y=1):",
        "M206",
        ["`def double(x, y=1)`", "solutions/toy_solution.py:7", "def double(x)"],
    ),
    ("    y = None\n", "    y = (\n", "M200", ["not valid Python"]),
    ("# OPTIONAL FUNCTION", "# GRADED FUNCTION", "M210", ["optional"]),
    ('grader.check("quadruple")', 'grader.check("quadrupel")', "M403", ["Did you mean `quadruple`?"]),
    ('grader.check("quadruple")', "pass", "M404", ['`grader.check("quadruple")`']),
]


@pytest.mark.parametrize(("old", "new", "code", "words"), CELL_MISTAKES)
def test_a_mistake_in_the_notebook_is_shown(toy: ToyCourse, old: str, new: str, code: str, words: list[str]) -> None:
    toy.edit_cell(old, new)
    message = complaint(toy)
    assert message.startswith("assignment/toy.ipynb: ")
    for word in [f"[{code}]", *words]:
        assert word in message


@given(text=st.text(max_size=80), cell=st.integers(0, len(CELLS) - 1))
def test_any_text_in_a_cell_raises_nothing_but_an_author_error(tmp_path_factory: pytest.TempPathFactory, text: str, cell: int) -> None:
    toy = ToyCourse(tmp_path_factory.mktemp("any") / "toy")
    toy.cells[cell] = (toy.cells[cell][0], toy.cells[cell][1][: 7 * len(text) % 90] + text)
    toy.write_notebook()
    try:
        course = read(toy)
    except AuthorError:
        return
    notebook = nbformat.reads(course.notebook.clean({}).decode(), as_version=4)
    nbformat.validate(notebook)


@given(data=st.one_of(st.binary(max_size=60), st.text(max_size=60).map(lambda t: f'{{"cells": [{t}]}}'.encode("utf-8", "replace"))))
def test_any_bytes_as_a_notebook_raise_nothing_but_an_author_error(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "n.ipynb"
    path.write_bytes(data)
    with pytest.raises(AuthorError):
        read_course_notebook(path, "n.ipynb")


def test_a_place_has_a_caret(toy: ToyCourse) -> None:
    toy.edit_cell("### START CODE HERE ### (≈1 line)", "### Start code here ###")
    assert complaint(toy).split("\n")[1:] == [
        "    4 |     ### Start code here ###",
        "      |     ^^^^^^^^^^^^^^^^^^^^^^^",
    ]


MISTAKES: dict[str, tuple[Callable[[ToyCourse], object], list[str]]] = {
    "a stub that is missing": (
        lambda toy: toy.edit_cell("quadruple", "cuadruple"),
        ["[M209]", "grader_config.yaml:12", "Did you mean `cuadruple`?", "`# GRADED FUNCTION: quadruple`"],
    ),
    "a stub that no question grades": (
        lambda toy: toy.add_cell("code", toy.cells[2][1].replace("double", "triple")),
        ["[M211]", "`triple`", "cell 14"],
    ),
    "a reference that is missing": (
        lambda toy: toy.edit(toy.solution, "def quadruple", "def quadrupel"),
        ["[M204]", "solutions/toy_solution.py", "Did you mean `quadrupel`?"],
    ),
    "a reference without markers": (
        lambda toy: toy.edit(toy.solution, "    ### START CODE HERE ###\n    y = scaled(x, factor + 0)\n    ### END CODE HERE ###\n", ""),
        ["[M202]", "solutions/toy_solution.py:7"],
    ),
    "markers in a helper of the solution": (
        lambda toy: toy.edit(
            toy.solution,
            "def double",
            "def help():\n    ### START CODE HERE ###\n    pass\n    ### END CODE HERE ###\n\n\ndef double",
        ),
        ["[M205]", "solutions/toy_solution.py:8"],
    ),
    "a reference with another number of regions": (
        lambda toy: toy.edit(
            toy.solution,
            "    y = double(once)",
            "    ### END CODE HERE ###\n    ### START CODE HERE ###\n    y = double(once)",
        ),
        ["[M207]", "cell 8"],
    ),
    "points of cases that do not add up": (
        lambda toy: toy.edit(toy.cases / "double.py", "points=3", "points=2"),
        ["[M306]", "tests/cases/double.py", "3 points together", "4 points", "grader_config.yaml:10"],
    ),
    "an optional question that does not say so": (
        lambda toy: toy.edit(toy.cases / "spread.py", "points = 0", ""),
        ["[M306]", "`points = 0`"],
    ),
    "a test file for something else": (
        lambda toy: toy.edit(toy.cases / "double.py", 'name = "double"', 'name = "duble"'),
        ["[M305]", '`name = "double"`'],
    ),
    "a parameter that nothing has": (
        lambda toy: toy.edit(toy.cases / "double.py", "(double, reference, rng)", "(double, referenec, rng)"),
        ["[M307]", "Did you mean `reference`?"],
    ),
    "a public case that asks for the reference": (
        lambda toy: toy.edit(toy.cases / "double.py", "def test_printed(double)", "def test_printed(double, reference)"),
        ["[M307]", "only in the grader"],
    ),
    "no public case": (
        lambda toy: toy.edit(toy.cases / "double.py", "points=1)", "points=1, hidden=True)"),
        ["[M309]", "public"],
    ),
    "printed outputs of an unknown function": (
        lambda toy: toy.edit(toy.printed, '"double":', '"duoble":'),
        ["[M501]", "Did you mean `double`?"],
    ),
    "printed outputs that are not JSON": (
        lambda toy: toy.printed.write_text('{"a": ['),
        ["[M501]", "printed_outputs.json:1"],
    ),
    "a notebook that is not JSON": (lambda toy: toy.notebook.write_text('{"cells": ['), ["[M401]", "toy.ipynb:1"]),
    "a notebook of format 3": (
        lambda toy: toy.notebook.write_text('{"nbformat": 3, "worksheets": []}'),
        ["[M401]", "format 4"],
    ),
    "a cell id that is used twice": (
        lambda toy: toy.notebook.write_text(toy.notebook.read_text().replace('"cell-1"', '"cell-0"')),
        ["[M402]", "cell 2"],
    ),
    "a solution that is not Python": (
        lambda toy: toy.edit(toy.solution, "once =", "once = ="),
        ["[M200]", "toy_solution.py:19"],
    ),
    "a solution that is not UTF-8": (
        lambda toy: toy.solution.write_bytes(b"x = 1\n# \xff"),
        ["toy_solution.py:2", "UTF-8"],
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_disagreement_is_named_with_its_remedy(toy: ToyCourse, name: str) -> None:
    spoil, words = MISTAKES[name]
    spoil(toy)
    message = complaint(toy)
    for word in words:
        assert word in message
