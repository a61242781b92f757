"""A class judged again with a corrected bundle: only what changed is judged, nothing counts before it is said, and it can be undone."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import shlex
import shutil
import subprocess
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from end_to_end.command import ENVIRONMENT, REPOSITORY, command, run

from autograder.batch import means as how_judged
from autograder.batch.acts import override, undo
from autograder.batch.explain import replay
from autograder.batch.means import Means
from autograder.batch.regrade import Regraded, Regrading, make_official, regrade
from autograder.errors import InputError
from autograder.model import Graded, Verdict
from autograder.opening import open_bundle
from autograder.report.changes import QuestionChanged
from autograder.standing.events import Official
from autograder.store import Store

from .small_class import KINDER, STRICTER, Counting, Quiet, bundle, files_of, grade, points, write_class

pytestmark = pytest.mark.slow

TWO = Regrading(means=Means(workers=2))
AT_FIRST = {"ada": 20, "ben": 14, "cleo": 12, "dan": None, "eve": 20}
KINDLY = AT_FIRST | {"cleo": 20}
STRICTLY = {"ada": 12, "ben": 6, "cleo": 12, "dan": None, "eve": 12}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graded class in `out`, and it again in `kinder` and `stricter`, regraded with other tests of `power`; nothing of that counts."""
    home = tmp_path_factory.mktemp("class")
    write_class(home / "submissions")
    bundle(home / "first.zip")
    bundle(home / "kinder.zip", power=KINDER)
    bundle(home / "stricter.zip", power=STRICTER)
    grade(home / "first.zip", home / "submissions", home / "out", home / "opened")
    assert points(home / "out") == AT_FIRST
    return home


@pytest.fixture(scope="module")
def kinder(home: Path) -> tuple[Path, Regraded]:
    return _regraded(home, "kinder")


@pytest.fixture(scope="module")
def stricter(home: Path) -> tuple[Path, Regraded]:
    return _regraded(home, "stricter")


