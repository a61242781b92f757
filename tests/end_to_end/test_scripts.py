"""A script in the place of a notebook, in a course made with otter: what the file is called says how it is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from beside_otter import written
from beside_otter.parity.both_ways import BUNDLES
from results_of import documents

from .command import run

pytestmark = pytest.mark.slow

TEXT = b"def total(*numbers):\n    return sum(numbers)\n"


def test_equal_bytes_are_a_script_or_a_broken_notebook_whichever_comes_first(tmp_path: Path) -> None:
    bundle = written.bundle_zip(BUNDLES / "notebooks" / "ways", tmp_path / "autograder.zip")
    (tmp_path / "class").mkdir()
    for name in ("adam.ipynb", "eve.py", "jdoe.py", "zoe.ipynb"):
        (tmp_path / "class" / name).write_bytes(TEXT)
    done = run("grade", "-b", bundle, "class", "-o", "out", cwd=tmp_path)
    assert done.returncode == 3, done.stderr
    found = documents(tmp_path / "out")
    assert {name: document["status"] for name, document in found.items()} == {
        "adam": "withheld",
        "eve": "graded",
        "jdoe": "graded",
        "zoe": "withheld",
    }
    for name in ("adam", "zoe"):
        assert found[name]["reason"].startswith(f"{name}.ipynb: is not JSON"), found[name]["reason"]
