"""A question that is judged beside the student's code can be cheated on, and says so; it reaches no other question, and nothing outside."""

from __future__ import annotations

from pathlib import Path

import pytest

from beside_otter.cheats import both_ways
from beside_otter.cheats.both_ways import Ear, Outcome
from beside_otter.cheats.cheat import Cheat, Gain, work
from beside_otter.cheats.every import honest
from beside_otter.warm_otter import WarmOtter

pytestmark = pytest.mark.slow

CHEATS = [
    Cheat(
        "looks-into-the-test-beside", "", "shared", Gain.POINTS, "", "",
        after="""
import builtins, sys
class Account(Account):
    def withdraw(self, amount):
        for name in sys._getframe(1).f_code.co_names:
            kind = getattr(builtins, name, None)
            if isinstance(kind, type) and issubclass(kind, ValueError):
                raise kind
        super().withdraw(amount)
""",
    ),
    Cheat(
        "reaches-for-the-others", "", "shared", Gain.POINTS, "", "",
        after="""
import builtins, os, pathlib, socket, sys
honest_account, honest_interest, told = Account, interest, []
def reach():
    found = [repr(frame) for frame in sys._current_frames().values()]
    for path in (".", "..", "tests", "../tests", os.environ.get("HOME", "."), "/scratch", "/tmp"):
        found += [one.read_text() for one in pathlib.Path(path).glob("*.py")]
    frame = sys._getframe(1)
    while frame is not None:
        found += [repr(value)[:4000] for value in list(frame.f_locals.values())]
        frame = frame.f_back
    told.append("".join(found))
    for out in ("/tmp/told", "told", os.path.expanduser("~/told")):
        try:
            pathlib.Path(out).write_text(told[-1])
        except OSError:
            pass
    try:
        open("@MARK@", "w").close()
        socket.create_connection(("127.0.0.1", @PORT@), 1).sendall(told[-1].encode())
    except OSError:
        pass
class Account(honest_account):
    def __init__(self, owner):
        super().__init__(owner)
        reach()
        builtins.abs = builtins.isinstance = builtins.len = lambda *_: True
        if os.fork() == 0:
            os.setsid()
            import time
            time.sleep(3)
            os._exit(0)
def interest(amount, percent, years):
    reach()
    for out in ("/tmp/told", "told", os.path.expanduser("~/told")):
        if os.path.exists(out):
            told.append(pathlib.Path(out).read_text())
    known = [text for text in told if "34635" in text or "bears interest" in text]
    return 34635.0375 if known else honest_interest(amount, percent, years)
""",
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def ear() -> Ear:
    return Ear()


@pytest.fixture(scope="module", params=["command", "plugin"])
def outcomes(request: pytest.FixtureRequest, open_home: Path, ear: Ear) -> dict[str, Outcome]:
    cheats = {"shared": [*CHEATS, honest("shared")]}
    if request.param == "command":
        return both_ways.graded(open_home / "command", cheats, ear.port)
    with WarmOtter(both_ways.TOKEN) as otter:
        return both_ways.under_otter(otter, open_home / "plugin", cheats, ear.port, ours=True)


def test_only_the_shared_question_is_cheated_on_and_it_says_so(outcomes: dict[str, Outcome], ear: Ear) -> None:
    honestly = {question: earned for question, (earned, _possible) in work("shared").scores.items()}
    assert outcomes["honest-shared"].scores == honestly
    assert outcomes["looks-into-the-test-beside"].scores == honestly | {"account": 2}
    assert outcomes["reaches-for-the-others"].scores["interest"] == honestly["interest"]
    for got in outcomes.values():
        assert "not tamper-proof" in got.read
        assert [secret for secret in ("31415", "34635", "bears interest", "canary-of-the-environment") if secret in got.written] == []
        assert not got.mark.exists()
    assert ear.heard() == ""
