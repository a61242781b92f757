"""grader_config.yaml: what it may say, and that every mistake in it is one error with file, line and remedy."""

from __future__ import annotations

import contextlib
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.config import CourseSources, load_config
from autograder.errors import AuthorError
from autograder.model import Credit, Isolation, KernelKind, Limits, Sandbox

CONFIG = """\
format: 1
title: A toy
name: toy
notebook: assignment/toy.ipynb
solution: solutions/toy_solution.py
tests: tests/cases
files: [assignment/toy_utils.py, "assignment/images/*.svg"]
points: 10
questions:
  - name: double
    points: 4
  - name: quadruple
    points: 6
optional:
  - name: octuple
"""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return make(tmp_path)


def make(root: Path) -> Path:
    """Write the smallest folder that the config above fits."""
    for name in (
        "assignment/toy.ipynb",
        "assignment/toy_utils.py",
        "assignment/images/one.svg",
        "assignment/images/draw.py",
        "solutions/toy_solution.py",
        "tests/cases/double.py",
        "tests/cases/quadruple.py",
        "tests/cases/octuple.py",
        "tests/cases/printed_outputs.json",
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("")
    (root / "grader_config.yaml").write_text(CONFIG)
    return root


def load(course: Path, old: str = "", new: str = "") -> CourseSources:
    """Load the config after replacing one piece of its text."""
    text = (course / "grader_config.yaml").read_text()
    assert old in text
    (course / "grader_config.yaml").write_text(text.replace(old, new, 1))
    return load_config(course / "grader_config.yaml")


def complaint(course: Path, old: str, new: str) -> AuthorError:
    with pytest.raises(AuthorError) as caught:
        load(course, old, new)
    assert caught.value.file
    return caught.value


def test_the_assignment_is_what_the_config_says(course: Path) -> None:
    assignment = load(course).assignment
    assert [(q.name, q.functions, q.points, q.optional) for q in assignment.questions] == [
        ("double", ("double",), Fraction(4), False),
        ("quadruple", ("quadruple",), Fraction(6), False),
        ("octuple", ("octuple",), Fraction(0), True),
    ]
    assert assignment.points == 10
    assert (assignment.notebook, assignment.solution) == ("toy.ipynb", "toy_solution.py")


def test_what_is_not_said_has_its_default(course: Path) -> None:
    assignment = load(course).assignment
    assert assignment.limits == Limits()
    assert (assignment.credit, assignment.sandbox, assignment.preload) == (Credit.INDEPENDENT, Sandbox.BEST, ("numpy",))


def test_files_keep_their_place_beside_the_notebook(course: Path) -> None:
    assert list(load(course).files) == ["images/one.svg", "toy_utils.py"]


def test_a_folder_among_the_files_brings_all_it_holds(course: Path) -> None:
    assert list(load(course, '"assignment/images/*.svg"', "assignment/images").files) == [
        "images/draw.py",
        "images/one.svg",
        "toy_utils.py",
    ]


def test_printed_outputs_are_found_in_the_tests_folder(course: Path) -> None:
    sources = load(course)
    assert sources.printed == sources.tests / "printed_outputs.json"
    assert list(sources.test_data) == ["printed_outputs.json"]


def test_without_a_secret_the_demo_secret_is_labelled(course: Path) -> None:
    sources = load(course)
    assert sources.secret is None
    assert sources.assignment.demo_secret


def test_the_instructors_secret_is_read_without_its_newline(course: Path) -> None:
    (course / ".autograder-secret").write_text("0123456789abcdef\n")
    sources = load(course)
    assert sources.secret == b"0123456789abcdef"
    assert not sources.assignment.demo_secret


def test_a_short_secret_is_refused(course: Path) -> None:
    (course / ".autograder-secret").write_text("hunter2\n")
    assert "16" in str(complaint(course, "", ""))


def test_points_are_exact(course: Path) -> None:
    (course / "grader_config.yaml").write_text(
        CONFIG.replace("points: 10", "points: 0.3").replace("points: 4", "points: 0.1").replace("points: 6", "points: 0.2")
    )
    assert load_config(course).assignment.points == Fraction(3, 10)


def test_off_is_a_word_here_and_not_false(course: Path) -> None:
    assert load(course, "points: 10", "points: 10\nsandbox: off").assignment.sandbox is Sandbox.OFF


def test_the_ordinary_kernel_is_chosen_by_name(course: Path) -> None:
    assert load(course).assignment.kernel is KernelKind.WARM
    assert load(course, "points: 10", "points: 10\nkernel: stock").assignment.kernel is KernelKind.STOCK


@pytest.mark.parametrize(
    ("text", "size"),
    [("512 MiB", 512 << 20), ("1 GiB", 1 << 30), ("1.5 GiB", 3 << 29), ("300MB", 300_000_000), ('"64 MiB"', 64 << 20)],
)
def test_sizes_have_units(course: Path, text: str, size: int) -> None:
    assert load(course, "points: 10", f"points: 10\nlimits: {{memory: {text}}}").assignment.limits.memory_bytes == size


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("title: A toy", "titel: A toy", 2, ["`titel`", "Did you mean `title`?"]),
        ("points: 4", "poinst: 4", 11, ["`questions[1].poinst`", "Did you mean `points`?"]),
        ("points: 10", "points: 10\nlimits:\n  celll_s: 3", 10, ["`limits.celll_s`", "`cell_s`"]),
        ("points: 10", "points: 10\ncredit: independant", 9, ["`credit`", "`independent`", "own"]),
        ("points: 10", "points: 10\nsandbox: no", 9, ["required, best, off"]),
        ("points: 10", "points: 10\nkernel: cold", 9, ["`kernel`", "warm, stock"]),
        ("points: 10", "points: 11", 8, ["4 + 6 = 10", "`points: 10`"]),
        ("points: 4", "points: -4", 11, ["at least 0"]),
        ("points: 4", "points: 0", 11, ["optional"]),
        ("points: 4", "points: four", 11, ["`questions[1].points`", "`four`"]),
        ("points: 4", 'points: "4"', 11, ["in quotes"]),
        ("points: 4", "points: [4]", 11, ["a list"]),
        ("points: 4", "points: .inf", 11, ["`.inf`"]),
        ("name: quadruple", "name: double", 12, ["line 10 already"]),
        ("name: quadruple", "name: Double", 12, ["line 10 already"]),
        ("name: quadruple", "name: total", 12, ["column of the gradebook"]),
        ("name: quadruple", "name: ../quadruple", 12, ["Use letters"]),
        (
            "name: quadruple",
            "name: quadrupel",
            12,
            ["no test file", "Did you mean `quadruple`?", "tests/cases/quadrupel.py"],
        ),
        ("points: 6", "points: 6\n    functions: [double]", 14, ["graded by the question `double`"]),
        ("points: 6", "points: 6\n    functions: []", 14, ["empty"]),
        ("points: 6", "points: 6\n    functions: [a-b]", 14, ["`a-b`"]),
        ("points: 6", "points: 6\n    functions: [rng]", 14, ["`rng`"]),
        ("name: octuple", "name: octuple\n    points: 0", 16, ["optional question has no points"]),
        ("title: A toy", "title: 2024", 2, ["quotes"]),
        ("title: A toy", "title: [a]", 2, ["not a list"]),
        ("title: A toy", "title:", 2, ["nothing stands here"]),
        ("title: A toy\n", "", 1, ["`title` is missing"]),
        ("format: 1", "format: 2", 1, ["format 1"]),
        ("format: 1", "formt: 1", 1, ["`format` is missing"]),
        ("name: toy", "name: my toy", 3, ["letters, digits"]),
        ("name: toy", "name: toy\nname: toy", 4, ["twice", "line 3"]),
        ("toy.ipynb", "tyo.ipynb", 4, ["no file", "Did you mean `assignment/toy.ipynb`?"]),
        ("toy.ipynb", "toy_utils.py", 4, [".ipynb"]),
        ("toy_solution.py", "../../toy.py", 5, ["below the config's folder"]),
        ("solutions/toy_solution.py", "/etc/passwd.py", 5, ["below the config's folder"]),
        ("tests: tests/cases", "tests: test/cases", 6, ["no folder"]),
        ("assignment/toy_utils.py", "solutions/toy_solution.py", 7, ["must never reach students"]),
        ("assignment/toy_utils.py", "tests", 7, ["must never reach students"]),
        ("assignment/toy_utils.py", ".", 7, ["must never reach students"]),
        ("*.svg", "*.png", 7, ["No file matches"]),
        ("*.svg", "**x", 7, ["no pattern"]),
        ("points: 10", "points: 10\nlimits: {call_s: 0}", 9, ["0 seconds"]),
        ("points: 10", "points: 10\nlimits: {call_s: 11}", 9, ["`question_s`"]),
        ("points: 10", "points: 10\nlimits: {memory: 512}", 9, ["unit"]),
        ("points: 10", "points: 10\nlimits: {memory: 512 Mib}", 9, ["`Mib`", "Did you mean `MiB`?"]),
        ("points: 10", "points: 10\nlimits: {memory: 1 KiB}", 9, ["at least"]),
        ("points: 10", "points: 10\nlimits: {processes: 2.5}", 9, ["whole number"]),
        ("points: 10", "points: 10\npreload: [toy_utils]", 9, ["the course's own files"]),
        ("points: 10", "points: 10\nsecret: no-such-file", 9, ["no-such-file"]),
        ("title: A toy", "title: &a A toy", 2, ["Anchors"]),
        ("title: A toy", "title: *a", 2, ["Anchors"]),
        ("title: A toy", "title: !!python/name:os.system A", 2, ["Tags"]),
        ("title: A toy", "title: A: toy", 2, ["not valid YAML"]),
        ("title: A toy", "title: A toy\n---\n", 3, ["second document"]),
        ("title: A toy", "title: " + "[" * 1000, 2, ["nesting"]),
    ],
)
def test_a_mistake_is_named_with_its_line_and_remedy(course: Path, old: str, new: str, line: int, words: list[str]) -> None:
    error = complaint(course, old, new)
    assert error.file == "grader_config.yaml"
    for word in words:
        assert word in str(error)
    assert error.line == line, str(error)


