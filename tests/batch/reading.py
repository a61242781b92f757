"""What lies in a class's folder, as people read it."""

from __future__ import annotations

import csv
import html
import json
import re
from pathlib import Path
from typing import Any

__all__ = ["class_page", "made_files", "page_of", "row", "rows", "standing_of"]


def rows(out: Path) -> list[dict[str, str]]:
    """The gradebook's rows."""
    with (out / "gradebook.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def row(out: Path, who: str) -> dict[str, str]:
    """The row of a login, or of a submission that is nobody's."""
    (found,) = [one for one in rows(out) if who == (one["login"] or one["submission"])]
    return found


def class_page(out: Path) -> str:
    """What the class page says, without markup and titles' quotes."""
    return html.unescape((out / "staff" / "class.html").read_text(encoding="utf-8"))


def page_of(out: Path, name: str) -> str:
    """What the page of a person says, without markup."""
    (folder,) = _folders(out, name)
    text = (folder / "feedback.html").read_text(encoding="utf-8")
    text = re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())


def standing_of(out: Path, name: str) -> dict[str, Any]:
    """What the document of a person says of where they stand."""
    (folder,) = _folders(out, name)
    found: dict[str, Any] = json.loads((folder / "result.json").read_text(encoding="utf-8"))["standing"]
    return found


def made_files(out: Path) -> dict[str, bytes]:
    """Path → bytes of every file that is made of the store."""
    places = [out / "gradebook.csv", out / "matches.csv", *(out / "staff").rglob("*"), *(out / "students").rglob("*")]
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in places if path.is_file()}


def _folders(out: Path, name: str) -> list[Path]:
    documents = (out / "students").glob("*/result.json")
    return [path.parent for path in documents if json.loads(path.read_text(encoding="utf-8"))["submission"] == name]
