OK_FORMAT = True

test = {
    "name": "q2",
    "points": 1,
    "suites": [{"type": "doctest", "cases": [{"code": r""">>> from maths_helpers import OFFSET
>>> moved(1) == 1 + OFFSET
True""", "hidden": False}, {"code": r""">>> lines
['one line', 'and another']"""}]}],
}
