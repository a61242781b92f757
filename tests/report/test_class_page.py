"""The class as staff see it: what is said of whom."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from fractions import Fraction

import pytest

from autograder.model import Isolation, Standing, State
from autograder.report.class_figures import CaseFigures
from autograder.report.class_page import Links, class_page_bytes

from .big_class import class_page
from .made_by_hand import ASSIGNMENT, REASON, a_class, by_hand, handed_in, standing, wrong_helper


def text(source: bytes) -> str:
    """What a reader sees, with single spaces."""
    body = re.sub(r"<script>.*?</script>|<title>.*?</title>", "", source.decode().partition("<body>")[2], flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body.replace("<wbr>", ""))).split())


def page(*standings: Standing, links: Links | None = None) -> bytes:
    return class_page_bytes(ASSIGNMENT, standings, CaseFigures(), links=lambda _standing: links or Links())


def one(who: str = "plain", **changes: object) -> Standing:
    return replace(standing(who, handed_in(who), wrong_helper()), left_out="", **changes)  # type: ignore[arg-type]


def test_everybody_is_on_it_with_state_reasons_and_points() -> None:
    shown = text(page(*(member.standing for member in a_class())))
    assert "6 graded 2 withheld 1 excused 2 late" in shown
    assert "canary-name-late canary-id-late canary-section-late graded 4 2 days late 4 20 1/2" in shown
    assert "canary-name-override helper 4 9 " + REASON in shown


def test_withheld_are_listed_with_the_reason_and_never_as_zero() -> None:
    lost = [
        one(str(n), state=State.WITHHELD, subtotal=None, final=None, reason=reason) for n, reason in enumerate(["rare", "often", "often"])
    ]
    shown = text(page(*lost))
    assert "2 often canary-name-1, canary-name-2 1 rare canary-name-0" in shown
    assert "Nobody has a score yet." in shown


def test_many_of_one_reason_are_counted_and_some_are_named() -> None:
    lost = [one(str(n), state=State.WITHHELD, subtotal=None, final=None, reason="often") for n in range(30)]
    assert "canary-name-11 and 18 more" in text(page(*lost))


def test_what_staff_set_is_marked_and_explained() -> None:
    shown = page(by_hand(one(), "helper", 9), one("excused", state=State.EXCUSED, final=None)).decode()
    assert f'<td class="n hand" title="automatic: 6; {REASON}">9</td>' in shown
    assert "canary-name-excused excused " + REASON in text(shown.encode())


def test_without_a_roster_there_are_submissions_and_nobody_is_unmatched() -> None:
    shown = text(page(one(student=None)))
    assert "canary-name-plain graded 26" in shown
    assert "unmatched" not in shown
    assert "unmatched" in text(page(one(), one("late", student=None)))


def test_where_nothing_is_known_of_times_there_is_no_column_for_them() -> None:
    assert " Late " in text(page(one(), one("late", lateness=None)))
    assert " Late " not in text(page(one(lateness=None)))


def test_rows_lead_where_they_are_said_to_and_nowhere_else() -> None:
    assert '<a href="students/a%20b/feedback.html">' in page(one(), links=Links("students/a b/feedback.html")).decode()
    assert 'href="javascript%3Aalert%281%29"' in page(one(), links=Links("javascript:alert(1)")).decode()
    assert set(re.findall(r'href="([^"]*)"', page(one()).decode())) == {"#totals", "#questions", "#checks", "#everybody"}


def test_what_cannot_be_seen_is_written_out_and_markup_is_text() -> None:
    source = page(one(reason="\x1b[31m<b>", state=State.WITHHELD, final=None)).decode()
    assert r"\x1b[31m&lt;b&gt;" in source


def test_results_that_are_not_tamper_proof_are_marked() -> None:
    questions = (replace(ASSIGNMENT.questions[0], isolation=Isolation.SHARED), *ASSIGNMENT.questions[1:])
    source = class_page_bytes(replace(ASSIGNMENT, questions=questions), [one()], CaseFigures())
    assert "helper not tamper-proof" in text(source)


def test_it_is_the_same_page_every_time() -> None:
    assert class_page(60) == class_page(60)


def test_an_empty_class_and_points_of_nothing_are_no_error() -> None:
    assert "Nobody has a score yet." in text(page())
    nothing = replace(ASSIGNMENT, questions=tuple(replace(q, points=Fraction(0)) for q in ASSIGNMENT.questions))
    assert "Totals" in text(class_page_bytes(nothing, [one(final=Fraction(0))], CaseFigures()))


@pytest.mark.parametrize(("share", "said"), [(0, "0%"), (1, "<1%"), (5, "1%"), (499, ">99%"), (500, "100%")])
def test_shares_are_0_and_100_percent_only_for_nobody_and_everybody(share: int, said: str) -> None:
    full, zero = one("full"), by_hand(one("zero"), "helper", 0)
    everybody = [by_hand(full, "helper", 10)] * share + [zero] * (500 - share)
    row = text(page(*everybody)).partition("Difficulty Agreement Helped ")[2]
    assert f" {said} " in row.partition("whole")[0]
