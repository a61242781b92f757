"""The lesson holds together: stubs, drivers, expected outputs, checks and figures belong to one another.

Whether the notebook with the reference in its stubs runs and prints what it should is proved each time a release is built.
"""

from __future__ import annotations

import ast
import json
import re
import runpy
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[2]
ASSIGNMENT = ROOT / "assignment"
NOTEBOOK = ASSIGNMENT / "building_a_recurrent_neural_network.ipynb"
PRINTED: dict[str, list[dict[str, str]]] = json.loads((ROOT / "tests/cases/printed_outputs.json").read_text(encoding="utf-8"))
GRADED = ("rnn_cell_forward", "rnn_forward", "lstm_cell_forward", "lstm_forward")
OPTIONAL = ("rnn_cell_backward", "rnn_backward", "lstm_cell_backward", "lstm_backward")
START, END = "### START CODE HERE ###", "### END CODE HERE ###"

Notebook = Any
"""A notebook as nbformat reads it."""


@pytest.fixture(scope="module")
def notebook() -> Notebook:
    return nbformat.read(NOTEBOOK, as_version=4)


@pytest.fixture(scope="module")
def code(notebook: Notebook) -> dict[str, str]:
    """Source of every code cell, by the cell's id."""
    return {cell.id: cell.source for cell in notebook.cells if cell.cell_type == "code"}


@pytest.fixture(scope="module")
def solved() -> dict[str, str]:
    """Source of every function of the solution, by its name."""
    text = (ROOT / "solutions/recurrent_network.py").read_text(encoding="utf-8")
    return {node.name: str(ast.get_source_segment(text, node)) for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)}


def cell_of(function: str) -> str:
    return function.replace("_", "-")


def given_code(source: str) -> list[str]:
    """Lines outside the markers, without docstring, comments and blank lines."""
    body = source.split('"""', 2)[2]
    outside = body[: body.index(START)] + body[body.index(END) :]
    return [line.strip() for line in outside.splitlines() if line.strip() and not line.strip().startswith("#")]


def steps(source: str) -> list[str]:
    """The comments between the markers."""
    inside = source[source.index(START) : source.index(END)]
    return [line.strip() for line in inside.splitlines() if line.strip().startswith("#")]


@pytest.mark.parametrize("function", [*GRADED, *OPTIONAL])
def test_every_function_has_its_stub_driver_expected_output_and_check_in_this_order(notebook: Notebook, function: str) -> None:
    ids = [cell.id for cell in notebook.cells]
    name = cell_of(function)
    first = ids.index(name)
    assert ids[first : first + 4] == [name, f"{name}-try", f"{name}-expected", f"{name}-check"]
    kind = "GRADED" if function in GRADED else "OPTIONAL"
    stub, driver, expected, check = notebook.cells[first : first + 4]
    assert stub.source.startswith(f"# {kind} FUNCTION: {function}\ndef {function}(")
    assert f'check_filled_in("{function}", ' in driver.source
    assert expected.source.startswith(f"**Expected output**\n\n<!-- expected: {function} -->")
    assert check.source == f'grader.check("{function}")'


@pytest.mark.parametrize("function", [*GRADED, *OPTIONAL])
def test_code_outside_the_markers_and_step_comments_are_those_of_the_solution(
    code: dict[str, str], solved: dict[str, str], function: str
) -> None:
    stub = code[cell_of(function)]
    assert given_code(stub) == given_code(solved[function])
    assert steps(stub) == steps(solved[function])


@pytest.mark.parametrize("function", [*GRADED, *OPTIONAL])
def test_a_driver_prints_exactly_the_labels_that_have_a_value(code: dict[str, str], function: str) -> None:
    driver = code[f"{cell_of(function)}-try"]
    labels = re.findall(r"""^print\((["'])(.*) =\1, (.*)\)$""", driver, flags=re.MULTILINE)
    assert [label for _, label, _ in labels] == [row["label"] for row in PRINTED[function]]
    assert [shown for _, _, shown in labels] == [label for _, label, _ in labels]


@pytest.mark.parametrize("function", [*GRADED, *OPTIONAL])
def test_a_driver_reads_nothing_that_an_earlier_driver_left_behind(code: dict[str, str], function: str) -> None:
    tree = ast.parse(code[f"{cell_of(function)}-try"])
    known = {"np", "print", "len", "check_filled_in", *GRADED, *OPTIONAL}
    for statement in tree.body:
        names = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
        assert {node.id for node in names if isinstance(node.ctx, ast.Load)} <= known
        known |= {node.id for node in names if isinstance(node.ctx, ast.Store)}


