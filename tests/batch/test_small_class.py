"""A class that is graded for real: as a whole, where nobody's files hold a word of anybody else; in parts, as a dry run foresees them; and for
as long as there is time.
"""

from __future__ import annotations

import hashlib
import html
import io
import json
import re
import shlex
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from durability.comparing import differences
from end_to_end.command import run
from grading.course import POWER
from report.hand_clock import HandClock
from rich.console import Console

from autograder.batch import judging, means
from autograder.batch.asking import asked_for
from autograder.batch.dry_run import print_dry_run
from autograder.batch.explain import explain
from autograder.batch.export import Form, Wish, exported
from autograder.batch.means import Means
from autograder.batch.run import Asked, Ended, Part, grade_class
from autograder.batch.view import class_now
from autograder.bundle import Bundle
from autograder.errors import InputError
from autograder.grading.session import Grader
from autograder.intake.roster import read_roster
from autograder.intake.subsets import Shard
from autograder.model import Outcome, Result
from autograder.opening import open_bundle
from autograder.report.gradescope import gradescope_results
from autograder.store import Store

from .small_class import STRICTER, Quiet, bundle, grade, points, write_class

pytestmark = pytest.mark.slow

ADA, BEN, CLEO, DAN, EVE, FAY = PEOPLE = ("ada_11", "ben_12", "cleo_13", "dan_14", "eve_15", "fay_16")
"""As in the small class; fay gives away whatever she is asked."""
NAMES = set(PEOPLE)
ROSTER = "id,name\n1,ada\n2,ben\n"
INPUT = "canary-of-a-hidden-input"
POWER_OF_A_WORD = f"""{POWER}
@test_case(name="a word", points=0, hidden=True)
def test_word(power, reference):
    assert power("{INPUT}", 2) == reference.power("{INPUT}", 2)
"""
TELLS = """
def power(x, n):
    print(x)
    with open("heard", "w") as file:
        file.write(str(x))
    raise ValueError(f"canary-raised-fay_16 {x}")
"""


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
    """A class as Moodle gives it in `submissions`, each with words of their own, and its results in `whole`."""
    home = tmp_path_factory.mktemp("class")
    made = write_class(home / "made")
    (home / "submissions").mkdir()
    for who in PEOPLE:
        file = made / f"{who.partition('_')[0]}.ipynb"
        if who not in (DAN, EVE):  # eve's has to be ada's
            notebook = nbformat.read(made / "ada.ipynb" if who == FAY else file, 4)
            said = f"print('canary-printed-{who}')  # canary-comment-{who}"
            notebook.cells += [nbformat.v4.new_code_cell(cell) for cell in ([TELLS] if who == FAY else []) + [said]]
            nbformat.write(notebook, file)
        data = (made / "ada.ipynb").read_bytes() if who == EVE else file.read_bytes()
        (home / "submissions" / f"{who}_assignsubmission_file_{file.name}").write_bytes(data)
    bundle(home / "bundle.zip", power=POWER_OF_A_WORD)
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
    at = rows[0].index("would be")
    return {row[0]: row[at] for row in rows[1:]}, said


def by_hash(out: Path, of: int | None = None, number: int = 0) -> list[str]:
    """Names in the order of the sha256 of their owners' keys; perhaps only those whose digest leaves this rest."""
    with Store(out, writing=False) as store:
        digests = {one.name: hashlib.sha256(one.owner_key.encode()).hexdigest() for one in class_now(store).handed_in}
    return [name for name in sorted(digests, key=lambda name: digests[name]) if of is None or int(digests[name], 16) % of == number - 1]


def test_no_file_of_a_student_holds_a_word_of_anybody_else_or_of_a_hidden_case(home: Path) -> None:
    with Store(home / "whole", writing=False) as store:
        now = class_now(store)
        rows = {one.handed_in.name: one for one in now.standings() if one.handed_in is not None}
        feedback = zipfile.ZipFile(io.BytesIO(exported(now, Wish(Form.MOODLE_FEEDBACK)).data))
        results = {name: now.result(row.handed_in) for name, row in rows.items() if row.handed_in is not None}
        given = {
            name: [
                *(path.read_bytes() for path in (home / "whole" / "students" / now.folder(row)).rglob("*") if path.is_file()),
                *(feedback.read(entry) for entry in feedback.namelist() if f"_{name.partition('_')[2]}_" in entry),
                *(as_on_gradescope(result[0], now.bundle) for result in [results[name]] if result is not None and name != DAN),
            ]
            for name, row in rows.items()
        }
        told = str(results[FAY])
        folders = {now.folder(row) for row in rows.values()}
    assert {path.relative_to(home / "whole" / "students").parts[0] for path in (home / "whole" / "students").rglob("*")} == folders
    assert {name: len(files) for name, files in given.items()} == dict.fromkeys(NAMES, 4) | {DAN: 2}
    assert INPUT in told, "there is something to be found: staff read what she was asked"
    assert f"canary-raised-{FAY}" in told
    for name, files in given.items():
        for data in files:
            text = html.unescape(data.decode())
            assert INPUT not in text, name
            assert not [other for other in NAMES - {name} if other in text or re.search(rf"\b{other.partition('_')[0]}\b", text)], name


