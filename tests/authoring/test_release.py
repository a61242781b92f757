"""The student release and the grading bundle, from a whole course: what is in them, and when they are refused."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import nbformat
import pytest
from authoring.toy_course import ToyCourse

import autograder
from autograder.authoring.bundling import build_bundle
from autograder.authoring.release import Release, build_release
from autograder.bundle import DEMO_SECRET, open_bundle, question_key
from autograder.config import load_config
from autograder.errors import AuthorError, InputError, MachineFault

COMPARER = [f"autograder_checks/{name}.py" for name in ("__init__", "arrays", "difference", "printed", "tables", "values")]


def release(toy: ToyCourse, *, prove: bool = False) -> Release:
    return build_release(load_config(toy.root), toy.root / "dist" / "release", prove=prove)


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def refusal(toy: ToyCourse, *, prove: bool = False) -> str:
    """Build what must not build; return the message, having seen that nothing was written."""
    with pytest.raises(AuthorError) as caught:
        release(toy, prove=prove)
    assert not (toy.root / "dist").exists()
    with pytest.raises(AuthorError) as again:
        build_bundle(load_config(toy.root), toy.root / "dist" / "autograder.zip", prove=prove)
    assert not (toy.root / "dist").exists()
    assert str(again.value) == str(caught.value)
    return str(caught.value)


def test_a_release_holds_what_students_need_and_nothing_else(toy: ToyCourse) -> None:
    built = release(toy)
    assert sorted(contents(built.folder)) == sorted(built.files)
    assert sorted(built.files) == [
        *COMPARER,
        "requirements.txt",
        "tests/double.py",
        "tests/printed_outputs.json",
        "tests/quadruple.py",
        "tests/spread.py",
        "toy.ipynb",
        "toy_utils.py",
    ]


def test_the_comparer_in_the_release_is_ours(toy: ToyCourse) -> None:
    ours = Path(autograder.__file__).with_name("checks")
    folder = release(toy).folder
    assert {name: (folder / name).read_bytes() for name in COMPARER} == {name: (ours / Path(name).name).read_bytes() for name in COMPARER}
    assert len(COMPARER) == len(list(ours.glob("*.py")))


def test_the_zip_holds_the_same_in_one_folder(toy: ToyCourse) -> None:
    built = release(toy)
    with zipfile.ZipFile(built.archive) as archive:
        inside = {name.removeprefix("toy/"): archive.read(name) for name in archive.namelist()}
    assert inside == contents(built.folder)


def test_the_notebook_is_valid_and_has_no_outputs_or_stray_metadata(toy: ToyCourse) -> None:
    text = (release(toy).folder / "toy.ipynb").read_text()
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)
    assert all(cell.metadata == {"tags": ["keep"]} for cell in code)
    assert notebook.metadata == {"kernelspec": {"name": "python3", "display_name": "Python 3"}, "language_info": {"name": "python"}}
    saved: str = nbformat.writes(notebook)
    assert saved.rstrip("\n") == text.rstrip("\n")


def test_expected_outputs_stand_in_the_notebook(toy: ToyCourse) -> None:
    text = (release(toy).folder / "toy.ipynb").read_text()
    assert "| `double(2)` | `4` |" in text
    assert "<!--" not in text


def test_students_get_public_cases_only(toy: ToyCourse) -> None:
    text = (release(toy).folder / "tests" / "double.py").read_text()
    assert "Students may read this." in text
    for gone in ("any other values", "ONLY_HIDDEN", "0.12345", "rng", "reference", "draws its own", "Nothing to see"):
        assert gone not in text


def test_data_that_only_hidden_cases_name_stays_with_the_grader(toy: ToyCourse, tmp_path: Path) -> None:
    toy.edit(toy.cases / "double.py", "x = rng", 'Path("tests/secret_table.json").read_text()\n    x = rng')
    assert "tests/secret_table.json" not in release(toy).files
    build_bundle(load_config(toy.root), tmp_path / "b.zip", prove=False)
    assert (open_bundle(tmp_path / "b.zip", tmp_path).root / "tests" / "secret_table.json").is_file()


def test_an_authors_own_requirements_take_the_place_of_ours(toy: ToyCourse) -> None:
    (toy.root / "assignment" / "requirements.txt").write_text("numpy\n")
    toy.edit(toy.config, "[assignment/toy_utils.py]", "[assignment/toy_utils.py, assignment/requirements.txt]")
    assert (release(toy).folder / "requirements.txt").read_text() == "numpy\n"


def test_two_builds_are_byte_identical(toy: ToyCourse) -> None:
    first = release(toy)
    kept = contents(first.folder)
    bundle = toy.root / "dist" / "autograder.zip"
    first_bundle = build_bundle(load_config(toy.root), bundle, prove=False)
    first_bytes = bundle.read_bytes()
    second = release(toy)
    assert second == first
    assert contents(second.folder) == kept
    assert build_bundle(load_config(toy.root), bundle, prove=False) == first_bundle
    assert bundle.read_bytes() == first_bytes


def test_old_outputs_run_times_and_python_versions_change_nothing(toy: ToyCourse) -> None:
    first = release(toy).sha256
    notebook = json.loads(toy.notebook.read_text())
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell |= {"execution_count": 77, "outputs": []}
            cell["metadata"]["execution"] = {"iopub.execute_input": "2025-02-02T00:00:00Z"}
    notebook["metadata"]["language_info"]["version"] = "3.13.5"
    toy.notebook.write_text(json.dumps(notebook, indent=3))
    assert release(toy).sha256 == first


def test_a_bundle_holds_what_grading_needs(toy: ToyCourse, tmp_path: Path) -> None:
    build_bundle(load_config(toy.root), tmp_path / "b.zip", prove=False)
    opened = open_bundle(tmp_path / "b.zip", tmp_path)
    assert opened.assignment == load_config(toy.root).assignment
    assert opened.test_file("double").read_bytes() == (toy.cases / "double.py").read_bytes()
    assert opened.solution is not None
    assert opened.notebook is not None
    assert opened.solution.read_bytes() == toy.solution.read_bytes()
    assert sorted(opened.files()) == [*COMPARER, "toy_utils.py"]
    assert opened.notebook.read_bytes() == (release(toy).folder / "toy.ipynb").read_bytes()


def test_without_a_secret_the_demo_secret_is_used_and_labelled(toy: ToyCourse, tmp_path: Path) -> None:
    build_bundle(load_config(toy.root), tmp_path / "b.zip", prove=False)
    opened = open_bundle(tmp_path / "b.zip", tmp_path)
    assert opened.assignment.demo_secret
    assert opened.question_keys["double"] == question_key(DEMO_SECRET, "toy", "double")


def test_the_instructors_secret_draws_other_keys_and_is_in_no_file(toy: ToyCourse, tmp_path: Path) -> None:
    secret = b"correct horse battery staple"
    (toy.root / ".autograder-secret").write_bytes(secret)
    build_bundle(load_config(toy.root), tmp_path / "b.zip", prove=False)
    opened = open_bundle(tmp_path / "b.zip", tmp_path)
    assert not opened.assignment.demo_secret
    assert opened.question_keys["double"] == question_key(secret, "toy", "double")
    built = release(toy)
    for data in (*contents(opened.root).values(), *contents(built.folder).values()):
        assert secret not in data


def test_a_solutions_line_in_a_helper_module_is_refused(toy: ToyCourse) -> None:
    (toy.root / "assignment" / "toy_utils.py").write_text("def scaled(x, factor):\n    pass  # y = double(once)\n")
    message = refusal(toy)
    assert "[M601]" in message
    assert "toy_utils.py, line 2" in message
    assert message.startswith("solutions/toy_solution.py:20: ")


def test_a_stub_that_still_holds_the_answer_is_refused(toy: ToyCourse) -> None:
    toy.edit_cell("# OPTIONAL FUNCTION: spread", "# OPTIONAL FUNCTION: spread\n# once = double(x)")
    # A comment above the function is given code, but a comment, so it makes nothing public.
    assert "[M601]" in refusal(toy)


def test_a_stub_with_another_signature_is_refused(toy: ToyCourse) -> None:
    toy.edit_cell("def double(x)", "def double(values)")
    assert "[M206]" in refusal(toy)


def test_a_failed_build_leaves_the_last_release_as_it_was(toy: ToyCourse) -> None:
    built = release(toy)
    before, archive = contents(built.folder), built.archive.read_bytes()
    toy.edit_cell("def double(x)", "def double(values)")
    with pytest.raises(AuthorError):
        release(toy)
    assert contents(built.folder) == before
    assert built.archive.read_bytes() == archive
    assert sorted(p.name for p in built.folder.parent.iterdir()) == ["release", "release.zip"]


def test_a_rebuild_removes_what_is_no_longer_released(toy: ToyCourse) -> None:
    built = release(toy)
    (built.folder / "leftover.txt").write_text("x")
    assert "leftover.txt" not in contents(release(toy).folder)


def test_a_folder_that_is_no_release_is_not_replaced(toy: ToyCourse) -> None:
    (toy.root / "dist" / "release").mkdir(parents=True)
    (toy.root / "dist" / "release" / "thesis.tex").write_text("x")
    with pytest.raises(InputError, match="no release"):
        release(toy)
    assert (toy.root / "dist" / "release" / "thesis.tex").read_text() == "x"


def test_a_place_that_cannot_be_written_is_the_machines_fault(toy: ToyCourse) -> None:
    (toy.root / "dist").write_text("a file where the folder should be")
    with pytest.raises((InputError, MachineFault), match="dist"):
        release(toy)


def test_the_archives_are_stored_with_a_fixed_date(toy: ToyCourse) -> None:
    data = release(toy).archive.read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {(i.date_time, i.compress_type) for i in archive.infolist()} == {((1980, 1, 1, 0, 0, 0), zipfile.ZIP_STORED)}
