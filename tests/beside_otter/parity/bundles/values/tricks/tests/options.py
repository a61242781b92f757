OK_FORMAT = True

test = {
    "name": "options",
    "points": 1,
    "suites": [{"type": "doctest", "cases": [{"code": r""">>> options(a=1)
{'a': 1}""", "hidden": False}]}],
}
