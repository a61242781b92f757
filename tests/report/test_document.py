"""One submission as JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

from autograder.model import Measured
from autograder.printable import number
from autograder.report.document import document, document_bytes

from .made_by_hand import BUNDLE, HELPER, ROOT, STAFF, case, half_judged, score, withheld, wrong_helper


def test_it_says_of_each_question_what_was_earned_in_which_world() -> None:
    helper, whole, extra = document(wrong_helper(), BUNDLE)["questions"]
    assert (helper["name"], helper["earned"], helper["possible"], helper["world"]) == ("helper", 6, 10, "own")
    assert (whole["earned"], whole["world"], whole["earned_own"], whole["earned_reference"]) == (20, "reference", 15, 20)
    assert (extra["earned"], extra["possible"], extra["optional"]) == (0, 0, True)


def test_it_says_of_each_case_its_verdict_points_world_and_messages() -> None:
    helper, whole, _extra = document(wrong_helper(), BUNDLE)["questions"]
    assert helper["cases"][0] == {
        "name": "values",
        "visibility": "public",
        "verdict": "failed",
        "world": "own",
        "earned": 0,
        "possible": 4,
        "message": "a[0]: its values are different.",
        "staff_message": STAFF,
    }
    assert [c["world"] for c in whole["cases"]] == ["reference", "reference"]
    assert [(c["world"], c["verdict"]) for c in whole["own_cases"]] == [("own", "failed"), ("own", "passed")]


def test_it_names_the_schema_the_bundle_and_what_happened_in_the_notebook() -> None:
    data = document(wrong_helper(), BUNDLE)
    assert (data["schema_version"], data["bundle_sha256"], data["status"]) == (1, "ab" * 32, "graded")
    assert (data["earned"], data["possible"]) == (26, 30)
    assert data["notebook_run"]["problems"] == [{"cell": 3, "kind": "raised", "name": "NameError", "text": "name 'x' is not defined"}]


def test_only_measured_differs_when_only_the_time_does() -> None:
    one, other = wrong_helper(), replace(wrong_helper(), measured=Measured(9.0, 8.0, 7.0, 6))
    assert document_bytes(one, BUNDLE) != document_bytes(other, BUNDLE)
    first, second = document(one, BUNDLE), document(other, BUNDLE)
    del first["measured"], second["measured"]
    assert first == second


def test_a_withheld_submission_has_a_reason_and_no_points() -> None:
    data = document(withheld(), BUNDLE)
    assert (data["status"], data["earned"], data["questions"]) == ("withheld", None, [])
    assert "is empty" in data["reason"]


def test_a_question_that_could_not_be_judged_leaves_no_total() -> None:
    data = document(half_judged(), BUNDLE)
    assert (data["status"], data["earned"]) == ("withheld", None)
    assert [q["earned"] for q in data["questions"]] == [10, None, 0]


def test_points_are_exact_until_they_are_written() -> None:
    assert number(Fraction(30, 3)) == 10
    assert json.dumps(number(Fraction(10))) == "10"
    assert number(Fraction(1, 3)) == 0.333333
    assert number(sum([Fraction(1, 3)] * 3, Fraction(0))) == 1


def test_keys_are_sorted_and_text_stays_readable() -> None:
    text = document_bytes(wrong_helper("Žofie"), BUNDLE).decode()
    keys = list(json.loads(text))
    assert keys == sorted(keys)
    assert "Žofie" in text
    assert text.endswith("}\n")


def test_what_cannot_be_seen_is_written_out() -> None:
    data = document(wrong_helper("a\x1b[31m", message="\u202egnp \ud800"), BUNDLE)
    assert data["submission"] == "a\\x1b[31m"
    assert data["questions"][0]["cases"][0]["message"] == "\\u202egnp \\ud800"


def test_the_folder_that_the_bundle_was_unpacked_into_is_not_named() -> None:
    graded = wrong_helper()
    message = f'File "{ROOT}/tests/helper.py", line 3'
    helper = score(HELPER, replace(case("values", 10, "failed"), staff_message=message))
    data = document(replace(graded, questions=(helper, *graded.questions[1:])), BUNDLE)
    assert data["questions"][0]["cases"][0]["staff_message"] == 'File "tests/helper.py", line 3'
