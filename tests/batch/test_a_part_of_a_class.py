"""A class that is graded in parts: those who are named, a sample, a shard, or what there was time for. A dry run says which part it will be."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from durability.comparing import differences
from end_to_end.command import run
from report.hand_clock import HandClock
from rich.console import Console

from autograder.batch import judging, means
from autograder.batch.dry_run import print_dry_run
from autograder.batch.means import Means
from autograder.batch.run import Asked, Ended, Part, grade_class
from autograder.batch.view import class_now
from autograder.bundle import Bundle
from autograder.errors import InputError
from autograder.grading.session import Grader
from autograder.intake.roster import read_roster
from autograder.intake.subsets import Shard
from autograder.model import Outcome
from autograder.opening import open_bundle
from autograder.store import Store

from .small_class import STRICTER, Quiet, bundle, grade, points, write_class

pytestmark = pytest.mark.slow

NAMES = {"ada", "ben", "cleo", "dan", "eve"}
"""One of them, dan, handed in no notebook."""
ROSTER = "id,login,name\n1,ada,Ada A\n2,ben,Ben B\n3,cleo,Cleo C\n4,dan,Dan D\n5,eve,Eve E\n"


class Steps(Quiet):
    """Remembers who was started and who ended, in order; whose verdicts were taken from the store is in `stood`; and every warning."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[str] = []
        self.stood: set[str] = set()
        self.warned: list[str] = []

    def warn(self, sentence: str) -> None:
        self.warned.append(sentence)

    def started(self, name: str) -> None:
        self.steps.append(f"{name} started")

    def ended(self, name: str, outcome: Outcome, *, reused: bool) -> None:
        super().ended(name, outcome, reused=reused)
        self.steps.append(f"{name} ended")
        if reused:
            self.stood.add(name)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class in `submissions`, and its results in `whole`."""
    home = tmp_path_factory.mktemp("class")
    write_class(home / "submissions")
    bundle(home / "bundle.zip")
    (home / "roster.csv").write_text(ROSTER)
    grade(home / "bundle.zip", home / "submissions", home / "whole", home / "opened")
    return home


@pytest.fixture(scope="module")
def opened(home: Path) -> Iterator[Bundle]:
    """The bundle; one grader is started for it, and all runs here are given that one."""
    opened = open_bundle(home / "bundle.zip", home / "opened")
    with Grader(opened, workers=1) as grader, pytest.MonkeyPatch.context() as patch:
        patch.setattr(Grader, "__exit__", lambda *_exception: None)
        patch.setattr(means, "Grader", lambda *_arguments, **_options: grader)
        yield opened


def graded_now(opened: Bundle, home: Path, out: Path, asked: Asked) -> tuple[Ended, Steps]:
    steps = Steps()
    return grade_class(opened, [home / "submissions"], out, asked, steps), steps


def dry(opened: Bundle, submissions: Path, out: Path, asked: Asked) -> tuple[dict[str, str], str]:
    """What a dry run says: submission → what it becomes, and all of it."""
    console = Console(file=io.StringIO(), color_system=None, highlight=False, emoji=False)
    print_dry_run(opened, [submissions], out, asked, console)
    assert isinstance(console.file, io.StringIO)
    said = console.file.getvalue()
    rows = [[cell.strip() for cell in re.split("[│┃]", line)[1:-1]] for line in said.splitlines() if line.startswith(("│", "┃"))]
    at = rows[0].index("is")
    return {row[0]: row[at] for row in rows[1:]}, said


def by_hash(out: Path, of: int | None = None, number: int = 0) -> list[str]:
    """Names in the order of the sha256 of their owners' keys; perhaps only those whose digest leaves this rest."""
    with Store(out, writing=False) as store:
        digests = {one.name: hashlib.sha256(one.owner_key.encode()).hexdigest() for one in class_now(store).handed_in}
    return [name for name in sorted(digests, key=lambda name: digests[name]) if of is None or int(digests[name], 16) % of == number - 1]


def test_a_part_is_graded_as_its_dry_run_says_and_nobody_else(home: Path, opened: Bundle, tmp_path: Path) -> None:
    odd, even = by_hash(home / "whole", 2, 1), by_hash(home / "whole", 2, 2)
    larger, number = (odd, 1) if len(odd) > len(even) else (even, 2)
    parts = {
        Part(only="ada, cleo"): {"ada", "cleo"},
        Part(sample=2): set(by_hash(home / "whole")[:2]),
        Part(shard=Shard(number, 2), sample=2): set(larger[:2]),
    }
    for place, (part, expected) in enumerate(parts.items()):
        out, asked = tmp_path / str(place), Asked(part=part)
        foreseen, said = dry(opened, home / "submissions", out, asked)
        assert not out.exists()
        assert foreseen == dict.fromkeys(expected, "graded"), part
        assert f"{len(expected)} would be graded. {5 - len(expected)} more came in that are not asked for." in said
        _ended, steps = graded_now(opened, home, out, asked)
        assert set(steps.ends) == expected
        with Store(out, writing=False) as store:
            now = class_now(store)
            assert {now.kept[key].handed_in.name for key in now.outcomes} == expected
            assert {one.name for one in now.handed_in} == NAMES, "the others are known, and not graded yet"


