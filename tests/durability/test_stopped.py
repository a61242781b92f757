"""Ctrl-C, once and twice, and SIGTERM: what was judged is kept, every process ends, and the same command goes on."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from pathlib import Path

import pytest

from .comparing import differences
from .conftest import Graded
from .killing import Moment, run_until

pytestmark = pytest.mark.slow

STOPS: Sequence[tuple[Moment, tuple[tuple[int, float], ...]]] = [
    (Moment(2, 0.0), ((signal.SIGINT, 0.0),)),
    (Moment(5, 0.0), ((signal.SIGTERM, 0.0),)),
    (Moment(8, 0.0), ((signal.SIGINT, 0.0), (signal.SIGINT, 0.001), (signal.SIGTERM, 0.03))),
]


def test_a_run_that_is_stopped_again_and_again_ends_as_if_it_never_was(graded: Graded, tmp_path: Path) -> None:
    out, arguments = tmp_path / "out", graded.command(tmp_path / "out", "-j", "1")
    for moment, signals in STOPS:
        run = run_until(moment, arguments, out=out, home=graded.home, signals=signals)
        assert run.stopped, "it must be stopped while it grades, for this to say anything"
        assert run.faults == []
        assert run.code == 130, run.said
        if len(signals) == 1:
            assert "the same command goes on from here" in run.said
            assert (out / "gradebook.csv").read_text().count("graded") >= moment.judged - 1
    assert run_until(None, arguments, out=out, home=graded.home).code == 3
    assert differences(graded.out, out) == []
