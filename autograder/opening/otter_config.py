"""`otter_config.json`: every key that otter-grader 7.0.0 reads is obeyed, or named in a notice that says why it is not.

Source: `otter/run/run_autograder/autograder_config.py` of otter-grader 7.0.0.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import isfinite
from pathlib import Path
from typing import Any

from autograder.config.yaml_places import nearest
from autograder.errors import InputError
from autograder.model import OtterRules

__all__ = ["CONFIG_NAME", "OtterConfig", "read_config", "shows_hidden"]

CONFIG_NAME = "otter_config.json"

_FOR_PDF = "no PDF is made of submissions here"
_FOR_PRINTING = "it is about what otter prints while it grades"
_NOT_HERE = {
    "token": "nothing is sent to Gradescope's own interface",
    "course_id": "nothing is sent to Gradescope's own interface",
    "assignment_id": "nothing is sent to Gradescope's own interface",
    "pdf": _FOR_PDF,
    "filtering": _FOR_PDF,
    "pagebreaks": _FOR_PDF,
    "warn_missing_pdf": _FOR_PDF,
    "submit_blank_pdf_on_export_failure": _FOR_PDF,
    "use_submission_pdf": _FOR_PDF,
    "pdf_via_html": _FOR_PDF,
    "print_summary": _FOR_PRINTING,
    "print_score": _FOR_PRINTING,
    "logo": _FOR_PRINTING,
    "log_level": _FOR_PRINTING,
    "debug": "a cell that raises is told in the result, and the cells after it run",
    "autograder_dir": "it is a place in otter's own container",
    "miniconda_path": "the environment is the one that this command runs in",
    "zips": "zips are read in any case",
    "grade_from_log": "a log is a pickle, which can run any code when it is read: the notebook itself is graded instead",
    "serialized_variables": "it is for logs, which are not read",
}
_DEFAULTS: Mapping[str, Any] = {
    **dict.fromkeys(("debug", "filtering", "grade_from_log", "pagebreaks", "pdf", "pdf_via_html", "zips"), False),
    **dict.fromkeys(("submit_blank_pdf_on_export_failure", "use_submission_pdf", "warn_missing_pdf"), False),
    **dict.fromkeys(("logo", "print_score", "print_summary"), True),
    "autograder_dir": "/autograder",
}
"""What otter takes when a key is not there: naming that default says nothing."""


_EARLIER = {
    "points": "points_possible",
    "show_hidden_tests_on_release": "show_hidden",
    "show_stdout_on_release": "show_stdout",
    "threshold": "score_threshold",
    "variables": "serialized_variables",
}
"""What keys were called in older versions of otter, or in its own examples."""

_OBEYED = (
    *("assignment_name", "force_public_test_summary", "lang", "plugins", "points_possible", "score_threshold", "seed", "seed_variable"),
    *("show_all_public", "show_hidden", "show_stdout"),
)


@dataclass(frozen=True, slots=True)
class OtterConfig:
    """What is obeyed."""

    rules: OtterRules = field(default_factory=OtterRules)
    """For grading and its reports."""
    notices: tuple[str, ...] = ()
    """One sentence for each key that is not obeyed."""


def read_config(data: bytes, path: Path, *, exact: bool) -> OtterConfig:
    """Read the file.

    Args:
        data: Its content.
        path: Of the bundle, for messages.
        exact: Whether to score as otter does where it is plainly wrong.

    Raises:
        InputError: it is not JSON, or a key is of the wrong type, or it is for R; names the key.
    """
    shown = f"{path}: {CONFIG_NAME}"
    try:
        values = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{shown} is not JSON ({error}). Correct it, or build the bundle again.") from error
    if not isinstance(values, dict):
        raise InputError(f"{shown} is not a JSON object. Build the bundle again.")
    notices: list[str] = []
    left = dict(values)

    def take(key: str, what: str, fits: Callable[[Any], bool], default: Any) -> Any:
        value = left.pop(key, None)
        if value is None:
            return default
        if not fits(value):
            raise InputError(f"{shown}: `{key}` is {json.dumps(value)[:60]}, and must be {what}. Correct it.")
        return value

    if take("lang", '"python" or "r"', lambda value: value in ("python", "r"), "python") == "r":
        raise InputError(f"{shown}: `lang` is R. Only Python notebooks are graded here.")
    rules = OtterRules(
        seed=take("seed", "a whole number", _whole, None),
        seed_variable=take("seed_variable", "the name of a variable", lambda value: isinstance(value, str) and value.isidentifier(), None),
        points_possible=_points(take("points_possible", "a number", _number, None)),
        score_threshold=_points(take("score_threshold", "a number from 0 to 1", lambda value: _number(value) and 0 <= value <= 1, None)),
        show_hidden=take("show_hidden", "true or false", _bool, False),
        show_all_public=take("show_all_public", "true or false", _bool, False),
        force_public_test_summary=take("force_public_test_summary", "true or false", _bool, True),
        show_stdout=take("show_stdout", "true or false", _bool, False),
        assignment_name=take("assignment_name", "a text", lambda value: isinstance(value, str), ""),
        exact=exact,
    )
    plugins = [_plugin(each, shown) for each in take("plugins", "a list", lambda value: isinstance(value, list), [])]
    notices += [
        f"{CONFIG_NAME}: the plugin {plugin} is not run: it is code for otter's own grading."
        for plugin in plugins
        if not plugin.startswith("autograder.")
    ]
    for key, value in left.items():
        if key in _NOT_HERE:
            if value is not None and value != _DEFAULTS.get(key):
                notices.append(f"{CONFIG_NAME}: `{key}` is not obeyed: {_NOT_HERE[key]}.")
        else:
            meant = f" It is `{_EARLIER[key]}` now." if key in _EARLIER else nearest(key, [*_NOT_HERE, *_OBEYED])
            notices.append(f"{CONFIG_NAME}: `{key}` is no key that otter 7 knows, and is passed over, as otter does.{meant}")
    return OtterConfig(rules, tuple(notices))


def shows_hidden(folder: Path) -> bool:
    """Whether students see hidden cases on Gradescope, as an unpacked bundle of ours says; also when that was written after it was built.

    Raises:
        InputError: the file is not there, or not JSON.
    """
    path = folder / CONFIG_NAME
    try:
        config = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{path} cannot be read: {error}. Build the bundle again, and use it as it is.") from error
    return isinstance(config, dict) and config.get("show_hidden") is True


def _plugin(entry: Any, shown: str) -> str:
    match entry:
        case str():
            return entry
        case dict() if len(entry) == 1 and all(isinstance(name, str) for name in entry):
            return str(next(iter(entry)))
        case _:
            raise InputError(f"{shown}: `plugins` has an entry that is neither a name nor a name with its settings. Correct it.")


def _whole(value: Any) -> bool:
    return type(value) is int and 0 <= value < 1 << 32


def _number(value: Any) -> bool:
    return type(value) in (int, float) and isfinite(value)


def _bool(value: Any) -> bool:
    return type(value) is bool


def _points(value: Any) -> Fraction | None:
    return None if value is None else Fraction(str(value))