def test_a_test_file_without_a_question_is_refused(course: Path) -> None:
    (course / "tests/cases/tripel.py").write_text("")
    error = complaint(course, "", "")
    assert error.file == "tests/cases/tripel.py"
    assert "`questions`" in str(error)


def test_a_link_that_leads_out_of_the_folder_is_refused(course: Path) -> None:
    (course / "assignment/images/two.svg").symlink_to("/etc/hostname")
    assert "leads out" in str(complaint(course, "", ""))


def test_a_helper_may_not_take_the_place_of_a_released_file(course: Path) -> None:
    (course / "assignment/autograder_checks.py").write_text("")
    assert "the release itself uses" in str(complaint(course, "toy_utils.py", "autograder_checks.py"))


def test_a_config_that_is_not_utf8_is_refused_with_its_line(course: Path) -> None:
    (course / "grader_config.yaml").write_bytes(b"format: 1\ntitle: \xff\n")
    error = complaint_of(course)
    assert error.line == 2
    assert "UTF-8" in str(error)


def test_a_missing_config_is_named(tmp_path: Path) -> None:
    assert "no such file" in str(complaint_of(tmp_path))


def complaint_of(course: Path) -> AuthorError:
    with pytest.raises(AuthorError) as caught:
        load_config(course)
    return caught.value


