"""Pages in a real browser: what they show, what they do, and that they ask nobody for anything."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from autograder.report.class_figures import CaseFigures
from autograder.report.class_page import class_page_bytes
from autograder.report.student_files import PAGE, student_files

from .big_class import big_class, class_page
from .made_by_hand import ASSIGNMENT, BUNDLE, STAND_INS, a_class

ROWS = 1000
_PLAIN = ("adam", "Ana", "Björn", "Chloé", "Zoe", "Žofie")
"""Names in the order in which English readers look for them."""


@dataclass(frozen=True)
class Shown:
    """A page in a browser, and what came of it."""

    page: Page
    said: list[str]
    """What its console said: complaints of its own policy, too."""
    asked: list[str]
    """Every address that was asked for."""

    def column(self, head: str) -> list[str]:
        """The texts of a column of the table of everybody, of the rows that are shown."""
        place = self.page.locator("#class thead th").all_inner_texts().index(head)
        found: list[str] = self.page.evaluate(
            "n => [...document.querySelectorAll('#class tbody tr')].filter(r => !r.hidden).map(r => r.cells[n].textContent)", place
        )
        return found

    def sort(self, head: str) -> None:
        self.page.get_by_role("button", name=head, exact=True).click()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    (folder / "class.html").write_bytes(class_page(ROWS))
    (folder / "small.html").write_bytes(class_page(100))
    for member in a_class():
        (folder / f"{member.who}.html").write_bytes(student_files(member.result, BUNDLE, STAND_INS, member.standing)[PAGE])
    return folder


@pytest.fixture
def show(browser: Browser, files: Path) -> Iterator[Callable[..., Shown]]:
    with contextlib.ExitStack() as stack:

        def show(name: str, **options: Any) -> Shown:
            context = stack.enter_context(contextlib.closing(browser.new_context(**options)))
            context.set_default_timeout(5000)
            page = context.new_page()
            shown = Shown(page, [], [])
            page.on("console", lambda message: shown.said.append(message.text))
            page.on("pageerror", lambda error: shown.said.append(str(error)))
            page.on("request", lambda request: shown.asked.append(request.url))
            page.goto((files / name).as_uri())
            return shown

        yield show


def test_a_thousand_rows_are_painted_within_a_second(show: Callable[..., Shown]) -> None:
    times: list[float] = []
    while len(times) < 3 and min(times, default=1000) >= 1000:  # a machine that is busy with other tests is looked at again
        shown = show("class.html")
        times.append(shown.page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"))
    assert min(times) < 1000, f"milliseconds to the first paint: {times}"


@pytest.mark.parametrize("name", ["small.html", "late.html", "excused.html", "empty.html"])
def test_a_page_asks_for_nothing_and_its_console_stays_empty(show: Callable[..., Shown], files: Path, name: str) -> None:
    shown = show(name)
    if name == "small.html":
        shown.sort("Total")
        shown.page.get_by_label("Find").fill("zofie")
    assert (shown.said, shown.asked) == ([], [(files / name).as_uri()])


def test_numbers_sort_by_value_and_what_is_not_known_comes_last_either_way(show: Callable[..., Shown]) -> None:
    shown = show("small.html")
    for direction in ("ascending", "descending"):
        shown.sort("Total")
        totals = shown.column("Total")
        known = [float(total) for total in totals if total]
        assert "" in totals
        assert totals == [*totals[: len(known)], *[""] * (len(totals) - len(known))]
        assert known == sorted(known, reverse=direction == "descending")
        assert shown.page.locator("#class th[aria-sort]:not([aria-sort=none])").all_inner_texts() == ["Total"]
        assert shown.page.get_by_role("columnheader", name="Total").get_attribute("aria-sort") == direction


def test_every_column_sorts_and_loses_nobody(show: Callable[..., Shown]) -> None:
    shown = show("small.html")
    everybody = sorted(shown.column("Submission"))
    orders = set()
    for head in shown.page.locator("#class thead th").all_inner_texts():
        shown.sort(head)
        orders.add(tuple(shown.column("Submission")))
        assert sorted(shown.column("Submission")) == everybody
    assert len(orders) > 5


def test_texts_sort_as_people_do(show: Callable[..., Shown]) -> None:
    shown = show("small.html", locale="en-GB")
    shown.sort("Name")
    seen = list(dict.fromkeys(name.split()[0] for name in shown.column("Name")))
    assert [name for name in seen if name in _PLAIN] == list(_PLAIN)
    shown.sort("Submission")
    assert [name for name in shown.column("Submission") if name][:3] == ["hand-0", "hand-1", "hand-2"]


def test_keys_alone_sort(show: Callable[..., Shown]) -> None:
    shown = show("small.html")
    head = shown.page.get_by_role("button", name="Total", exact=True)
    head.focus()
    shown.page.keyboard.press("Enter")
    shown.page.keyboard.press("Space")
    assert shown.page.get_by_role("columnheader", name="Total").get_attribute("aria-sort") == "descending"
    shown.page.keyboard.press("Tab")
    assert shown.page.evaluate("document.activeElement.textContent") == "Late"


def test_text_and_state_filter_together(show: Callable[..., Shown]) -> None:
    shown = show("class.html")
    count = shown.page.get_by_role("status")
    assert count.inner_text() == "1,000 rows"
    shown.page.get_by_label("Find").fill("zofie  BERG")
    assert set(shown.column("Name")) == {"Žofie van der Berg"}
    shown.page.get_by_label("Find").fill("zofie")
    names = shown.column("Name")
    assert count.inner_text() == f"{len(names)} of 1,000 rows"
    shown.page.get_by_label("State", exact=True).select_option("withheld")
    assert 0 < len(shown.column("State")) < len(names)
    assert set(shown.column("State")) == {"withheld"}
    shown.page.get_by_label("Find").fill("u7@example.edu")
    assert shown.column("Id") == ["1007"]
    shown.page.get_by_label("Find").fill("nobody at all")
    assert count.inner_text() == "0 of 1,000 rows"
    shown.page.get_by_label("Find").fill("")
    shown.page.get_by_label("State", exact=True).select_option("all")
    assert count.inner_text() == "1,000 rows"


def test_it_names_everybody_also_where_no_script_runs(show: Callable[..., Shown]) -> None:
    shown = show("class.html", java_script_enabled=False)
    assert shown.page.locator("#class tbody tr").count() == ROWS
    assert not shown.page.locator("#filter").is_visible()


@pytest.mark.parametrize("name", ["small.html", "late.html"])
def test_it_is_dark_where_the_reader_wants_it_dark(show: Callable[..., Shown], name: str) -> None:
    light, dark = (brightness(show(name, color_scheme=scheme).page) for scheme in ("light", "dark"))
    assert light["paper"] - light["ink"] > 180
    assert dark["ink"] - dark["paper"] > 180


def test_on_paper_it_is_black_on_white_unfolded_and_without_what_cannot_be_used_there(show: Callable[..., Shown]) -> None:
    shown = show("small.html", color_scheme="dark")
    folded = shown.page.locator("details ul")
    assert not folded.is_visible()
    shown.page.emulate_media(media="print")
    assert brightness(shown.page) == {"ink": 0, "paper": 255}
    assert folded.evaluate("list => list.getBoundingClientRect().height") > 0
    assert not shown.page.locator("#filter").is_visible()
    assert not shown.page.get_by_role("navigation").is_visible()


def test_names_and_reasons_are_text_and_no_other_script_may_run(show: Callable[..., Shown], files: Path) -> None:
    evil = '"><img src=x onerror=alert(1)><script>window.ran=1</script>'
    (one, *_rest), _cases, _timing = big_class(1)
    assert one.student is not None
    standing = replace(one, student=replace(one.student, name=evil, email=evil), why=evil, left_out=evil, total_override=one.final)
    (files / "evil.html").write_bytes(class_page_bytes(ASSIGNMENT, [standing], CaseFigures()))
    shown = show("evil.html")
    assert shown.column("Name") == [evil]
    assert (shown.said, len(shown.asked), shown.page.locator("img").count()) == ([], 1, 0)
    shown.page.evaluate("document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.ran = 1'}))")
    assert shown.page.evaluate("window.ran") is None
    assert "Content Security Policy" in shown.said[0]


@pytest.mark.parametrize("name", ["small.html", "override.html"])
def test_on_a_narrow_screen_nothing_but_tables_has_to_be_moved_sideways(show: Callable[..., Shown], name: str) -> None:
    page = show(name, viewport={"width": 400, "height": 700}).page
    assert page.evaluate("document.documentElement.scrollWidth") == 400


def brightness(page: Page) -> dict[str, int]:
    """Of text and background, 0 to 255."""
    found: dict[str, int] = page.evaluate(
        """() => {
            const style = getComputedStyle(document.body);
            const mean = (colour) => Math.round(colour.match(/\\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0) / 3);
            return { ink: mean(style.color), paper: mean(style.backgroundColor) };
        }"""
    )
    return found
