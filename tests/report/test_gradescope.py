"""One submission as Gradescope's results.json: what adds up, and what students come to see."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from autograder.errors import MachineFault
from autograder.model import Graded, Isolation, OtterRules, QuestionScore, Withheld, World
from autograder.report.gradescope import gradescope_results

from .made_by_hand import BUNDLE, HELPER, ROOT, STAFF, STAND_INS, WHOLE, case, half_judged, score, submission, withheld, wrong_helper


def of(*scores: QuestionScore, **options: Any) -> dict[str, Any]:
    return gradescope_results(replace(wrong_helper(), questions=scores), BUNDLE, stand_ins=STAND_INS, **options)


def entries(found: dict[str, Any], visibility: str) -> dict[str, dict[str, Any]]:
    return {entry["name"]: entry for entry in found["tests"] if entry["visibility"] == visibility}


def test_entries_add_up_to_the_total_and_no_total_is_stated() -> None:
    found = gradescope_results(wrong_helper(), BUNDLE, stand_ins=STAND_INS)
    assert sum(entry["score"] for entry in found["tests"]) == wrong_helper().total
    assert sum(entry["max_score"] for entry in found["tests"]) == 30
    assert "score" not in found


def test_thirds_add_up_too() -> None:
    question = replace(HELPER, points=Fraction(1))
    cases = tuple(replace(case(name, 0), possible=Fraction(1, 3)) for name in "abc")
    found = of(score(question, *cases))
    assert sum(Fraction(str(entry["score"])) for entry in found["tests"]) == 1


def test_public_cases_are_visible_and_hidden_ones_hidden_until_they_may_be_shown() -> None:
    found = gradescope_results(wrong_helper(), BUNDLE)
    assert list(entries(found, "visible")) == ["helper: values"]
    assert entries(found, "visible")["helper: values"]["output"] == "Wrong answer.\na[0]: its values are different."
    assert len(entries(found, "hidden")) == 5
    assert len(entries(gradescope_results(wrong_helper(), BUNDLE, show_hidden=True), "after_published")) == 5


def test_an_otter_bundles_config_says_who_sees_hidden_cases_and_what_the_total_is() -> None:
    rules = OtterRules(show_hidden=True, points_possible=Fraction(60))
    bundle = replace(BUNDLE, assignment=replace(BUNDLE.assignment, otter=rules))
    found = gradescope_results(wrong_helper(), bundle)
    assert entries(found, "after_published")
    assert found["score"] == 52
    bundle = replace(bundle, assignment=replace(bundle.assignment, otter=replace(rules, score_threshold=Fraction(9, 10))))
    assert gradescope_results(wrong_helper(), bundle)["score"] == 0


def test_which_world_counted_is_said_where_only_those_look_who_may_see_hidden_cases() -> None:
    found = gradescope_results(wrong_helper(), BUNDLE, stand_ins=STAND_INS)
    words = "so a mistake in your own costs nothing here"
    assert words in entries(found, "hidden")["whole: any length"]["output"]
    assert not any(words in entry["output"] for entry in entries(found, "visible").values())


def test_a_public_case_that_needed_the_references_helpers_shows_what_it_gave_without() -> None:
    own = (case("steps", 5, "failed", "b: its shape is different.", hidden=False), case("any length", 15))
    counted = (case("steps", 5, hidden=False), case("any length", 15))
    found = of(QuestionScore(WHOLE, counted, World.REFERENCE, Fraction(20), Fraction(15), Fraction(20), own))
    assert entries(found, "visible")["whole: steps"]["output"].split("\n") == [
        "Passed.",
        "This was judged with correct versions of helper. With your own: wrong answer.",
        "b: its shape is different.",
    ]


@pytest.mark.parametrize("passed", [True, False])
def test_where_only_all_cases_together_earn_something_no_visible_score_tells_of_hidden_ones(*, passed: bool) -> None:
    cases = (case("shown", 4, hidden=False), case("kept", 6, "passed" if passed else "failed"))
    found = of(replace(score(HELPER, *cases, earned=10 if passed else 0), all_or_nothing=True))
    shown = entries(found, "visible")["helper: shown"]
    assert (shown["score"], shown["max_score"], shown["status"]) == (0, 0, "passed")
    kept = entries(found, "hidden")["helper: kept"]
    assert (kept["score"], kept["max_score"]) == (10 if passed else 0, 10)


def test_nothing_for_staff_no_path_and_no_time_is_in_it() -> None:
    graded = wrong_helper(message=f"see {ROOT}/tests/helper.py\x1b[2J")
    text = json.dumps(gradescope_results(graded, BUNDLE, stand_ins=STAND_INS))
    for secret in (STAFF, str(ROOT), "secret-folder", "execution_time", "\\u001b"):
        assert secret not in text


def test_what_is_not_tamper_proof_says_so() -> None:
    found = of(score(replace(HELPER, isolation=Isolation.SHARED), case("values", 10)))
    assert "not tamper-proof" in found["tests"][0]["output"]


def test_a_file_that_is_no_notebook_is_a_visible_message() -> None:
    found = gradescope_results(withheld(), BUNDLE)
    assert found["score"] == 0
    assert "hand_in.ipynb: is empty. Ask for the notebook again." in found["tests"][0]["output"]


@pytest.mark.parametrize("result", [half_judged(), Withheld(submission(), "A kernel could not be started.")])
def test_what_could_not_be_judged_has_no_results(result: Graded | Withheld) -> None:
    with pytest.raises(MachineFault):
        gradescope_results(result, BUNDLE)
