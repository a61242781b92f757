"""The published schemas: every document keeps them, and they forgive nothing."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from published_schemas import STAFF, STUDENT, complaints, schema

from autograder.kernel.layers import Layer
from autograder.kernel.sandbox import Confinement
from autograder.model import Result, Withheld
from autograder.report.document import document
from autograder.report.student_document import student_document

from .made_by_hand import BUNDLE, a_class, half_judged, submission, withheld, wrong_helper

CONFINEMENT = Confinement(
    {"profile": "processes", "landlock": 3, "seccomp": True, "user": None, "home": None},
    (Layer("files", True, "none"), Layer("network", False, "TCP is open")),
)
RESULTS: list[Result] = [wrong_helper(), half_judged(), withheld(), Withheld(submission(), "tests/whole.py:3: The reference gives 42.")]
FOR_STAFF = [document(result, BUNDLE, confined) for result in RESULTS for confined in (None, CONFINEMENT.confined)]
FOR_STUDENTS = [student_document(result, BUNDLE) for result in RESULTS]
FOR_STUDENTS += [student_document(member.result, BUNDLE, standing=member.standing) for member in a_class()]
FULL = pytest.mark.parametrize(("name", "data"), [(STAFF, FOR_STAFF[1]), (STUDENT, FOR_STUDENTS[len(RESULTS)])])
"""A document with one of everything."""
BOTH = pytest.mark.parametrize(("name", "documents"), [(STAFF, FOR_STAFF), (STUDENT, FOR_STUDENTS)])


@BOTH
def test_it_is_a_schema_itself(name: str, documents: list[Any]) -> None:  # noqa: ARG001 - of both
    jsonschema.Draft202012Validator.check_schema(schema(name))


@BOTH
def test_every_document_keeps_it(name: str, documents: list[Any]) -> None:
    assert [complaints(json.loads(json.dumps(data)), name) for data in documents] == [[]] * len(documents)


@FULL
def test_an_unknown_key_is_refused_wherever_it_stands(name: str, data: Any) -> None:
    for place in objects(whole := copy.deepcopy(data)):
        place["unknown"] = 1
        assert complaints(whole, name) != []
        del place["unknown"]


@FULL
def test_every_key_must_be_there(name: str, data: Any) -> None:
    for place in objects(whole := copy.deepcopy(data)):
        for key in sorted(place.keys() - {"standing"}):
            value = place.pop(key)
            assert complaints(whole, name) != [], key
            place[key] = value


@FULL
@pytest.mark.parametrize("wrong", [{}, True, -1.5, "1"])
def test_no_value_may_be_of_another_type(name: str, data: Any, wrong: Any) -> None:
    for place in objects(whole := copy.deepcopy(data)):
        for key, value in place.items():
            if not same_type(value, wrong):
                place[key] = wrong
                assert complaints(whole, name) != [], key
                place[key] = value


def test_a_score_and_a_reason_exclude_each_other() -> None:
    graded, lost = document(wrong_helper(), BUNDLE), document(withheld(), BUNDLE)
    assert complaints(graded | {"earned": None}) != []
    assert complaints(graded | {"reason": "why"}) != []
    assert complaints(lost | {"earned": 0}) != []


def test_a_students_schema_is_that_of_staff_without_what_is_for_staff_and_with_their_standing() -> None:
    staff, student = keys(schema(STAFF)), keys(schema(STUDENT))
    assert staff - student == {
        *("bundle_sha256", "reference_cases", "staff_message"),
        *("confinement", "profile", "holds", "missing"),
        *("measured", "wall_s", "cpu_s", "student_cpu_s", "peak_memory_bytes"),
    }
    assert student - staff == {
        *("standing", "state", "subtotal", "late", "words", "final", "comments"),
        *("total_set_by_teacher", "points", "automatic", "set_by_teacher"),
    }


def test_every_key_is_explained() -> None:
    for name in (STAFF, STUDENT):
        assert [key for key, what in named(schema(name)) if "description" not in what] == []


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every object of a document; of a list's, the first: the others are described by the same words."""
    if isinstance(value, dict):
        yield value
    for item in value.values() if isinstance(value, dict) else value[:1] if isinstance(value, list) else ():
        yield from objects(item)


def places(value: Any) -> Iterator[dict[str, Any]]:
    """Every object of a schema."""
    if isinstance(value, dict):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from places(item)


def named(value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every key that a schema knows, and what it says of it."""
    for place in places(value):
        if place.get("type") == "object" and "properties" in place:
            yield from place["properties"].items()


def keys(value: Any) -> set[str]:
    return {key for key, _what in named(value)}


def same_type(one: Any, other: Any) -> bool:
    """As JSON knows types; an integer is a number too, and null says nothing of what else a key may be."""
    numbers = [isinstance(value, int | float) and not isinstance(value, bool) for value in (one, other)]
    return one is None or all(numbers) or type(one) is type(other)