def test_the_file_holds_no_outputs_and_stable_cell_ids(notebook: Notebook) -> None:
    nbformat.validate(notebook)
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    for cell in notebook.cells:
        assert re.fullmatch(r"[a-z0-9-]+", cell.id)
        assert not cell.metadata
        if cell.cell_type == "code":
            assert not cell.outputs
            assert cell.execution_count is None


def test_every_figure_is_there_with_words_for_those_who_cannot_see_it(notebook: Notebook) -> None:
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    shown = re.findall(r"!\[([^\]]*)\]\(([^)]*)\)", text)
    assert [int(number) for number in re.findall(r"^\*\*Figure (\d+)\*\*", text, flags=re.MULTILINE)] == [
        1,
        2,
        3,
        4,
        5,
        6,
    ]
    assert len(shown) == 6
    for words, path in shown:
        assert len(words.split()) > 8
        assert (ASSIGNMENT / path).is_file()


def test_figures_are_what_their_script_draws() -> None:
    drawn = runpy.run_path(str(ASSIGNMENT / "images/draw_figures.py"))["figures"]()
    kept = {path.name: path.read_text(encoding="utf-8") for path in (ASSIGNMENT / "images").glob("*.svg")}
    assert {name: figure.svg() for name, figure in drawn.items()} == kept


def test_equations_are_numbered_from_1_to_15_without_a_gap(notebook: Notebook) -> None:
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert [int(number) for number in re.findall(r"\\tag\{(\d+)\}", text)] == list(range(1, 16))


def copy_of(notebook: Notebook) -> Notebook:
    return nbformat.reads(nbformat.writes(notebook), as_version=4)


def run(folder: Path, notebook: Notebook) -> dict[str, Any]:
    """Run a copy of the notebook in a stock kernel, in `folder` beside its helpers; cells by their ids."""
    shutil.copy(ASSIGNMENT / "rnn_utils.py", folder)
    copy = copy_of(notebook)
    client = NotebookClient(copy, timeout=60, allow_errors=True, resources={"metadata": {"path": str(folder)}})
    client.execute()
    return {cell.id: cell for cell in copy.cells}


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory, notebook: Notebook) -> dict[str, Any]:
    """The notebook as students get it, after a run in a folder without tests: what grading is like."""
    return run(tmp_path_factory.mktemp("untouched"), notebook)


@pytest.fixture(scope="module")
def without_otter(tmp_path_factory: pytest.TempPathFactory, notebook: Notebook) -> dict[str, Any]:
    """The same in a folder with tests, where importing otter fails as if it were not installed."""
    folder = tmp_path_factory.mktemp("without_otter")
    (folder / "tests").mkdir()
    (folder / "otter.py").write_text("raise ModuleNotFoundError('otter', name='otter')\n", encoding="utf-8")
    return run(folder, notebook)


def printed(cell: Any) -> str:
    return "".join(output.get("text", "") for output in cell.outputs)


def error(cell: Any) -> str:
    return "; ".join(f"{output.ename}: {output.evalue}" for output in cell.outputs if output.output_type == "error")


@pytest.mark.parametrize("function", GRADED)
def test_an_empty_stub_makes_its_driver_say_what_to_do(untouched: dict[str, Any], function: str) -> None:
    said = error(untouched[f"{cell_of(function)}-try"])
    assert said.startswith(f"NotImplementedError: {function} still returns None for ")
    assert said.endswith(". Write your code between START CODE HERE and END CODE HERE, run that cell, then run this one again.")


@pytest.mark.parametrize("function", OPTIONAL)
def test_an_optional_driver_names_the_forward_function_that_is_missing_first(untouched: dict[str, Any], function: str) -> None:
    forward = function.replace("backward", "forward")
    said = error(untouched[f"{cell_of(function)}-try"])
    assert said.startswith(f"NotImplementedError: {forward} still returns None for ")


def test_nothing_but_drivers_fails_in_the_untouched_notebook(untouched: dict[str, Any]) -> None:
    failed = {name for name, cell in untouched.items() if cell.cell_type == "code" and error(cell)}
    assert failed == {f"{cell_of(name)}-try" for name in (*GRADED, *OPTIONAL)} | {"measure-gradients-try"}


def test_without_a_folder_of_tests_otter_is_not_even_tried(untouched: dict[str, Any]) -> None:
    assert "There is no folder named tests beside this notebook." in printed(untouched["set-up-checks"])
    assert "was not checked" in printed(untouched["rnn-forward-check"])


def test_without_otter_the_first_cell_says_what_to_install_and_the_rest_runs(without_otter: dict[str, Any]) -> None:
    assert "%pip install otter-grader==7.0.0 " in printed(without_otter["set-up-checks"])
    assert not error(without_otter["set-up-imports"])
    assert "was not checked" in printed(without_otter["rnn-forward-check"])
    assert printed(without_otter["hand-in-export"]).startswith("No zip file was made.")
