"""grader_config.yaml's keys for the time after grading: what they may say, and that every mistake is named."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction
from pathlib import Path

import pytest

from autograder import records
from autograder.config.reporting import REPORTING_KEYS, reporting
from autograder.config.values import Section
from autograder.config.yaml_places import read_yaml
from autograder.errors import AuthorError
from autograder.model import Assignment, Lateness, Reporting

CET = timezone(timedelta(hours=1))


def read(folder: Path, text: str) -> Reporting:
    path = folder / "grader_config.yaml"
    path.write_text("format: 1\n" + text)
    return reporting(Section(read_yaml(path, path.name), path.name, optional=("format", *REPORTING_KEYS)), path.name)


def late(folder: Path, rest: str) -> Lateness:
    found = read(folder, f'lateness:\n  due: "2026-11-20T23:59:00+01:00"\n  {rest}\n').lateness
    assert found is not None
    return found


def test_without_the_keys_nothing_is_subtracted_and_nobody_gets_a_number(tmp_path: Path) -> None:
    assert read(tmp_path, "") == Reporting(lateness=None, not_submitted=None, export_late=False)


def test_all_keys_are_read(tmp_path: Path) -> None:
    text = 'lateness: {due: "2026-11-20T23:59:00+01:00", grace: 15 min, per_day: 10%, cap: 50%}\nnot_submitted: 0\nexport_late: true\n'
    due = datetime(2026, 11, 20, 23, 59, tzinfo=CET)
    assert read(tmp_path, text) == Reporting(Lateness(due, 900, Fraction(1, 10), Fraction(1, 2)), Fraction(0), export_late=True)


@pytest.mark.parametrize(
    "due",
    [
        "2026-11-20T23:59:00+01:00",
        '"2026-11-20 22:59Z"',
        "'2026-11-20T22:59:00 Z'",
        "2026-11-20 23:59:00 +01:00",
        "2026-11-20T17:59-0500",
        "2026-11-20T17:59-05",
    ],
)
def test_a_due_date_is_a_moment_however_it_is_written(tmp_path: Path, due: str) -> None:
    found = read(tmp_path, f"lateness:\n  due: {due}\n").lateness
    assert found == Lateness(datetime(2026, 11, 20, 22, 59, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "seconds"), [("0", 0), ("90 s", 90), ("15 min", 900), ("15min", 900), ("1.5 h", 5400), ("1 day", 86400), ("2 days", 172800)]
)
def test_durations_have_units(tmp_path: Path, text: str, seconds: int) -> None:
    assert late(tmp_path, f"grace: {text}").grace_s == seconds


@pytest.mark.parametrize(
    ("text", "share"), [("0%", Fraction(0)), ("12.5%", Fraction(1, 8)), ("100 %", Fraction(1)), ('"10%"', Fraction(1, 10))]
)
def test_shares_are_exact(tmp_path: Path, text: str, share: Fraction) -> None:
    assert late(tmp_path, f"per_day: {text}").per_day == share


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("lateness: 10%", 2, ["`lateness`", "key: value"]),
        ("lateness: {grace: 15 min}", 2, ["`lateness.due` is missing"]),
        ("lateness:\n  due: 2026-11-20T23:59:00", 3, ["`lateness.due`", "no offset", '"2026-11-20T23:59:00+01:00"']),
        ("lateness:\n  due: 2026-11-20", 3, ["time of day", "+01:00"]),
        ("lateness:\n  due: Friday", 3, ["`Friday`", "+01:00"]),
        ("lateness:\n  due:", 3, ["Nothing", "+01:00"]),
        ("lateness:\n  due: [2026-11-20T23:59:00Z]", 3, ["list", "+01:00"]),
        ("lateness:\n  due: 2026-02-30T23:59:00Z", 3, ["no such time"]),
        ("lateness:\n  due: 2026-11-20T23:59:00+99:00", 3, ["no such time"]),
        ("lateness:\n  due: 2026-11-20T23:59 CET", 3, ["`CET`", "names of time zones"]),
        ("lateness:\n  due: 2026-11-20T23:59Z\n  grace: 15", 4, ["`lateness.grace`", "`15 min`"]),
        ("lateness:\n  due: 2026-11-20T23:59Z\n  grace: 15 minutes", 4, ["`minutes`", "s, min, h, day, days"]),
        ("lateness:\n  due: 2026-11-20T23:59Z\n  grace: 0.0001 h", 4, ["duration"]),
        ("lateness:\n  due: 2026-11-20T23:59Z\n  grace: 0.001 h", 4, ["whole number of seconds"]),
        ("lateness:\n  due: 2026-11-20T23:59Z\n  grace: 400 days", 4, ["longer than a year"]),
        ("lateness:\n  due: 2026-11-20T23:59Z\n  per_day: 0.1", 4, ["`lateness.per_day`", "`0.1`", "`10%`"]),
        ("lateness:\n  due: 2026-11-20T23:59Z\n  per_day: -10%", 4, ["`-10%`", "`10%`"]),
        ("lateness:\n  due: 2026-11-20T23:59Z\n  cap: 101%", 4, ["at most 100%"]),
        ("lateness:\n  due: 2026-11-20T23:59Z\n  per_dya: 10%", 4, ["`lateness.per_dya`", "Did you mean `per_day`?"]),
        ('lateness:\n  due: "2026-11-20T23:59\\e[31m"', 3, [r"`\x1b[31m`"]),
        ('lateness:\n  due: "\\e[31m"', 3, [r"`\x1b[31m`"]),
        ("not_submitted: none", 2, ["`not_submitted`", "`none`"]),
        ("not_submitted: -1", 2, ["at least 0"]),
        ("export_late: sometimes", 2, ["`sometimes`", "true, false"]),
    ],
)
def test_a_mistake_is_named_with_its_line_and_remedy(tmp_path: Path, text: str, line: int, words: list[str]) -> None:
    with pytest.raises(AuthorError) as caught:
        read(tmp_path, text + "\n")
    assert caught.value.file == "grader_config.yaml"
    assert caught.value.line == line, str(caught.value)
    for word in words:
        assert word in str(caught.value)


def test_a_bundles_plan_keeps_it_and_one_from_before_still_loads() -> None:
    policy = Reporting(Lateness(datetime(2026, 11, 20, 23, 59, tzinfo=CET), 900, Fraction(1, 3)), Fraction(0), export_late=True)
    assignment = Assignment("toy", "A toy", "toy.ipynb", "toy.py", (), reporting=policy)
    plan = json.loads(json.dumps(records.plain(assignment)))
    assert records.read(plan, Assignment) == assignment
    del plan["reporting"]
    assert records.read(plan, Assignment).reporting == Reporting()
