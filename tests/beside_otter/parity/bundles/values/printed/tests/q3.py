# Exception-based: what a function raises and prints.
import contextlib
import io

from otter.test_files import test_case

OK_FORMAT = False
name = "q3"
points = 3


@test_case()
def test_raises(root):
    try:
        root(-1)
    except ValueError as error:
        assert "no root" in str(error)
    else:
        raise AssertionError("a negative number has no root")


@test_case()
def test_kind(lookup):
    try:
        lookup({}, "a")
        assert False
    except KeyError:
        pass


@test_case(hidden=True)
def test_printed(countdown):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        countdown(2)
    assert out.getvalue() == "2\n1\nLift-off!\n"
