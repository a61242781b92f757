OK_FORMAT = True

test = {
    "name": "q2",
    "points": 3,
    "suites": [{"type": "doctest", "cases": [{"code": ">>> 0 <= first < 1\nTrue", "hidden": False}, {"code": ">>> first != second\nTrue"}]}],
}