def _regraded(home: Path, name: str) -> tuple[Path, Regraded]:
    shutil.copytree(home / "out", home / name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(how_judged, "Grader", Counting)
        Counting.asked.clear()
        regraded = regrade(open_bundle(home / f"{name}.zip", home / "opened"), home / name, TWO, Quiet())
    return home / name, regraded


@pytest.fixture
def no_grader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever wants to judge anything fails."""

    def none(*_arguments: object, **_options: object) -> None:
        raise AssertionError("nothing is to be judged")

    monkeypatch.setattr(how_judged, "Grader", none)


def again(home: Path, out: Path, name: str, **how: object) -> Regraded:
    return regrade(open_bundle(home / f"{name}.zip", home / "opened"), out, replace(TWO, **how), Quiet())  # type: ignore[arg-type]


def copy(out: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(out, tmp_path / "out"))


def test_editing_one_questions_tests_judges_that_question_only_each_notebook_once(kinder: tuple[Path, Regraded]) -> None:
    out, regraded = kinder
    with Store(out, writing=False) as store:
        names = {one.handed_in.key: one.handed_in.name for one in store.classes.submissions(regraded.run)}
    asked = sorted((names[key], known) for key, known in Counting.asked)
    assert [known for _name, known in asked] == [("double",)] * 3, "everybody's `double` is answered from the store"
    assert [name for name, _known in asked if name not in ("ada", "eve")] == ["ben", "cleo"], "and of two equal notebooks one is run"


def test_who_changes_by_how_much_and_why(kinder: tuple[Path, Regraded], stricter: tuple[Path, Regraded]) -> None:
    (gain,) = kinder[1].comparison.changed
    assert (gain.submission, gain.before, gain.after) == ("cleo", Fraction(12), Fraction(20))
    assert gain.questions == (QuestionChanged("power", Fraction(2), Fraction(10), "newly passing: any exponent"),)
    losses = stricter[1].comparison.changed
    assert [(one.submission, one.difference) for one in losses] == [(name, Fraction(-8)) for name in ("ada", "ben", "eve")]
    assert {one.questions[0].why for one in losses} == {"newly failing: any exponent (wrong answer)"}
    assert stricter[1].comparison.rows == 5


@pytest.mark.usefixtures("no_grader")
def test_nothing_counts_until_it_is_applied_which_judges_nothing_again(home: Path, kinder: tuple[Path, Regraded], tmp_path: Path) -> None:
    before = files_of(home / "out")
    out = copy(kinder[0], tmp_path)
    assert points(out) == AT_FIRST
    assert files_of(out) == before
    applied = again(home, out, "kinder", apply=True, why="the exponent was wrong")
    assert (applied.judged, bool(applied.official), applied.comparison.changed) == (0, True, kinder[1].comparison.changed)
    assert points(out) == KINDLY
    changed = {path for path, data in files_of(out).items() if data != before.get(path)}
    pages = [path for path in changed if path.endswith(".html") and b"cleo" in files_of(out)[path]]
    assert "gradebook.csv" in changed
    assert "staff/results/cleo.json" in changed
    assert len(pages) >= 1
    undo(out, applied.official)
    assert points(out) == AT_FIRST
    assert files_of(out) == before


@pytest.mark.usefixtures("no_grader")
def test_the_better_of_both_may_count(home: Path, stricter: tuple[Path, Regraded], tmp_path: Path) -> None:
    out = copy(stricter[0], tmp_path)
    shown = again(home, out, "stricter", policy="keep-best:power")
    assert (shown.keep_best, shown.comparison.changed) == (("power",), ())
    assert again(home, out, "stricter", policy="keep-best", apply=True).official
    assert points(out) == AT_FIRST
    with pytest.raises(InputError, match="under another policy"):
        again(home, out, "stricter", policy="keep-best:double")
    assert [one.submission for one in again(home, out, "stricter", policy="replace", apply=True).comparison.changed] == [
        "ada",
        "ben",
        "eve",
    ]
    assert points(out) == STRICTLY
    assert again(home, out, "stricter").counts_already


@pytest.mark.usefixtures("no_grader")
def test_staffs_own_points_stay_and_it_is_said(home: Path, stricter: tuple[Path, Regraded], tmp_path: Path) -> None:
    out = copy(stricter[0], tmp_path)
    override(out, "ada", "power", "9", "looked at it")
    first = {one.submission: one for one in again(home, out, "stricter", apply=True).comparison.changed}["ada"]
    assert (first.before, first.after, first.note) == (Fraction(19), Fraction(19), "staff's own points for power stay")
    assert points(out) == STRICTLY | {"ada": 19}


def test_an_interrupted_regrade_goes_on_where_it_stopped(home: Path, kinder: tuple[Path, Regraded], tmp_path: Path) -> None:
    out = copy(home / "out", tmp_path)
    kind = open_bundle(home / "kinder.zip", home / "opened")
    stopped = regrade(kind, out, replace(TWO, means=Means(workers=1), apply=True), Quiet(stop_after=2))
    assert stopped.interrupted
    assert not stopped.official
    assert points(out) == AT_FIRST
    done = set(AT_FIRST) - set(stopped.comparison.missing)
    assert 0 < len(done) < len(AT_FIRST)
    with pytest.raises(InputError, match="has changed"):
        make_official(stopped)
    rest = Quiet()
    gone_on = regrade(kind, out, TWO, rest)
    assert set(rest.ends) == set(stopped.comparison.missing)
    assert gone_on.comparison == kinder[1].comparison
    assert make_official(gone_on).official
    assert points(out) == KINDLY


def test_a_part_can_be_tried_and_does_not_count(home: Path, tmp_path: Path) -> None:
    out = copy(home / "out", tmp_path)
    part = again(home, out, "kinder", only="cleo", apply=True)
    assert ([one.submission for one in part.comparison.changed], part.comparison.rows, part.official) == (["cleo"], 1, "")
    assert points(out) == AT_FIRST


def test_a_kept_file_that_is_damaged_is_nobodys_result(home: Path, tmp_path: Path) -> None:
    out = copy(home / "out", tmp_path)
    with Store(out, writing=False) as store:
        (cleo,) = [one for one in store.classes.submissions("") if one.handed_in.name == "cleo"]
    store.files.path(cleo.content).write_bytes(b"{}")
    lost = again(home, out, "kinder", apply=True)
    assert (lost.comparison.missing, lost.official, len(lost.damaged)) == (("cleo",), "", 1)
    assert cleo.content in lost.damaged[0]
    assert points(out) == AT_FIRST


@pytest.mark.usefixtures("no_grader")
def test_where_there_is_nothing_to_do_that_is_said(home: Path, tmp_path: Path) -> None:
    out = copy(home / "out", tmp_path)
    assert again(home, out, "first").counts_already
    with pytest.raises(InputError, match="Add `--apply` if that is meant"):
        again(home, out, "first", means=Means(fresh=True))
    bundle(home / "other.zip", assignment_name="other")
    with pytest.raises(InputError, match="results of the assignment `small`, and this bundle is of `other`"):
        again(home, out, "other")
    for policy, complaint in {"best": "no policy", "keep-best:": "names no question", "keep-best:powr": "Did you mean power"}.items():
        with pytest.raises(InputError, match=complaint):
            again(home, out, "kinder", policy=policy)
    with pytest.raises(InputError, match="has no results"):
        again(home, tmp_path / "nowhere", "kinder")
    assert not (tmp_path / "nowhere").exists()
    assert points(out) == AT_FIRST


def test_a_regraded_class_is_graded_on_with_the_new_bundle_and_no_other(home: Path, kinder: tuple[Path, Regraded], tmp_path: Path) -> None:
    out = copy(kinder[0], tmp_path)
    make_official(replace(kinder[1], out=out))
    more = Path(shutil.copytree(home / "submissions", tmp_path / "more"))
    shutil.copy(more / "cleo.ipynb", more / "fred.ipynb")
    with pytest.raises(InputError, match="autograder regrade"):
        grade(home / "first.zip", more, out, tmp_path / "opened")
    grade(home / "kinder.zip", more, out, tmp_path / "opened")
    assert points(out) == KINDLY | {"fred": 20}


def test_a_question_judged_once_more_gives_what_is_kept_or_says_in_what_it_differs(stricter: tuple[Path, Regraded], tmp_path: Path) -> None:
    out = copy(stricter[0], tmp_path)
    same = replay(out, "cleo", "power", "any exponent")
    assert (same.differences, same.other_words) == ((), False)
    assert [score.question.name for _kept, score in same.pairs] == ["power"]
    # With the bundle that is kept for the run that counts, not with any other.
    make_official(replace(stricter[1], out=out))
    with Store(out, writing=True) as store:
        run = stricter[1].run
        ada = next(one for one in store.classes.submissions(run) if one.handed_in.name == "ada")
        judged = store.classes.result(run, ada.handed_in)
        assert judged is not None
        assert isinstance(judged[0], Graded)
        double, power = judged[0].questions
        wrong = replace(power, cases=tuple(replace(case, verdict=Verdict.PASSED) for case in power.cases), earned=Fraction(10))
        with store.transaction():
            store.classes.set_result(run, ada.handed_in.key, ada.content, replace(judged[0], questions=(double, wrong)), judged[1])
    before = (out / "autograder.sqlite").read_bytes()
    assert replay(out, "ada", "power").differences == (
        "power: 10 is kept, 2 came now.",
        "power, any exponent, the student's own functions: passed is kept, wrong answer came now.",
    )
    assert (out / "autograder.sqlite").read_bytes() == before
    with pytest.raises(InputError, match="is no case of power"):
        replay(out, "ada", "power", "any exponents")
    assert replay(out, "dan").differences == ()


def test_at_a_terminal_a_yes_makes_it_official(home: Path, kinder: tuple[Path, Regraded], tmp_path: Path) -> None:
    out = copy(kinder[0], tmp_path)
    said = at_a_terminal("y\n", "regrade", "-b", home / "kinder.zip", "-o", out, "--why", "the exponent was wrong")
    assert "1 changes, of 5: 1 gains points (at most 8)." in said
    assert "Shall these results count?" in said
    assert "These results count now" in said
    assert points(out) == KINDLY
    with Store(out, writing=False) as store:
        (event,) = store.history.all()
    assert (event.why, event.act) == ("the exponent was wrong", Official(run=kinder[1].run))


def test_without_a_terminal_nothing_counts_and_the_command_that_applies_is_named(
    home: Path, kinder: tuple[Path, Regraded], tmp_path: Path
) -> None:
    out = copy(kinder[0], tmp_path)
    done = run("regrade", "-b", home / "kinder.zip", "-o", out, "--policy", "keep-best", "--fresh", "--only", "dan", "--json", cwd=tmp_path)
    assert done.returncode == 3, done.stderr  # dan's is withheld
    events = [json.loads(line) for line in done.stdout.splitlines()]
    (changed,) = [event for event in events if event["event"] == "changed"]
    assert (changed["submission"], changed["before"], changed["after"]) == ("cleo", 12, 20)
    (whole,) = [event for event in events if event["event"] == "regraded"]
    assert (whole["changed"], whole["counts"], whole["keep_best"]) == (1, False, ["double", "power"])
    assert events[-1]["event"] == "finished"
    documented = set(re.findall(r"`([^`]+)`", (REPOSITORY / "docs" / "events.md").read_text(encoding="utf-8")))
    assert {word for event in (changed, whole, changed["questions"][0]) for word in event} <= documented
    named = shlex.split(done.stderr.splitlines()[-1])
    assert named == ["autograder", "regrade", "--bundle", str(home / "kinder.zip"), "--out", str(out), "--policy", "keep-best", "--apply"]
    assert points(out) == AT_FIRST


def at_a_terminal(typed: str, *arguments: object) -> str:
    """Run the command where stdin and stdout are a terminal, and return what it shows."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(command(*arguments), stdin=theirs, stdout=theirs, stderr=theirs, env=ENVIRONMENT) as process:
        os.close(theirs)
        os.write(ours, typed.encode())
        shown = b""
        with contextlib.suppress(OSError):  # that is how a terminal ends
            while chunk := os.read(ours, 65536):
                shown += chunk
    os.close(ours)
    assert process.returncode in (0, 3), shown.decode()
    return shown.decode()
