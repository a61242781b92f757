"""The benchmark follows the code: what it puts clocks around is there, and what it gives other graders can be made."""

from __future__ import annotations

import importlib
import sys
import time
from functools import reduce
from pathlib import Path

import pytest

from benchmarks import cost, layers, stock_otter
from benchmarks.class_run import Memory
from benchmarks.course import EXAMPLES, MIX
from benchmarks.layer_clock import LAYERS, LayerClock
from benchmarks.table import put_between


@pytest.mark.parametrize("place", [place for places in layers._WHERE.values() for place in places])
def test_every_function_with_a_clock_exists(place: str) -> None:
    module, _, path = place.partition(":")
    assert callable(reduce(getattr, path.split("."), importlib.import_module(f"autograder.{module}")))


def test_every_layer_is_charged_for_its_own_time_only() -> None:
    clock = LayerClock(LayerClock.table())

    def busy() -> None:
        end = time.thread_time() + 0.02
        while time.thread_time() < end:
            pass

    clock.timed(clock.timed(busy, LAYERS[2]), LAYERS[1])()
    spent = clock.spent()
    assert spent[LAYERS[2]] >= 0.02
    assert 0 < spent[LAYERS[1]] < spent[LAYERS[2]]


def test_every_test_file_can_be_given_to_stock_otter(repository: Path) -> None:
    files = list((repository / "tests" / "cases").glob("*.py"))
    assert files
    assert [path.name for path in files if path.read_text().count(stock_otter.STOCK_IMPORT) != 1] == []


def test_every_example_of_the_mixed_class_exists() -> None:
    assert [name for name in MIX if not (EXAMPLES / name / "expected.json").is_file()] == []


def test_tables_replace_what_is_between_the_markers_and_nothing_else() -> None:
    page = "before\n<!-- benchmarks: begin -->\nold\n<!-- benchmarks: end -->\nafter\n"
    assert put_between(page, ["new"]) == "before\n<!-- benchmarks: begin -->\n\nnew\n\n<!-- benchmarks: end -->\nafter\n"


def test_the_drivers_memory_is_looked_at_after_as_many_submissions_as_were_asked_for(tmp_path: Path) -> None:
    program = """if True:
        import time
        kept = []
        for number in range(1, 5):
            print(f"[{number}/4] somebody: 100 points", flush=True)
            kept.append(bytearray(b"x" * (8 << 20)))
            time.sleep(0.15)
    """
    memory = Memory(tmp_path / "said.log")
    cost.run([sys.executable, "-c", program], cwd=tmp_path, look=memory.look)
    first, last = memory.after(1), memory.after(4)
    assert first is not None
    assert last is not None
    assert last - first > 12 << 20
    assert memory.after(5) is None
