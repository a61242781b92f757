"""Makes a small course folder: two questions, one calling the other. The quickest way to see the shape of a course."""

from __future__ import annotations

import re
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from autograder.archive import replace_file
from autograder.errors import InputError

__all__ = ["new_course"]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_STORED_AS = {"gitignore": ".gitignore"}
"""Files that would act on our own repository under their own names."""


def new_course(target: Path, *, name: str | None = None) -> list[Path]:
    """Write the course into `target`, which must not exist or be empty.

    Args:
        target: Folder; made with its parents.
        name: Stable identifier of the assignment; the folder's name, made fit, when None.

    Returns:
        The files written.

    Raises:
        InputError: there is something in `target`, or `name` is not an identifier.
        MachineFault: it cannot be written.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise InputError(f"{target} is not empty: name a folder that does not exist yet, so that nothing of yours is overwritten.")
    name = name if name is not None else re.sub(r"[^A-Za-z0-9_-]+", "-", target.resolve().name).strip("-_") or "course"
    if not _NAME.fullmatch(name):
        raise InputError(f"“{name}” cannot name an assignment: use letters, digits, - and _.")
    words = {"COURSE_NAME": name, "COURSE_TITLE": name.replace("-", " ").replace("_", " ").capitalize()}
    template = resources.files("autograder.authoring") / "course_template"
    return sorted(_copy(template, target, words))


def _copy(source: Traversable, target: Path, words: dict[str, str]) -> list[Path]:
    if source.is_file():
        text = source.read_text(encoding="utf-8")
        for placeholder, word in words.items():
            text = text.replace(placeholder, word)
        replace_file(target, text.encode())
        return [target]
    children = [child for child in source.iterdir() if not child.name.startswith("__")]
    return [path for child in children for path in _copy(child, target / _STORED_AS.get(child.name, child.name), words)]
