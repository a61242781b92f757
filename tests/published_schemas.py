"""The published schemas of result documents, and what a document does not keep of them."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

import jsonschema

__all__ = ["STAFF", "STUDENT", "complaints", "schema"]

STAFF = "result.json"
"""Schema of the document for staff."""
STUDENT = "student-result.json"
"""Schema of the document for its student."""


@cache
def schema(name: str) -> dict[str, Any]:
    """A schema as it is installed."""
    text = (resources.files("autograder.report") / "schemas" / name).read_text(encoding="utf-8")
    data: dict[str, Any] = json.loads(text)
    return data


def complaints(document: Any, name: str = STAFF) -> list[str]:
    """Where a document is not as its schema says; empty when it is."""
    return [f"{error.json_path}: {error.message}" for error in _validator(name).iter_errors(document)]


@cache
def _validator(name: str) -> Any:
    return jsonschema.Draft202012Validator(schema(name))
