"""What an exception in a test means, and that what is told of it says nothing of the machine that it came from."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.grading.verdicts import CaseOutcome, of_exception, raised

_DEEP = 120


def of_a_deep_test(bundle: Path) -> CaseOutcome:
    """What a test says that fails far below: more lines than are kept."""
    test = bundle / "tests" / "rnn_forward.py"
    test.parent.mkdir(parents=True)
    steps = [f"def step_{n}():\n    step_{n + 1}()\n" for n in range(_DEEP)]
    test.write_text("".join([*steps, f"def step_{_DEEP}():\n    raise AssertionError('the last step')\n"]))
    namespace: dict[str, object] = {}
    exec(compile(test.read_text(), str(test), "exec"), namespace)
    try:
        namespace["step_0"]()  # type: ignore[operator]
    except AssertionError as error:
        return of_exception(error, value_seen=False, test_file=test)
    raise RuntimeError("it did not fail")


def test_a_traceback_is_the_same_wherever_the_bundle_lay_also_where_it_is_cut(tmp_path: Path) -> None:
    told = [of_a_deep_test(tmp_path / name).staff for name in ("a", "b" * 7, "a_folder/with_a_longer_name")]
    assert told[0] == told[1] == told[2]
    assert f'"tests/rnn_forward.py", line {2 * _DEEP + 2}' in told[0]
    assert str(tmp_path) not in told[0]
    assert "step_0\n" not in told[0]  # it was cut


@pytest.mark.parametrize(("kind", "certain"), [("MemoryError", False), ("ValueError", True)])
def test_a_lack_of_memory_may_be_the_machines_and_is_no_verdict_to_use_again(kind: str, certain: bool, tmp_path: Path) -> None:
    act = raised("rnn_forward", {"name": kind, "bases": [kind], "text": "no room"})
    assert of_exception(act, value_seen=True, test_file=tmp_path / "rnn_forward.py").repeatable is certain
