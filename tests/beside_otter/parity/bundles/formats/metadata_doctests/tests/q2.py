OK_FORMAT = True

test = {
    "name": "q2",
    "points": None,
    "all_or_nothing": True,
    "suites": [{"type": "doctest", "cases": [{"code": ">>> rate > 1\nTrue", "hidden": False}, {"code": ">>> rate\n1.19", "hidden": False}]}],
}
