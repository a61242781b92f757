"""What lies in OUT after a run: staff's documents and, by the links of staff's page of the class, the folder of each student."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from published_schemas import STUDENT, complaints

__all__ = ["document_names", "documents", "folders", "page", "student_text", "students_text"]

_ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
_LINK = re.compile(r'href="([^"]+)"')


def document_names(out: Path) -> list[str]:
    """File names of staff's documents."""
    return sorted(path.name for path in (out / "staff" / "results").iterdir())


def documents(out: Path) -> dict[str, dict[str, Any]]:
    """Submission's name → its document, for staff."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in sorted((out / "staff" / "results").glob("*.json"))]
    for document in found:
        assert complaints(document) == []
    return {document["submission"]: document for document in found}


def folders(out: Path) -> dict[str, Path]:
    """Submission's name → its student's folder. Every folder is somebody's, and holds a page and a document of its own."""
    found: dict[str, Path] = {}
    for row in _ROW.findall((out / "staff" / "class.html").read_text(encoding="utf-8")):
        places = [out / "staff" / unquote(link) for link in _LINK.findall(row)]
        of_student = [place for place in places if place.suffix == ".html"]
        of_staff = [place for place in places if place.suffix == ".json"]
        if of_student and of_staff:
            name = json.loads(of_staff[0].read_text(encoding="utf-8"))["submission"]
            found[name] = of_student[0].resolve().parent
    assert {path.resolve() for path in (out / "students").iterdir()} == set(found.values())
    assert len(set(found.values())) == len(found)
    for folder in found.values():
        assert sorted(path.name for path in folder.iterdir()) == ["feedback.html", "result.json"]
        assert complaints(json.loads((folder / "result.json").read_text(encoding="utf-8")), STUDENT) == []
    return found


def page(out: Path, name: str) -> str:
    """The page of a submission's student."""
    return (folders(out)[name] / "feedback.html").read_text(encoding="utf-8")


def student_text(out: Path, name: str) -> str:
    """All that a submission's student is given: the page, and the document."""
    return students_text(folders(out)[name])


def students_text(folder: Path) -> str:
    """All that lies in a student's folder."""
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.iterdir()))
