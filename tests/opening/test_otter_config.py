import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from autograder.errors import InputError
from autograder.model import OtterRules
from autograder.opening.otter_config import OtterConfig, read_config

# otter-grader 7.0.0, run/run_autograder/autograder_config.py, every key with its default.
DEFAULTS: dict[str, Any] = {
    "score_threshold": None, "points_possible": None, "show_stdout": False, "show_hidden": False, "show_all_public": False, "seed": None,
    "seed_variable": None, "grade_from_log": False, "serialized_variables": None, "pdf": False, "token": None, "course_id": None,
    "assignment_id": None, "filtering": False, "pagebreaks": False, "debug": False, "autograder_dir": "/autograder", "lang": "python",
    "miniconda_path": None, "plugins": [], "logo": True, "print_summary": True, "print_score": True, "zips": False, "log_level": None,
    "assignment_name": None, "warn_missing_pdf": False, "force_public_test_summary": True, "submit_blank_pdf_on_export_failure": False,
    "use_submission_pdf": False, "pdf_via_html": False,
}  # fmt: skip


def read(**values: Any) -> OtterConfig:
    return read_config(json.dumps(values).encode(), Path("b.zip"), exact=False)


def test_otters_defaults_say_nothing() -> None:
    assert len(DEFAULTS) == 31
    assert read(**DEFAULTS) == OtterConfig()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("pdf", True),
        ("token", "t"),
        ("grade_from_log", True),
        ("debug", True),
        ("serialized_variables", {"x": "int"}),
        ("log_level", "INFO"),
    ],
)
def test_a_key_that_is_not_obeyed_is_named(key: str, value: Any) -> None:
    (notice,) = read(**{key: value}).notices
    assert f"`{key}` is not obeyed: " in notice


def test_a_key_that_otter_does_not_know_is_named_with_the_one_that_was_meant() -> None:
    for key, meant in {
        "score_treshold": "Did you mean `score_threshold`?",
        "show_hidden_tests_on_release": "It is `show_hidden` now.",
    }.items():
        (notice,) = read(**{key: 0.25}).notices
        assert meant in notice


def test_what_is_obeyed() -> None:
    assert read(seed=42, seed_variable="rng_seed", points_possible=10.5, score_threshold=0.25, show_hidden=True).rules == OtterRules(
        seed=42, seed_variable="rng_seed", points_possible=Fraction(21, 2), score_threshold=Fraction(1, 4), show_hidden=True
    )


@pytest.mark.parametrize(
    "values",
    [
        {"seed": "x"},
        {"seed": True},
        {"score_threshold": 2},
        {"plugins": "a.B"},
        {"plugins": [3]},
        {"lang": "r"},
        {"seed_variable": "a b"},
        {"show_hidden": 1},
    ],
)
def test_a_value_of_the_wrong_type_is_refused_by_its_key(values: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=f"b.zip: otter_config.json.*`{next(iter(values))}`"):
        read(**values)