@pytest.fixture(scope="module")
def shared_course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("course"))


@given(data=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda t: t.encode("utf-8", "surrogatepass"))))
def test_any_bytes_raise_nothing_but_an_author_error(shared_course: Path, data: bytes) -> None:
    (shared_course / "grader_config.yaml").write_bytes(data)
    with pytest.raises(AuthorError):
        load_config(shared_course)


@given(data=st.data())
def test_a_config_with_pieces_changed_raises_nothing_but_an_author_error(shared_course: Path, data: st.DataObject) -> None:
    lines = CONFIG.splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        key, _, _ = lines[at].partition(":")
        junk = st.sampled_from(
            [
                "",
                "[",
                "{}",
                "~",
                "1e9",
                "-1",
                "*x",
                "&x y",
                "!!set {}",
                "|",
                "'",
                "? a",
                "\t",
                "a: b",
                "..",
                "*",
                "**",
                "\x00",
            ]
        )
        lines[at] = data.draw(st.sampled_from([f"{key}: ", "", key, "- "])) + data.draw(st.one_of(junk, st.text(max_size=12)))
    (shared_course / "grader_config.yaml").write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
    with contextlib.suppress(AuthorError):
        assert load_config(shared_course).assignment.points == 10


def test_a_question_says_where_its_tests_run(course: Path) -> None:
    questions = load(course, "    points: 6\n", "    points: 6\n    isolation: shared\n").assignment.questions
    assert [question.isolation for question in questions] == [Isolation.ISOLATED, Isolation.SHARED, Isolation.ISOLATED]


def test_a_place_where_no_tests_can_run_is_an_error_with_the_nearest_that_there_is(course: Path) -> None:
    message = str(complaint(course, "    points: 6\n", "    points: 6\n    isolation: sharde\n"))
    assert "grader_config.yaml:14" in message
    assert "`questions[2].isolation`: `sharde` is not one of its values. Did you mean `shared`?" in message
    assert "isolated, shared" in message


def test_what_counts_after_grading_is_part_of_the_assignment(course: Path) -> None:
    given = load(
        course, "points: 10", 'points: 10\nlateness: {due: "2026-11-20T23:59Z", per_day: 10%}\nnot_submitted: 0'
    ).assignment.reporting
    assert given.lateness is not None
    assert (given.lateness.per_day, given.not_submitted, given.export_late) == (Fraction(1, 10), Fraction(0), False)
    assert "no offset" in str(complaint(course, '"2026-11-20T23:59Z"', "2026-11-20T23:59"))
