"""Cases that pass for functions that do nothing are named when a bundle is opened."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.opening import free_passes, open_bundle

HEAD = "from otter.test_files import test_case\nimport numpy as np\nOK_FORMAT = False\nname = 'q'\npoints = 2\n"
EXACT = "@test_case(name='exact')\ndef test_exact(f): assert f(2) == 4\n"
SOLUTION = "import numpy as np\n\ndef f(x):\n    return np.ones(3) * x, {'twice': 2 * np.ones((3, 2))}\n"


def named(tmp_path: Path, source: str, solution: str = "") -> list[str]:
    tests = tmp_path / "tests"
    tests.mkdir()
    (tests / "q.py").write_text(source)
    (tmp_path / "into").mkdir()
    given = None
    if solution:
        given = tmp_path / "solution.py"
        given.write_text(solution)
    return free_passes(open_bundle(tests, tmp_path / "into", solution=given))


@pytest.mark.parametrize(
    ("body", "passing"),
    [
        ("assert f(2) is None", "nothing"),
        ("assert abs(f(-1)) == f(1)", "zeros"),
        ("assert f(1) != f(1)", "NaN"),
        ("assert np.allclose(f(1), np.ones((5, 10)))", "an empty array"),
        ("a, b, c = f(1); assert np.allclose(b, np.ones((5, 10)))", "an empty array"),
        ("try: f(1).clip(0)\n    except AttributeError: pass", "nothing or zeros or NaN or an empty array"),
    ],
)
def test_a_case_is_named_with_what_passes_it(tmp_path: Path, body: str, passing: str) -> None:
    (sentence,) = named(tmp_path, f"{HEAD}{EXACT}@test_case(name='weak')\ndef test_weak(f):\n    {body}\n")
    assert sentence == f"q.py: a function that always returns {passing} passes “weak” of q (1 of 2 points)."


def test_doctests_too(tmp_path: Path) -> None:
    cases = [{"code": ">>> f(2)\n4"}, {"code": ">>> import math\n>>> math.isfinite(f(2))\nTrue"}]
    (sentence,) = named(tmp_path, f"OK_FORMAT = True\ntest = {{'name': 'q', 'suites': [{{'cases': {cases!r}}}]}}\n")
    assert sentence.startswith("q.py: a function that always returns zeros passes “q - 2” of q (0.5 of 1 points)")


def test_beside_a_solution_functions_return_what_looks_like_what_is_right(tmp_path: Path) -> None:
    body = "    ones, held = f(1)\n    assert ones.shape == (3,) and np.allclose(held['twice'].sum(axis=0), held['twice'][0] * 3)\n"
    (sentence,) = named(tmp_path, f"{HEAD}{EXACT}@test_case(name='weak')\ndef test_weak(f):\n{body}", SOLUTION)
    assert "always returns zeros passes “weak”" in sentence


@pytest.mark.parametrize(
    "body",
    ["callable(f)", "f == f", "f(2) == 4", "exit()", "__import__('os')._exit(0)", "__import__('missing')", "all(iter(lambda: f(1), 9))"],
)
def test_nothing_is_said_of_what_cannot_be_told(tmp_path: Path, body: str) -> None:
    assert named(tmp_path, f"{HEAD}{EXACT}@test_case(name='other')\ndef test_other(f): assert {body}\n") == []