def test_the_command_that_is_printed_for_a_failed_case_repeats_it(home: Path, tmp_path: Path) -> None:
    (question,) = explain(home / "whole", CLEO, "power").questions
    words = shlex.split(question.again_for("any exponent"))
    assert words[0] == "autograder"
    done = run(*words[1:], cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    cases = set(re.findall(r"^ +(?:passed|wrong answer) +([^(]*) \(", done.stdout, re.MULTILINE))
    assert cases == {"any exponent"}, "in both worlds, and no other"
    assert "The same as what is kept." in done.stdout


def as_on_gradescope(result: Result, bundle: Bundle) -> bytes:
    """What a student can ever see there: all but what stays hidden for good."""
    found = gradescope_results(result, bundle, show_hidden=True)
    return json.dumps(found | {"tests": [one for one in found["tests"] if one.get("visibility") != "hidden"]}).encode()


def test_a_part_is_graded_as_its_dry_run_says_and_nobody_else(home: Path, opened: Bundle, tmp_path: Path) -> None:
    odd, even = by_hash(home / "whole", 2, 1), by_hash(home / "whole", 2, 2)
    larger, number = (odd, 1) if len(odd) > len(even) else (even, 2)
    parts = {
        Part(only=f"{ADA}, {CLEO}"): {ADA, CLEO},
        Part(sample=2): set(by_hash(home / "whole")[:2]),
        Part(shard=Shard(number, 2), sample=2): set(larger[:2]),
    }
    for place, (part, expected) in enumerate(parts.items()):
        out, asked = tmp_path / str(place), Asked(part=part)
        foreseen, said = dry(opened, home / "submissions", out, asked)
        assert not out.exists()
        assert foreseen == dict.fromkeys(expected, "graded"), part
        assert f"{len(expected)} would be graded. {len(NAMES) - len(expected)} more came in that are not asked for." in said
        _ended, steps = graded_now(opened, home, out, asked)
        assert set(steps.ends) == expected
        with Store(out, writing=False) as store:
            now = class_now(store)
            assert {now.kept[key].handed_in.name for key in now.outcomes} == expected
            assert {one.name for one in now.handed_in} == NAMES, "the others are known, and not graded yet"


def test_a_dry_run_knows_what_the_store_answers_and_what_it_has_of_others(home: Path, opened: Bundle, tmp_path: Path) -> None:
    out = tmp_path / "out"
    graded_now(opened, home, out, Asked(part=Part(only=f"{ADA},{DAN}")))
    everybody = dict.fromkeys(NAMES, "graded") | dict.fromkeys((ADA, DAN), "answered from the store")
    foreseen, said = dry(opened, home / "submissions", out, Asked())
    assert foreseen == everybody
    assert "4 would be graded, 2 answered from the store. Nothing was graded or written." in said
    assert dry(opened, home / "submissions", out, Asked(part=Part(states=frozenset({"withheld"}))))[0] == {DAN: "graded"}
    assert dry(opened, home / "submissions", out, Asked(means=Means(fresh=True)))[0] == dict.fromkeys(NAMES, "graded")
    _ended, steps = graded_now(opened, home, out, Asked())
    assert set(steps.ends) == NAMES
    assert steps.stood == {ADA, DAN, EVE}, "and eve has ada's code, which only grading knows"
    _ended, steps = graded_now(opened, home, out, Asked(roster=read_roster(home / "roster.csv")))
    assert steps.stood == NAMES, "a roster changes no verdict"


def test_a_dry_run_sees_two_who_claim_one_student_also_where_one_of_them_came_before(home: Path, opened: Bundle, tmp_path: Path) -> None:
    (tmp_path / "came later").mkdir()
    (tmp_path / "came later" / "ada.ipynb").write_bytes((home / "made" / "ben.ipynb").read_bytes())
    out = Path(shutil.copytree(home / "whole", tmp_path / "out"))
    (tmp_path / "roster.csv").write_text(f"{ROSTER}3,zoe\n")
    asked, steps = Asked(roster=read_roster(tmp_path / "roster.csv")), Steps()
    foreseen, said = dry(opened, tmp_path / "came later", out, asked)
    assert foreseen == {"ada": "graded"}
    grade_class(opened, [tmp_path / "came later"], out, asked, steps)
    conflicts = [sentence for sentence in steps.warned if ADA in sentence]
    assert len(conflicts) == 1, "once is enough"
    assert said.splitlines().count(conflicts[0]) == 1
    assert "On the roster without a submission that counts (1): zoe (3)." in said


def test_a_filter_that_names_nobody_grades_nobody(home: Path, opened: Bundle, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No name is given"):
        grade_class(opened, [home / "submissions"], tmp_path / "out", asked_for(only=""), Steps())


def test_another_file_of_the_same_student_is_graded_and_the_dry_run_says_so(home: Path, opened: Bundle, tmp_path: Path) -> None:
    shutil.copytree(home / "submissions", tmp_path / "submissions")
    (cleos,) = (tmp_path / "submissions").glob(f"{CLEO}_*")
    cleos.write_bytes((home / "made" / "ada.ipynb").read_bytes())
    out = Path(shutil.copytree(home / "whole", tmp_path / "out"))
    assert points(out)[CLEO] == 12
    foreseen, _said = dry(opened, tmp_path / "submissions", out, Asked())
    assert foreseen == dict.fromkeys(NAMES, "answered from the store") | {CLEO: "graded"}
    graded_now(opened, tmp_path, out, Asked())
    assert points(out)[CLEO] == 20


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
    assert "6 not graded." in done.stdout
    assert set(points(tmp_path / "out").values()) == {None}