def test_a_dry_run_knows_what_the_store_answers_and_what_it_has_of_others(home: Path, opened: Bundle, tmp_path: Path) -> None:
    out = tmp_path / "out"
    graded_now(opened, home, out, Asked(part=Part(only="ada,dan")))
    everybody = dict.fromkeys(NAMES, "graded") | dict.fromkeys(("ada", "dan"), "answered from the store")
    foreseen, said = dry(opened, home / "submissions", out, Asked())
    assert foreseen == everybody
    assert "3 would be graded, 2 answered from the store. Nothing was graded or written." in said
    assert dry(opened, home / "submissions", out, Asked(part=Part(states=frozenset({"withheld"}))))[0] == {"dan": "graded"}
    assert dry(opened, home / "submissions", out, Asked(means=Means(fresh=True)))[0] == dict.fromkeys(NAMES, "graded")
    _ended, steps = graded_now(opened, home, out, Asked())
    assert set(steps.ends) == NAMES
    assert steps.stood == {"ada", "dan", "eve"}, "and eve has ada's code, which only grading knows"


def test_a_dry_run_sees_two_who_claim_one_student_also_where_one_of_them_came_before(home: Path, opened: Bundle, tmp_path: Path) -> None:
    (tmp_path / "came later").mkdir()
    (tmp_path / "came later" / "ADA.ipynb").write_bytes((home / "submissions" / "ben.ipynb").read_bytes())
    out = Path(shutil.copytree(home / "whole", tmp_path / "out"))
    asked, steps = Asked(roster=read_roster(home / "roster.csv")), Steps()
    foreseen, said = dry(opened, tmp_path / "came later", out, asked)
    assert foreseen == {"ADA": "graded"}
    grade_class(opened, [tmp_path / "came later"], out, asked, steps)
    conflicts = [sentence for sentence in steps.warned if "Ada A" in sentence]
    assert conflicts
    assert all(sentence in said for sentence in conflicts)


def test_a_dry_run_refuses_a_bundle_that_the_run_would_refuse(home: Path, tmp_path: Path) -> None:
    bundle(tmp_path / "stricter.zip", power=STRICTER)
    (tmp_path / "opened").mkdir()
    with pytest.raises(InputError, match="was graded with another bundle"):
        dry(open_bundle(tmp_path / "stricter.zip", tmp_path / "opened"), home / "submissions", home / "whole", Asked())


def test_nothing_starts_after_the_time_limit_and_the_same_again_ends_as_if_there_had_been_none(
    home: Path, opened: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = HandClock()
    for module in (means, judging):
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=clock))

    class Late(Steps):
        def ended(self, name: str, outcome: Outcome, *, reused: bool) -> None:
            super().ended(name, outcome, reused=reused)
            clock.goes(61)

    steps = Late()
    limited = Asked(means=Means(time_limit_s=60))
    ended = grade_class(opened, [home / "submissions"], tmp_path / "out", limited, steps)
    assert ended.incomplete
    first = next(place for place, step in enumerate(steps.steps) if step.endswith("ended"))
    assert not any(step.endswith("started") for step in steps.steps[first:])
    assert 0 < len(steps.ends) < len(NAMES)
    monkeypatch.undo()
    ended, _steps = graded_now(opened, home, tmp_path / "out", replace(limited, means=Means()))
    assert not ended.incomplete
    assert differences(home / "whole", tmp_path / "out") == []


def test_a_command_whose_time_is_up_says_so_and_ends_with_5(home: Path, tmp_path: Path) -> None:
    arguments = ("grade", "-b", home / "bundle.zip", home / "submissions", "-o", tmp_path / "out", "-j", "1")
    done = run(*arguments, "--time-limit", "0.01 s", cwd=tmp_path)
    assert done.returncode == 5, done.stderr
    assert "The time limit came before the end. What was graded is kept, and the same command goes on from here." in done.stderr
    assert "5 not graded." in done.stdout
    assert set(points(tmp_path / "out").values()) == {None}
