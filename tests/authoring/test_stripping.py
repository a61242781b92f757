"""Students' test files: nothing of hidden cases is left, and what is left is as the author wrote it."""

from __future__ import annotations

import ast
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.authoring.cases import read_cases
from autograder.authoring.sources import SourceText
from autograder.authoring.stripping import public_part
from autograder.errors import AuthorError

HEAD = 'from otter.test_files import test_case\nOK_FORMAT = False\nname = "f"\n'
PUBLIC = '@test_case(name="shown", points=1)\ndef shown(f): {body}\n'
HIDDEN = '@test_case(name="unseen", points=1, hidden=True)\ndef unseen(f): {body}\n'


def strip(text: str) -> str:
    return public_part(read_cases(SourceText(textwrap.dedent(text), "f.py")))


def test_a_file_without_hidden_cases_is_left_as_it_is() -> None:
    text = '"""Doc."""\n\n# a comment\n' + HEAD + "\n\n" + PUBLIC.format(body="pass  # here") + "# the end\n"
    assert strip(text) == text


def test_hidden_cases_go_with_the_comments_above_and_in_them() -> None:
    stripped = strip(HEAD + PUBLIC.format(body="pass") + "\n# about the unseen\n\n" + HIDDEN.format(body="\n    pass\n    # 42"))
    assert "unseen" not in stripped
    assert "42" not in stripped
    assert stripped == HEAD + PUBLIC.format(body="pass")


def test_what_only_hidden_cases_use_goes() -> None:
    text = HEAD + "import math, json\nimport cmath\nKEY = 1\ndef helper(): return KEY\n" + PUBLIC.format(body="math.pi")
    stripped = strip(text + HIDDEN.format(body="helper(), cmath.pi"))
    assert "import math, json" in stripped
    for gone in ("cmath", "KEY", "helper"):
        assert gone not in stripped


def test_what_public_cases_use_stays_however_far_away() -> None:
    text = HEAD + "LIMIT = 3\ndef near(): return far()\ndef far(): return [LIMIT for _ in range(3)]\n"
    text += PUBLIC.format(body="near()")
    assert strip(text + HIDDEN.format(body="near()")) == text


def test_a_local_name_does_not_keep_a_hidden_constant_of_the_same_name() -> None:
    text = HEAD + "expected = 42\n" + PUBLIC.format(body="\n    expected = 1\n    assert f() == expected")
    stripped = strip(text + HIDDEN.format(body="assert f() == expected"))
    assert "42" not in stripped
    assert "expected = 1" in stripped


def test_a_table_keeps_the_statements_that_fill_it() -> None:
    text = HEAD + "TABLE = {}\nTABLE['a'] = 1\nfor k in 'bc':\n    TABLE[k] = 2\nOTHER = []\nOTHER.append(3)\n"
    stripped = strip(text + PUBLIC.format(body="TABLE") + HIDDEN.format(body="OTHER"))
    assert "TABLE['a'] = 1" in stripped
    assert "TABLE[k] = 2" in stripped
    assert "OTHER" not in stripped


def test_a_comment_that_touches_a_public_case_stays() -> None:
    stripped = strip(HEAD + HIDDEN.format(body="pass") + "# about the unseen\n\n# about the shown\n" + PUBLIC.format(body="pass"))
    assert "# about the shown\n@test_case" in stripped
    assert "# about the unseen" not in stripped


def test_a_comment_at_the_end_of_a_public_body_stays() -> None:
    stripped = strip(HEAD + PUBLIC.format(body="\n    pass\n    # note") + HIDDEN.format(body="pass"))
    assert "    # note" in stripped


def test_something_public_and_something_hidden_may_not_share_a_line() -> None:
    with pytest.raises(AuthorError, match="M308"):
        strip(HEAD + "A = 1; B = 2\n" + PUBLIC.format(body="A") + HIDDEN.format(body="B"))


PIECES = st.lists(
    st.tuples(
        st.sampled_from(["public", "hidden", "constant", "function", "import", "comment", "blank", "fill"]),
        st.integers(0, 5),
        st.integers(0, 5),
        st.booleans(),
    ),
    max_size=14,
)


def module(pieces: list[tuple[str, int, int, bool]]) -> tuple[str, list[str]]:
    """Return a test file, and the marks that stand in its hidden cases."""
    lines = [HEAD.rstrip()]
    marks = []
    for number, (kind, a, b, flag) in enumerate(pieces):
        match kind:
            case "public" | "hidden":
                mark = f"mark_{kind}_{number}_"
                marks += [mark] if kind == "hidden" else []
                lines += [f"# {mark}"] if flag else []
                lines += [
                    f'@test_case(name="{mark}", points={a}, hidden={kind == "hidden"})',
                    f"def case_{number}(f):",
                    f'    """{mark}"""',
                    f"    {mark} = NAME_{a}, helper_{b}",
                    f"    # {mark}",
                ]
            case "constant":
                lines.append(f"NAME_{a} = '''{number}\n  text'''" if flag else f"NAME_{a} = {number}")
            case "function":
                lines += [f"def helper_{a}(NAME_{b}=NAME_{b}):", f"    return NAME_{a}, helper_{b}"]
            case "import":
                lines.append(f"import math as NAME_{a}, cmath as NAME_{b}")
            case "fill":
                lines.append(f"NAME_{a}[{b}] = helper_{b}")
            case "comment":
                lines.append(f"# comment {number}")
            case _:
                lines.append("")
    lines += ['@test_case(name="last", points=0)', "def last(f): return NAME_0"]
    return "\n".join(lines) + "\n", marks


@given(pieces=PIECES)
def test_nothing_of_a_hidden_case_is_left_and_every_public_one_is(pieces: list[tuple[str, int, int, bool]]) -> None:
    text, marks = module(pieces)
    stripped = strip(text)
    for mark in marks:
        assert mark not in stripped
    before = read_cases(SourceText(text, "f.py")).cases
    after = read_cases(SourceText(stripped, "f.py")).cases
    assert [ast.dump(c.node) for c in after] == [ast.dump(c.node) for c in before if not c.hidden]


@given(pieces=PIECES)
def test_stripping_twice_changes_nothing_more(pieces: list[tuple[str, int, int, bool]]) -> None:
    stripped = strip(module(pieces)[0])
    assert strip(stripped) == stripped


@given(pieces=PIECES)
def test_only_whole_lines_go(pieces: list[tuple[str, int, int, bool]]) -> None:
    text = module(pieces)[0]
    left = iter(text.split("\n"))
    # Every line that stays is found in the same order; blank lines may be added where something was cut.
    assert all(line in left for line in strip(text).split("\n") if line.strip())
